"""What the question index teaches: from a question's vector to the passages and the evidence that answer it.

Both are ridge regressions in closed form (Hoerl & Kennard 1970), learned from indexed questions alone, never from the
evaluation's; they are made again with the index and cost one small matrix product a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.embed import Matrix, Vector

_PASSAGE_RIDGE = 5.0
_ENOUGH = 20


@dataclass(frozen=True)
class Answers:
    """Which of `size` places (passages or evidence units) answer each question."""

    positions: Sequence[Sequence[int]]
    size: int


@dataclass(frozen=True, eq=False)
class Learned:
    """`mean`: the centre of the question vectors, shape (d,); `passages`, `evidence`: weights (d, number of places)."""

    mean: Vector
    passages: Matrix
    evidence: Matrix

    @classmethod
    def fit(cls, vectors: Matrix, passages: Answers, evidence: Answers) -> Learned:
        """Learns from question `vectors`, shape (n, d), and what answers each: passages, and evidence units.

        A question without an answer is a gap. Where few questions are answered nothing is learned: weights of zero.
        """
        mean = vectors.mean(axis=0)
        centred = vectors - mean
        return cls(mean, _to_places(centred, passages), _to_places(centred, evidence))

    def passage_scores(self, vector: Vector) -> Vector:
        """How strongly each passage is expected to answer, shape (number of passages,)."""
        return np.asarray((vector - self.mean) @ self.passages, dtype=np.float32)

    def evidence_scores(self, vector: Vector) -> Vector:
        """The same for each evidence unit, shape (number of evidence units,)."""
        return np.asarray((vector - self.mean) @ self.evidence, dtype=np.float32)

    def save(self, file: Path) -> None:
        """Writes the weights."""
        np.savez(file, mean=self.mean, passages=self.passages, evidence=self.evidence)

    @classmethod
    def load(cls, file: Path) -> Learned:
        """Reads what `save` wrote."""
        with np.load(file) as stored:
            return cls(stored["mean"], stored["passages"], stored["evidence"])


def _to_places(centred: Matrix, answers: Answers) -> Matrix:
    rows = [row for row, positions in enumerate(answers.positions) if positions]
    if len(rows) < _ENOUGH:
        return np.zeros((centred.shape[1], answers.size), dtype=np.float32)
    target = np.zeros((len(rows), answers.size), dtype=np.float32)
    for number, row in enumerate(rows):
        target[number, list(answers.positions[row])] = 1 / len(answers.positions[row])
    return _ridge(centred[rows], target - target.mean(axis=0), _PASSAGE_RIDGE)


def _ridge(rows: Matrix, target: Matrix, strength: float) -> Matrix:
    gram = rows.T @ rows + strength * np.eye(rows.shape[1], dtype=np.float32)
    return np.asarray(np.linalg.solve(gram, rows.T @ target), dtype=np.float32)
