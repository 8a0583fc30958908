"""A visitor's notebook: conversations, basket and kits, exported or erased together."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete

from rag.settings import Settings
from ui.store.basket import Basket
from ui.store.conversations import Conversations
from ui.store.database import ConversationRow, Database, KitRow, QuoteRow, VisitorRow
from ui.store.kits import Kits

VERSION = 1


class Notebook:
    """All that is kept for one visitor."""

    def __init__(self, database: Database, visitor: str) -> None:
        self.database = database
        self.visitor = visitor
        self.conversations = Conversations(database, visitor)
        self.basket = Basket(database, visitor)
        self.kits = Kits(database, visitor)

    def tidy(self) -> None:
        """Deletes for good what was put aside: it can no longer be undone."""
        self.conversations.throw_away(ConversationRow)
        self.basket.throw_away(QuoteRow)
        self.kits.throw_away(KitRow)

    def everything(self) -> dict[str, Any]:
        """All of it as plain data."""
        talks = self.conversations.talks()
        return {
            "version": VERSION,
            "conversations": [
                asdict(talk) | {"exchanges": [asdict(each) for each in self.conversations.conversation(talk.id)]}
                for talk in talks
            ],
            "basket": [asdict(quote) for quote in self.basket.quotes()],
            "kits": [asdict(kit) for kit in self.kits.kits()],
        }

    def erase(self) -> None:
        """Deletes everything for good, and its traces in the file."""
        with self.database.session(writes=True) as session:
            session.execute(delete(VisitorRow).where(VisitorRow.id == self.visitor))
        self.database.forget_traces()


class Notebooks:
    """The notebooks of all visitors."""

    def __init__(self, database: Database, keep_days: int) -> None:
        self.database = database
        self.keep_days = keep_days

    @classmethod
    def of(cls, settings: Settings) -> Notebooks:
        """The notebooks in the database that `settings` name; it is opened at the first use."""
        return cls(Database.of(settings), settings.keep_days)

    def of_visitor(self, visitor: str) -> Notebook:
        """The notebook of the visitor whose digest this is (`ui.store.visitors`)."""
        return Notebook(self.database, visitor)
