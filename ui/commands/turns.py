"""The history of a conversation, from JSON."""

from __future__ import annotations

from rag.types import Turn


def turns_from(value: object) -> tuple[Turn, ...]:
    """The turns that decoded JSON holds; `ValueError` when it is not a list of `{"role", "content"}`."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("history")
    return tuple(_turn(entry) for entry in value)


def _turn(entry: object) -> Turn:
    if not isinstance(entry, dict) or not isinstance(entry.get("content"), str):
        raise ValueError("history")
    return Turn(str(entry.get("role")), entry["content"])
