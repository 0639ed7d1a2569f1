"""Whom an appointment is with: how they are met and reached, and whether their death was reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.people import Person
from portal.usecases.access_needs import needs_for
from portal.usecases.actor import Actor
from portal.usecases.claims import get_seen
from portal.usecases.visitor_applications import visitor_needs


def needs_of_appointment(db: Session, appointment: Appointment) -> Mapping[str, Any]:
    """How the person is met and reached, by meaning."""
    if appointment.application_id is not None:
        return needs_for(db, db.get_one(Application, appointment.application_id))
    return visitor_needs(db, appointment.account_id)


def needs_of_application(db: Session, actor: Actor, reference: str) -> Mapping[str, Any]:
    """The same before anything is arranged, of an application at the actor's post. Raises NotFound."""
    return needs_for(db, get_seen(db, actor, reference))


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
