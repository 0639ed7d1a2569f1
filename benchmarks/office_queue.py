"""What an officer's pages cost at a hundred times as many applications: p95 as a ratio in the same run.

Each page is asked for through the whole portal, in this process, on a small and on a large database in turns,
so that whatever else the machine does falls on both; on SQLite and on PostgreSQL, with production's settings.
"""

from __future__ import annotations

import os
import re
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from benchmarks.rows import Row
from portal.app import create_app
from portal.catalogue.model import Role
from portal.cli.web_process import COLLECT_EVERY, post_worker_init
from portal.store import Store, open_store
from portal.usecases.actor import Actor
from portal.usecases.daily_figures import count_next_day
from portal.usecases.export_rows import list_rows
from portal.usecases.queue_lists import QueueFilters
from tests.support.office import COUNTY
from tests.support.people import parts_of
from tests.support.postgres import ThrowAwayPostgres
from tests.support.stores import settings_for
from tests.support.volume import Volume, fill

SMALL, LARGE, FULL = 1_000, 100_000, 1_000_000
LIMIT = 1.5
"""Times the p95 at ``SMALL``."""
FULL_LIMIT_MS = 100.0
ROUNDS = 100
SECONDS = 10.0
"""Asked at least so often and at least so long: of what takes a few milliseconds, one p95 in a hundred rounds
says more of what else the machine did than of the page."""
LAST_PAGE = 50
WARM_UP = LAST_PAGE
"""Every page of the longest walk once: what nobody read for minutes, the machine may have to fetch from the
disk, and that says nothing of how many applications there are."""
EXPORT_ROWS = 100
"""As many as the smaller list has, so that both read the same number of rows."""

TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
NEXT = re.compile(rb'href="([^"]*[?&;]after=[^"]+)"')

Ask = Callable[["Officer"], float]
"""Does one request and says how many milliseconds it took."""


@dataclass
class Officer:
    """Somebody signed in on one database, and what they ask for."""

    client: FlaskClient
    volume: Volume
    turn: Iterator[int]
    walked: Iterator[str]
    store: Store
    cursors: Iterator[str | None]

    def get(self, address: str) -> tuple[float, bytes]:
        return self._timed(lambda: self.client.get(address))

    def post(self, address: str, fields: dict[str, str]) -> tuple[float, bytes]:
        return self._timed(lambda: self.client.post(address, data=fields))

    def export_rows(self, after: str | None) -> tuple[list[tuple[str, ...]], str | None]:
        actor = Actor("staff", self.volume.officer_id, True, Role.COUNTY_REVIEWER, COUNTY, "880001")
        with self.store.reading() as db:
            return list_rows(db, actor, "unit", QueueFilters(), "zh", after, EXPORT_ROWS)

    def _timed(self, ask: Callable[[], Any]) -> tuple[float, bytes]:
        began = perf_counter_ns()
        reply = ask()
        took = (perf_counter_ns() - began) / 1e6
        if reply.status_code != 200:
            raise RuntimeError(f"{reply.request.path} answered {reply.status}")
        return took, reply.data


def _list(address: str) -> Ask:
    return lambda officer: officer.get(address)[0]


def _next_link(officer: Officer) -> float:
    return officer.get(next(officer.walked))[0]


def _search(officer: Officer) -> float:
    """The post that looks for an ID number; the page with the question is not timed."""
    _, page = officer.get("/office/search")
    token = TOKEN.search(page)
    if token is None:
        raise RuntimeError("the search page has no form")
    wanted = officer.volume.id_numbers[next(officer.turn) % len(officer.volume.id_numbers)]
    took, found = officer.post("/office/search", {"csrf_token": token[1].decode(), "words": wanted})
    if b"/office/applications/" not in found:
        raise RuntimeError("the search found nobody")
    return took


def _application(officer: Officer) -> float:
    references = officer.volume.references
    return officer.get(f"/office/applications/{references[next(officer.turn) % len(references)]}")[0]


def _export_page(officer: Officer) -> float:
    """The next rows of a file of the unit's list, as the worker reads them."""
    began = perf_counter_ns()
    rows, _after = officer.export_rows(next(officer.cursors))
    took = (perf_counter_ns() - began) / 1e6
    if len(rows) != EXPORT_ROWS:
        raise RuntimeError(f"a page of a file has {len(rows)} rows")
    return took


PAGES: dict[str, Ask] = {
    "mine": _list("/office"),
    "returned": _list("/office/returned"),
    "unit": _list("/office/unit"),
    "late": _list("/office/unit/late"),
    "waiting": _list("/office/unit/waiting"),
    "paused": _list("/office/unit/paused"),
    "done": _list("/office/done"),
    "filtered": _list("/office/unit?service=zj-01&due=late"),
    "next": _next_link,
    "search": _search,
    "application": _application,
    "figures": _list("/office/figures?days=365"),
    "export_page": _export_page,
}


