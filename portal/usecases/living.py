"""Whether somebody is there to be written to: after a death nothing is sent or offered (words.md 6)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.store.people import Person


def holder_has_died(db: Session, account_id: int) -> bool:
    """Whether the person whose own account it is was reported dead."""
    dead = select(Person.id).where(
        Person.claimed_by_id == account_id, Person.is_self.is_(True), Person.death_reported_at.is_not(None)
    )
    return db.scalar(dead.limit(1)) is not None
