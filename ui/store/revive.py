"""Answers from plain data again: every quote is cut anew from its source, and one that has changed is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corpus.types import Evidence, Passage, Source
from rag.errors import GuideError
from rag.types import (
    Answer,
    Because,
    Citation,
    Language,
    Query,
    Reason,
    Refusal,
    RefusalType,
    Role,
    Statement,
    Support,
)

Find = Callable[[str], Source]
"""The source of that name; `UnknownSource` when there is none."""


class StaleError(ValueError):
    """What was kept no longer fits the sources: a document went, or its text changed."""


def cite(source: Source, start: int, end: int, quote: str | None = None, marker: int = 1) -> Citation:
    """The citation of `source.text[start:end]`; `StaleError` when that is nowhere, or is not `quote`."""
    block = next((block for block in source.blocks if block.start < end and start < block.end), None)
    if not block or not 0 <= start < end <= len(source.text):
        raise StaleError(f"{source.id}:{start}-{end}")
    exact = source.text[start:end]
    if quote is not None and quote != exact:
        raise StaleError(f"{source.id}:{start}-{end}")
    return Citation(marker, source, start, end, exact, block.section, block.page, block.speaker)


def revived(question: str, data: Mapping[str, Any], find: Find) -> Answer:
    """The answer that `ui.record.full_record` had written; `StaleError` when it no longer fits the sources."""
    try:
        cited = {each["marker"]: _citation(each, find) for each in data["citations"]}
        statements = tuple(_statement(each, cited) for each in data["statements"])
        refusal = _refusal(data["refusal"], find) if data["refusal"] else None
        query = Query(question, data["searched"], Language(data["language"]), is_follow_up=data["follow_up"])
        reasons = tuple(_reason(each) for each in data.get("reasons", ()))  # a record of before 2026-11-22 has none
        return Answer(query, statements, refusal, (), data["confidence"], tuple(data["notes"]), reasons=reasons)
    except (GuideError, KeyError, TypeError, ValueError) as error:
        raise StaleError(question) from error


def _citation(data: Mapping[str, Any], find: Find) -> Citation:
    return cite(find(data["source"]), data["start"], data["end"], data["quote"], data["marker"])


def _reason(data: Mapping[str, Any]) -> Reason:
    because = tuple(Because(each) for each in data["because"])
    shared, related = tuple(data["shared"]), tuple(data["related"])
    return Reason(data["marker"], data["rank"], data["found"], because, shared, related, data["question"])


def _statement(data: Mapping[str, Any], cited: Mapping[int, Citation]) -> Statement:
    citations = tuple(cited[marker] for marker in data["markers"])
    return Statement(data["text"], citations, Role(data["role"]), Support(data["support"]))


def _refusal(data: Mapping[str, Any], find: Find) -> Refusal:
    nearest = tuple(_passage(each, find) for each in data["nearest"])
    return Refusal(RefusalType(data["type"]), data["message"], nearest, tuple(data["choices"]))


def _passage(data: Mapping[str, Any], find: Find) -> Passage:
    found = cite(find(data["source"]), data["start"], data["end"], data["text"])
    section = tuple(part for part in data["section"].split(" > ") if part)
    place = (found.source, found.start, found.end, section, found.page, found.speaker)
    return Passage(*place, evidence=(Evidence(*place),))
