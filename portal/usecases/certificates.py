"""Certificates: issued in the transaction of the granting decision, shown to the holder, reminded of."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import same_name
from portal.catalogue.model import Region
from portal.rules.certificates import (
    GENERATION,
    State,
    category_of,
    certificate_number,
    grade_of,
    has_other_id,
    is_good,
    may_carry_certificate,
    reminder_days,
    renew_from,
    state_on,
    valid_to,
)
from portal.rules.errors import Conflict, NotFound
from portal.store import blind_index
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_of
from portal.usecases.notices import send_notice
from portal.usecases.search_keys import add_keys
from portal.usecases.timers import set_timer
from portal.usecases.transitions import authority_for
from portal.usecases.turns import take_turn
from portal.usecases.units import list_names_of_units

WhyNotIssue = Literal["no_id_number", "other_id_number", "has_certificate", "no_components"]
"""Why no certificate can be issued; ``labels.WHY_NOT_ISSUE`` has the words."""

KEY_BYTES = 12
"""96 random bits in an address that is shown to its owner only."""

REMINDER, REMINDER_TIMER = "N14", "certificate_reminder"
OFFER_TIMER = "card_offer"
"""Tells the holder of a new card what it may open, the morning after."""
YEARS, RENEW_MONTHS = 10, 6
"""What holds where a region says nothing: art. 19, rules.md 2.3."""


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


def why_not_issue(db: Session, application: Application) -> WhyNotIssue | None:
    """What stands against a certificate, said before anybody decides; None where nothing does."""
    refusal = why_no_number(application)
    if refusal is None and find_in_force(db, application.person) is not None:
        return "has_certificate"
    return refusal


def why_no_number(application: Application) -> WhyNotIssue | None:
    """What stands against any card of the person whom the application is for; None where nothing does."""
    person = application.person
    if not may_carry_certificate(person.id_number):
        return "no_id_number"
    return "other_id_number" if person.id_number_index != application.subject_id_index else None


def issue_certificate(
    db: Session,
    actor: Actor,
    application: Application,
    region: Region,
    *,
    components: Sequence[tuple[str, int]],
    issuer_unit: str,
    years_parameter: str = "certificate_years",
) -> Certificate:
    """Make the certificate of the person whom the application is for, with its reminders.

    Raises Conflict with a ``WhyNotIssue`` as its key.
    """
    person = application.person
    take_turn(db, "certificate", person.id_number_index or "")  # of two applications decided at once
    if (refusal := why_not_issue(db, application)) is not None:
        raise Conflict(refusal)
    try:
        number = certificate_number(str(person.id_number), components)
    except ValueError as wrong:
        raise Conflict("no_components") from wrong
    today = clock.today()
    return add_card(
        db,
        actor,
        application,
        number=number,
        components=components,
        issuer_unit=issuer_unit,
        valid_to_on=valid_to(today, find_number(db, region, years_parameter) or YEARS),
        tag="certificate:issue",
    )


def add_card(
    db: Session,
    actor: Actor,
    application: Application,
    *,
    number: str,
    components: Sequence[tuple[str, int]],
    issuer_unit: str,
    valid_to_on: date,
    tag: str,
) -> Certificate:
    """The card that an application leads to, in force from today, with its reminders; recorded as ``tag``."""
    person = application.person
    certificate = Certificate(
        key=secrets.token_urlsafe(KEY_BYTES),
        person_id=person.id,
        application_id=application.id,
        holder_name=application.subject_name or person.name or "",
        holder_index=str(person.id_number_index),
        number=number,
        number_index=blind_index(db, "certificate_number", number),
        components=[tuple(one) for one in components],
        category=category_of(components),
        grade=grade_of(components),
        issued_on=clock.today(),
        valid_to_on=valid_to_on,
        issuer_unit=issuer_unit,
        generation=GENERATION,
        created_at=clock.now(),
    )
    db.add(certificate)
    db.flush()
    add_keys(db, application, [("certificate", number)])
    set_reminders(db, certificate)
    set_timer(db, OFFER_TIMER, certificate.id, morning_of(clock.today() + timedelta(days=1)))
    record_card(db, actor, application, certificate, tag, valid_to_on=valid_to_on.isoformat())
    return certificate


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


def set_reminders(db: Session, certificate: Certificate) -> None:
    """Remind of the end of a card, as far as the days for it are to come."""
    for months, day in reminder_days(certificate.valid_to_on).items():
        if day > clock.today():
            set_timer(db, REMINDER_TIMER, certificate.id, morning_of(day), unique=str(months))


def find_certificate_of(db: Session, application: Application, region: Region) -> CertificateSeen | None:
    """What an application led to, for the pages of the application: a card, or one that was entered and is
    in force."""
    is_kept = and_(Certificate.entered_by_id == application.id, Certificate.cancelled_on.is_(None))
    row = db.scalar(select(Certificate).where(or_(Certificate.application_id == application.id, is_kept)))
    return next(_seen(db, [row], _renew_months(db, region)), None) if row is not None else None


def list_certificates_of(db: Session, application: Application, region: Region) -> list[CertificateSeen]:
    """Every certificate of the person whom an application is for, newest first. To be asked only for somebody
    whose identity is proven."""
    rows = db.scalars(
        select(Certificate)
        .where(Certificate.holder_index == application.subject_id_index)
        .order_by(Certificate.id.desc())
        .options(selectinload(Certificate.person))
    )
    return list(_seen(db, rows.all(), _renew_months(db, region)))


def list_own_certificates(db: Session, actor: Actor, region: Region) -> list[CertificateSeen]:
    """Every certificate of the holder who is signed in, newest first; none before the identity is proven."""
    person = proven_self(db, actor)
    return list_certificates_held_by(db, person, region) if person is not None else []


def list_certificates_held_by(db: Session, person: Person, region: Region) -> list[CertificateSeen]:
    """Every certificate of a proven person, newest first. Whether the actor may see them was asked before."""
    rows = db.scalars(select(Certificate).where(held_by(person)).order_by(Certificate.id.desc()))
    months = _renew_months(db, region)
    return list(_seen(db, [row for row in rows if _is_holder(person, row)], months, person))


def get_own_certificate(db: Session, actor: Actor, key: str, region: Region) -> CertificateSeen:
    """One certificate of the holder who is signed in. Raises NotFound, also for somebody else's."""
    person = proven_self(db, actor)
    row = db.scalar(select(Certificate).where(Certificate.key == key))
    if person is None or row is None or not _is_holder(person, row):
        raise NotFound("certificate")
    return next(_seen(db, [row], _renew_months(db, region), person))


