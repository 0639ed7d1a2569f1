"""Certificates as their holder and the offices see them: who has which, and how it stands today.

How one comes about is in ``new_cards``, what happens to it then in ``card_changes``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import same_name
from portal.catalogue.model import Region
from portal.rules.certificates import State, has_other_id, renew_from, state_on
from portal.rules.errors import NotFound
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.audit import record_event, stream_of
from portal.usecases.transitions import authority_for
from portal.usecases.units import list_names_of_units

CertificateRow = Certificate
"""A row as pages pass it on."""

KEY_BYTES = 12
"""96 random bits in an address that is shown to its owner only."""

RENEW_MONTHS = 6
"""What holds where a region says nothing (rules.md 2.3)."""


@dataclass(frozen=True)
class CertificateSeen:
    """A certificate as its holder sees it on a day."""

    row: Certificate
    state: State
    issuer: dict[str, str]
    """The issuing unit's name by language."""
    renew_from_on: date
    has_other_id: bool
    """Whether its number begins with another ID number than the holder's of today."""


def record_card(
    db: Session, actor: Actor, application: Application, certificate: Certificate, tag: str, **more: str
) -> None:
    """Note in the stream of an application what happened to a card, never its number."""
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=certificate.person_id,
        authority=authority_for(actor, application),
        details={"certificate": certificate.id, **more},
    )


def find_certificate_of(db: Session, application: Application, region: Region) -> CertificateSeen | None:
    """What an application led to, for the pages of the application: a card, or one that was entered and is
    in force."""
    is_kept = and_(Certificate.entered_by_id == application.id, Certificate.cancelled_on.is_(None))
    row = db.scalar(select(Certificate).where(or_(Certificate.application_id == application.id, is_kept)))
    return next(_seen(db, [row], renew_months(db, region)), None) if row is not None else None


def list_certificates_of(db: Session, application: Application, region: Region) -> list[CertificateSeen]:
    """Every certificate of the person whom an application is for, newest first. To be asked only for somebody
    whose identity is proven."""
    rows = db.scalars(
        select(Certificate)
        .where(Certificate.holder_index == application.subject_id_index)
        .order_by(Certificate.id.desc())
        .options(selectinload(Certificate.person))
    )
    return list(_seen(db, rows.all(), renew_months(db, region)))


def list_own_certificates(db: Session, actor: Actor, region: Region) -> list[CertificateSeen]:
    """Every certificate of the holder who is signed in, newest first; none before the identity is proven."""
    person = proven_self(db, actor)
    return list_certificates_held_by(db, person, region) if person is not None else []


def list_certificates_held_by(db: Session, person: Person, region: Region) -> list[CertificateSeen]:
    """Every certificate of a proven person, newest first. Whether the actor may see them was asked before."""
    rows = db.scalars(select(Certificate).where(held_by(person)).order_by(Certificate.id.desc()))
    months = renew_months(db, region)
    return list(_seen(db, [row for row in rows if _is_holder(person, row)], months, person))


def get_own_certificate(db: Session, actor: Actor, key: str, region: Region) -> CertificateSeen:
    """One certificate of the holder who is signed in. Raises NotFound, also for somebody else's."""
    person = proven_self(db, actor)
    row = db.scalar(select(Certificate).where(Certificate.key == key))
    if person is None or row is None or not _is_holder(person, row):
        raise NotFound("certificate")
    return next(_seen(db, [row], renew_months(db, region), person))


def state_today(db: Session, certificate: Certificate, region: Region) -> State:
    """How a certificate stands today."""
    return state_on(certificate, clock.today(), renew_months(db, region))


def find_in_force(db: Session, person: Person) -> Certificate | None:
    """The card that this person has, whichever account applied for it; also a lost or an expired one."""
    found = select(Certificate).where(Certificate.cancelled_on.is_(None), held_by(person))
    return db.scalar(found.order_by(Certificate.id.desc()).limit(1))


def held_by(person: Person) -> ColumnElement[bool]:
    """Whose a card is, by ID number or by the person file: either may have been corrected since."""
    return or_(Certificate.holder_index == person.id_number_index, Certificate.person_id == person.id)


def proven_self(db: Session, actor: Actor) -> Person | None:
    """The person file of whoever is signed in, once an original was seen or a register said who it is."""
    if actor.kind != "resident" or not actor.is_proven:
        return None
    return db.scalar(
        select(Person).where(
            Person.claimed_by_id == actor.signed_in_id,
            Person.is_self.is_(True),
            Person.is_proven.is_(True),
            Person.id_number_index.is_not(None),
        )
    )


def _is_holder(person: Person, certificate: Certificate) -> bool:
    """By ID number; with a corrected one, by the person file, as long as the name is the same.

    Before it was proven the file may have carried what somebody typed for another person.
    """
    if certificate.holder_index == person.id_number_index:
        return True
    return certificate.person_id == person.id and same_name(certificate.holder_name, person.name or "")


def _seen(
    db: Session, rows: Sequence[Certificate], months: int, holder: Person | None = None
) -> Iterator[CertificateSeen]:
    """As people read them, the units asked once for all; of each its own person, or the ``holder``."""
    issuers = list_names_of_units(db, {row.issuer_unit for row in rows})
    for row in rows:
        yield CertificateSeen(
            row=row,
            state=state_on(row, clock.today(), months),
            issuer=dict(issuers[row.issuer_unit]),
            renew_from_on=renew_from(row.valid_to_on, months),
            has_other_id=has_other_id(row.number, (holder or row.person).id_number),
        )


def renew_months(db: Session, region: Region) -> int:
    """How many months before its last day a certificate may be exchanged."""
    return find_number(db, region, "renew_window_months") or RENEW_MONTHS
