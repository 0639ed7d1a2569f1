"""Whom an appointment is with: how they are met and reached, whether their death was reported; who comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.catalogue.texts import Text
from portal.store.accounts import StaffRole
from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.people import Person
from portal.store.units import UnitRow
from portal.usecases.access_needs import needs_for
from portal.usecases.actor import Actor
from portal.usecases.claims import get_seen
from portal.usecases.held_posts import is_held_today
from portal.usecases.visitor_applications import visitor_needs

MAY_COME: Final = (Role.LIAISON, Role.DESK_CLERK, Role.TOWNSHIP_CLERK)
"""Posts of a counter whose holders visit people."""


def needs_of_appointment(db: Session, appointment: Appointment) -> Mapping[str, Any]:
    """How the person is met and reached, by meaning."""
    if appointment.application_id is not None:
        return needs_for(db, db.get_one(Application, appointment.application_id))
    return visitor_needs(db, appointment.account_id)


def needs_of_application(db: Session, actor: Actor, reference: str) -> Mapping[str, Any]:
    """The same before anything is arranged, of an application at the actor's post. Raises NotFound."""
    return needs_for(db, get_seen(db, actor, reference))


@dataclass(frozen=True)
class WhoComes:
    """Whom the person may expect at the door: unit and post, not the name, as wherever somebody reads of the
    staff (``own_record``)."""

    unit: Text
    role: str | None
    """The post that was given the visit; None where nobody was yet, or they have left it since."""


def list_who_comes(db: Session, rows: Sequence[Appointment]) -> dict[int, WhoComes]:
    """Of some appointments, by id, in one query."""
    if not rows:
        return {}
    given = (
        select(StaffRole.role)
        .where(
            StaffRole.account_id == Appointment.officer_id,
            StaffRole.unit_code == Appointment.unit_code,
            StaffRole.role.in_(MAY_COME),
            is_held_today(),
        )
        .order_by(StaffRole.role.desc(), StaffRole.id)
        .limit(1)
        .scalar_subquery()
    )
    found = db.execute(
        select(Appointment.id, UnitRow.names, given.label("role"))
        .join(UnitRow, UnitRow.code == Appointment.unit_code)
        .where(Appointment.id.in_([one.id for one in rows]))
    )
    return {row.id: WhoComes(Text.model_validate(row.names), row.role) for row in found}


def may_phone(needs: Mapping[str, Any]) -> bool:
    """Whether anybody may telephone the person at all."""
    return "call" not in (needs.get("contact_do_not") or ())


def list_of_the_dead(db: Session, rows: Sequence[Appointment]) -> frozenset[int]:
    """Those of some appointments whose person was reported as dead: of an application its person, else the
    holder of the account. A report may be wrong, and is undone; so nothing is changed here."""
    if not rows:
        return frozenset()
    ids = [one.id for one in rows]
    of_application = (
        select(Appointment.id)
        .join(Application, Application.id == Appointment.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Appointment.id.in_(ids), Person.death_reported_at.is_not(None))
    )
    of_account = (
        select(Appointment.id)
        .join(Person, Person.claimed_by_id == Appointment.account_id)
        .where(Appointment.id.in_(ids), Appointment.application_id.is_(None), Person.is_self.is_(True))
        .where(Person.death_reported_at.is_not(None))
    )
    return frozenset(db.scalars(union(of_application, of_account)))
