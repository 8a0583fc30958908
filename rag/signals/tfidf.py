"""Cosines between bags of words or of letter runs, weighted by tf-idf (Salton & Buckley 1988)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TfIdf:
    """A fixed list of `size` documents: for each term (its rank in `terms`) the documents that hold it and its weight
    there, between `starts[term]` and `starts[term + 1]`.
    """

    terms: NDArray[np.str_]
    idf: Scores
    starts: NDArray[np.int32]
    documents: NDArray[np.int32]
    weights: Scores
    size: int

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> TfIdf:
        """Weighs `documents`, each a list of terms; one without terms is like nothing."""
        counts = [Counter(document) for document in documents]
        frequency = Counter(term for count in counts for term in count)
        rank = {term: position for position, term in enumerate(sorted(frequency))}
        held = np.array([frequency[term] for term in rank], dtype=np.float32)
        idf = np.log((1 + len(documents)) / (1 + held)) + 1
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), [len(count) for count in counts])
        term = np.array([rank[each] for count in counts for each in count], dtype=np.int32)
        times = np.array([times for count in counts for times in count.values()], dtype=np.float32)
        weights = (1 + np.log(times)) * idf[term]
        length = np.sqrt(np.bincount(rows, weights**2, minlength=len(counts)))
        order = np.argsort(term, kind="stable")
        starts = np.searchsorted(term[order], np.arange(len(rank) + 1)).astype(np.int32)
        scaled = (weights / length[rows])[order].astype(np.float32)
        return cls(np.array(list(rank), dtype=np.str_), idf, starts, rows[order], scaled, len(counts))

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {term: position for position, term in enumerate(self.terms.tolist())}

    def weighed(self, document: Sequence[str]) -> tuple[list[int], Scores]:
        """The known terms of `document`, as ranks in `terms`, and their weights: a vector of length 1, or no term."""
        known = Counter(self._rank[term] for term in document if term in self._rank)
        weights = (1 + np.log(np.fromiter(known.values(), dtype=np.float32))) * self.idf[list(known)]
        return list(known), weights / np.linalg.norm(weights) if known else weights

    def cosines(self, document: Sequence[str]) -> Scores:
        """The cosine in [0, 1] between `document` and each of the list, shape (size,); unknown terms do not count."""
        known, weights = self.weighed(document)
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        slices = [slice(self.starts[term], self.starts[term + 1]) for term in known]
        products = [self.weights[part] * weight for part, weight in zip(slices, weights, strict=True)]
        holders = np.concatenate([self.documents[part] for part in slices])
        return np.bincount(holders, np.concatenate(products), minlength=self.size).astype(np.float32)

    def by_term(self, values: Scores) -> Scores:
        """For each term the sum of its weights in the documents, each times the document's value, shape (terms,).

        The dot product with what `weighed` gives is that of `values`, shape (size,), with `cosines`.
        """
        terms = np.repeat(np.arange(len(self.terms)), np.diff(self.starts))
        sums = np.bincount(terms, self.weights * values[self.documents], minlength=len(self.terms))
        return sums.astype(np.float32)

    def save(self, file: Path) -> None:
        """Writes the list."""
        np.savez(file, **{name: getattr(self, name) for name in self.__dataclass_fields__})

    @classmethod
    def load(cls, file: Path) -> TfIdf:
        """Reads what `save` wrote."""
        with np.load(file) as stored:
            arrays = {name: stored[name] for name in cls.__dataclass_fields__}
        return cls(**{**arrays, "size": int(arrays["size"])})
