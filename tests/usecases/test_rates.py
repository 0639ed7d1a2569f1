"""Counting tries: limits slide, refusals are not counted, people do not share a count."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.store import Store
from portal.store.accounts import AttemptCount
from portal.usecases.rates import CODE_ASKED, Limit, count_attempt, forget_attempts, sweep_attempts

THREE = Limit("three", 3, timedelta(hours=1))
NOON = "2026-11-22T12:00:00+08:00"


def attempt(store: Store, who: str = "19900000001", limit: Limit = THREE) -> int:
    with store.transaction() as db:
        return count_attempt(db, limit, who)


def test_fourth_try_within_the_hour_waits_and_the_wait_is_true(
    store: Store, clock_at: Callable[..., None]
) -> None:
    clock_at(NOON)
    assert [attempt(store) for _ in range(3)] == [0, 0, 0]
    wait = attempt(store)
    assert 3600 <= wait <= 3600 + 300 + 1
    start = clock.now()
    clock_at(start + timedelta(seconds=wait - 10))
    assert attempt(store) > 0
    clock_at(start + timedelta(seconds=wait))
    assert attempt(store) == 0


def test_hammering_does_not_lengthen_the_wait(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at(NOON)
    waits = [attempt(store) for _ in range(20)]
    assert waits[3:] == [waits[3]] * 17


def test_limit_slides_so_that_no_hour_has_more(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-22T11:58:00+08:00")
    allowed = []
    for minute in range(0, 180, 2):
        clock_at(clock.now() + timedelta(minutes=2))
        if attempt(store) == 0:
            allowed.append(minute)
    assert all(
        sum(1 for other in allowed if minute <= other < minute + 60) <= 3 for minute in range(0, 180, 2)
    )
    assert len(allowed) >= 6


def test_people_and_limits_are_counted_apart(store: Store) -> None:
    for _ in range(4):
        attempt(store)
    assert attempt(store, "19900000002") == 0
    assert attempt(store, limit=CODE_ASKED) == 0


def test_success_starts_afresh(store: Store) -> None:
    for _ in range(4):
        attempt(store)
    with store.transaction() as db:
        forget_attempts(db, THREE, "19900000001")
    assert attempt(store) == 0


def test_whoever_tries_is_kept_as_a_fingerprint(store: Store) -> None:
    attempt(store)
    with store.reading() as db:
        (key,) = db.scalars(select(AttemptCount.key))
    assert "1990" not in key


def test_old_counts_are_swept_and_fresh_ones_stay(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at(NOON)
    attempt(store)
    clock_at(clock.now() + timedelta(days=3))
    attempt(store, "19900000002")
    with store.transaction() as db:
        assert sweep_attempts(db) == 1
        assert db.scalar(select(func.count()).select_from(AttemptCount)) == 1


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_parallel_tries_are_counted_each(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempt(store), range(16)))
    assert waits.count(0) == 3
