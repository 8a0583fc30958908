"""Finding passages: named signals, each a score for every passage, fused as a weighted sum of z-scores.

Fusion by z-scores rather than ranks keeps how far ahead a passage is (compare Bruch et al. 2023, arXiv 2210.11934).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
_BESIDE = ThreadPoolExecutor(4, "questions")  # Chroma searches texts and questions at the same time
WEIGHTS: Mapping[str, float] = {
    "passage": 0.25,
    "evidence": 0.5,
    "words": 0.25,
    "all_words": 1.0,
    "questions": 2.0,
    "spelling": 1.0,
    "learned": 2.0,
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


@dataclass(frozen=True)
class Signals:
    """What each signal says of each passage (arrays over the index's passages), and what lies near the question.

    `evidence` maps the id of each evidence unit found to its cosine; `questions` are the nearest indexed questions as
    (position, cosine); `words` the BM25 score of every indexed question, `letters` that of its runs of letters.
    """

    scores: Mapping[str, Scores]
    evidence: Mapping[str, float]
    questions: tuple[tuple[int, float], ...]
    words: Scores
    letters: Scores
    text: str
    vector: Vector
    stems: tuple[str, ...]


def signals(index: Index, text: str, vector: Vector) -> Signals:
    """Every signal for a question.

    passage, evidence: cosine of the passage, of its best evidence. words: BM25 in the text; document: in the whole
    document; all_words: in the text and the questions it answers. questions: cosine of the passage's best three
    questions; spelling: BM25 of its best three over runs of letters. learned: what the question index teaches. Words
    in passages are searched with the glossary's synonyms. A passage without questions, where others have some, counts
    as far from their mean as its own cosine is.
    """
    waiting = _BESIDE.submit(index.questions_near, vector, QUESTIONS) if index.asked else None
    passage, evidence, nearest = _dense(index, vector)
    typed = stems(text)
    wider = typed + expansions(text)
    words, letters = index.question_words.scores(typed), index.question_pieces.scores(pieces(text))
    near = tuple(waiting.result()) if waiting else ()
    scores = {
        "passage": passage,
        "evidence": evidence,
        "words": index.text_words.scores(wider),
        "document": index.document_words.scores(typed)[index.document_of],
        "all_words": index.all_words.scores(typed) + index.all_words.scores(wider),
        "questions": best_of(index.questions_of, cosines_of(index, near)),
        "spelling": best_of(index.questions_of, letters),
        "learned": index.learned.passage_scores(vector) if index.learned else np.zeros_like(passage),
    }
    if index.has_questions.any() and not index.has_questions.all():
        for name in ("questions", "spelling", "learned"):
            scores[name] = _filled(scores[name], index.has_questions, passage)
    return Signals(scores, nearest, near, words, letters, text, vector, tuple(typed))


def _filled(values: Scores, known: NDArray[np.bool_], like: Scores) -> Scores:
    """`values`, and where they are not known values as many deviations from the mean as `like` is from its own."""
    own = values[known]
    return np.where(known, values, own.mean() + own.std() * standard(like)).astype(np.float32)


def weights_of(index: Index) -> Mapping[str, float]:
    """What each signal counts for in the search of `index`."""
    if not index.asked:
        return WEIGHTS_WITHOUT_QUESTIONS
    return WEIGHTS_WITH_WRITTEN if index.is_written else WEIGHTS


def cosines_of(index: Index, near: Sequence[tuple[int, float]]) -> Scores:
    """The cosine of each indexed question, above that of the last one found (0 for all that were not)."""
    cosines = np.zeros(len(index.asked), dtype=np.float32)
    for question, cosine in near:
        cosines[question] = cosine - near[-1][1]
    return cosines


def best_of(rows: Answering, values: Scores) -> Scores:
    """For each place the mean value of the three best of the questions that it answers."""
    scores = np.zeros(rows.size, dtype=np.float32)
    if rows.questions.shape[1] >= BEST:
        own = np.append(values, 0.0)[rows.questions]
        scores[rows.places] = np.partition(own, -BEST, axis=1)[:, -BEST:].mean(axis=1)
    return scores


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


def standard(values: NDArray[np.floating]) -> Scores:
    """`values` with mean 0 and standard deviation 1 (zeros when all are alike)."""
    spread = values.std()
    centred = values - values.mean()
    return np.asarray(centred / spread if spread > 0 else np.zeros_like(centred), dtype=np.float32)
