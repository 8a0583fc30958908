"""When the data directory was last saved, and where to: what `ptce doctor` reads."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_FILE = "backup.json"


@dataclass(frozen=True)
class Saved:
    """The last backup: when, and the archive, which may have been taken elsewhere since."""

    at: datetime
    archive: Path

    @property
    def days(self) -> int:
        """Its age in whole days."""
        return (datetime.now(UTC) - self.at).days


def remember(data_dir: Path, archive: Path) -> None:
    """Notes `archive` and when it was written; a disk that is full does not make a good archive a bad one."""
    with suppress(OSError):
        written = datetime.fromtimestamp(archive.stat().st_mtime, UTC)
        note = {"at": written.isoformat(timespec="seconds"), "archive": str(archive.resolve())}
        (data_dir / _FILE).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")


def last_saved(data_dir: Path) -> Saved | None:
    """The last backup that was noted; `None` when there is none, or the note cannot be read."""
    try:
        note = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
        return Saved(datetime.fromisoformat(note["at"]), Path(note["archive"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
