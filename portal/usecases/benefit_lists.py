"""Benefits as people read them: their holder, and officers who decide on something else for that person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import same_name
from portal.catalogue.model import Region
from portal.rules.benefits import month_of
from portal.store.applications import Application
from portal.store.benefits import BenefitRow
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.benefits import rows_of
from portal.usecases.certificates import proven_self
from portal.usecases.payments import PaymentRow, list_payments
from portal.usecases.units import list_names_of_units


@dataclass(frozen=True)
class BenefitSeen:
    """One row as people read it."""

    row: BenefitRow
    name: dict[str, str]
    """By language; the code where the region gives it no more."""
    unit: dict[str, str]
    """The name of the unit that decides, by language."""
    is_over: bool
    """Whether its last month is over, or it gave way to another row."""
    payments: Sequence[PaymentRow] = ()
    """What came back of it, newest first; read only for its holder."""


def list_own_benefits(db: Session, actor: Actor, region: Region) -> list[BenefitSeen]:
    """What the person who is signed in gets and got, newest first; nothing before the identity is proven."""
    person = proven_self(db, actor)
    return list_benefits_held_by(db, person, region) if person is not None else []


def list_benefits_held_by(db: Session, person: Person, region: Region) -> list[BenefitSeen]:
    """What a proven person gets and got, newest first. Whether the actor may see it was asked before."""
    rows = [
        row
        for row in rows_of(db, person)
        if row.holder_index == person.id_number_index or same_name(row.holder_name, person.name or "")
    ]
    payments = list_payments(db, [row.id for row in rows]) if rows else {}
    return [replace(one, payments=payments[one.row.id]) for one in _seen(db, rows, region)]


def list_benefits_of(db: Session, application: Application, region: Region) -> list[BenefitSeen]:
    """What the person whom an application is for gets and got. To be asked only for somebody whose identity
    is proven."""
    index = application.subject_id_index
    if index is None:
        return []
    query = select(BenefitRow).where(BenefitRow.holder_index == index).order_by(BenefitRow.id.desc())
    return _seen(db, db.scalars(query).all(), region)


def _seen(db: Session, rows: Sequence[BenefitRow], region: Region) -> list[BenefitSeen]:
    this_month = month_of(clock.today())
    units = list_names_of_units(db, {row.unit_code for row in rows})
    found = []
    for row in rows:
        known = region.benefit(row.code)
        is_past = row.to_on is not None and row.to_on < this_month
        name = known.name.model_dump(exclude_none=True) if known else {"zh": row.code}
        is_over = is_past or row.state == "ended"
        found.append(BenefitSeen(row, name, dict(units[row.unit_code]), is_over))
    return found
