"""Vectors in Chroma, in a folder of their own or on a Chroma server: the only module that names it."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import tempfile
import time
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import SplitResult, urlsplit

os.environ["ANONYMIZED_TELEMETRY"] = "False"

import chromadb
import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.embed import Matrix, Vector
from rag.errors import IndexCorrupt, IndexFailed, VectorServerError
from rag.settings import Settings

_BATCH = 1000
_MANY = 10_000
_PATIENCE = 60  # seconds that a server may be away, such as while it starts again
_PAUSE = 0.5
# what SQLite and the system say of a disk that takes no more: no damage
_NO_ROOM = re.compile(r"disk(?! image)|readonly|os error|No space|too large", re.IGNORECASE)
_LITTLE = 2**20  # bytes: with less room left, what failed to be written failed for that, whatever Chroma says of it
_PORTS = {"http": 80, "https": 443}
SERVER = "server:"
# Chroma builds its graph in an order of chance, so two indexes of one corpus agree only where the search is exhaustive:
# up to about `ef_search` vectors it is
_NEARLY_EXACT = CreateHNSWConfiguration(space="cosine", ef_search=1000, ef_construction=400, max_neighbors=48)
_ONLY_KEPT = CreateHNSWConfiguration(space="cosine", ef_construction=10, max_neighbors=4)

T = TypeVar("T")


class VectorStore:
    """Named collections of unit vectors; nearest by cosine.

    A folder belongs to one writer: a process that has it open does not see what another writes there, so each indexing
    run writes a copy (`copied`), and whoever serves keeps the one that it opened.
    """

    def __init__(self, folder: Path) -> None:
        """Opens (or creates) the store in `folder`; `IndexCorrupt` when Chroma cannot read it."""
        if folder.is_dir() and not os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            folder = _copied_aside(self, folder)
        self._where = str(folder)
        self._prefix = ""
        self._patience = 0.0
        try:
            self._open(cast(Client, chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))))
        except (ChromaError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._failed(error) from error  # AttributeError: Chroma stumbles over what it could not open

    @classmethod
    def copied(cls, former: Path, folder: Path) -> VectorStore:
        """The store in `folder`, made as a copy of the one in `former`."""
        _copy(former, folder)
        return cls(folder)

    @classmethod
    def on_server(cls, settings: Settings, prefix: str) -> VectorStore:
        """The collections of `settings.chroma_url` whose names begin with `prefix`.

        Raises `VectorServerError` when the server cannot be reached for a minute, or refuses the token.
        """
        store = cls.__new__(cls)
        store._where, store._prefix, store._patience = settings.chroma_url, prefix, _PATIENCE
        store._patiently(lambda: store._open(_client(settings)))
        return store

    def _open(self, client: Client) -> None:
        self._client = client
        weakref.finalize(self, client.close)
        self._collections = {
            name: client.get_collection(name, embedding_function=None)
            for name in (collection.name for collection in client.list_collections(limit=_MANY))
            if name.startswith(self._prefix)
        }

    def create(self, name: str, searched: bool = True) -> None:
        """Makes the collection `name` unless it is there; one that is only kept, not `searched`, is filled faster."""
        whole = self._prefix + name
        if whole not in self._collections:
            self._collections[whole] = self._patiently(
                self._client.get_or_create_collection, whole, embedding_function=None,
                configuration={"hnsw": _NEARLY_EXACT if searched else _ONLY_KEPT},
            )  # fmt: skip

    def names(self) -> list[str]:
        """The names of all collections."""
        return [name[len(self._prefix) :] for name in self._collections]

    def drop(self, name: str) -> None:
        """Deletes the collection `name`."""
        whole = self._prefix + name
        self._patiently(self._client.delete_collection, whole)
        del self._collections[whole]

    def ids(self, name: str) -> set[str]:
        """The ids that the collection holds."""
        return set(self._patiently(self._of(name).get, include=[])["ids"])

    def add(self, name: str, ids: Sequence[str], vectors: Matrix) -> None:
        """Stores `vectors`, shape (len(ids), dimension); an id that is there already is replaced."""
        for start, end in _batches(len(ids)):
            self._patiently(self._of(name).upsert, ids=list(ids[start:end]), embeddings=vectors[start:end])

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """Forgets the vectors of `ids`."""
        for start, end in _batches(len(ids)):
            self._patiently(self._of(name).delete, ids=list(ids[start:end]))

    def nearest(self, name: str, vector: Vector, k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids with their cosine, best first; fewer when the collection holds fewer."""
        try:
            found = self._collections[self._prefix + name].query(
                query_embeddings=vector[None], n_results=k, include=["distances"]
            )
        except (ChromaError, httpx.HTTPError) as error:
            raise self._failed(error) from error
        distances = (found["distances"] or [[]])[0]
        return [(id, 1.0 - distance) for id, distance in zip(found["ids"][0], distances, strict=True)]

    def vectors(self, name: str, ids: Sequence[str]) -> Matrix:
        """The vectors of `ids`, in that order, shape (len(ids), dimension)."""
        rows: dict[str, Vector] = {}
        for start, end in _batches(len(ids)):
            found = self._patiently(self._of(name).get, ids=list(ids[start:end]), include=["embeddings"])
            embeddings = np.asarray(found["embeddings"], dtype=np.float32)
            rows |= dict(zip(found["ids"], embeddings, strict=True))
        return np.array([rows[id] for id in ids], dtype=np.float32)

    def settle(self, name: str) -> None:
        """Writes down what Chroma still keeps in its log, so that those who only read have nothing to write."""
        some = self._patiently(self._of(name).get, limit=1, include=["embeddings"])
        if some["ids"]:
            self.nearest(name, np.asarray(some["embeddings"], dtype=np.float32)[0], 1)

    def close(self) -> None:
        """Lets go of the files."""
        self._client.close()

    def _of(self, name: str) -> chromadb.Collection:
        return self._collections[self._prefix + name]

    def _patiently(self, act: Callable[..., T], *given: Any, **named: Any) -> T:  # noqa: ANN401
        """What `act` gives; a server that is away is asked again for a minute."""
        until = time.monotonic() + self._patience
        while True:
            try:
                return act(*given, **named)
            except (httpx.TransportError, httpx.HTTPStatusError, ChromaError, ValueError) as error:
                if time.monotonic() >= until or not _away(error):
                    raise self._failed(error) from error
            time.sleep(_PAUSE)

    def _failed(self, error: Exception) -> IndexFailed | IndexCorrupt | VectorServerError:
        if self._patience:
            return VectorServerError(self._where, type(error).__name__)
        if _is_full(Path(self._where)):
            return IndexFailed(self._where, os.strerror(errno.ENOSPC))
        if found := _NO_ROOM.search(str(error)):
            return IndexFailed(self._where, found[0])
        return IndexCorrupt(self._where, type(error).__name__)


