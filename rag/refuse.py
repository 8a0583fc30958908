"""Deciding, before composing, whether the sources answer at all.

What decides is on which side a question lies: with the questions that the sources answer, or with the gaps, which they
do not. No similarity threshold could: the embedder's cosines lie too close together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

import numpy as np

from rag.index import Index
from rag.retrieve import Signals
from rag.types import Hit, Query, Refusal, RefusalType
from rag.wording import REFUSALS

_NEAREST = 3
_BEST = 3
THRESHOLD = 0.5
INTERCEPT = 0.0
COEFFICIENTS: Mapping[str, float] = {"coverage": 2.0, "nearest": 20.0, "words": 0.1, "unknown": -2.0}


def features(index: Index, found: Signals) -> dict[str, float]:
    """What speaks for an answer.

    coverage: the learned side; nearest: by how much the nearest answered questions are nearer than the nearest gaps;
    words: the same in BM25; unknown: the share of content words that the index has never met.
    """
    sides = {True: [], False: []}  # type: dict[bool, list[float]]
    for question, cosine in found.questions:
        sides[bool(index.asked[question].answers)].append(cosine)
    floor = found.questions[-1][1] if found.questions else 0.0
    answered, gaps = (_mean_of_best(np.array(sides[side]), floor) for side in (True, False))
    is_gap = index.is_gap
    unknown = sum(not index.all_words.knows(stem) for stem in found.stems)
    return {
        "coverage": index.learned.answered(found.vector) if index.learned else 0.0,
        "nearest": answered - gaps,
        "words": _mean_of_best(found.words[~is_gap]) - _mean_of_best(found.words[is_gap]),
        "unknown": unknown / (1 + len(found.stems)),
    }


def _mean_of_best(scores: np.ndarray, floor: float = 0.0) -> float:
    best = np.sort(scores)[-_BEST:]
    return float((best.sum() + floor * (_BEST - len(best))) / _BEST)


def confidence(index: Index, found: Signals) -> float:
    """The estimated probability in [0, 1] that the sources answer."""
    values = features(index, found)
    return 1 / (1 + exp(-INTERCEPT - sum(weight * values[name] for name, weight in COEFFICIENTS.items())))


def refusal(query: Query, hits: Sequence[Hit], sure: float) -> Refusal | None:
    """The refusal of `query`, `None` when it is to be answered."""
    if sure >= THRESHOLD:
        return None
    nearest = tuple(hit.passage for hit in hits[:_NEAREST])
    type = RefusalType.NOT_COVERED
    return Refusal(type, REFUSALS[query.language][type], nearest)