def remind_of_end(db: Session, region: Region, certificate_id: int) -> None:
    """Say that a certificate will end: once for each term, and after downtime only for the nearest.

    Nothing is said of one that is expired already or not in use, and nothing to the dead.
    """
    certificate = db.get(Certificate, certificate_id)
    if certificate is None or not is_good(state_today(db, certificate, region)):
        return
    if certificate.person.death_reported_at is not None:
        return
    today = clock.today()
    reached = [months for months, day in reminder_days(certificate.valid_to_on).items() if day <= today]
    if not reached or min(reached) in _said(db, certificate):
        return
    facts = {
        "months": min(reached),
        "valid_to_on": certificate.valid_to_on,
        "renew_from_on": renew_from(certificate.valid_to_on, _renew_months(db, region)),
        "unit": certificate.issuer_unit,
    }
    application = certificate.spoken_through
    send_notice(db, application, definition_of(db, application), REMINDER, facts)


def state_today(db: Session, certificate: Certificate, region: Region) -> State:
    """How a certificate stands today."""
    return state_on(certificate, clock.today(), _renew_months(db, region))


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
    db: Session, rows: Sequence[Certificate], renew_months: int, holder: Person | None = None
) -> Iterator[CertificateSeen]:
    """As people read them, the units asked once for all; of each its own person, or the ``holder``."""
    issuers = list_names_of_units(db, {row.issuer_unit for row in rows})
    for row in rows:
        yield CertificateSeen(
            row=row,
            state=state_on(row, clock.today(), renew_months),
            issuer=dict(issuers[row.issuer_unit]),
            renew_from_on=renew_from(row.valid_to_on, renew_months),
            has_other_id=has_other_id(row.number, (holder or row.person).id_number),
        )


def _said(db: Session, certificate: Certificate) -> set[int]:
    """The terms, in months, that the holder was reminded of already."""
    rows = db.scalars(
        select(NoticeRow.facts).where(
            NoticeRow.application_id == certificate.spoken_through.id, NoticeRow.key == REMINDER
        )
    )
    return {int(facts.get("months", 0)) for facts in rows}


def _renew_months(db: Session, region: Region) -> int:
    """How many months before its last day a certificate may be exchanged."""
    return find_number(db, region, "renew_window_months") or RENEW_MONTHS
