"""What the question index teaches: from a question's vector to passages, and to whether the sources answer at all.

Both are ridge regressions in closed form (Hoerl & Kennard 1970), learned from indexed questions alone, never from the
evaluation's; they are made again with the index and cost one small matrix product a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embed import Matrix, Vector

_PASSAGE_RIDGE = 5.0
_COVERAGE_RIDGE = 30.0
_ENOUGH = 20


@dataclass(frozen=True)
class Answers:
    """Which of `size` places (passages or evidence units) answer each question."""

    positions: Sequence[Sequence[int]]
    size: int


@dataclass(frozen=True, eq=False)
class Learned:
    """`mean`: the centre of the question vectors, shape (d,); `passages`, `evidence`: weights (d, number of places);
    `coverage`: weights (d + 1,), the last for the constant.
    """

    mean: Vector
    passages: Matrix
    evidence: Matrix
    coverage: Vector

    @classmethod
    def fit(cls, vectors: Matrix, passages: Answers, evidence: Answers) -> Learned:
        """Learns from question `vectors`, shape (n, d), and what answers each: passages, and evidence units.

        A question without an answer is a gap. With few questions nothing is learned: all weights are zero.
        """
        dimension = vectors.shape[1]
        answered = np.array([bool(positions) for positions in passages.positions])
        if answered.sum() < _ENOUGH:
            nothing = np.zeros((dimension + 1, max(passages.size, evidence.size)), dtype=np.float32)
            return cls(nothing[1:, 0], nothing[1:, : passages.size], nothing[1:, : evidence.size], nothing[:, 0])
        mean = vectors.mean(axis=0)
        centred = vectors - mean
        return cls(mean, _to_places(centred, passages), _to_places(centred, evidence), _coverage(centred, answered))

    def passage_scores(self, vector: Vector) -> Vector:
        """How strongly each passage is expected to answer, shape (number of passages,)."""
        return np.asarray((vector - self.mean) @ self.passages, dtype=np.float32)

    def evidence_scores(self, vector: Vector) -> Vector:
        """The same for each evidence unit, shape (number of evidence units,)."""
        return np.asarray((vector - self.mean) @ self.evidence, dtype=np.float32)

    def answered(self, vector: Vector) -> float:
        """Above 0 when the question lies with those that the sources answer, below with the gaps."""
        return float(unit(vector - self.mean) @ self.coverage[:-1] + self.coverage[-1])

    def save(self, file: Path) -> None:
        """Writes the weights."""
        np.savez(file, mean=self.mean, passages=self.passages, evidence=self.evidence, coverage=self.coverage)

    @classmethod
    def load(cls, file: Path) -> Learned:
        """Reads what `save` wrote."""
        with np.load(file) as stored:
            return cls(stored["mean"], stored["passages"], stored["evidence"], stored["coverage"])


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """`rows` scaled to length 1, along the last axis."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def _to_places(centred: Matrix, answers: Answers) -> Matrix:
    rows = [row for row, positions in enumerate(answers.positions) if positions]
    target = np.zeros((len(rows), answers.size), dtype=np.float32)
    for number, row in enumerate(rows):
        target[number, list(answers.positions[row])] = 1 / len(answers.positions[row])
    return _ridge(centred[rows], target - target.mean(axis=0), _PASSAGE_RIDGE)


def _coverage(centred: Matrix, answered: NDArray[np.bool_]) -> Vector:
    """Both sides weigh the same, however many questions each has."""
    if answered.all():
        return np.zeros(centred.shape[1] + 1, dtype=np.float32)
    rows = np.column_stack([unit(centred), np.ones(len(centred), dtype=np.float32)])
    share = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum()) * len(answered)
    weight = np.sqrt(share)[:, None]
    target = np.where(answered, 1.0, -1.0)[:, None]
    return np.asarray(_ridge(rows * weight, target * weight, _COVERAGE_RIDGE)[:, 0], dtype=np.float32)


def _ridge(rows: Matrix, target: Matrix, strength: float) -> Matrix:
    gram = rows.T @ rows + strength * np.eye(rows.shape[1], dtype=np.float32)
    return np.asarray(np.linalg.solve(gram, rows.T @ target), dtype=np.float32)
