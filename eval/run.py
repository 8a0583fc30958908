"""Runs: every question of a file put to the guide, kept line by line so that a run can be taken up again."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol

from corpus.types import Source
from eval.case import Case, World
from eval.folder import ANSWERS, QUESTIONS, Run, finish, kept, prepare, row_json, write_lines
from eval.items import Item, load
from eval.manifest import Plan, made_of
from eval.reply import Reply, reply_of, to_json
from eval.scoring import Row, scored
from eval.spans import Stretch
from eval.trec import QRELS, trec_qrels
from eval.variants import CANONICAL, TURNS, variants_of
from rag.errors import GuideError
from rag.settings import Settings
from rag.types import Answer, Status, Turn

Progress = Callable[[int, int], None]


class Asked(Protocol):
    """What a run needs of a guide."""

    @property
    def settings(self) -> Settings:
        """The settings it was opened with."""
        ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """Its documents."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to a question."""
        ...


@dataclass(frozen=True)
class Asking:
    """One question to put: an item in one of its wordings."""

    item: Item
    kind: str
    question: str
    history: tuple[Turn, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What the reply to it is kept under."""
        return self.item.id, self.kind


def askings(items: Iterable[Item], plan: Plan) -> list[Asking]:
    """Every item in its own words, then in its variants of the wanted kinds."""
    return [asking for item in items for asking in _askings(item, plan)]


def _askings(item: Item, plan: Plan) -> list[Asking]:
    history = tuple(Turn(message.role, message.content) for message in item.history)
    variants = variants_of(item, plan.kinds, plan.seed)
    return [
        Asking(item, CANONICAL, item.question, history),
        *(Asking(item, one.kind, one.text, () if one.kind in TURNS else history) for one in variants),
    ]


def make_run(guide: Asked, plan: Plan, folder: Path, progress: Progress | None = None, fresh: bool = False) -> Run:
    """Asks what has not been asked yet, scores everything, and writes the run to `folder`.

    Raises `RunMismatchError` when the folder holds a run of another making and `fresh` is false.
    """
    made = made_of(plan, guide.settings, guide.sources)
    prepare(folder, plan, made, fresh)
    wanted = askings(load(folder / QUESTIONS).items, plan)
    began = perf_counter()
    replies = _ask_all(guide, wanted, folder / ANSWERS, progress)
    asked = perf_counter()
    world = world_of(guide)
    rows = score_all([asking.item for asking in wanted], replies, world)
    _write_scores(folder, rows, world)
    embedding = sum(reply.seconds.get("embed", 0.0) for reply in replies)
    cost = {"ask": asked - began, "score": perf_counter() - asked, "embed": embedding, "peak_mb": _peak()}
    return Run(finish(folder, cost), tuple(rows))


def _write_scores(folder: Path, rows: Sequence[Row], world: World) -> None:
    """Writes what the scores are and which passages were relevant."""
    write_lines(folder / "scores.jsonl", map(row_json, rows))
    qrels = trec_qrels([row for row in rows if row.reply.kind == CANONICAL], world)
    (folder / QRELS).write_text(qrels, encoding="utf-8")


def world_of(guide: Asked) -> World:
    """The world of a guide, with the passages that it searches when it shows them."""
    index = getattr(guide, "index", None)
    return World.of(guide.sources, [Stretch.of(passage) for passage in getattr(index, "passages", ())])


def _ask_all(guide: Asked, wanted: Sequence[Asking], path: Path, progress: Progress | None) -> list[Reply]:
    had = {reply.key: reply for reply in kept(path)}
    write_lines(path, map(to_json, had.values()))
    with path.open("a", encoding="utf-8") as out:
        for done, asking in enumerate(wanted, 1):
            if asking.key not in had:
                had[asking.key] = ask(guide, asking)
                out.write(to_json(had[asking.key]) + "\n")
                out.flush()
            if progress:
                progress(done, len(wanted))
    return [had[asking.key] for asking in wanted]


def ask(guide: Asked, asking: Asking) -> Reply:
    """The reply to one question; a question that the guide cannot take is a refusal with its error."""
    try:
        answer = guide.ask(asking.question, asking.history)
    except GuideError as error:
        return Reply(asking.item.id, asking.question, Status.REFUSED, asking.kind, error=str(error))
    return reply_of(answer, asking.item.id, asking.kind)


def score_all(items: Sequence[Item], replies: Sequence[Reply], world: World) -> list[Row]:
    """One row for each reply; `MissingQuoteError` when the corpus does not hold the gold."""
    return [scored(Case.of(item, reply, world)) for item, reply in zip(items, replies, strict=True)]


def _peak() -> float:
    """The highest memory of the process, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if sys.platform == "darwin" else 1_000)
