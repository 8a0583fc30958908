"""Which evidence answers: every unit of the passages found, scored one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.types import Evidence
from rag.index import Index
from rag.retrieve import Signals, standard
from rag.types import Hit

WEIGHTS: Mapping[str, float] = {"passage": 0.5, "cosine": 0.25, "questions": 1.0, "learned": 1.5}


@dataclass(frozen=True, eq=False)
class Scored:
    """An evidence unit with its score; higher answers better, comparable within one question."""

    unit: Evidence
    score: float


def score_evidence(index: Index, found: Signals, hits: Sequence[Hit]) -> list[Scored]:
    """The evidence of `hits`, best first, without sentences that only announce what follows them.

    passage: the score of the passage it stands in; cosine: its own; questions: the nearest indexed question that it
    answers; learned: what the question index teaches of it.
    """
    pairs = [(hit, unit) for hit in hits for unit in hit.passage.evidence if not unit.text.endswith(":")]
    floor = min(found.evidence.values(), default=0.0)
    nearest = _nearest_questions(index, found)
    learned = index.learned.evidence_scores(found.vector) if index.learned else np.zeros(len(index.evidence))
    columns = {
        "passage": [hit.score for hit, _ in pairs],
        "cosine": [found.evidence.get(unit.id, floor) for _, unit in pairs],
        "questions": [nearest.get(unit.id, 0.0) for _, unit in pairs],
        "learned": [learned[index.evidence_position[unit.id]] for _, unit in pairs],
    }
    total = np.sum([weight * standard(np.array(columns[name])) for name, weight in WEIGHTS.items()], axis=0)
    order = np.argsort(-total, kind="stable")
    return [Scored(pairs[position][1], float(total[position])) for position in order]


def _nearest_questions(index: Index, found: Signals) -> dict[str, float]:
    """For each evidence unit the cosine of the nearest question that it answers, above that of the last one found."""
    nearest: dict[str, float] = {}
    for question, cosine in found.questions:
        for position in index.evidence_of[question]:
            nearest.setdefault(index.evidence[position].id, cosine - found.questions[-1][1])
    return nearest
