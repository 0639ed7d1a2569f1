"""What tests share: both databases, a clock that can be moved, the app, a client that checks every page."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal import clock
from portal.config import Settings
from portal.store import Store
from portal.store.database import SQLITE_SETTINGS
from tests.support.client import CheckingClient
from tests.support.postgres import EmptyDatabase, ThrowAwayPostgres
from tests.support.stores import close_lines, lines_at_rest, migrate, open_alike, settings_for

# How long an example takes says how busy the machine is, not whether the rule holds.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")

JOINED_BY = ("region", "trusted_proxies", "clock_file")
"""The settings that `create_app` looks at once and for all; every other is asked anew by each request."""

# To look for garbage as often as Python does by itself takes half of the time of collecting these tests.
gc.set_threshold(50_000, 20, 100)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: while one test waits for a database or a process, another works."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_finish() -> None:
    """What was collected lives to the end: nobody looks through it for garbage again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _hasty_sqlite(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the disk but the tests of crashes, which also hold that everybody else does."""
    if request.node.get_closest_marker("durability") is None:
        monkeypatch.setitem(SQLITE_SETTINGS, "synchronous", "OFF")


@pytest.fixture(scope="session")
def postgres() -> Iterator[ThrowAwayPostgres]:
    """A PostgreSQL that does not wait for the disk. Tests of crashes start a durable one of their own."""
    server = ThrowAwayPostgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: ThrowAwayPostgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the newest schema, to be copied by each test."""
    name = postgres.create_database()
    migrate(settings_for(tmp_path_factory.mktemp("template"), postgres.url(name)))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to be copied by each test."""
    folder = tmp_path_factory.mktemp("template")
    file = folder / "template.db"
    migrate(settings_for(folder, f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def empty_postgres(postgres: ThrowAwayPostgres, migrated_postgres: str) -> Iterator[EmptyDatabase]:
    """A database with the newest schema that is emptied between the tests."""
    with closing(EmptyDatabase(postgres, migrated_postgres, lines_at_rest)) as database:
        yield database
        close_lines()


@pytest.fixture
def postgres_url(empty_postgres: EmptyDatabase) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, schema in place, empty."""
    yield empty_postgres.url
    empty_postgres.take_back()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an SQLite file of this test's own, schema in place, empty."""
    shutil.copy(migrated_sqlite, tmp_path / "portal.db")
    return f"sqlite:///{tmp_path / 'portal.db'}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever needs a database is tried on both, but where a module or a test says on which."""
    said = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    is_one = "engine_url" in said or metafunc.definition.get_closest_marker("one_database")
    if "engine_url" in metafunc.fixturenames and not is_one:
        both = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
        metafunc.parametrize("engine_url", both, indirect=True)


@pytest.fixture
def engine_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own: SQLite, or the one of the two that it runs on."""
    engine = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue("sqlite_url" if engine == "sqlite" else "postgres_url"))


@pytest.fixture
def settings(engine_url: str, tmp_path: Path) -> Settings:
    """Settings over `engine_url`. Override `engine_url` to stay on one engine."""
    return settings_for(tmp_path, engine_url)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_alike(settings)
    yield opened
    opened.close()


@pytest.fixture
def engine(store: Store) -> Engine:
    return store.engine


@pytest.fixture
def db(store: Store) -> Iterator[Session]:
    """A session in one transaction, committed at the end of the test."""
    with store.transaction() as session:
        yield session


@pytest.fixture
def clock_at() -> Iterator[Callable[[str | datetime], None]]:
    """`clock_at("2026-11-22T09:00+08:00")` stops the portal's clock there; it runs again after the test."""

    def move(instant: str | datetime) -> None:
        clock.use_fixed(datetime.fromisoformat(instant) if isinstance(instant, str) else instant)

    yield move
    clock.reset()


@pytest.fixture(autouse=True)
def _monday_morning(request: pytest.FixtureRequest) -> None:
    """Where a module says so, every test begins at nine on a working day."""
    if request.node.get_closest_marker("monday_morning"):
        request.getfixturevalue("clock_at")("2026-11-23T09:00+08:00")


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The portal joined once: its addresses and its templates are the same for every test."""
    # Here, so that tests of rules and store run without loading what people see.
    from portal.app import create_app
    from tests.support.client import TidyClient

    app = create_app(settings_for(tmp_path_factory.mktemp("joined")))
    app.test_client_class = TidyClient
    assert app.test_client().get("/robots.txt").status_code == 200  # now Flask refuses any further address
    return app


@pytest.fixture
def app(joined: Flask, settings: Settings) -> Iterator[Flask]:
    """The portal over this test's database. A test that adds addresses of its own takes `own_app`."""
    from portal import gateways
    from portal.web import moulds

    config, extensions = dict(joined.config), dict(joined.extensions)
    parts = extensions["portal"]
    for name in JOINED_BY:
        assert getattr(settings, name) == getattr(parts.settings, name), f"{name} differs: take own_app"
    store = open_alike(settings)
    with_own = {"settings": settings, "store": store, "gateways": gateways.from_settings(settings)}
    joined.extensions["portal"] = replace(parts, **with_own)
    moulds.register(joined)
    yield joined
    store.close()
    parts.live_region.known = None  # what this database said of units is nothing to the next test,
    parts.live_region.forget()  # which reads its own at its first request
    for mapping, before in ((joined.config, config), (joined.extensions, extensions)):
        mapping.clear()
        mapping.update(before)


@pytest.fixture
def own_app(settings: Settings) -> Iterator[Flask]:
    """A portal joined for this test alone, which may change it as it likes."""
    from portal.app import create_app

    app = create_app(settings)
    yield app
    app.extensions["portal"].store.close()


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    return CheckingClient(app)
