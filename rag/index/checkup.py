"""Whether what is kept of added documents is whole, and what an interrupted change has left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.index.changing import leftovers
from rag.index.intake import added_manifests
from rag.index.store import Manifest, Store, being_written
from rag.settings import Settings


@dataclass(frozen=True)
class Checkup:
    """How many documents were added to how many collections; ids of those whose text, or whose file, is gone.

    `left` is the size, in bytes, of what no manifest names; while `writing`, that may be what is just being written.
    """

    documents: int
    collections: int
    without_text: tuple[str, ...]
    without_file: tuple[str, ...]
    left: int
    writing: bool


def checkup(settings: Settings) -> Checkup:
    """Looks through the collections of added documents; `IndexCorrupt` when a manifest cannot be read."""
    manifests = {Store(folder): manifest for folder, manifest in added_manifests(settings).items()}
    return Checkup(
        sum(len(manifest.documents) for manifest in manifests.values()),
        len(manifests),
        tuple(id for store, manifest in manifests.items() for id in _without_text(store, manifest)),
        tuple(id for store, manifest in manifests.items() for id in _without_file(store, manifest)),
        sum(map(_size, leftovers(settings))),
        being_written(settings.data_dir),
    )


def _without_text(store: Store, manifest: Manifest) -> Iterator[str]:
    return (id for id, digest in manifest.documents.items() if not store.holds(digest))


def _without_file(store: Store, manifest: Manifest) -> Iterator[str]:
    for id, filed in manifest.files.items():
        path = store.original(filed)
        if filed.kept and not (path.is_file() and path.stat().st_size == filed.size):
            yield id


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
