"""The session kits of a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any

from sqlalchemy import func, select

from ui.store.database import KitRow
from ui.store.shelf import NotebookFull, Shelf, new_id
from ui.store.values import StoredKit
from ui.texts import notebook as texts

MOST_KITS = 100


class Kits(Shelf):
    """Kits as their page left them; `data` is whatever JSON that page needs."""

    def kits(self) -> tuple[StoredKit, ...]:
        """All kits, the latest first."""
        mine = select(KitRow).where(KitRow.visitor == self.visitor, KitRow.removed.is_(None))
        with self.database.session() as session:
            return tuple(_stored(row) for row in session.scalars(mine.order_by(KitRow.updated.desc(), KitRow.id)))

    def kit(self, id: str) -> StoredKit:
        """One kit; `NotKept` when it is none of the visitor's."""
        with self.database.session() as session:
            return _stored(self.own(session, KitRow, id))

    def save(self, name: str, title: str, data: Mapping[str, Any], id: str = "") -> str:
        """Keeps a kit, a new one unless `id` names one of the visitor's; returns its id. Raises `NotebookFull`."""
        with self.database.session(writes=True) as session:
            self.here(session)
            row = self.own(session, KitRow, id) if id else None
            if row is None:
                if (session.scalar(self._count()) or 0) >= MOST_KITS:
                    raise NotebookFull(texts.KITS_FULL.format(most=MOST_KITS))
                row = KitRow(id=new_id(), visitor=self.visitor)
                session.add(row)
            row.name, row.title, row.data, row.updated = name, title, dict(data), time()
            return row.id

    def _count(self) -> Any:  # noqa: ANN401 - a statement whose type SQLAlchemy works out
        return select(func.count()).select_from(KitRow).where(KitRow.visitor == self.visitor)


def _stored(row: KitRow) -> StoredKit:
    return StoredKit(row.id, row.name, row.title, row.updated, row.data)
