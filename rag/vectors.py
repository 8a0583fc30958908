"""Vectors in Chroma: the only module that names it."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

os.environ["ANONYMIZED_TELEMETRY"] = "False"

import chromadb
import numpy as np
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.embed import Matrix, Vector
from rag.errors import DataDirectoryError, GuideError, IndexCorrupt

_BATCH = 1000
_spellings = count(1)
# finds .999 of the true 200 nearest among 11,000 (.984 by default): two indexes of one corpus answer alike
_NEARLY_EXACT = CreateHNSWConfiguration(space="cosine", ef_search=500, ef_construction=400, max_neighbors=48)
# Chroma writes when it opens, even to read: what SQLite then says is no damage
_UNWRITABLE = {"readonly database": "Chroma doit pouvoir y écrire", "disk is full": "le disque est plein"}


class VectorStore:
    """Named collections of unit vectors, kept below one folder; nearest by cosine."""

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        """Opens (or creates) the store; `IndexCorrupt` or `DataDirectoryError` when Chroma cannot.

        Chroma shares what it has in memory between all clients of one path in a process, and does not see there what
        another process has written since. `anew` reads the disk: it names the folder by a spelling that no client had.
        """
        self._folder = folder
        path = _other_spelling(folder) if anew else str(folder)
        try:
            self._client = chromadb.PersistentClient(path, ChromaSettings(anonymized_telemetry=False))
            weakref.finalize(self, self._client.close).atexit = False  # type: ignore[attr-defined]
            self._collections = {
                collection.name: self._client.get_collection(collection.name, embedding_function=None)
                for collection in self._client.list_collections()
            }
        except (ChromaError, ValueError, KeyError, TypeError) as error:
            raise _cause(folder, error) from error

    def create(self, name: str) -> None:
        """Makes the collection `name` unless it is there."""
        if name in self._collections:
            return
        try:
            self._collections[name] = self._client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": _NEARLY_EXACT}
            )
        except ChromaError as error:
            raise _cause(self._folder, error) from error

    def names(self) -> list[str]:
        """The names of all collections."""
        return list(self._collections)

    def drop(self, name: str) -> None:
        """Deletes the collection `name`."""
        self._client.delete_collection(name)
        del self._collections[name]

    def ids(self, name: str) -> set[str]:
        """The ids that the collection holds."""
        return set(self._collections[name].get(include=[])["ids"])

    def add(self, name: str, ids: Sequence[str], vectors: Matrix) -> None:
        """Stores `vectors`, shape (len(ids), dimension); an id that is there already is replaced."""
        for start, end in _batches(len(ids)):
            try:
                self._collections[name].upsert(ids=list(ids[start:end]), embeddings=vectors[start:end])
            except ChromaError as error:
                raise _cause(self._folder, error) from error

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """Forgets the vectors of `ids`."""
        for start, end in _batches(len(ids)):
            self._collections[name].delete(ids=list(ids[start:end]))

    def nearest(self, name: str, vector: Vector, k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids with their cosine, best first; fewer when the collection holds fewer."""
        try:
            found = self._collections[name].query(query_embeddings=vector[None], n_results=k, include=["distances"])
        except ChromaError as error:
            raise IndexCorrupt(self._folder, type(error).__name__) from error
        distances = (found["distances"] or [[]])[0]
        return [(id, 1.0 - distance) for id, distance in zip(found["ids"][0], distances, strict=True)]

    def vectors(self, name: str, ids: Sequence[str]) -> Matrix:
        """The vectors of `ids`, in that order, shape (len(ids), dimension)."""
        rows: dict[str, Vector] = {}
        for start, end in _batches(len(ids)):
            found = self._collections[name].get(ids=list(ids[start:end]), include=["embeddings"])
            embeddings = np.asarray(found["embeddings"], dtype=np.float32)
            rows |= dict(zip(found["ids"], embeddings, strict=True))
        return np.array([rows[id] for id in ids], dtype=np.float32)


def _cause(folder: Path, error: Exception) -> GuideError:
    """What an error of Chroma means: no room or no right to write, or damage."""
    for words, reason in _UNWRITABLE.items():
        if words in str(error):
            return DataDirectoryError(folder, reason)
    return IndexCorrupt(folder, type(error).__name__)


def _other_spelling(folder: Path) -> str:
    """The path of `folder`, spelled as never before in this process (`a/.//.`): a number, a dot for each 1."""
    return str(folder) + "".join("/." if digit == "1" else "/" for digit in f"{next(_spellings):032b}")


def _batches(size: int) -> Iterator[tuple[int, int]]:
    return ((start, min(size, start + _BATCH)) for start in range(0, size, _BATCH))
