"""What the parts of a notebook share: one visitor's rows, put aside and taken back."""

from __future__ import annotations

from time import time
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from rag.errors import GuideError
from ui.store.database import Database, Owned, VisitorRow
from ui.texts import notebook as texts

Row = TypeVar("Row", bound=Owned)


class NotKept(GuideError):
    """What is asked for is not in this visitor's notebook (any more)."""

    code = "not_kept"

    def __init__(self) -> None:
        super().__init__(texts.NOT_KEPT)


class NotebookFull(GuideError):
    """There is no more room for this kind of thing."""

    code = "notebook_full"


class Shelf:
    """One visitor's part of the database."""

    def __init__(self, database: Database, visitor: str) -> None:
        self.database = database
        self.visitor = visitor

    def here(self, session: Session) -> VisitorRow:
        """The visitor's own row, made when there is none, with the time of this visit."""
        row = session.get(VisitorRow, self.visitor)
        if row is None:
            row = VisitorRow(id=self.visitor, seen=time(), conversation="")
            session.add(row)
        row.seen = time()
        session.flush()
        return row

    def own(self, session: Session, kind: type[Row], id: str) -> Row:
        """The visitor's row of that id, put aside or not; `NotKept` when there is none."""
        row = session.get(kind, id)
        if row is None or row.visitor != self.visitor:
            raise NotKept
        return row

    def put_aside(self, kind: type[Row], id: str) -> None:
        """Hides a row until it is taken back; what was put aside before it is now gone for good."""
        with self.database.session(writes=True) as session:
            row = self.own(session, kind, id)
            session.execute(delete(kind).where(kind.visitor == self.visitor, kind.removed.is_not(None)))
            row.removed = time()

    def aside(self, kind: type[Row]) -> str:
        """The id of the row that can be taken back, empty when there is none."""
        mine = select(kind.id).where(kind.visitor == self.visitor, kind.removed.is_not(None))
        with self.database.session() as session:
            return session.scalar(mine) or ""

    def take_back(self, kind: type[Row], id: str) -> None:
        """Undoes `put_aside`."""
        with self.database.session(writes=True) as session:
            self.own(session, kind, id).removed = None

    def throw_away(self, kind: type[Row]) -> None:
        """Deletes for good what was put aside."""
        with self.database.session(writes=True) as session:
            session.execute(delete(kind).where(kind.visitor == self.visitor, kind.removed.is_not(None)))


def new_id() -> str:
    """A name that nobody can guess."""
    return uuid4().hex
