"""The index in force: a process that serves takes up what another process has indexed, without being started again."""

from __future__ import annotations

import logging
from threading import Lock

from rag.errors import GuideError
from rag.index import Index
from rag.settings import Settings
from rag.store import SCHEMA, Store

_log = logging.getLogger(__name__)


class LiveIndex:
    """An open index, and its successor once the manifest on the disk has changed. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index) -> None:
        self._settings = settings
        self._store = Store(settings.data_dir)
        self._index = index
        self._seen = index.version
        self._opening = Lock()

    def current(self) -> Index:
        """The newest index that can be opened; whoever asks while another thread opens it gets the former one."""
        if self._store.version() != self._seen and self._opening.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._opening.release()
        return self._index

    def _renew(self) -> None:
        """What cannot be opened (half swept by a further run, of another embedder or schema) leaves the former one."""
        seen = self._store.version()
        try:
            manifest, former = self._store.manifest(), self._index.manifest
            if manifest and (manifest.embedder, manifest.schema) == (former.embedder, SCHEMA):
                self._index = Index.open(self._settings)
                _log.info("index taken up", extra={"documents": len(self._index.sources)})
            self._seen = seen
        except GuideError as error:
            _log.warning("new index not taken up", extra={"code": error.code})
