"""The indexes in force, one a collection: a process that serves takes up what another process has indexed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from rag.errors import GuideError
from rag.index.intake import added_folders
from rag.index.searchable import Index
from rag.index.store import SCHEMA, Store
from rag.settings import Settings

Version = tuple[int, int, int] | None
_log = logging.getLogger(__name__)


class LiveIndexes:
    """The open indexes by the name of their collection, the main one first. Safe to share between threads.

    Each stays open and whole until its successor is; who asks while another thread opens that one gets the former.
    """

    def __init__(self, settings: Settings, main: Index) -> None:
        self._settings = settings
        self._open: Mapping[Path, Index] = {settings.data_dir: main}
        self._seen: Mapping[Path, Version] = {}  # not looked at yet: it may have changed since `main` was opened
        self._opening = Lock()

    @property
    def main(self) -> Index:
        """The index of the shipped corpus, or of the folder that was indexed in its place."""
        return self._current()[self._settings.data_dir]

    def by_name(self) -> dict[str, Index]:
        """Every index under the name of its collection."""
        return {index.name: index for index in self._current().values()}

    def catch_up(self) -> None:
        """Waits until what is on the disk now is open."""
        with self._opening:
            self._renew()

    def _current(self) -> Mapping[Path, Index]:
        if self._versions() != self._seen and self._opening.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._opening.release()
        return self._open

    def _versions(self) -> dict[Path, Version]:
        folders = [self._settings.data_dir, *added_folders(self._settings)]
        return {folder: version for folder in folders if (version := Store(folder).version())}

    def _renew(self) -> None:
        """Opens what has changed; what cannot be opened (another embedder or schema, damage) leaves the former one."""
        versions = self._versions()
        opened = {self._settings.data_dir: self._open[self._settings.data_dir]}
        for folder, version in versions.items():
            former = self._open.get(folder)
            if former and self._seen.get(folder) == version:
                opened[folder] = former
            elif index := self._opened(folder, former):
                opened[folder] = index
        self._open, self._seen = opened, versions

    def _opened(self, folder: Path, former: Index | None) -> Index | None:
        embedder = self._open[self._settings.data_dir].manifest.embedder
        try:
            manifest = Store(folder).manifest()
            if former and manifest == former.manifest:
                return former
            if manifest is None or (manifest.embedder, manifest.schema) != (embedder, SCHEMA):
                return former
            return Index.open(self._settings.model_copy(update={"data_dir": folder})).warmed()
        except GuideError as error:
            _log.warning("new index not taken up", extra={"code": error.code})
            return former
