"""Which person file is somebody's own: the one that they opened themselves, and those that others wrote of
them and that are known to be theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal.store.people import Person


def find_self_file(db: Session, account_id: int) -> Person | None:
    """What the holder of an account opened of themselves; whether it was joined to another file since, says
    ``person_files.standing_file``."""
    return db.scalar(select(Person).where(Person.claimed_by_id == account_id, Person.is_self.is_(True)))


def is_own_of(account_id: Any) -> ColumnElement[bool]:
    """For a query of people: whoever wrote the file, it is of the holder of this account (an id, or the
    parameter of a prepared query)."""
    is_self = and_(Person.claimed_by_id == account_id, Person.is_self.is_(True))
    return or_(is_self, Person.own_account_id == account_id)
