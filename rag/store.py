"""What the index keeps beside its vectors: the manifest, and the canonical form of each document.

The manifest is the truth: it names the documents that are served. It is replaced in one step (`os.replace`), so a crash
at any moment leaves the former index or the new one; rows that no manifest names are passed over and swept later.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus.markdown import metadata_from
from corpus.types import Block, BlockKind, Metadata, Source, Speaker
from rag.errors import DataDirectoryError, IndexCorrupt

SCHEMA = 2
Version = tuple[int, int, int] | None


@dataclass(frozen=True)
class Manifest:
    """What an index is made of and what made it."""

    embedder: str
    corpus: str
    origin: str
    documents: Mapping[str, str] = field(default_factory=dict)
    generation: int = 0
    schema: int = SCHEMA
    vectors: str = "chroma"

    def __post_init__(self) -> None:
        if not isinstance(self.documents, dict):
            raise TypeError("documents")


class Store:
    """The folder of an index."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "index"

    @property
    def _manifest_path(self) -> Path:
        return self.folder / "manifest.json"

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
            return Manifest(**json.loads(self._manifest_path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DataDirectoryError(self.folder.parent, error.strerror or type(error).__name__) from error
        except (ValueError, TypeError) as error:
            raise IndexCorrupt(self.folder, "manifeste illisible") from error

    def version(self) -> Version:
        """What changes with every manifest that is put in force; `None` when there is none."""
        try:
            stat = self._manifest_path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def replace_manifest(self, manifest: Manifest) -> None:
        """Puts `manifest` in force, in one step."""
        self.write(self._manifest_path, asdict(manifest))

    def write(self, path: Path, value: object) -> None:
        """Writes `value` as JSON so that a reader sees the former file or the new one, never half."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def read(self, path: Path) -> Any:  # noqa: ANN401
        """What `write` wrote; `IndexCorrupt` when it cannot be read."""
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexCorrupt(self.folder, f"{path.name} illisible") from error

    def next_generation(self) -> int:
        """A number that no generation has, neither the one served nor what a crash left behind."""
        taken = [int(path.name.partition("-")[2]) for path in self.folder.glob("generation-*")]
        return max(taken, default=0) + 1

    def generation(self, number: int) -> Path:
        """The folder of what is written anew with each manifest."""
        return self.folder / f"generation-{number}"

    def save(self, source: Source) -> None:
        """Keeps the canonical form of `source`."""
        path = self.folder / "documents" / f"{source.digest}.json"
        self.write(path, {"metadata": asdict(source.metadata), "text": source.text, "blocks": _rows(source)})

    def load(self, digest: str) -> Source:
        """The document that was saved under `digest`."""
        value = self.read(self.folder / "documents" / f"{digest}.json")
        metadata = metadata_from(value["metadata"], Metadata("", ""))
        blocks = tuple(_block(row, metadata.speakers) for row in value["blocks"])
        return Source(metadata, value["text"], blocks)

    def sweep(self, manifest: Manifest) -> None:
        """Removes what `manifest` does not name."""
        live = set(manifest.documents.values())
        for path in (self.folder / "documents").glob("*.json"):
            if path.stem not in live:
                path.unlink(missing_ok=True)
        for path in self.folder.glob("generation-*"):
            if path != self.generation(manifest.generation):
                shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob("chroma*"):
            if path.name != manifest.vectors:
                shutil.rmtree(path, ignore_errors=True)


def _rows(source: Source) -> list[list[object]]:
    speakers = source.metadata.speakers
    return [
        [
            block.kind.value,
            block.start,
            block.end,
            list(block.section),
            block.page,
            speakers.index(block.speaker) if block.speaker else None,
            block.level,
            block.title,
            block.depth,
        ]
        for block in source.blocks
    ]


def _block(row: list[Any], speakers: tuple[Speaker, ...]) -> Block:
    kind, start, end, section, page, speaker, level, title, depth = row
    voice = None if speaker is None else speakers[speaker]
    return Block(BlockKind(kind), start, end, tuple(section), page, voice, level, title, depth)
