"""Holders of certificates for tests: proven at the counter, the certificate issued by its use case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.new_cards import issue_certificate
from tests.support.office import ANSWERS, COUNTY, REGION, resident, submitted

HOLDER_ID = "88000019881102001X"
LIMB = (("limb", 3),)
APPROVER = Actor("staff", None, False, None, COUNTY, "880001", "counter")
"""Whoever decides at the county."""


def proven(db: Session, number: str = HOLDER_ID, name: str = "示例王小明") -> Actor:
    """A resident whose ID card was seen."""
    return prove(db, resident(db), number, name)


def prove(db: Session, actor: Actor, number: str = HOLDER_ID, name: str = "示例王小明") -> Actor:
    """The same resident, once the ID card was seen."""
    account = db.get_one(Account, actor.signed_in_id)
    account.identity_level, account.proven_by, account.proven_at = "proven", "desk", clock.now()
    person = db.query(Person).filter_by(claimed_by_id=account.id, is_self=True).one_or_none()
    person = person or Person(claimed_by_id=account.id, is_self=True, created_at=clock.now())
    person.name, person.id_number, person.is_proven = name, number, True
    person.id_number_index = blind_index(db, "id_number", number)
    db.add(person)
    db.flush()
    return Actor("resident", account.id, True)


def applied(db: Session, holder: Actor, own: Mapping[str, Any] = ANSWERS) -> Application:
    """Somebody's application for a certificate, handed in."""
    return submitted(db, holder, own={"p_id_no": HOLDER_ID, **own})


def issue(
    db: Session,
    application: Application,
    components: Sequence[tuple[str, int]] = LIMB,
    actor: Actor = APPROVER,
) -> Certificate:
    """What the approving decision makes of it."""
    return issue_certificate(db, actor, application, REGION, components=components, issuer_unit=COUNTY)


def holder_of_one(db: Session, components: Sequence[tuple[str, int]] = LIMB) -> tuple[Actor, Certificate]:
    """A proven resident with a certificate."""
    holder = proven(db)
    return holder, issue(db, applied(db, holder), components)
