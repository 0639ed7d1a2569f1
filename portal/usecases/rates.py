"""How often something may be tried. Counts are kept in a transaction of their own.

The caller opens that transaction before the one that does the work, and raises only after it has committed;
so a failure that is rolled back stays counted::

    with transaction() as db:
        wait = rates.count_attempt(db, rates.PASSWORD, contact)
    if wait:
        raise TooMany(wait)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal import clock
from portal.store import blind_index
from portal.store.accounts import AttemptCount

PARTS = 12
"""A limit's time is counted in so many parts: it slides, and at no seam does anyone get twice as many."""
KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most ``times`` within ``within`` (at most a day), for each ``who`` alone."""

    name: str
    times: int
    within: timedelta


CODE_ASKED = Limit("code_asked", 3, timedelta(hours=1))
"""One-time codes sent to one contact."""
CODE_TRIED = Limit("code_tried", 15, timedelta(hours=1))
"""Codes typed for one contact: every code that is sent, five times."""
PASSWORD = Limit("password", 10, timedelta(hours=1))
"""Passwords typed for one contact or login name."""


def count_attempt(db: Session, limit: Limit, who: str) -> int:
    """Count one try by (or for) ``who`` and return 0, or the seconds to wait when it is one too many.

    A try that is refused is not counted: hammering does not lengthen the wait.
    """
    key = _key(db, limit, who)
    now = clock.now()
    part = limit.within / PARTS
    window = _window(now, part)
    _add(db, key, window)
    counts = db.execute(
        select(AttemptCount.window, AttemptCount.count)
        .where(AttemptCount.key == key, AttemptCount.window >= _window(now - limit.within, part))
        .order_by(AttemptCount.window)
    ).all()
    excess = sum(count for _window_start, count in counts) - limit.times
    if excess <= 0:
        return 0
    db.execute(
        update(AttemptCount)
        .where(AttemptCount.key == key, AttemptCount.window == window)
        .values(count=AttemptCount.count - 1)
    )
    for start, count in counts:
        excess -= count
        if excess <= 0:
            free_at = datetime.fromisoformat(start) + part + limit.within
            return max(1, int((free_at - now).total_seconds()) + 1)
    raise AssertionError("the counts sum up to more than the limit")


def forget_attempts(db: Session, limit: Limit, who: str) -> None:
    """Start afresh, after a success that proves it was the right person."""
    db.execute(delete(AttemptCount).where(AttemptCount.key == _key(db, limit, who)))


def sweep_attempts(db: Session) -> int:
    """Delete counts that no limit looks at any more; how many."""
    oldest = (clock.now() - KEPT).astimezone(UTC).isoformat(timespec="seconds")
    old = delete(AttemptCount).where(AttemptCount.window < oldest).returning(AttemptCount.key)
    return len(db.execute(old).all())


def _key(db: Session, limit: Limit, who: str) -> str:
    """Whose tries: a fingerprint, because ``who`` may be a telephone number."""
    return f"{limit.name}:{blind_index(db, 'attempts', who)}"


def _window(moment: datetime, part: timedelta) -> str:
    """The start of the part of time that ``moment`` lies in; sorts as time does."""
    seconds = int(part.total_seconds())
    start = int(moment.timestamp()) // seconds * seconds
    return datetime.fromtimestamp(start, UTC).isoformat(timespec="seconds")


def _add(db: Session, key: str, window: str) -> None:
    """One statement on both engines; the row's lock makes parallel tries take turns until the commit."""
    insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
    db.execute(
        insert(AttemptCount)
        .values(key=key, window=window, count=1)
        .on_conflict_do_update(
            index_elements=[AttemptCount.key, AttemptCount.window], set_={"count": AttemptCount.count + 1}
        )
    )
