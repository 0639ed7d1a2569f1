"""The holder of a card is told in time that it will end, and from when on it can be exchanged."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.rules.certificates import is_good, reminder_days, renew_from
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.usecases.applications import definition_of
from portal.usecases.calendar import morning_of
from portal.usecases.certificates import renew_months, state_today
from portal.usecases.notices import send_notice
from portal.usecases.timers import set_timer

REMINDER, REMINDER_TIMER = "N14", "certificate_reminder"


def set_reminders(db: Session, certificate: Certificate) -> None:
    """Remind of the end of a card, as far as the days for it are to come."""
    for months, day in reminder_days(certificate.valid_to_on).items():
        if day > clock.today():
            set_timer(db, REMINDER_TIMER, certificate.id, morning_of(day), unique=str(months))


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
        "renew_from_on": renew_from(certificate.valid_to_on, renew_months(db, region)),
        "unit": certificate.issuer_unit,
    }
    application = certificate.spoken_through
    send_notice(db, application, definition_of(db, application), REMINDER, facts)


def _said(db: Session, certificate: Certificate) -> set[int]:
    """The terms, in months, that the holder was reminded of already."""
    rows = db.scalars(
        select(NoticeRow.facts).where(
            NoticeRow.application_id == certificate.spoken_through.id, NoticeRow.key == REMINDER
        )
    )
    return {int(facts.get("months", 0)) for facts in rows}
