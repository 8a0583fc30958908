"""The run and qrels files of TREC, for whoever wants to check retrieval with trec_eval."""

from __future__ import annotations

from collections.abc import Iterable

from eval.case import World
from eval.scoring import Row
from eval.spans import Stretch, gold_of, holds

QRELS = "qrels.trec"


def passage_id(stretch: Stretch) -> str:
    """The name of a passage in TREC files."""
    return f"{stretch.doc}:{stretch.start}-{stretch.end}"


def trec_run(rows: Iterable[Row], name: str = "guide") -> str:
    """What was retrieved; scores are made of the ranks, so that no tool can break ties its own way."""
    return "".join(
        f"{row.item.id} Q0 {passage_id(hit.stretch)} {rank} {1000 - rank} {name}\n"
        for row in rows
        for rank, hit in enumerate(row.reply.hits, 1)
    )


def trec_qrels(rows: Iterable[Row], world: World) -> str:
    """For each item the passages of the index that hit evidence, with the weight of the best group hit."""
    return "".join(
        f"{row.item.id} 0 {passage_id(passage)} {weight}\n" for row in rows for passage, weight in _relevant(row, world)
    )


def _relevant(row: Row, world: World) -> list[tuple[Stretch, int]]:
    gold = gold_of(row.item, world.sources)
    weights = {
        passage: max((one.importance.weight for one in gold if holds(passage, one)), default=0)
        for passage in world.index
    }
    return [(passage, weight) for passage, weight in weights.items() if weight]
