"""Append-only files of JSON lines in the data directory: what was appended is on the disk when `append` returns."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from rag.errors import DataDirectoryError


class Journal:
    """A file of JSON objects, one a line, that several processes may append to; only its owner can read it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Mapping[str, Any]) -> None:
        """Adds one line; `DataDirectoryError` when it cannot be written, and then nothing of it counts."""
        line = json.dumps(entry, ensure_ascii=False).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock"):
                self._write(line)
        except OSError as error:
            raise DataDirectoryError(self.path.parent, error.strerror or type(error).__name__) from error

    def entries(self) -> Iterator[dict[str, Any]]:
        """The objects, oldest first; a line that a crash cut short is passed over."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise DataDirectoryError(self.path.parent, error.strerror or type(error).__name__) from error
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry

    def _write(self, line: bytes) -> None:
        """One write for the whole line; a line that an earlier crash left unfinished is ended first."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            broken = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            with os.fdopen(handle, "ab", closefd=False) as file:
                file.write(b"\n" * broken + line + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
