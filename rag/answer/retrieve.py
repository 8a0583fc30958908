"""Finding passages: named signals, each a score for every passage, fused as a weighted sum of z-scores.

Fusion by z-scores rather than ranks keeps how far ahead a passage is (compare Bruch et al. 2023, arXiv 2210.11934).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.glossary import expansions
from corpus.words import pieces, stems
from rag.embed import Vector
from rag.index.searchable import Index
from rag.signals.asked import Answering
from rag.types import Hit

Scores = NDArray[np.float32]

TEXTS = 150
QUESTIONS = 200
BEST = 3
WEIGHTS: Mapping[str, float] = {
    "passage": 0.2,
    "evidence": 0.5,
    "words": 0.3,
    "all_words": 1.8,
    "questions": 1.6,
    "spelling": 1.8,
    "learned": 1.2,
}
# questions that a model wrote: chosen on the five texts with eight of theirs a passage (eval/bench_questions.py)
WEIGHTS_WITH_WRITTEN: Mapping[str, float] = {
    "passage": 1.0,
    "words": 0.5,
    "document": 0.5,
    "all_words": 1.0,
    "questions": 1.0,
    "spelling": 0.5,
    "learned": 1.0,
}
# documents that nobody wrote questions for: chosen on the sheets of `eval/spp.py` and on the five with theirs hidden
WEIGHTS_WITHOUT_QUESTIONS: Mapping[str, float] = {"passage": 1.0, "words": 0.5, "document": 1.0}


def weights_of(index: Index) -> Mapping[str, float]:
    """The signals that an index is searched with, and their weights."""
    if not index.asked:
        return WEIGHTS_WITHOUT_QUESTIONS
    return WEIGHTS_WITH_WRITTEN if index.is_written else WEIGHTS


@dataclass(frozen=True)
class Reading:
    """A question beside those that are indexed: its text, vector, stems and runs of letters; for every indexed question
    the cosine, and its BM25 scores by `words` and by runs of `letters`.
    """

    text: str
    vector: Vector
    stems: tuple[str, ...]
    pieces: tuple[str, ...]
    cosines: Scores
    words: Scores
    letters: Scores


@dataclass(frozen=True)
class Signals(Reading):
    """What each signal says of each passage (arrays over the index's passages), and what lies near the question.

    `evidence` maps the id of each evidence unit found to its cosine; `questions` are the nearest indexed questions as
    (position, cosine), and `near` by how much each indexed question is nearer than the last of these (0 for all that
    are not among them).
    """

    scores: Mapping[str, Scores]
    evidence: Mapping[str, float]
    questions: tuple[tuple[int, float], ...]
    near: Scores


def read(index: Index, text: str, vector: Vector) -> Reading:
    """Compares a question with every indexed one."""
    typed, runs = stems(text), pieces(text)
    words, letters = index.question_words.scores(typed), index.question_pieces.scores(runs)
    return Reading(text, vector, tuple(typed), tuple(runs), index.question_cosines(vector), words, letters)


def signals(index: Index, text: str, vector: Vector) -> Signals:
    """Every signal that the index is searched with.

    passage, evidence: cosine of the passage, of its best evidence. words: BM25 in the text; document: in the whole
    document; all_words: in the text and the questions it answers. questions: cosine of the passage's best three
    questions; spelling: BM25 of its best three over runs of letters. learned: what the question index teaches. Words
    in passages are searched with the glossary's synonyms. A passage without questions, where others have some, counts
    as far from their mean as its own cosine is.
    """
    reading = read(index, text, vector)
    passage, evidence, units = _dense(index, vector)
    typed = list(reading.stems)
    wider = typed + expansions(text)
    scores = {"passage": passage, "words": index.text_words.scores(wider)}
    nearest = largest(reading.cosines, QUESTIONS)
    near = np.zeros_like(reading.cosines)
    near[nearest] = reading.cosines[nearest] - reading.cosines[nearest[-1:]]
    if index.asked:
        scores |= {
            "evidence": evidence,
            "all_words": index.all_words.scores(typed + wider),
            "questions": best_of(index.questions_of, near),
            "spelling": best_of(index.questions_of, reading.letters),
            "learned": index.learned.passage_scores(vector) if index.learned else np.zeros_like(passage),
        }
    if not index.asked or index.is_written:
        scores |= {"document": index.document_words.scores(typed)[index.document_of]}
    if index.asked and index.has_questions.any() and not index.has_questions.all():
        for name in ("questions", "spelling", "learned"):
            scores[name] = _filled(scores[name], index.has_questions, passage)
    questions = tuple(zip(nearest.tolist(), reading.cosines[nearest].tolist(), strict=True))
    return Signals(**vars(reading), scores=scores, evidence=units, questions=questions, near=near)


def _filled(values: Scores, known: NDArray[np.bool_], like: Scores) -> Scores:
    """`values`, and where they are not known values as many deviations from the mean as `like` is from its own."""
    own = values[known]
    return np.where(known, values, own.mean() + own.std() * standard(like)).astype(np.float32)


def largest(values: Scores, k: int) -> NDArray[np.intp]:
    """The positions of the `k` largest values, the largest first; ties by position."""
    least = np.partition(values, -k)[-k] if k < len(values) else -np.inf
    among = np.flatnonzero(values >= least)
    return among[np.argsort(-values[among], kind="stable")[:k]]


def best_of(rows: Answering, values: Scores) -> Scores:
    """For each place the mean value of the three best of the questions that it answers."""
    if rows.questions.shape[1] < BEST:
        return np.zeros(len(rows.questions), dtype=np.float32)
    own = np.append(values, np.float32(0))[rows.questions]
    return np.asarray(np.partition(own, -BEST, axis=1)[:, -BEST:].mean(axis=1))


def _dense(index: Index, vector: Vector) -> tuple[Scores, Scores, dict[str, float]]:
    """Cosine of each passage and of its best evidence; what is not among the nearest gets the last one's score."""
    found = index.texts_near(vector, TEXTS)
    floor = found[-1][2] if found else 0.0
    passage = np.full(len(index.passages), floor, dtype=np.float32)
    evidence = passage.copy()
    nearest: dict[str, float] = {}
    for position, unit, cosine in found:
        if unit is None:
            passage[position] = cosine
        else:
            evidence[position] = max(evidence[position], cosine)
            nearest[unit.id] = cosine
    return passage, evidence, nearest


def fuse(signals: Signals, weights: Mapping[str, float] = WEIGHTS) -> tuple[Scores, dict[str, Scores]]:
    """The weighted sum of z-scores, and what each signal contributed to it."""
    parts = {name: weight * standard(signals.scores[name]) for name, weight in weights.items()}
    return np.sum(list(parts.values()), axis=0), parts


def retrieve(index: Index, found: Signals, k: int) -> tuple[Hit, ...]:
    """The `k` best passages, best first; ties by position."""
    total, parts = fuse(found, weights_of(index))
    order = largest(total, k).tolist()
    nearest = _nearest_questions(index, found, set(order))
    return tuple(
        Hit(
            index.passages[position],
            float(total[position]),
            {name: round(float(part[position]), 3) for name, part in parts.items()},
            nearest.get(position, ""),
        )
        for position in order
    )


def _nearest_questions(index: Index, found: Signals, positions: set[int]) -> dict[int, str]:
    """The nearest of the indexed questions that each of these passages answers."""
    nearest: dict[int, str] = {}
    for question, _ in found.questions:
        for position in positions.intersection(index.answered_by[question]) - nearest.keys():
            nearest[position] = index.asked[question].text
        if len(nearest) == len(positions):
            break
    return nearest


def standard(values: NDArray[np.floating]) -> Scores:
    """`values` with mean 0 and standard deviation 1 (zeros when all are alike)."""
    centred = values - values.mean()
    spread = np.sqrt(np.mean(centred**2))
    return np.asarray(centred / spread if spread > 0 else np.zeros_like(centred), dtype=np.float32)
