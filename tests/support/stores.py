"""The stores of tests: thousands are opened in one run, so what is the same for all of them is done once.

SQLAlchemy works out how each statement is said, in every engine anew; that takes longer than most statements
of a test. The engines of one process are given what its first one, of the same kind and keys, has worked out.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from portal.config import Settings
from portal.keys import create_keys_file
from portal.store import Store, open_store
from tests.support.client import ORIGIN

MOST_STATEMENTS = 10_000

_first: dict[str, Engine] = {}


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
    """`open_store`, knowing every statement that an earlier store of this process has been asked."""
    store = open_store(settings)
    known = _first.get(store.engine.dialect.name)
    if known is not None and known.dialect.portal_keys == settings.keys:  # type: ignore[attr-defined]
        store.engine.dialect = store.engine.pool._dialect = known.dialect
        store.engine._compiled_cache = known._compiled_cache
    return store


@cache
def _keys() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "keys.json")
        create_keys_file(file)
        return file.read_bytes()
