"""Which person file is somebody's own: the one that they opened themselves, and those that others wrote of
them and that are known to be theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select, union_all
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from portal.store.people import Person, PersonMerge


def find_self_file(db: Session, account_id: int) -> Person | None:
    """What the holder of an account opened of themselves; whether it was joined to another file since, says
    ``person_files.standing_file``."""
    return db.scalar(select(Person).where(Person.claimed_by_id == account_id, Person.is_self.is_(True)))


def is_own_of(account_id: Any) -> ColumnElement[bool]:
    """For a query of people: whoever wrote the file, it is of the holder of this account (an id, or the
    parameter of a prepared query); so is the one that a file of theirs was joined to.

    A list of ids, each found by an index: an OR of all of them would have every person read.
    """
    own, joined = aliased(Person), aliased(Person)
    kept = select(PersonMerge.kept_id).join(joined, joined.id == PersonMerge.merged_id)
    stands = kept.where(PersonMerge.undone_at.is_(None))
    return Person.id.in_(
        union_all(
            *(select(own.id).where(one) for one in _ways_to_own(own, account_id)),
            *(stands.where(one) for one in _ways_to_own(joined, account_id)),
        )
    )


def is_file_of(person: Person, account_id: int) -> bool:
    """The same of a file at hand, but for the files that were joined to it."""
    return (person.is_self and person.claimed_by_id == account_id) or person.own_account_id == account_id


def is_joined_file_of(person: Person, account_id: int) -> bool:
    """Whether a file of the holder of this account was joined to this one, and still is."""
    return any(is_file_of(one, account_id) for one in person.joined)


def _ways_to_own(file: type[Person], account_id: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return and_(file.claimed_by_id == account_id, file.is_self.is_(True)), file.own_account_id == account_id
