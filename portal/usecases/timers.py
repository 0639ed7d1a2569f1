"""Set a timer, in the transaction that creates its reason. The worker takes the due ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.database import plainly
from portal.store.messages import Timer


def set_timer(db: Session, kind: str, subject: int, due_at: datetime, *, unique: str = "") -> None:
    """``kind`` names an act of ``timed.TIMED``; ``unique`` tells several of one subject apart."""
    key = f"{kind}:{subject}:{unique}"
    if plainly(db).scalar(_BY_KEY, {"key": key}) is not None:
        return  # the same reason was there before, and the timer with it
    db.add(
        Timer(
            unique_key=key,
            kind=kind,
            subject=subject,
            due_at=due_at,
            created_at=clock.now(),
        )
    )


_BY_KEY = select(Timer.id).where(Timer.unique_key == bindparam("key"))
"""Written once: to put it together takes longer than to answer it."""


def drop_timers(db: Session, kind: str, subject: int) -> None:
    """Forget timers whose reason is gone."""
    drop_timers_of(db, (kind,), subject)


def drop_timers_of(db: Session, kinds: Collection[str], subject: int) -> None:
    """The same for several kinds at once."""
    db.execute(_DROP, {"kinds": list(kinds), "subject": subject})


_DROP = (
    delete(Timer)
    .where(
        Timer.kind.in_(bindparam("kinds", expanding=True)),
        Timer.subject == bindparam("subject"),
        Timer.done_at.is_(None),
    )
    .execution_options(synchronize_session="fetch")  # a worker may hold the very timer that is forgotten
)
