"""A visit ends: by 下一位, on leaving, when the clerk's session is locked, signed out of or silent."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.visits import Visit
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event

EndedBy = Literal["next", "leave", "idle", "lock", "sign_out"]


def end_visits(db: Session, actor: Actor, session_id: int, by: EndedBy) -> int:
    """End whatever visit is open in a session of staff; how many that were, at most one. From then on no
    address of it shows anything."""
    open_ones = db.scalars(
        select(Visit)
        .where(Visit.session_id == session_id, Visit.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for visit in open_ones:
        visit.ended_at, visit.ended_by = clock.now(), by
        record_event(
            db, actor, f"account:{visit.account_id}", "visit:end", authority="office", details={"by": by}
        )
    db.flush()
    return len(open_ones)
