"""The outbox on both databases: once each, again after failures, quiet at night, back after a kill."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.config import Settings
from portal.gateways import from_settings
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.store import Store, open_store
from portal.store.accounts import Account, Contact
from portal.store.messages import Message
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.outbox import LEASE, MOST_ATTEMPTS, quiet_until, wait_after
from portal.worker import Worker

NOON = "2026-11-23T12:00+08:00"
NIGHT = "2026-11-23T22:30+08:00"
ROOT = Path(__file__).parents[2]


@dataclass
class FakeGateway:
    """Takes messages of either kind, or fails as told."""

    failures: list[Exception] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    rest: float = 0.0

    def send(self, to: str, *_words: str, message_id: str) -> None:
        time.sleep(self.rest)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append((to, message_id))


def worker_with(settings: Settings, store: Store, gateway: FakeGateway) -> Worker:
    gateways = replace(from_settings(settings), sms=gateway, mail=gateway)
    return Worker(settings, load_catalogue().regions["demo"], store, gateways)


def queue(store: Store, count: int = 1, **more: Any) -> list[int]:
    now = clock.now()
    common = {"channel": "sms", "subject": "", "body": "【示例】好", "state": "queued", "created_at": now}
    with store.transaction() as db:
        rows = [
            Message(**{**common, "unique_key": f"m-{n}", "to": f"1990000{n:04d}", "due_at": now, **more})
            for n in range(count)
        ]
        db.add_all(rows)
        db.flush()
        return [row.id for row in rows]


def message(store: Store, message_id: int) -> Message:
    with store.reading() as db:
        return db.get_one(Message, message_id)


def test_three_workers_send_each_message_once(
    settings: Settings, store: Store, clock_at: Callable[[str], None]
) -> None:
    clock_at(NOON)  # at night nothing is sent
    queue(store, 60)
    gateway = FakeGateway(rest=0.002)
    stores = [open_store(settings) for _ in range(3)]
    workers = [worker_with(settings, one, gateway) for one in stores]

    def work(worker: Worker) -> None:
        while worker.send_one():
            pass

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in stores:
        one.close()
    assert Counter(to for to, _ in gateway.taken) == Counter(f"1990000{n:04d}" for n in range(60))
    with store.reading() as db:
        assert {row.state for row in db.query(Message)} == {"sent"}


def test_failing_gateway_is_asked_again_ever_more_slowly_and_then_given_up(
    settings: Settings, store: Store, clock_at: Callable[[datetime], None]
) -> None:
    moment = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    clock_at(moment)
    (row,) = queue(store, channel="mail", to="wang@example.org")
    gateway = FakeGateway(failures=[TemporaryFailure("line")] * MOST_ATTEMPTS)
    worker = worker_with(settings, store, gateway)
    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert worker.send_one()
        assert not worker.send_one()
        found = message(store, row)
        assert (found.attempts, found.last_error) == (attempt, "line")
        waits.append(found.due_at - clock.now())
        clock_at(found.due_at)
    assert found.state == "failed"
    assert gateway.taken == []
    for attempt, wait in enumerate(waits[:-1], 1):
        assert 0.75 <= wait / timedelta(minutes=2 ** (attempt - 1)) <= 1.25


def test_message_comes_through_when_the_gateway_is_back(
    settings: Settings, store: Store, clock_at: Callable[[Any], None]
) -> None:
    clock_at(NOON)
    (row,) = queue(store)
    gateway = FakeGateway(failures=[TemporaryFailure("line")])
    worker = worker_with(settings, store, gateway)
    worker.turn()
    clock_at(message(store, row).due_at)
    worker.turn()
    found = message(store, row)
    assert (found.state, found.attempts, found.last_error) == ("sent", 2, None)
    assert len(gateway.taken) == 1


def test_refused_message_fails_at_once_and_does_not_stop_the_next(
    settings: Settings, store: Store, clock_at: Callable[[str], None]
) -> None:
    clock_at(NOON)
    first, second = queue(store, 2)
    gateway = FakeGateway(failures=[PermanentFailure("not a mobile number")])
    worker_with(settings, store, gateway).turn()
    assert (message(store, first).state, message(store, second).state) == ("failed", "sent")


def test_defect_in_a_gateway_is_retried_and_its_words_are_not_kept(
    settings: Settings, store: Store, clock_at: Callable[[str], None]
) -> None:
    clock_at(NOON)
    (row,) = queue(store)
    worker_with(settings, store, FakeGateway(failures=[KeyError("19900000000")])).turn()
    assert (message(store, row).state, message(store, row).last_error) == ("queued", "defect (KeyError)")


@pytest.mark.parametrize(
    ("said", "is_frozen"),
    [
        ("mail server answered 550", True),
        ("mail server answered 552", False),
        ("not one mail address", False),
    ],
)
def test_mailbox_that_is_gone_freezes_the_contact(
    settings: Settings, store: Store, clock_at: Callable[[str], None], said: str, is_frozen: bool
) -> None:
    clock_at(NOON)
    with store.transaction() as db:
        account = Account(kind="resident", created_at=clock.now())
        db.add(account)
        db.flush()
        gone = new_contact(db, account, TypedContact("email", "gone@example.org"))
        other = new_contact(db, account, TypedContact("phone", "19900000001"))
    queue(store, channel="mail", to="gone@example.org", account_id=account.id)
    worker_with(settings, store, FakeGateway(failures=[PermanentFailure(said)])).turn()
    with store.reading() as db:
        assert (db.get_one(Contact, gone.id).frozen_at is not None) is is_frozen
        assert db.get_one(Contact, other.id).frozen_at is None


def test_nobody_is_woken_but_codes_are_sent(
    settings: Settings, store: Store, clock_at: Callable[[str], None]
) -> None:
    clock_at(NIGHT)
    (sleeping,) = queue(store)
    (code,) = queue(store, unique_key="code-1", is_quiet_exempt=True)
    (mail,) = queue(store, unique_key="mail-1", channel="mail", to="wang@example.org")
    worker = worker_with(settings, store, FakeGateway())
    worker.turn()
    assert message(store, code).state == message(store, mail).state == "sent"
    found = message(store, sleeping)
    assert (found.state, found.attempts) == ("queued", 0)
    assert clock.shanghai(found.due_at).isoformat() == "2026-11-24T08:00:00+08:00"
    clock_at("2026-11-24T08:00+08:00")
    worker.turn()
    assert message(store, sleeping).state == "sent"


def test_code_that_has_run_out_is_not_sent_later(
    settings: Settings, store: Store, clock_at: Callable[[Any], None]
) -> None:
    clock_at(NOON)
    (row,) = queue(store, is_quiet_exempt=True)
    worker = worker_with(settings, store, FakeGateway(failures=[TemporaryFailure("line")] * 9))
    while message(store, row).state == "queued":
        clock_at(message(store, row).due_at)
        worker.turn()
    assert message(store, row).state == "failed"
    assert clock.now() - message(store, row).created_at < timedelta(hours=2)


@pytest.mark.parametrize(
    ("local", "quiet", "until"),
    [
        ("21:00", (21, 8), "2026-11-24T08:00:00+08:00"),
        ("20:59", (21, 8), None),
        ("07:59", (21, 8), "2026-11-23T08:00:00+08:00"),
        ("08:00", (21, 8), None),
        ("13:00", (12, 14), "2026-11-23T14:00:00+08:00"),
        ("11:00", (12, 14), None),
        ("03:00", (0, 0), None),
    ],
)
def test_quiet_hours_end_when_said(local: str, quiet: tuple[int, int], until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(f"2026-11-23T{local}+08:00"), quiet)
    assert (found.isoformat() if found else None) == until


def test_lost_lease_brings_the_message_back(
    settings: Settings, store: Store, clock_at: Callable[[Any], None]
) -> None:
    clock_at(NOON)
    (row,) = queue(store)
    with store.transaction() as db:
        found = db.get_one(Message, row)
        found.state, found.attempts, found.leased_until = "sending", 1, clock.now() + LEASE
    gateway = FakeGateway()
    worker = worker_with(settings, store, gateway)
    worker.turn()
    assert gateway.taken == []
    clock_at(clock.now() + LEASE + timedelta(seconds=1))
    worker.turn()
    assert (message(store, row).state, message(store, row).attempts) == ("sent", 2)


def test_whoever_lost_the_lease_does_not_overwrite_the_outcome(
    settings: Settings, store: Store, clock_at: Callable[[Any], None]
) -> None:
    clock_at(NOON)
    (row,) = queue(store)
    second = worker_with(settings, store, FakeGateway())

    class Slow(FakeGateway):
        def send(self, to: str, *words: str, message_id: str) -> None:
            clock_at(clock.now() + LEASE + timedelta(seconds=1))
            assert second.send_one()
            raise PermanentFailure("too late")

    worker_with(settings, store, Slow()).send_one()
    assert (message(store, row).state, message(store, row).last_error) == ("sent", None)


def test_waiting_grows_without_a_common_beat() -> None:
    waits = {wait_after(3) for _ in range(20)}
    assert len(waits) > 1
    assert all(timedelta(minutes=3) <= wait <= timedelta(minutes=5) for wait in waits)


def test_killed_worker_loses_nothing(settings: Settings, store: Store, tmp_path: Path) -> None:
    """SIGKILL while the gateway is busy: the row stays leased, and the next worker sends it."""
    (row,) = queue(store, is_quiet_exempt=True)
    busy = tmp_path / "busy"
    script = (
        "import os, sys, time\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from portal.catalogue.loader import load_catalogue\n"
        "from portal.config import Settings\n"
        "from portal.gateways import from_settings\n"
        "from portal.store import open_store\n"
        "from portal.worker import Worker\n"
        "settings = Settings.from_environment(os.environ)\n"
        "class Busy:\n"
        "    def send(self, *words, message_id):\n"
        "        Path(sys.argv[1]).touch()\n"
        "        time.sleep(60)\n"
        "gateways = replace(from_settings(settings), sms=Busy())\n"
        "Worker(settings, load_catalogue().regions['demo'], open_store(settings), gateways).turn()\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "PORTAL_ENV": "test",
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_DATABASE_URL": settings.database_url,
    }
    victim = subprocess.Popen([sys.executable, "-c", script, str(busy)], env=environment, cwd=ROOT)
    deadline = time.monotonic() + 30
    while not busy.exists():
        assert victim.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert message(store, row).state == "sending"
    with store.transaction() as db:
        db.get_one(Message, row).leased_until = clock.now() - timedelta(seconds=1)
    gateway = FakeGateway()
    worker_with(settings, store, gateway).turn()
    assert len(gateway.taken) == 1
    assert message(store, row).state == "sent"
