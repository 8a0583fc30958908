"""What other programs may do with the guide through MCP: list and read the documents, search, ask; never change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import GuideError
from rag.guide import Guide
from rag.steps import Stage
from ui.api.models import LONGEST, TurnIn
from ui.html.plain import with_references
from ui.record import Record, full_record, hit_records, source_record
from ui.texts import clients as texts

MOST_CHARACTERS = 20_000
Telling = Callable[[str], None]


def silent(message: str) -> None:
    """Tells nobody how far a tool has come."""


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Listing(_Arguments):
    """No argument."""


class Asking(_Arguments):
    """A question, with what was said before, and where to look."""

    question: str = Field(max_length=LONGEST, description=texts.TOOL_QUESTION)
    history: list[TurnIn] = Field(default=[], max_length=200, description=texts.TOOL_HISTORY)
    collections: list[str] = Field(default=[], max_length=50, description=texts.TOOL_COLLECTIONS)


class Searching(_Arguments):
    """What to look for, how many passages, and where."""

    question: str = Field(max_length=LONGEST, description=texts.TOOL_QUESTION)
    k: int = Field(default=5, ge=1, le=50, description=texts.TOOL_K)
    collections: list[str] = Field(default=[], max_length=50, description=texts.TOOL_COLLECTIONS)


class Reading(_Arguments):
    """A document, and where to begin."""

    id: str = Field(max_length=500, description=texts.TOOL_ID)
    start: int = Field(default=0, ge=0, le=100_000_000, description=texts.TOOL_START)
    length: int = Field(default=MOST_CHARACTERS, ge=1, le=MOST_CHARACTERS, description=texts.TOOL_LENGTH)


@dataclass(frozen=True)
class Result:
    """What a tool gives back: text for a model to read, and the same as data."""

    text: str
    data: Record


@dataclass(frozen=True)
class Tool:
    """A tool: its name, what it is for, what it takes, what it does."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[[Guide, Any, Telling], Result]


class BadCallError(GuideError):
    """A tool that does not exist, or arguments that it does not take."""

    code = "bad_call"


def call(guide: Guide, name: str, arguments: Record, tell: Telling = silent) -> Result:
    """Runs the tool `name`; `GuideError` for a bad call or a bad question. `tell` hears how far it has come."""
    tool = next((tool for tool in TOOLS if tool.name == name), None)
    if not tool:
        raise BadCallError(texts.TOOL_UNKNOWN.format(name=name, known=", ".join(tool.name for tool in TOOLS)))
    try:
        given = tool.arguments.model_validate(arguments)
    except ValidationError as error:
        fields = sorted({".".join(map(str, detail["loc"])) for detail in error.errors()})
        raise BadCallError(texts.TOOL_BAD_ARGUMENTS.format(name=name, fields=", ".join(fields))) from error
    return tool.run(guide, given, tell)


def _list(guide: Guide, _: Listing, __: Telling) -> Result:
    documents = [source_record(source) for source in guide.sources]
    lines = [f"{one['id']} : {one['title']} ({one['publisher']}, {one['year'] or '?'})" for one in documents]
    return Result("\n".join(lines), {"sources": documents})


def _ask(guide: Guide, asked: Asking, tell: Telling) -> Result:
    tell(texts.TOOL_SEARCHING)
    said = 0
    for step in guide.stream(asked.question, [turn.turn for turn in asked.history], collections=asked.collections):
        answer = step.answer
        if step.stage is Stage.RETRIEVED:
            tell(texts.TOOL_WRITING)
        elif step.said:
            said += 1
            tell(texts.TOOL_CHECKED.format(count=said))
    return Result(with_references(answer), full_record(answer))


def _search(guide: Guide, wanted: Searching, _: Telling) -> Result:
    passages = hit_records(guide.search(wanted.question, wanted.k, wanted.collections))
    return Result("\n\n".join(_passage_lines(passages)), {"passages": passages})


def _passage_lines(passages: Sequence[Record]) -> list[str]:
    return [f"[{one['source']}, {one['start']}-{one['end']}] {one['section']}\n{one['text']}" for one in passages]


def _read(guide: Guide, wanted: Reading, _: Telling) -> Result:
    source = guide.source(wanted.id)
    text = source.text[wanted.start : wanted.start + wanted.length]
    end = wanted.start + len(text)
    place = {"start": wanted.start, "end": end, "next": end if end < len(source.text) else None}
    return Result(text, source_record(source) | place | {"text": text})


TOOLS = (
    Tool("ask", texts.TOOL_ASK, Asking, _ask),
    Tool("search", texts.TOOL_SEARCH, Searching, _search),
    Tool("list_sources", texts.TOOL_LIST, Listing, _list),
    Tool("read_source", texts.TOOL_READ, Reading, _read),
)
