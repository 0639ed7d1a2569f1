"""A card comes about, in the transaction of the decision that grants it, and what stands against it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.rules.certificates import (
    GENERATION,
    category_of,
    certificate_number,
    grade_of,
    may_carry_certificate,
    valid_to,
)
from portal.rules.errors import Conflict
from portal.store import blind_index
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.calendar import morning_of
from portal.usecases.card_reminders import set_reminders
from portal.usecases.certificates import KEY_BYTES, find_in_force, record_card
from portal.usecases.search_keys import add_keys
from portal.usecases.timers import set_timer
from portal.usecases.turns import take_turn

WhyNotIssue = Literal["no_id_number", "other_id_number", "has_certificate", "no_components"]
"""Why no certificate can be issued; ``labels.WHY_NOT_ISSUE`` has the words."""

OFFER_TIMER = "card_offer"
"""Tells the holder of a new card what it may open, the morning after."""
YEARS = 10
"""What holds where a region says nothing (art. 19)."""


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
    certificate = card_of(db, application, number, components, valid_to_on, issuer_unit)
    certificate.application_id, certificate.issued_on = application.id, clock.today()
    certificate.generation = GENERATION
    keep_card(db, application, certificate)
    set_reminders(db, certificate)
    set_timer(db, OFFER_TIMER, certificate.id, morning_of(clock.today() + timedelta(days=1)))
    record_card(db, actor, application, certificate, tag, valid_to_on=valid_to_on.isoformat())
    return certificate


def card_of(
    db: Session,
    application: Application,
    number: str,
    components: Sequence[tuple[str, int]],
    valid_to_on: date,
    issuer_unit: str,
) -> Certificate:
    """A card of the person whom the application is for, to be kept; how it came about is not said yet."""
    person = application.person
    return Certificate(
        key=secrets.token_urlsafe(KEY_BYTES),
        person_id=person.id,
        holder_name=application.subject_name or person.name or "",
        holder_index=str(person.id_number_index),
        number=number,
        number_index=blind_index(db, "certificate_number", number),
        components=[tuple(one) for one in components],
        category=category_of(components),
        grade=grade_of(components),
        valid_to_on=valid_to_on,
        issuer_unit=issuer_unit,
        created_at=clock.now(),
    )


def keep_card(db: Session, application: Application, certificate: Certificate) -> None:
    """From now on it is on record, and the application is found by its number."""
    db.add(certificate)
    db.flush()
    add_keys(db, application, [("certificate", certificate.number)])
