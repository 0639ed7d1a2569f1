"""The two doors to the database: ``transaction()`` to change, ``reading()`` to look.

SQLite and PostgreSQL behave alike here: a writing transaction on SQLite begins IMMEDIATE, because one that
reads first and writes later fails at once with "database is locked" when another writes meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.keys import Keys
from portal.store import types

SQLITE_SETTINGS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # a receipt is only shown for what is on the disk
    "foreign_keys": "ON",
    "busy_timeout": "15000",
}

KEPT_LINES = 8
"""As many as there are requests at work in a process."""


@dataclass(frozen=True)
class Store:
    """An opened database with the keys of its private columns."""

    engine: Engine
    keys: Keys

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or changes nothing at all."""
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            db.info["keys"] = self.keys
            yield db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment and changes nothing."""
        connection = self._lines.take()
        db = _ReadingSession(connection)
        db.info["keys"] = self.keys
        try:
            yield db
        finally:
            try:
                db.close()
            finally:
                self._lines.give_back(connection)

    @cached_property
    def _lines(self) -> _ReadingLines:
        return _ReadingLines(self.engine)

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema up to date."""
        config = AlembicConfig()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    def close(self) -> None:
        self._lines.close()
        self.engine.dispose()


class _ReadingLines:
    """The connections of readings. On SQLite some are kept at hand between readings, in no transaction: there
    is no network on which they could die, and to have one lent by the pool takes longer than to ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(portal_reading=True)
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._kept: deque[Connection] = deque()

    def take(self) -> Connection:
        """A connection that sees one moment from now on."""
        try:
            connection = self._kept.pop()
        except IndexError:
            connection = self._engine.connect()
        if self._is_sqlite:
            # Waits for nobody and cannot fail, so it needs no transaction of SQLAlchemy's.
            _driver_of(connection).execute("BEGIN")
        else:
            connection.begin()
        return connection

    def give_back(self, connection: Connection) -> None:
        if not self._is_sqlite or len(self._kept) >= KEPT_LINES:
            connection.close()
            return
        try:
            connection.rollback()
            _driver_of(connection).rollback()
        except BaseException:
            connection.close()
            raise
        self._kept.append(connection)

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()


def _driver_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


class _ReadingSession(Session):
    """A session whose own bookkeeping is made when the first object is asked for: the pages that people open
    most look at plain rows only."""

    def __init__(self, connection: Connection) -> None:
        self.line = connection
        self.is_made = False

    def __getattr__(self, name: str) -> Any:
        if self.is_made:
            raise AttributeError(name)
        self.is_made = True
        super().__init__(self.line, expire_on_commit=False, autoflush=False)
        return getattr(self, name)

    def close(self) -> None:
        if self.is_made:
            super().close()


def plainly(db: Session) -> Connection:
    """The connection under a session, for rows that nobody is going to change: to put them together as
    objects, even to begin with it, takes longer than to ask. What was changed a moment ago counts."""
    if isinstance(db, _ReadingSession):
        return db.line
    db.flush()
    return db.connection()


def open_store(settings: Settings) -> Store:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_size=8, max_overflow=8 + KEPT_LINES, hide_parameters=True)
        _prepare_sqlite(engine)
    else:
        engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True, pool_pre_ping=True)
        _prepare_postgresql(engine)
    engine.dialect.portal_keys = settings.keys  # type: ignore[attr-defined]
    engine.dialect.portal_prepared = {}  # type: ignore[attr-defined]  # see store/prepared
    return Store(engine, settings.keys)


def blind_index(db: Session, topic: str, value: str) -> str:
    """The keyed fingerprint by which an exact private value is found (``topic`` keeps kinds apart)."""
    return types.blind_index(db.info["keys"], topic, value)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours to say
        for name, value in SQLITE_SETTINGS.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if not connection.get_execution_options().get("portal_reading"):  # a reading has begun by itself
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("portal_reading"):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