def _is_full(folder: Path) -> bool:
    """Whether its file system takes hardly anything more."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free < _LITTLE


def _copied_aside(store: VectorStore, folder: Path) -> Path:
    """A copy of a folder that may only be read, which Chroma cannot open; it goes when `store` does."""
    aside = Path(tempfile.mkdtemp(prefix="ptce-chroma-"))
    weakref.finalize(store, shutil.rmtree, aside, ignore_errors=True)
    _copy(folder, aside)
    return aside


def _copy(former: Path, folder: Path) -> None:
    """Copies what `former` holds, but not who may write to it; the database as it is between two transactions."""
    for path in [former, *sorted(former.rglob("*"))]:
        target = folder / path.relative_to(former)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".sqlite3":
            _copy_database(path, target)
        elif not path.name.startswith("chroma.sqlite3-"):
            shutil.copyfile(path, target)


def _copy_database(path: Path, target: Path) -> None:
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as former, closing(sqlite3.connect(target)) as copy:
            former.backup(copy)
    except sqlite3.Error as error:
        if found := _NO_ROOM.search(str(error)):
            raise IndexFailed(target.parent, found[0]) from error
        raise IndexCorrupt(path.parent, type(error).__name__) from error


def check_server(settings: Settings) -> None:
    """Raises `VectorServerError` unless the Chroma server of the settings answers now."""
    try:
        _client(settings).heartbeat()
    except (httpx.HTTPError, ChromaError, ValueError) as error:
        raise VectorServerError(settings.chroma_url, type(error).__name__) from error


def _away(error: Exception) -> bool:
    """Whether the server may be back soon: nobody listens, the connection broke, or a proxy stands before nobody."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500
    return isinstance(error, httpx.TransportError) or "Could not connect" in str(error)


def _client(settings: Settings) -> Client:
    address = urlsplit(settings.chroma_url)
    token = settings.chroma_token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
    options = ChromaSettings(anonymized_telemetry=False, chroma_server_ssl_verify=settings.chroma_ca or True)
    with warnings.catch_warnings():  # Chroma hands the file on to httpx in a way that httpx will not know any more
        warnings.simplefilter("ignore", DeprecationWarning)
        client = _connected(address, headers, options)
    return cast(Client, client)


def _connected(address: SplitResult, headers: dict[str, str], options: ChromaSettings) -> object:
    return chromadb.HttpClient(
        address.hostname or "",
        address.port or _PORTS[address.scheme],
        ssl=address.scheme == "https",
        headers=headers,
        settings=options,
    )


def _batches(size: int) -> Iterator[tuple[int, int]]:
    return ((start, min(size, start + _BATCH)) for start in range(0, size, _BATCH))
