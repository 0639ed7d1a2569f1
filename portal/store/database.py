"""The two doors to the database: ``transaction()`` to change, ``reading()`` to look.

SQLite and PostgreSQL behave alike here: a writing transaction on SQLite begins IMMEDIATE, because one that
reads first and writes later fails at once with "database is locked" when another writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

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
        with (
            self.engine.connect().execution_options(portal_reading=True) as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as db,
        ):
            db.info["keys"] = self.keys
            db.info[_READING] = connection
            yield db

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema up to date."""
        config = AlembicConfig()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    def close(self) -> None:
        self.engine.dispose()


def plainly(db: Session) -> Connection:
    """The connection under a session, for rows that nobody is going to change: to put them together as
    objects, even to begin with it, takes longer than to ask. What was changed a moment ago counts."""
    if (reading := db.info.get(_READING)) is not None:
        return cast(Connection, reading)
    db.flush()
    return db.connection()


_READING = "reading"
"""Where a session that changes nothing keeps its connection."""


def open_store(settings: Settings) -> Store:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True)
        _prepare_sqlite(engine)
    else:
        engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True, pool_pre_ping=True)
        _prepare_postgresql(engine)
    engine.dialect.portal_keys = settings.keys  # type: ignore[attr-defined]
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
        is_reading = connection.get_execution_options().get("portal_reading")
        if is_reading:  # waits for nobody and cannot fail, so it needs no translation of errors
            connection.connection.dbapi_connection.execute("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("portal_reading"):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
