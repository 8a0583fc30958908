"""The basket of citations of a visitor."""

from __future__ import annotations

from time import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rag.types import Citation
from ui.store.database import QuoteRow
from ui.store.shelf import NotebookFull, Shelf, new_id
from ui.store.values import StoredQuote
from ui.texts import notebook as texts

MOST_QUOTES = 500
NOTE_LENGTH = 4000


class Basket(Shelf):
    """Citations in the visitor's order, each once, with a note."""

    def quotes(self) -> tuple[StoredQuote, ...]:
        """The basket from top to bottom."""
        with self.database.session() as session:
            return tuple(_stored(row) for row in self._rows(session))

    def add(self, citation: Citation, question: str = "") -> bool:
        """Puts a citation at the bottom; `False` when it was there already. `NotebookFull` when there is no room."""
        with self.database.session(writes=True) as session:
            self.here(session)
            rows = self._rows(session)
            place = (citation.source.id, citation.start, citation.end)
            if any((row.source, row.start, row.end) == place for row in rows):
                return False
            if len(rows) >= MOST_QUOTES:
                raise NotebookFull(texts.BASKET_FULL.format(most=MOST_QUOTES))
            last = session.scalar(select(func.max(QuoteRow.position)).where(QuoteRow.visitor == self.visitor))
            session.add(
                QuoteRow(
                    id=new_id(),
                    visitor=self.visitor,
                    updated=time(),
                    position=(last or 0) + 1,
                    source=citation.source.id,
                    start=citation.start,
                    end=citation.end,
                    quote=citation.quote,
                    question=question,
                )  # fmt: skip
            )
            return True

    def move(self, id: str, by: int) -> None:
        """Moves a citation up (`by` below 0) or down, as far as there is room."""
        with self.database.session(writes=True) as session:
            moved = self.own(session, QuoteRow, id)
            rows = self._rows(session)
            if moved not in rows:
                return
            place = min(max(rows.index(moved) + by, 0), len(rows) - 1)
            rows.remove(moved)
            rows.insert(place, moved)
            for position, row in enumerate(rows, 1):
                row.position = position

    def annotate(self, id: str, note: str) -> None:
        """Replaces the note, which is cut after `NOTE_LENGTH` characters."""
        with self.database.session(writes=True) as session:
            self.own(session, QuoteRow, id).note = note.strip()[:NOTE_LENGTH]

    def _rows(self, session: Session) -> list[QuoteRow]:
        mine = select(QuoteRow).where(QuoteRow.visitor == self.visitor, QuoteRow.removed.is_(None))
        return list(session.scalars(mine.order_by(QuoteRow.position, QuoteRow.id)))


def _stored(row: QuoteRow) -> StoredQuote:
    return StoredQuote(row.id, row.source, row.start, row.end, row.quote, row.note, row.question)
