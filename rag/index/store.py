"""What the index keeps beside its vectors: the manifest, and the canonical form of each document.

The manifest is the truth: it names the documents that are served. It is replaced in one step (`os.replace`), so a crash
at any moment leaves the former index or the new one; rows that no manifest names are passed over and swept later.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from corpus.plain import source_from_plain, source_to_plain
from corpus.types import Source
from rag.errors import DataDirectoryError, IndexCorrupt, IndexFailed

SCHEMA = 4


@dataclass(frozen=True)
class Filed:
    """The file that a document was read from: digest of its bytes, its user's name for it, its size, when it came.

    `kept` tells whether the store keeps the file itself, because nobody else may.
    """

    sha: str
    name: str
    size: int
    added: str = ""
    kept: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Manifest:
    """What an index is made of and what made it; `name` is that of its collection, `files` goes by document."""

    embedder: str
    corpus: str
    origin: str
    documents: Mapping[str, str] = field(default_factory=dict)
    generation: int = 0
    schema: int = SCHEMA
    vectors: str = "chroma"
    name: str = ""
    files: Mapping[str, Filed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.documents, dict) or not isinstance(self.files, dict):
            raise TypeError("documents")

    @classmethod
    def of(cls, value: dict[str, Any]) -> Manifest:
        """The manifest that was written as `value`; `TypeError` or `AttributeError` when it is of another shape."""
        files = {id: Filed(**filed) for id, filed in value.get("files", {}).items()}
        return cls(**{**value, "files": files})


class Store:
    """The folder of an index."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "index"

    @property
    def _manifest_path(self) -> Path:
        return self.folder / "manifest.json"

    def version(self) -> tuple[int, int, int] | None:
        """What changes when another manifest is put in force; `None` while there is none."""
        try:
            status = self._manifest_path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def prepare(self) -> None:
        """Makes the folders; `DataDirectoryError` when that is not possible."""
        try:
            (self.folder / "documents").mkdir(parents=True, exist_ok=True)
            probe = self.folder / ".probe"
            probe.write_text("", encoding="utf-8")
            probe.unlink()
        except OSError as error:
            raise DataDirectoryError(self.folder.parent, error.strerror or type(error).__name__) from error

    def manifest(self) -> Manifest | None:
        """The manifest in force, `None` when nothing was indexed; `IndexCorrupt` when it cannot be read."""
        try:
            return Manifest.of(json.loads(self._manifest_path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DataDirectoryError(self.folder.parent, error.strerror or type(error).__name__) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise IndexCorrupt(self.folder, "manifeste illisible") from error

    def replace_manifest(self, manifest: Manifest) -> None:
        """Puts `manifest` in force, in one step."""
        self.write(self._manifest_path, asdict(manifest))

    def write(self, path: Path, value: object) -> None:
        """Writes `value` as JSON so that a reader sees the former file or the new one, never half; `IndexFailed`."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(value, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            raise IndexFailed(self.folder, error.strerror or type(error).__name__) from error

    def read(self, path: Path) -> Any:  # noqa: ANN401
        """What `write` wrote; `IndexCorrupt` when it cannot be read."""
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexCorrupt(self.folder, f"{path.name} illisible") from error

    def next_generation(self) -> int:
        """A number that no generation and no vectors have, neither those served nor what a crash left behind."""
        taken = [int(path.name.partition("-")[2]) for path in self.folder.glob("[cg]*-[0-9]*")]
        return max(taken, default=0) + 1

    def generation(self, number: int) -> Path:
        """The folder of what is written anew with each manifest."""
        return self.folder / f"generation-{number}"

    def save(self, source: Source) -> None:
        """Keeps the canonical form of `source`."""
        path = self._document(source.digest)
        self.write(path, source_to_plain(source))

    def holds(self, digest: str) -> bool:
        """Whether a document was saved under `digest`."""
        return self._document(digest).is_file()

    def _document(self, digest: str) -> Path:
        return self.folder / "documents" / f"{digest}.json"

    def load(self, digest: str) -> Source:
        """The document that was saved under `digest`."""
        return source_from_plain(self.read(self._document(digest)))

    def original(self, filed: Filed) -> Path:
        """Where the file that a document was read from is kept, under the digest of its bytes."""
        return self.folder / "originals" / filed.sha

    def keep(self, file: Path, filed: Filed) -> None:
        """Keeps a copy of `file`, as a whole or not at all."""
        kept = self.original(filed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_name(f".{kept.name}.{os.getpid()}")
        with file.open("rb") as source, temporary.open("wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(kept)

    def clear(self) -> None:
        """Removes what an interrupted run left behind, which would take the room that the next one needs."""
        with suppress(IndexCorrupt):
            if manifest := self.manifest():
                self.sweep(manifest)

    def sweep(self, manifest: Manifest) -> None:
        """Removes what `manifest` does not name."""
        for path in list(self.unnamed(manifest)):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def unnamed(self, manifest: Manifest) -> Iterator[Path]:
        """The files and folders that `manifest` does not name: left behind by a crash, or just being written."""
        named = {filed.sha for filed in manifest.files.values() if filed.kept}
        named |= {f"{digest}.json" for digest in manifest.documents.values()}
        named |= {self.generation(manifest.generation).name, manifest.vectors}
        for pattern in ("originals/*", "documents/*", "generation-*", "chroma*"):
            yield from (path for path in self.folder.glob(pattern) if path.name not in named)


def being_written(data_dir: Path) -> bool:
    """Whether somebody is writing in a data directory right now."""
    lock = data_dir / "index" / ".lock"
    try:
        with FileLock(str(lock), timeout=0) if lock.exists() else nullcontext():
            return False
    except Timeout:
        return True
    except OSError:  # nobody writes where this process may not
        return False


@contextmanager
def writing(data_dir: Path) -> Iterator[None]:
    """One writer at a time in a data directory; the others wait. `DataDirectoryError` when nothing can be written."""
    Store(data_dir).prepare()
    with FileLock(str(data_dir / "index" / ".lock")):
        yield
