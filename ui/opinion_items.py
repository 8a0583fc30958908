"""Opinions as items of an evaluation set (schema ptce-eval/1), for a person to review before they count.

A question whose answer was found right, with the right sources, becomes a whole item: what was cited is the evidence.
Any other is a draft: `ptce eval validate` says what it lacks, and `provenance.draft` says what the user thought.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from corpus.text import folded
from eval.items import (
    SCHEMA,
    Alternative,
    Answerable,
    Expect,
    Group,
    Importance,
    Item,
    Message,
    Nugget,
    Provenance,
    Tags,
    Why,
)
from rag.types import RefusalType, Status
from ui.commands.batch import UnwritableFileError
from ui.opinions import Opinion, Opinions, Verdict

_ITEM = TypeAdapter(Item)
_WHY = {
    RefusalType.OUT_OF_SCOPE: Why.OUT_OF_CORPUS,
    RefusalType.NOT_COVERED: Why.NEAR_MISS,
    RefusalType.TOO_VAGUE: Why.UNDERSPECIFIED,
    RefusalType.PERSONAL_ADVICE: Why.PERSONAL_ADVICE,
}


@dataclass(frozen=True)
class ExportReport:
    """How many opinions there were, and how many questions they became: whole ones and drafts."""

    opinions: int
    complete: int
    drafts: int


def export(data_dir: Path, out: Path) -> ExportReport:
    """Writes one item for each question that was judged, after its last opinion; `UnwritableFileError`."""
    opinions = list(Opinions(data_dir))
    last = {_id(opinion): (at, opinion) for at, opinion in opinions}
    items = [item(opinion, at) for at, opinion in last.values()]
    _write(out, items)
    complete = sum(is_trusted(opinion) for _, opinion in last.values())
    return ExportReport(len(opinions), complete, len(items) - complete)


def is_trusted(opinion: Opinion) -> bool:
    """Whether the user found everything right."""
    return opinion.right is Verdict.YES and opinion.sources in (Verdict.YES, None)


def item(opinion: Opinion, at: str) -> Item:
    """The item of one opinion, given at `at` (ISO)."""
    trusted = is_trusted(opinion)
    answerable, why = _answerable(opinion)
    groups = _evidence(opinion) if trusted else ()
    return Item(
        schema=SCHEMA,
        id=_id(opinion),
        family=_id(opinion),
        split="dev",
        persona="evaluateur",
        language=opinion.answer["language"],
        question=opinion.question,
        answerable=answerable,
        tags=Tags("avis"),
        provenance=Provenance("avis", False, at[:10], draft=_said(opinion)),
        history=tuple(Message(turn.role, turn.content) for turn in opinion.history),  # type: ignore[arg-type]
        standalone=opinion.answer["searched"] if opinion.history else "",
        unanswerable_type=why,
        search=opinion.answer["searched"],
        evidence=groups,
        nuggets=tuple(_nugget(number, group) for number, group in enumerate(groups, 1)),
        expect=Expect(),
    )


def _answerable(opinion: Opinion) -> tuple[Answerable, Why | None]:
    """What the sources hold, if the user is right. A refusal found wrong says that they do answer."""
    status = Status(opinion.answer["status"])
    if status is Status.ANSWERED or opinion.right is not Verdict.YES:
        return Answerable.FULL, None
    why = _WHY[RefusalType(opinion.answer["refusal"]["type"])]
    if status is Status.PARTIAL:
        return Answerable.PARTIAL, why
    return (Answerable.CLARIFY if why is Why.UNDERSPECIFIED else Answerable.NONE), why


def _evidence(opinion: Opinion) -> tuple[Group, ...]:
    return tuple(
        Group(f"E{number}", Importance.VITAL, (Alternative(citation["source"], citation["quote"]),))
        for number, citation in enumerate(opinion.answer["citations"], 1)
    )


def _nugget(number: int, group: Group) -> Nugget:
    quote = group.any_of[0].quote
    return Nugget(f"N{number}", quote, Importance.VITAL, ((folded(quote),),), (group.id,))


def _said(opinion: Opinion) -> str:
    sources = f", sources : {opinion.sources}" if opinion.sources else ""
    reason = f" ({opinion.reason})" if opinion.reason else ""
    return f"réponse : {opinion.right}{sources}{reason}"


def _id(opinion: Opinion) -> str:
    asked = repr((opinion.question.strip(), opinion.history))
    return f"avis-{hashlib.sha256(asked.encode()).hexdigest()[:12]}"


def _write(out: Path, items: Sequence[Item]) -> None:
    """The whole file takes its place at once."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    lines = [json.dumps(_plain(one), ensure_ascii=False) for one in items]
    try:
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        os.replace(draft, out)
    except OSError as error:
        raise UnwritableFileError(out, error) from error


def _plain(item: Item) -> dict[str, Any]:
    values: dict[str, Any] = _ITEM.dump_python(item, mode="json", exclude_defaults=True)
    return {"schema": item.schema} | values
