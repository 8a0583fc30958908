"""The database: its tables, its sessions, and its errors in French. SQLite by default; any that SQLAlchemy speaks.

Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import time
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import JSON, Connection, Engine, Float, ForeignKey, String, Text, create_engine, delete, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from rag.errors import ExtraMissing, GuideError
from rag.settings import Settings
from ui.texts import notebook as texts

SCHEMA = 1
FILE = "carnet.sqlite"
DAY = 86_400.0
_PATIENCE = 10
_WRITES = "ptce_writes"
_PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON")


class StoreUnavailable(GuideError):
    """The database cannot be opened, read or written; `kind` is the family of the error, never its content."""

    code = "store_unavailable"

    def __init__(self, kind: str) -> None:
        super().__init__(texts.STORE_UNAVAILABLE.format(kind=kind))


class StoreTooNew(GuideError):
    """The database was written by a later version of the guide."""

    code = "store_too_new"

    def __init__(self, version: int) -> None:
        super().__init__(texts.STORE_TOO_NEW.format(version=version, known=SCHEMA))


class Base(DeclarativeBase):
    """Of all tables."""


class SchemaRow(Base):
    """One row: the version of the tables."""

    __tablename__ = "schema_version"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class VisitorRow(Base):
    """Somebody's browser: a digest of its key, the conversation that it is in, and when it was last here."""

    __tablename__ = "visitor"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen: Mapped[float] = mapped_column(Float)
    conversation: Mapped[str] = mapped_column(String(32), default="")


class Owned:
    """What belongs to a visitor; `removed` is when it was put aside, so that this can be undone."""

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visitor: Mapped[str] = mapped_column(ForeignKey("visitor.id", ondelete="CASCADE"), index=True)
    updated: Mapped[float] = mapped_column(Float)
    removed: Mapped[float | None] = mapped_column(Float, default=None)


class ConversationRow(Owned, Base):
    """A conversation; its title is its first question."""

    __tablename__ = "conversation"
    title: Mapped[str] = mapped_column(Text)


class ExchangeRow(Base):
    """A question with the record of its answer, or with the problem that was shown instead."""

    __tablename__ = "exchange"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    problem: Mapped[str] = mapped_column(Text, default="")


class QuoteRow(Owned, Base):
    """A citation of the basket, in the visitor's order."""

    __tablename__ = "quote"
    position: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")


class KitRow(Owned, Base):
    """A session kit: the name of its definition, and whatever its page needs to show it again."""

    __tablename__ = "kit"
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Database:
    """Sessions over the tables, which are made at the first one; safe with several threads and processes."""

    def __init__(self, engine: Engine, lock: Path, keep_days: int) -> None:
        self.engine = engine
        self._lock = lock
        self._keep = keep_days * DAY
        self._ready = False
        self._preparing = Lock()

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """The database that `settings` name; nothing is opened yet."""
        url = settings.database_url or f"sqlite:///{settings.data_dir / FILE}"
        try:
            engine = create_engine(make_url(url), hide_parameters=True, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise ExtraMissing(texts.DATABASE_DRIVER.format(name=error.name), "postgresql") from error
        except ArgumentError as error:
            raise StoreUnavailable(texts.BAD_DATABASE_URL) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_up)
            event.listen(engine, "begin", _begin)
        return cls(engine, settings.data_dir / f"{FILE}.lock", settings.keep_days)

    @contextmanager
    def session(self, *, writes: bool = False) -> Iterator[Session]:
        """A transaction, committed at the end when it `writes`; foreign errors become `StoreUnavailable`."""
        try:
            self._prepare()
            with (
                self.engine.connect().execution_options(**{_WRITES: writes}) as connection,
                Session(connection) as open,
            ):
                yield open
                if writes:
                    open.commit()
        except (SQLAlchemyError, OSError, Timeout) as error:
            raise StoreUnavailable(type(error).__name__) from error

    def forget_traces(self) -> None:
        """Leaves nothing of what was deleted in SQLite's journal; other databases see to it themselves."""
        if self.engine.dialect.name != "sqlite":
            return
        try:
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except SQLAlchemyError as error:
            raise StoreUnavailable(type(error).__name__) from error

    def _prepare(self) -> None:
        """Makes the tables and sweeps what nobody has used for long, once for each process."""
        with self._preparing:
            if self._ready:
                return
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock, timeout=_PATIENCE):
                if self.engine.dialect.name == "sqlite" and self.engine.url.database:
                    Path(self.engine.url.database).touch(mode=0o600)
                with self.engine.connect().execution_options(**{_WRITES: True}) as connection:
                    _migrate(connection)
                    _sweep(connection, time() - self._keep)
                    connection.commit()
            self._ready = True


def _migrate(connection: Connection) -> None:
    """Brings the tables to `SCHEMA`; a later version adds its numbered steps here."""
    Base.metadata.create_all(connection)
    version = connection.scalar(select(SchemaRow.version))
    if version is None:
        connection.execute(SchemaRow.__table__.insert().values(version=SCHEMA))  # type: ignore[attr-defined]
    elif version > SCHEMA:
        raise StoreTooNew(version)


def _sweep(connection: Connection, before: float) -> None:
    connection.execute(delete(VisitorRow).where(VisitorRow.seen < before))


def _set_up(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver's own connection
    """Several processes may read while one writes; what is deleted is overwritten."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A transaction that will write says so at once: it then waits for its turn instead of failing half-way."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
