"""What another process does to a notebook; it imports little, so that it starts fast."""

from __future__ import annotations

from pathlib import Path

from rag.settings import Settings
from ui.store.notebook import Notebooks


def keep_many(folder: str, count: int) -> None:
    """Keeps a conversation of `count` questions in the database of `folder`."""
    book = Notebooks.of(Settings(data_dir=Path(folder))).of_visitor("a" * 64)
    after = ""
    for number in range(count):
        after = book.conversations.add(f"question {number}", {"answer": "x" * 1000}, after=after)
