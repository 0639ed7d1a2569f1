"""The stores of tests: thousands are opened in one run, so what is the same for all of them is done once.

SQLAlchemy works out how each statement is said, in every engine anew; that takes longer than most statements
of a test. The engines of one process are given what its first one, of the same kind and keys, has worked out.
A process of PostgreSQL likewise learns every table anew: those of one database go on from test to test.
"""

from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, QueuePool
from sqlalchemy.util import LRUCache

from portal.config import Settings
from portal.keys import create_keys_file
from portal.store import Store, open_store
from tests.support.client import ORIGIN

MOST_STATEMENTS = 10_000

_first: dict[str, Engine] = {}
_lines: dict[str, QueuePool] = {}
"""Connections to PostgreSQL by address, with which the next store of that address goes on."""


def settings_for(data_dir: Path, database_url: str | None = None) -> Settings:
    """Settings of a test: everything in `data_dir`, messages into folders, the keys of all tests."""
    file = data_dir / "keys.json"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_keys())
    environment = {"PORTAL_ENV": "test", "PORTAL_DATA_DIR": str(data_dir), "PORTAL_BASE_URL": ORIGIN}
    if database_url:
        environment["PORTAL_DATABASE_URL"] = database_url
    return Settings.from_environment(environment)


def migrate(settings: Settings) -> None:
    """Make the newest schema, in a database that is copied afterwards."""
    store = open_store(settings)
    store.migrate()
    store.close()
    store.engine._compiled_cache = LRUCache(MOST_STATEMENTS)
    _first.setdefault(store.engine.dialect.name, store.engine)


def open_alike(settings: Settings) -> Store:
    """`open_store`, knowing every statement that an earlier store of this process has been asked, and on
    PostgreSQL with its connections."""
    store = open_store(settings)
    known = _first.get(store.engine.dialect.name)
    if known is not None and known.dialect.portal_keys == settings.keys:  # type: ignore[attr-defined]
        store.engine.dialect = store.engine.pool._dialect = known.dialect
        store.engine._compiled_cache = known._compiled_cache
        if store.engine.dialect.name == "postgresql":
            _go_on_with_lines(store.engine, settings.database_url)
    return store


def _go_on_with_lines(engine: Engine, url: str) -> None:
    if url not in _lines:
        close_lines()  # to a database that is gone
        assert isinstance(engine.pool, QueuePool)
        _lines[url] = engine.pool
    engine.pool = _lines[url]
    engine.dispose = partial(engine.dispose, close=False)  # type: ignore[method-assign]


def lines_at_rest(url: str) -> list[int]:
    """The processes of PostgreSQL with which the next store goes on. They have counted what they changed.

    None where somebody has not given a connection back: what they may be at is nothing to go on with.
    """
    pool = _lines.get(url)
    if pool is None:
        return []
    if pool.checkedout():
        close_lines()
        return []
    found = []
    for record in list(pool._pool.queue):  # type: ignore[attr-defined]
        line = record.dbapi_connection
        if line is None or line.closed:
            continue
        line.execute("SELECT pg_stat_force_next_flush()")
        line.rollback()
        found.append(line.info.backend_pid)
    return found


def close_lines() -> None:
    """Let everybody go."""
    while _lines:
        _lines.popitem()[1].dispose()


@cache
def _keys() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "keys.json")
        create_keys_file(file)
        return file.read_bytes()
