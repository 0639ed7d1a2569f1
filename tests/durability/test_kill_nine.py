"""Server and worker are killed in the midst of submissions. Whoever saw a receipt has an application, once;
nobody has half of one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal.app import create_app
from portal.config import Settings
from portal.gateways import from_settings
from portal.store import Store, open_store
from portal.store.applications import Application, Slip, Submission
from portal.store.messages import Message
from portal.usecases.audit_verify import verify_audit
from tests.durability.applicants import Applicants
from tests.durability.drafts import make_drafts
from tests.durability.warm import WarmWebServer, WarmWorkerProcess
from tests.support.companions import assert_companions
from tests.support.people import parts_of
from tests.support.postgres import ThrowAwayPostgres
from tests.support.serving import on_free_port
from tests.support.stores import settings_for

pytestmark = pytest.mark.durability

PEOPLE = 4
RECEIPTS_BETWEEN = 4
"""Receipts that must have been shown between two killings: there is always something to lose."""
SECONDS_FOR_A_MESSAGE = 30


@pytest.fixture
def durable_postgres() -> Iterator[ThrowAwayPostgres]:
    server = ThrowAwayPostgres(is_durable=True)
    yield server
    server.stop()


def test_sqlite_waits_for_the_disk_at_every_commit(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(settings_for(tmp_path, sqlite_url))
    with store.reading() as db:
        found = {name: db.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
    store.close()
    assert found == {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL


@pytest.mark.postgres
def test_postgresql_waits_for_the_disk_at_every_commit(
    durable_postgres: ThrowAwayPostgres, tmp_path: Path
) -> None:
    url = durable_postgres.url(durable_postgres.create_database())
    store = open_store(settings_for(tmp_path, url))
    with store.reading() as db:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        found = {name: db.scalar(text(f"SHOW {name}")) for name in names}
    store.close()
    assert found == dict.fromkeys(names, "on")


def test_twenty_killings_lose_no_receipt_and_halve_no_application(sqlite_url: str, tmp_path: Path) -> None:
    settings = _settings(tmp_path, sqlite_url)
    receipts = _hand_in_while_killing(settings, tmp_path, rounds=10, drafts=120)
    store = open_store(settings)
    with store.reading() as db:
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"
    _assert_whole(store, settings, receipts, drafts=120)


@pytest.mark.postgres
def test_killings_of_server_worker_and_database_lose_no_receipt(
    durable_postgres: ThrowAwayPostgres, tmp_path: Path
) -> None:
    settings = _settings(tmp_path, durable_postgres.url(durable_postgres.create_database()))
    store = open_store(settings)
    store.migrate()
    store.close()
    receipts = _hand_in_while_killing(settings, tmp_path, rounds=3, drafts=40, also=durable_postgres.crash)
    _assert_whole(open_store(settings), settings, receipts, drafts=40)


def _settings(folder: Path, url: str) -> Settings:
    # Text messages at any hour, so that the worker always has something in hand.
    return on_free_port(replace(settings_for(folder, url), sms_quiet=(0, 0)))


def _hand_in_while_killing(
    settings: Settings, folder: Path, *, rounds: int, drafts: int, also: Callable[[], None] | None = None
) -> dict[str, str]:
    """Kill server and worker ``rounds`` times each among submissions; the receipts that people were shown."""
    app = create_app(settings)
    waiting = make_drafts(app, drafts)
    parts_of(app).store.close()
    chance = random.Random(9)
    log = folder / "processes.log"
    web, worker = WarmWebServer(settings, log), WarmWorkerProcess(settings, log)
    try:
        applicants = Applicants(settings.port, waiting, PEOPLE)
        try:
            for number in range(1, rounds + 1):
                applicants.wait_for(number * RECEIPTS_BETWEEN)
                time.sleep(chance.random() / 10)  # somewhere within the next submissions
                worker.kill()
                web.kill()
                if also:
                    also()
                web, worker = WarmWebServer(settings, log), WarmWorkerProcess(settings, log)
            applicants.wait_for((rounds + 1) * RECEIPTS_BETWEEN)
        finally:
            applicants.finish()
        _wait_until_something_is_noted(settings)
    finally:
        web.stop()
        worker.stop()
    return applicants.receipts


def _wait_until_something_is_noted(settings: Settings) -> None:
    """Until the last worker has come to a message: on a quick machine everything is handed in before."""
    store, until = open_store(settings), time.monotonic() + SECONDS_FOR_A_MESSAGE
    noted = select(func.count(Message.id)).where(Message.state == "sent")
    while time.monotonic() < until:
        with store.reading() as db:
            if db.scalar(noted):
                break
        time.sleep(0.1)
    store.close()


def _assert_whole(store: Store, settings: Settings, receipts: dict[str, str], *, drafts: int) -> None:
    """Every receipt has its application, once and whole; every application that has none is still a draft."""
    with store.reading() as db:
        assert_companions(db)
        rows = db.execute(
            select(Application.reference, Slip.code)
            .join(Slip, Slip.application_id == Application.id)
            .where(Application.state == "in_review")
        )
        slips = {row.reference: row.code for row in rows}
        assert receipts == slips  # everyone who began came to a receipt
        assert len(receipts) >= RECEIPTS_BETWEEN
        # one more: the application that the others were copied from
        assert db.scalar(select(func.count(Application.id))) == drafts + 1
        assert db.scalar(select(func.count(Submission.id))) == len(receipts)
        assert verify_audit(db).breaks == ()
        messages = db.scalars(select(Message)).all()
        assert len(messages) == len(receipts)
    store.close()
    # A worker that was killed may have sent what it could not note; what it noted, it has sent.
    noted = sum(message.state == "sent" for message in messages)
    kept = len(from_settings(settings).folder.list_messages(len(messages) + 1))
    assert 0 < noted <= kept <= len(messages)
