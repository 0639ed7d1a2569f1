"""Fifty reviewers take from one queue: each application once, nobody left waiting, no row fought over."""

from __future__ import annotations

import multiprocessing
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.config import Settings
from portal.store import open_store
from portal.store.applications import Application, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.claims import take_next
from tests.support.office import COUNTY, staff_account
from tests.support.postgres import ThrowAwayPostgres
from tests.support.stores import settings_for
from tests.support.volume import ROLE, fill

pytestmark = [pytest.mark.durability, pytest.mark.alone]

APPLICATIONS = 5_000
REVIEWERS, PROCESSES = 50, 5
FAIR = APPLICATIONS // REVIEWERS
LOCK_WAIT = re.compile(r"still waiting for .*|acquired .* after .* ms")


@pytest.fixture(scope="module")
def server() -> Iterator[ThrowAwayPostgres]:
    """A server that syncs as in production and tells of every wait for a lock of over 50 ms."""
    options = ("log_lock_waits=on", "deadlock_timeout=50ms")
    server = ThrowAwayPostgres(is_durable=True, options=options)
    yield server
    server.stop()


def test_fifty_reviewers_take_each_application_once_and_wait_for_no_lock(
    server: ThrowAwayPostgres, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, server.url(server.create_database()))
    actors = waiting_for_reviewers(settings)
    shares = [actors[start::PROCESSES] for start in range(PROCESSES)]
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(PROCESSES, mp_context=fork) as processes:
        taken = list(chain.from_iterable(processes.map(take_all, [settings] * PROCESSES, shares)))
    references = Counter(chain.from_iterable(taken))
    assert len(references) == APPLICATIONS
    assert set(references.values()) == {1}
    shares_taken = [len(one) for one in taken]
    assert min(shares_taken) >= FAIR / 2, sorted(shares_taken)
    assert LOCK_WAIT.findall(server.log()) == []


def waiting_for_reviewers(settings: Settings) -> list[Actor]:
    """Everything free at one unit, and the reviewers of that unit."""
    store = open_store(settings)
    store.migrate()
    fill(store, APPLICATIONS)
    with store.transaction() as db:
        db.execute(update(Application).values(state="in_review", closed_at=None))
        db.execute(
            update(StepEntry)
            .where(StepEntry.role == ROLE)
            .values(
                unit_code=COUNTY,
                lane="running",
                claimed_by_id=None,
                claimed_at=None,
                closed_at=None,
                outcome=None,
            )
        )
        actors = [
            staff_account(db, f"reviewer-{n}", Role.COUNTY_REVIEWER, COUNTY)[0] for n in range(REVIEWERS)
        ]
    store.close()
    return actors


def take_all(settings: Settings, actors: list[Actor]) -> list[list[str]]:
    """What each of these reviewers takes until nothing is left, all at the same time, in one process."""
    store = open_store(settings)
    taken: list[list[str]] = [[] for _ in actors]

    def take(place: int) -> None:
        while True:
            with store.transaction() as db:
                reference = take_next(db, actors[place])
                if reference is None:
                    return
                decide_at_once(db, actors[place])
            taken[place].append(reference)

    threads = [threading.Thread(target=take, args=(place,)) for place in range(len(actors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    return taken


def decide_at_once(db: Session, actor: Actor) -> None:
    """Empty the reviewer's hands, which hold no more than the region allows."""
    in_hand = StepEntry.claimed_by_id == actor.account_id, StepEntry.closed_at.is_(None)
    db.execute(update(StepEntry).where(*in_hand).values(closed_at=clock.now(), outcome="forward"))
