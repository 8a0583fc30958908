"""Finding passages: named signals, each a score for every passage, fused as a weighted sum of z-scores.

Fusion by z-scores rather than ranks keeps how far ahead a passage is (compare Bruch et al. 2023, arXiv 2210.11934).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.words import stems
from rag.embed import Vector
from rag.index import Index, standard
from rag.types import Hit

Scores = NDArray[np.float32]

TEXTS = 150
QUESTIONS = 200
WEIGHTS: Mapping[str, float] = {
    "passage": 1.0,
    "evidence": 1.0,
    "questions": 2.0,
    "words": 0.5,
    "question_words": 2.0,
}


@dataclass(frozen=True)
class Signals:
    """What each signal says of each passage (arrays over the index's passages) and the nearest indexed questions."""

    scores: Mapping[str, Scores]
    questions: tuple[tuple[int, float], ...]


def signals(index: Index, text: str, vector: Vector) -> Signals:
    """Every signal for a question: dense passage and evidence, nearest questions, words of text and of questions."""
    passage, evidence = _dense(index, vector)
    near = index.questions_near(vector, QUESTIONS)
    words = stems(text)
    scores = {
        "passage": passage,
        "evidence": evidence,
        "questions": _asked(index, near),
        "words": index.text_words.scores(words),
        "question_words": index.all_words.scores(words),
    }
    return Signals(scores, tuple(near))


def _dense(index: Index, vector: Vector) -> tuple[Scores, Scores]:
    """Cosine of each passage and of its best evidence; what is not among the nearest gets the last one's score."""
    found = index.texts_near(vector, TEXTS)
    floor = found[-1][2] if found else 0.0
    passage = np.full(len(index.passages), floor, dtype=np.float32)
    evidence = passage.copy()
    for position, unit, cosine in found:
        scores = passage if unit is None else evidence
        scores[position] = max(scores[position], cosine)
    return passage, evidence


def _asked(index: Index, near: list[tuple[int, float]], best: int = 2) -> Scores:
    """For each passage the mean cosine of its `best` nearest questions."""
    floor = near[-1][1] if near else 0.0
    kept: dict[int, list[float]] = {}
    for question, cosine in near:
        for position in index.answered_by[question]:
            if len(kept.setdefault(position, [])) < best:
                kept[position].append(cosine)
    scores = np.full(len(index.passages), floor, dtype=np.float32)
    for position, cosines in kept.items():
        scores[position] = (sum(cosines) + floor * (best - len(cosines))) / best
    return scores


def fuse(signals: Signals, weights: Mapping[str, float] = WEIGHTS) -> tuple[Scores, dict[str, Scores]]:
    """The weighted sum of z-scores, and what each signal contributed to it."""
    parts = {name: weight * standard(signals.scores[name]) for name, weight in weights.items()}
    return np.sum(list(parts.values()), axis=0), parts


def retrieve(index: Index, found: Signals, k: int) -> tuple[Hit, ...]:
    """The `k` best passages, best first; ties by position."""
    total, parts = fuse(found)
    order = np.argsort(-total, kind="stable")[:k]
    nearest = _nearest_question(index, found)
    return tuple(
        Hit(
            index.passages[position],
            float(total[position]),
            {name: round(float(part[position]), 3) for name, part in parts.items()},
            nearest.get(int(position), ""),
        )
        for position in order
    )


def _nearest_question(index: Index, found: Signals) -> dict[int, str]:
    nearest: dict[int, str] = {}
    for question, _ in found.questions:
        for position in index.answered_by[question]:
            nearest.setdefault(position, index.asked[question].text)
    return nearest
