"""A collection while it is being changed."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath

from corpus.formats.base import Unreadable
from corpus.isolated import IsolatedReader
from corpus.markdown import metadata_from
from corpus.types import Source
from rag.embed import Embedder
from rag.errors import GuideError, IndexCorrupt, IndexFailed
from rag.index import intake
from rag.index.build import IndexReport, put
from rag.index.intake import ADDED_ORIGIN, Entries, Progress
from rag.index.precomputed import Precomputed
from rag.index.store import Filed, Manifest, Store, writing
from rag.index.vectors import SERVER, VectorStore
from rag.settings import Settings

EDITABLE = ("title", "authors", "published", "kind", "publisher")
_DATE = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?")
_LONGEST = 300
_LONGEST_UPLOAD = 3600  # seconds


@dataclass(frozen=True)
class Incoming:
    """A file to add: where it lies, what its user calls it, and what the user says of it (keys of `EDITABLE`)."""

    path: Path
    name: str
    said: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def changing(settings: Settings) -> Iterator[None]:
    """The lock of the data directory; what is half done when it goes wrong is taken away again.

    Raises `IndexFailed` when the disk is full.
    """
    with writing(settings.data_dir):
        _tidy(settings)
        try:
            yield
        except (OSError, GuideError) as error:
            _tidy(settings)
            if isinstance(error, GuideError):
                raise
            collections = settings.data_dir / "collections"
            raise IndexFailed(collections, error.strerror or type(error).__name__) from error


def leftovers(settings: Settings) -> Iterator[Path]:
    """What interrupted changes have left behind: files that no manifest names, removals and uploads half done."""
    yield from (settings.data_dir / "collections").glob(".*")
    for folder in intake.added_folders(settings):
        store = Store(folder)
        with suppress(IndexCorrupt):  # which may yet be mended
            manifest = store.manifest()
            yield from store.unnamed(manifest) if manifest else [folder]
    for upload in (settings.data_dir / "incoming").glob("*"):
        if time.time() - upload.stat().st_mtime > _LONGEST_UPLOAD:
            yield upload


def _tidy(settings: Settings) -> None:
    """Takes away the leftovers. For one who holds the lock."""
    with suppress(OSError):
        for path in list(leftovers(settings)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def base_name(name: str) -> str:
    """The last part of what a user or a browser gives as the name of a file."""
    last = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    return "".join(character for character in last if character.isprintable())[-200:] or "document"


def folder_of(settings: Settings, name: str) -> Path:
    """The data directory of the collection `name`."""
    return settings.data_dir / "collections" / sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def described(source: Source, said: Mapping[str, object]) -> Source:
    """`source` with what its user says of it; `Unreadable` with the reason for what cannot be."""
    if unknown := said.keys() - set(EDITABLE):
        raise Unreadable(f"champ inconnu : {', '.join(sorted(unknown))}")
    given = {key: value for key, value in said.items() if value or key != "title"}
    try:
        metadata = metadata_from(given, source.metadata)
    except (ValueError, TypeError) as error:
        raise Unreadable(f"une valeur est impossible ({error})") from error
    if not _DATE.fullmatch(metadata.published):
        raise Unreadable("la date s'écrit 2024, 2024-05 ou 2024-05-31")
    texts = (metadata.title, metadata.publisher, *metadata.authors)
    if any(len(text) > _LONGEST for text in texts) or len(metadata.authors) > 50:
        raise Unreadable(f"un titre ou un nom dépasse {_LONGEST} caractères")
    return Source(metadata, source.text, source.blocks)


class Holding:
    """A collection while it is being changed, and what the others hold. For one who holds the lock."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.settings, self.name = settings, name
        self.store = Store(folder_of(settings, name))
        self.former = self.store.manifest()
        self.documents = dict(self.former.documents) if self.former else {}
        self.files = dict(self.former.files) if self.former else {}
        self.changed = False
        main = Store(settings.data_dir).manifest()
        others = {settings.data_dir: main} if main else {}
        others |= {path: one for path, one in intake.added_manifests(settings).items() if one.name != name}
        self._others: dict[Path, Manifest] = others

    def by_sha(self, sha: str) -> str:
        """The document that was made from a file of these bytes, in any collection; "" when there is none."""
        everything = [self.files, *(manifest.files for manifest in self._others.values())]
        return next((id for files in everything for id, filed in files.items() if filed.sha == sha), "")

    def by_name(self, name: str, id: str) -> str:
        """The document of this collection that a file called so replaces; "" when there is none."""
        same = [other for other, filed in self.files.items() if filed.name == name]
        return same[0] if same else (id if id in self.documents else "")

    def title(self, id: str) -> str:
        """The title of a document of any collection; "" for ""."""
        if not id:
            return ""
        if id in self.documents:
            return self.store.load(self.documents[id]).metadata.title
        folder = next(folder for folder, manifest in self._others.items() if id in manifest.documents)
        return Store(folder).load(self._others[folder].documents[id]).metadata.title

    def take(self, incoming: Incoming, reader: IsolatedReader) -> None:
        """Reads a file into the collection; `Unreadable` when that cannot be."""
        name = base_name(incoming.name)
        source, remark = reader.read(incoming.path, name)
        taken = {id for manifest in self._others.values() for id in manifest.documents}
        id = self.by_name(name, source.id) or intake.free(source.id, {*self.documents, *taken})
        source = intake.in_collection(described(source, incoming.said), self.name, id)
        sha, size = intake.digest_of(self.settings, incoming.path), incoming.path.stat().st_size
        filed = Filed(sha, name, size, date.today().isoformat(), kept=True, remark=remark)
        self.store.keep(incoming.path, filed)
        self.save(source, filed)

    def save(self, source: Source, filed: Filed) -> None:
        """Puts a document in the place of the one of its id."""
        self.store.save(source)
        self.documents[source.id] = source.digest
        self.files[source.id] = filed
        self.changed = True

    def drop(self, id: str) -> None:
        """Takes a document out."""
        del self.documents[id], self.files[id]
        self.changed = True

    def put(self, embedder: Embedder, progress: Progress) -> IndexReport:
        """Puts the collection in force as it is now; an empty one goes, with all that it kept."""
        if not self.documents:
            self._vanish()
            return IndexReport()
        ordered = {id: self.documents[id] for id in sorted(self.documents)}
        entries = Entries(ADDED_ORIGIN, self.name, intake.made_of(ordered), ordered, self.files)
        return put(self.settings, self.store, entries, self.former, progress, Precomputed(embedder))

    def _vanish(self) -> None:
        folder = self.store.folder.parent
        if self.former and self.former.vectors.startswith(SERVER):
            vectors = VectorStore.on_server(self.settings, self.former.vectors.removeprefix(SERVER))
            for name in vectors.names():
                vectors.drop(name)
        gone = folder.with_name(f".{folder.name}")
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
