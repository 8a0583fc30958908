"""French word search: BM25 (Robertson et al. 1994) over stems; the only module that names bm25s."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to tell every step, on the user's screen


class Lexical:
    """A fixed list of documents, each a list of stems, scored against a query."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self.size = size

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> Lexical:
        """Indexes `documents`; an empty one never scores."""
        model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        model.index([list(stems) or [""] for stems in documents] or [[""]], show_progress=False)
        return cls(model, len(documents))

    def scores(self, stems: Sequence[str]) -> Scores:
        """The BM25 score of each document, shape (size,); zeros when no stem is known."""
        ids = [self._model.vocab_dict[stem] for stem in stems if stem in self._model.vocab_dict]
        if not ids:
            return np.zeros(self.size, dtype=np.float32)
        scores: Scores = self._model.get_scores_from_ids(ids)
        return scores[: self.size]

    def knows(self, stem: str) -> bool:
        """Whether any document holds `stem`."""
        return stem in self._model.vocab_dict

    def save(self, folder: Path) -> None:
        """Writes the index below `folder`."""
        self._model.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> Lexical:
        """Reads what `save` wrote for `size` documents."""
        return cls(bm25s.BM25.load(str(folder), load_corpus=False), size)
