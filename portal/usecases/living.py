"""Whether somebody is there to be written to: after a death nothing is sent or offered (words.md 6)."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.store.people import Person


def holder_has_died(db: Session, account_id: int) -> bool:
    """Whether the person whose own account it is was reported dead."""
    return db.scalar(_DEAD, {"account_id": account_id}) is not None


_DEAD = (
    select(Person.id)
    .where(
        Person.claimed_by_id == bindparam("account_id"),
        Person.is_self.is_(True),
        Person.death_reported_at.is_not(None),
    )
    .limit(1)
)
"""Written once: to put it together takes longer than to answer it."""
