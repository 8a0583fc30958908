"""The audit trail: one line for each change of the corpus, who made it and when, in `audit.jsonl`."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from rag.journal import Journal

_actor: ContextVar[str] = ContextVar("actor", default="")


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Changes made inside are `name`'s; without it they are those of the system user who runs the command."""
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)


def trail(data_dir: Path) -> Journal:
    """The audit trail of a data directory."""
    return Journal(data_dir / "audit.jsonl")


def note_change(data_dir: Path, origin: str, added: Sequence[str], removed: Sequence[str]) -> None:
    """Adds the line of a change: `added` (or replaced) and `removed` are ids of documents."""
    trail(data_dir).append(
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": _actor.get() or _system_user(),
            "action": "corpus",
            "origin": origin,
            "added": list(added),
            "removed": list(removed),
        }
    )


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "?"
