"""Saving and putting back the whole data directory, while the guide serves and indexes.

An archive is a `.tar.gz`: every file below `data/`, then `digests.json`, the SHA-256 of each. SQLite files (Chroma's,
and those of whatever else keeps its data in SQLite) are copied by SQLite's own backup, which sees one state even while
others write. Indexing waits at its lock until the copy is made.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from filelock import FileLock

from rag.errors import ArchiveError, IndexMissing
from rag.service.saved import remember
from rag.settings import Settings

DATA = "data"
DIGESTS = "digests.json"
_SQLITE = b"SQLite format 3\x00"
_BESIDE_SQLITE = ("-wal", "-shm", "-journal")
_PIECE = 1 << 20
_OWNER_ONLY = 0o600  # conversations, and the key of the sessions

Digests = Mapping[str, str]


def backup(settings: Settings, archive: Path) -> Digests:
    """Writes `archive` and reads it again; returns the digest of each file in it.

    An archive of that name is replaced at the end, in one step. Raises `IndexMissing` when there is nothing to save,
    `ArchiveError` when the archive cannot be written.
    """
    if not settings.data_dir.is_dir():
        raise IndexMissing(settings.data_dir)
    if archive.resolve().is_relative_to(settings.data_dir.resolve()):
        raise ArchiveError(archive, "choisissez un fichier hors du dossier de données")
    try:
        with tempfile.TemporaryDirectory(prefix=".ptce-backup-", dir=archive.resolve().parent) as folder:
            written = Path(folder) / "archive"
            with _still(settings.data_dir):
                digests = _write(settings.data_dir, written, Path(folder))
            if dict(_read(written)) != dict(digests):
                raise ArchiveError(archive, "relue, elle n'est pas ce qui a été écrit : recommencez")
            written.replace(archive)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(archive, f"elle n'a pas pu être écrite ({_reason(error)}) ; rien n'a été changé") from error
    remember(settings.data_dir, archive)
    return digests


def verify(archive: Path) -> Digests:
    """The digests of what `archive` holds, each checked; `ArchiveError` when it could not be put back."""
    try:
        return dict(_read(archive))
    except (OSError, EOFError, tarfile.TarError) as error:
        raise ArchiveError(archive, f"elle n'a pas pu être lue ({_reason(error)})") from error


def restore(settings: Settings, archive: Path) -> tuple[Digests, Path | None]:
    """Puts what `archive` holds in the place of the data directory; returns its digests, and where the former one is.

    Everything is unpacked beside it and checked first, then two renames put it in force; a failure leaves the former
    directory. A server that runs takes up the restored index by itself, but keeps the former notebook open: it is to be
    started again. Raises `ArchiveError`.
    """
    target = settings.data_dir.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unpacked = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            digests = dict(_read(archive, unpacked))
            if not digests:
                raise ArchiveError(archive, "elle est vide")
            with _still(target):
                former = _put(unpacked, target)
            remember(target, archive)
            return digests, former
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise ArchiveError(archive, f"elle n'a pas pu être lue ({_reason(error)}) ; rien n'a été changé") from error


@contextmanager
def _still(data_dir: Path) -> Iterator[None]:
    """No indexing meanwhile."""
    lock = data_dir / "index" / ".lock"
    if not lock.parent.is_dir():
        yield
        return
    with FileLock(str(lock)):
        yield


def _put(unpacked: Path, target: Path) -> Path | None:
    """The former directory keeps its contents under another name."""
    if not target.exists():
        unpacked.rename(target)
        return None
    former = target.with_name(f"{target.name}-avant-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    target.rename(former)
    try:
        unpacked.rename(target)
    except OSError:
        former.rename(target)
        raise
    return former


def _write(data_dir: Path, archive: Path, folder: Path) -> Digests:
    digests: dict[str, str] = {}
    archive.touch(_OWNER_ONLY)
    with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
        for path in _files(data_dir):
            name = path.relative_to(data_dir).as_posix()
            try:
                with _copied(path, folder) as copy:
                    digests[name] = _digest(copy)
                    tar.add(copy, f"{DATA}/{name}", recursive=False, filter=_anonymous)
            except FileNotFoundError:  # swept since it was listed: nothing that is served
                continue
        content = json.dumps(digests, ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(DIGESTS)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    with archive.open("rb") as file:
        os.fsync(file.fileno())
    return digests


def _files(data_dir: Path) -> list[Path]:
    """What is saved: ordinary files, without locks, leftovers of a write, and what SQLite keeps beside its files."""
    found = [path for path in sorted(data_dir.rglob("*")) if path.is_file() and not path.is_symlink()]
    return [path for path in found if not path.name.startswith(".") and not path.name.endswith(_BESIDE_SQLITE)]


@contextmanager
def _copied(path: Path, folder: Path) -> Iterator[Path]:
    """A file that nobody writes to: SQLite's own copy of a SQLite file, any other file as it is."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            yield path
            return
    copy = folder / "copy.sqlite3"
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    yield copy


def _read(archive: Path, into: Path | None = None) -> Iterator[tuple[str, str]]:
    """Name and digest of each file of the archive, checked against its list, and unpacked below `into`."""
    found: dict[str, str] = {}
    listed: dict[str, str] | None = None
    with gzip.open(archive) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isreg() else None
            if content is None:
                raise ArchiveError(archive, f"elle contient {entry.name!r}, qui n'est pas un fichier ordinaire")
            if entry.name == DIGESTS:
                listed = json.load(content)
                continue
            name = _inside(archive, entry.name)
            found[name] = _unpack(content, into / name if into else None)
    if listed != found:
        raise ArchiveError(archive, "ses empreintes ne concordent pas : elle est abîmée ou incomplète")
    yield from found.items()


def _inside(archive: Path, name: str) -> str:
    """The name below `data/`, unless it leads elsewhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or len(path.parts) < 2 or path.parts[0] != DATA:
        raise ArchiveError(archive, f"le nom {name!r} sort du dossier de données : archive refusée")
    return path.relative_to(DATA).as_posix()


def _unpack(content: IO[bytes], path: Path | None) -> str:
    digest = hashlib.sha256()
    if path is None:
        while piece := content.read(_PIECE):
            digest.update(piece)
        return digest.hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
        while piece := content.read(_PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Neither owner nor rights of the machine it comes from."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = _OWNER_ONLY
    return entry


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
