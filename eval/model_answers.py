"""What a language model makes of the guide's answers: `PTCE_LLM=… python -m eval.model_answers FICHIER`.

Each question is put once: what the guide shows before the model writes is the answer made of extracts, its last step is
what the model wrote as far as it was verified. Kept line by line, so that a run can be taken up again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from eval.case import Case, World
from eval.items import Importance, Item, load, shipped
from eval.measures.answer import credits
from eval.reply import reply_of
from eval.run import world_of
from rag.guide import Guide
from rag.settings import read_settings
from rag.steps import Stage, Step
from rag.types import Answer, Turn


@dataclass(frozen=True)
class Said:
    """A sentence of the model that was shown, how it is supported, and the words of the source that it rests on."""

    text: str
    support: str
    source: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True)
class Compared:
    """One question: what the model was shown to say, what its citations do not hold, which vital facts were lost.

    `had` is the credit for vital facts of the answer made of extracts, `has` that of the model's, out of `vital` facts.
    """

    item: str
    vital: int
    had: float
    has: float
    said: tuple[Said, ...]
    unsupported: tuple[str, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    notes: tuple[str, ...]


_COMPARED = TypeAdapter(Compared)


def compared(item: Item, steps: Iterable[Step], world: World) -> Compared | None:
    """The extracts of the first step beside the last one; nothing for a question that no model was given."""
    taken = list(steps)
    if taken[0].stage is not Stage.RETRIEVED:
        return None
    before, after = (Case.of(item, reply_of(step.answer, item.id), world) for step in (taken[0], taken[-1]))
    vital = {nugget.id for nugget in item.nuggets if nugget.importance is Importance.VITAL}
    had, has = credits(before), credits(after)
    return Compared(
        item.id,
        len(vital),
        sum(had[id] for id in vital),
        sum(has[id] for id in vital),
        tuple(_said(taken)),
        tuple(claim.text for claim, verdict in zip(after.claims, after.verdicts, strict=True) if not verdict),
        tuple(id for id in sorted(vital) if has[id] < had[id]),
        tuple(id for id in sorted(vital) if has[id] > had[id]),
        _remarks(taken[-1].answer, taken[0].answer),
    )


def _said(steps: Iterable[Step]) -> Iterator[Said]:
    for step in steps:
        if step.said:
            cited = step.said.citations[0]
            place = (cited.source.id, cited.start, cited.end, cited.quote)
            yield Said(step.said.text, step.said.support.value, *place)


def _remarks(after: Answer, before: Answer) -> tuple[str, ...]:
    return tuple(note for note in after.notes if note not in before.notes)


def run(guide: Guide, items: Iterable[Item], path: Path, most: int) -> list[Compared]:
    """Asks until `path` holds `most` answers in which the model was asked to write."""
    world = world_of(guide)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [_COMPARED.validate_json(line) for line in lines]
    done = {row.item for row in rows}
    with path.open("a", encoding="utf-8") as out:
        for item in items:
            if len(rows) >= most:
                break
            if item.id in done:
                continue
            history = tuple(Turn(message.role, message.content) for message in item.history)
            if row := compared(item, guide.stream(item.question, history), world):
                rows.append(row)
                out.write(_COMPARED.dump_json(row).decode() + "\n")
                out.flush()
    return rows


def summary(rows: Sequence[Compared]) -> list[str]:
    """What was shown, what was not supported, the vital facts on both sides, and what the guide remarked how often."""
    said = [one for row in rows for one in row.said]
    had, has, vital = (sum(each) for each in zip(*((row.had, row.has, row.vital) for row in rows), strict=True))
    notes = Counter(re.sub(r"\d+", "…", note) for row in rows for note in row.notes)
    return [
        f"questions données au modèle : {len(rows)}",
        f"phrases du modèle montrées : {len(said)}, mot pour mot {sum(one.support == 'verbatim' for one in said)}",
        f"phrases sans appui, par le contrôle : {sum(len(row.unsupported) for row in rows)}",
        f"faits vitaux : {had:g} sur {vital:g} avec des extraits, {has:g} avec le modèle",
        f"questions où un fait vital manque à cause du modèle : {sum(bool(row.lost) for row in rows)}",
        f"faits vitaux gagnés : {sum(len(row.gained) for row in rows)}",
        *(f"{count} fois : {note}" for note, count in notes.most_common()),
    ]


def main(
    path: Annotated[Path, typer.Argument(help="Fichier JSONL des réponses, repris s'il existe.")],
    most: Annotated[int, typer.Option("--questions", help="Nombre de questions données au modèle.")] = 40,
) -> None:
    """Asks the development questions in French and prints what came of it."""
    guide = Guide.open(read_settings())
    if not guide.writer:
        raise typer.BadParameter("PTCE_LLM doit nommer un modèle de langue.")
    items = [item for item in load(shipped("dev")).items if item.language == "fr"]
    rows = run(guide, items, path, most)
    typer.echo("\n".join(summary(rows)))


if __name__ == "__main__":
    typer.run(main)
