"""The conversations of a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ui.store.database import ConversationRow, ExchangeRow
from ui.store.shelf import NotKept, Shelf, new_id
from ui.store.values import StoredExchange, Talk

RECENT = 12 * 3600.0
MOST_CONVERSATIONS = 200
TITLE_LENGTH = 200


class Conversations(Shelf):
    """Kept as they grow, so that a restart or a reload loses nothing."""

    def add(
        self, question: str, record: Mapping[str, Any] | None, problem: str = "", after: str = "", instead: str = ""
    ) -> str:
        """Keeps an exchange and returns its id.

        It goes to the end of the conversation that holds the exchange `after`, or begins one; it takes the place of
        the exchange `instead`. The oldest conversations beyond `MOST_CONVERSATIONS` go.
        """
        with self.database.session(writes=True) as session:
            here = self.here(session)
            conversation = self._holding(session, instead or after) or self._begun(session, question)
            place = self._replaced(session, conversation, instead)
            row = ExchangeRow(
                id=new_id(), conversation=conversation.id, position=place, question=question,
                record=None if record is None else dict(record), problem=problem,
            )  # fmt: skip
            session.add(row)
            conversation.updated = time()
            here.conversation = conversation.id
            if place == 1:
                conversation.title = _title(question)
            self._forget_oldest(session)
            return row.id

    def talks(self) -> tuple[Talk, ...]:
        """The list, the latest first."""
        counts = select(ExchangeRow.conversation, func.count().label("count")).group_by(ExchangeRow.conversation)
        counted = counts.subquery()
        query = (
            select(ConversationRow, counted.c.count)
            .join(counted, counted.c.conversation == ConversationRow.id)
            .where(ConversationRow.visitor == self.visitor, ConversationRow.removed.is_(None))
            .order_by(ConversationRow.updated.desc(), ConversationRow.id)
        )
        with self.database.session() as session:
            return tuple(Talk(row.id, row.title, row.updated, count) for row, count in session.execute(query))

    def conversation(self, id: str) -> tuple[StoredExchange, ...]:
        """The exchanges of one conversation in order; `NotKept` when it is none of the visitor's."""
        with self.database.session() as session:
            return self._exchanges(session, self.own(session, ConversationRow, id).id)

    def holding(self, exchange: str) -> str:
        """The id of the conversation that holds this exchange; `NotKept` when it is none of the visitor's."""
        with self.database.session() as session:
            row = self._holding(session, exchange)
            if row is None:
                raise NotKept
            return row.id

    def around(self, exchange: str) -> tuple[StoredExchange, ...]:
        """The conversation that holds this exchange; `NotKept` when it is none of the visitor's."""
        with self.database.session() as session:
            row = self._holding(session, exchange)
            if row is None:
                raise NotKept
            return self._exchanges(session, row.id)

    def exchange(self, id: str) -> StoredExchange:
        """One exchange; `NotKept` when it is none of the visitor's."""
        with self.database.session() as session:
            row = session.get(ExchangeRow, id)
            if row is None:
                raise NotKept
            self.own(session, ConversationRow, row.conversation)
            return _stored(row)

    def current(self) -> tuple[StoredExchange, ...]:
        """The conversation that the visitor was in, when that was not long ago (`RECENT` seconds)."""
        with self.database.session(writes=True) as session:
            row = session.get(ConversationRow, self.here(session).conversation)
            open = row and row.visitor == self.visitor and row.removed is None and row.updated > time() - RECENT
            return self._exchanges(session, row.id) if row and open else ()

    def resume(self, id: str) -> tuple[StoredExchange, ...]:
        """Makes this conversation the current one."""
        with self.database.session(writes=True) as session:
            row = self.own(session, ConversationRow, id)
            row.updated, row.removed = time(), None
            self.here(session).conversation = row.id
            return self._exchanges(session, row.id)

    def leave(self) -> None:
        """The next question begins a new conversation."""
        with self.database.session(writes=True) as session:
            self.here(session).conversation = ""

    def _holding(self, session: Session, exchange: str) -> ConversationRow | None:
        row = session.get(ExchangeRow, exchange) if exchange else None
        conversation = session.get(ConversationRow, row.conversation) if row else None
        mine = conversation and conversation.visitor == self.visitor and conversation.removed is None
        return conversation if mine else None

    def _begun(self, session: Session, question: str) -> ConversationRow:
        row = ConversationRow(id=new_id(), visitor=self.visitor, updated=time(), title=_title(question))
        session.add(row)
        session.flush()
        return row

    def _replaced(self, session: Session, conversation: ConversationRow, instead: str) -> int:
        """The position for a new exchange: that of `instead`, which goes, or the next."""
        old = session.get(ExchangeRow, instead) if instead else None
        if old and old.conversation == conversation.id:
            session.delete(old)
            return old.position
        last = select(func.max(ExchangeRow.position)).where(ExchangeRow.conversation == conversation.id)
        return (session.scalar(last) or 0) + 1

    def _forget_oldest(self, session: Session) -> None:
        own = select(ConversationRow.id).where(ConversationRow.visitor == self.visitor)
        latest = own.order_by(ConversationRow.updated.desc()).limit(MOST_CONVERSATIONS)
        session.execute(
            delete(ConversationRow).where(ConversationRow.visitor == self.visitor, ConversationRow.id.not_in(latest))
        )

    def _exchanges(self, session: Session, conversation: str) -> tuple[StoredExchange, ...]:
        query = select(ExchangeRow).where(ExchangeRow.conversation == conversation)
        rows = session.scalars(query.order_by(ExchangeRow.position, ExchangeRow.id))
        return tuple(_stored(row) for row in rows)


def _stored(row: ExchangeRow) -> StoredExchange:
    return StoredExchange(row.id, row.question, row.record, row.problem)


def _title(question: str) -> str:
    return " ".join(question.split())[:TITLE_LENGTH]