def measure(folder: Path, *, is_full: bool = False) -> list[Row]:
    """One row for each page and database; with ``is_full`` for a million on PostgreSQL, and milliseconds."""
    with ExitStack() as stack:
        server = ThrowAwayPostgres(is_durable=True)
        stack.callback(server.stop)
        if is_full:
            return _measure_engine("postgresql", folder, server, FULL, with_limit_ms=True)
        return [
            row
            for engine in ("sqlite", "postgresql")
            for row in _measure_engine(engine, folder, server, LARGE, with_limit_ms=False)
        ]


def _measure_engine(
    engine: str, folder: Path, server: ThrowAwayPostgres, large: int, *, with_limit_ms: bool
) -> list[Row]:
    few = _officer(engine, folder, server, SMALL)
    many = _officer(engine, folder, server, large)
    post_worker_init(None)
    rows: list[Row] = []
    for name, ask in PAGES.items():
        pairs, asked = _in_turns(ask, few, many)
        at_few, at_many = _p95([one for one, _ in pairs]), _p95([one for _, one in pairs])
        settings = {
            "p95_ms": {str(SMALL): round(at_few, 2), str(large): round(at_many, 2)},
            "requests": len(pairs),
            "rounds_in_all": asked,
            "warm_up": WARM_UP,
            **_settings(engine),
        }
        rows.append(
            Row(
                f"queue.{name}.{engine}",
                round(at_many / at_few, 3),
                f"× p95 at {SMALL}",
                LIMIT,
                settings,
                "at_most",
            )
        )
        if with_limit_ms:
            rows.append(
                Row(f"queue.{name}.{engine}.ms", round(at_many, 2), "ms", FULL_LIMIT_MS, settings, "at_most")
            )
    return rows


def _officer(engine: str, folder: Path, server: ThrowAwayPostgres, size: int) -> Officer:
    """Somebody signed in at a county with a fifth of ``size`` applications."""
    url = server.url(server.create_database()) if engine == "postgresql" else None
    settings = settings_for(folder / f"{engine}-{size}", url)
    store = open_store(settings)
    store.migrate()
    volume = fill(store, size)
    _count_days(store)
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    store.close()
    app = create_app(settings)
    client = app.test_client()
    client.set_cookie("session", volume.token)
    own = parts_of(app).store
    officer = Officer(client, volume, count(), cycle(_walk(client)), own, iter(()))
    officer.cursors = cycle(_walk_file(officer))
    return officer


def _count_days(store: Store) -> None:
    """What the worker does each night: the days that are over, once each."""
    is_more = True
    while is_more:
        with store.transaction() as db:
            is_more = count_next_day(db)


def _walk(client: FlaskClient) -> list[str]:
    """The addresses of the unit's list, by its own links, to page ``LAST_PAGE`` or to its end."""
    addresses = ["/office/unit"]
    while len(addresses) < LAST_PAGE and (link := NEXT.search(client.get(addresses[-1]).data)):
        addresses.append(link[1].decode().replace("&amp;", "&"))
    return addresses


def _walk_file(officer: Officer) -> list[str | None]:
    """The cursors of a file of the same list, before which a whole page follows."""
    cursors: list[str | None] = [None]
    while len(cursors) < LAST_PAGE:
        _rows, after = officer.export_rows(cursors[-1])
        if after is None or len(officer.export_rows(after)[0]) < EXPORT_ROWS:
            break
        cursors.append(after)
    return cursors


def _in_turns(ask: Ask, few: Officer, many: Officer) -> tuple[list[tuple[float, float]], int]:
    """What both took in each round, in milliseconds, and of how many rounds these are. Each begins every
    other round: what one leaves to be tidied up falls on the next. Rounds in which something else was given
    the processor in the middle are left out, where enough others remain; waiting for the disk or the database
    is no such thing."""
    for _ in range(WARM_UP):
        ask(few)
        ask(many)
    every: list[tuple[float, float]] = []
    undisturbed: list[tuple[float, float]] = []
    began = perf_counter()
    while len(every) < ROUNDS or perf_counter() - began < SECONDS:
        before = _times_interrupted()
        if len(every) % 2:
            at_many, at_few = ask(many), ask(few)
        else:
            at_few, at_many = ask(few), ask(many)
        pair = at_few, at_many
        every.append(pair)
        if _times_interrupted() == before:
            undisturbed.append(pair)
    return undisturbed if len(undisturbed) >= ROUNDS else every, len(every)


def _times_interrupted() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


def _p95(took: list[float]) -> float:
    return sorted(took)[round(0.95 * len(took)) - 1]


def _settings(engine: str) -> dict[str, Any]:
    return {
        "asked": "through the portal's WSGI application in the same process, gzip off",
        "garbage": f"frozen before, collected every {COLLECT_EVERY} objects, as in a web process",
        "processors": os.cpu_count(),
        "analysed": "once, after filling",
        "database": {
            "sqlite": f"SQLite {sqlite3.sqlite_version}, synchronous FULL, default cache",
            "postgresql": "PostgreSQL, fsync on, default memory settings, autovacuum on",
        }[engine],
    }
