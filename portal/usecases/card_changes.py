"""What happens to a card after it was issued: another takes its place, it moves, it is cancelled,
and what was cancelled by mistake is restored.

A card from before this portal is entered first, as the register shows it, so that it has a history here too.
Each change is a decision on an application (``usecases/card_effects.py``) and is recorded there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.rules.certificates import Cause, replacing_number, replacing_valid_to
from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.benefits import flag_benefits
from portal.usecases.card_moves import drop_move, forget_move, set_move_timers
from portal.usecases.card_reminders import REMINDER_TIMER, set_reminders
from portal.usecases.certificates import find_in_force, held_by, record_card
from portal.usecases.new_cards import YEARS, add_card, card_of, keep_card, why_no_number
from portal.usecases.timers import drop_timers
from portal.usecases.turns import take_turn

LOST, REPLACED = "lost", "replaced"
"""Why a card is cancelled that another takes the place of."""


@dataclass(frozen=True)
class EarlierCard:
    """A card from before this portal, as the register shows it."""

    number: str
    valid_to_on: date
    components: Sequence[tuple[str, int]]


def get_card(
    db: Session, actor: Actor, application: Application, earlier: EarlierCard | None, unit_code: str
) -> Certificate:
    """The card in force of the person whom the application is for; ``earlier`` is entered where none is.

    Raises Conflict where there is none (``no_certificate``), where one is on record already (``on_record``),
    and with what stands against any card of this person.
    """
    take_turn(db, "certificate", application.person.id_number_index or "")
    if (refusal := why_no_number(application)) is not None:
        raise Conflict(refusal)
    known = find_in_force(db, application.person)
    if known is not None:
        if earlier is not None and earlier.number != known.number:
            raise Conflict("on_record")
        return known
    if earlier is None:
        raise Conflict("no_certificate")
    return _enter(db, actor, application, earlier, unit_code)


def _enter(
    db: Session, actor: Actor, application: Application, earlier: EarlierCard, unit_code: str
) -> Certificate:
    """A number that begins with another ID number is taken: the ID number may have been corrected since, and
    the form says so (rules.md 2.2)."""
    certificate = card_of(db, application, earlier.number, earlier.components, earlier.valid_to_on, unit_code)
    certificate.entered_by_id = application.id
    keep_card(db, application, certificate)
    record_card(db, actor, application, certificate, "certificate:enter")
    return certificate


def replace_certificate(
    db: Session,
    actor: Actor,
    application: Application,
    region: Region,
    old: Certificate,
    *,
    cause: Cause,
    components: Sequence[tuple[str, int]],
    issuer_unit: str,
    years_parameter: str,
) -> Certificate:
    """Another card in place of ``old``, which is void from today (rules.md 2.2, 2.5).

    Raises Conflict where no number can be made (``no_components``).
    """
    today = clock.today()
    id_number = str(application.person.id_number)
    try:
        number = replacing_number(cause, old.number, id_number, components)
    except ValueError as wrong:
        raise Conflict("no_components") from wrong
    if cause == "lost":
        old.lost_on = old.lost_on or today
    _end(db, old, LOST if cause == "lost" else REPLACED)
    years = find_number(db, region, years_parameter) or YEARS
    new = add_card(
        db,
        actor,
        application,
        number=number,
        components=components,
        issuer_unit=issuer_unit,
        valid_to_on=replacing_valid_to(cause, old.valid_to_on, today, years),
        tag="certificate:replace",
    )
    old.replaced_by_id = new.id
    db.flush()
    record_card(db, actor, application, old, "certificate:void", reason=str(old.cancel_reason))
    return new


def move_certificate(
    db: Session, actor: Actor, application: Application, certificate: Certificate, issuer_unit: str
) -> None:
    """迁移: ``issuer_unit`` answers for the card from today, and a frozen one is in force again (2.5)."""
    before = certificate.issuer_unit
    forget_move(db, certificate)
    certificate.issuer_unit = issuer_unit
    db.flush()
    set_reminders(db, certificate)
    units = {"from_unit": before, "to_unit": issuer_unit}
    record_card(db, actor, application, certificate, "certificate:move", **units)


def cancel_certificate(
    db: Session, actor: Actor, application: Application, certificate: Certificate, reason: str
) -> None:
    """注销 from today, with its reason; nobody is reminded of its end any more (art. 24)."""
    _end(db, certificate, reason)
    record_card(db, actor, application, certificate, "certificate:cancel", reason=reason)


def find_cancelled(db: Session, person: Person, reasons: Collection[str]) -> Certificate | None:
    """The card of a person that was cancelled last, for one of these reasons; None where none was."""
    found = select(Certificate).where(
        held_by(person), Certificate.cancelled_on.is_not(None), Certificate.cancel_reason.in_(reasons)
    )
    return db.scalar(found.order_by(Certificate.cancelled_on.desc(), Certificate.id.desc()).limit(1))


def restore_certificate(
    db: Session, actor: Actor, application: Application, region: Region, certificate: Certificate
) -> None:
    """A card that was cancelled by mistake is in force again, with its reminders, and that it had been
    cancelled stays on record (rules.md ZJ-05: restore with trace). Restored twice it is restored once.

    Raises Conflict ``has_certificate`` where the person has another by now.
    """
    take_turn(db, "certificate", certificate.holder_index)
    db.refresh(certificate)
    if certificate.cancelled_on is None:
        return
    if find_in_force(db, certificate.person) is not None:
        raise Conflict("has_certificate")
    facts = {"reason": str(certificate.cancel_reason), "cancelled_on": certificate.cancelled_on.isoformat()}
    certificate.cancelled_on = certificate.cancel_reason = None
    db.flush()
    set_reminders(db, certificate)
    set_move_timers(db, certificate)
    record_card(db, actor, application, certificate, "certificate:restore", **facts)
    flag_benefits(db, certificate.spoken_through, region, "certificate_restored")


def _end(db: Session, certificate: Certificate, reason: str) -> None:
    certificate.cancelled_on, certificate.cancel_reason = clock.today(), reason
    drop_timers(db, REMINDER_TIMER, certificate.id)
    drop_move(db, certificate)
    db.flush()
