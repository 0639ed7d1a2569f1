"""What comes of itself of a card whose holder's household registration has moved away (rules.md 2.5, 迁移).

``moved_cards`` writes the move down. After the day that its holder was told the card is frozen, unless a
transfer is applied for; it is never cancelled so: a person decides.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import MoveCertificate, Region, Service
from portal.rules.certificates import TransferDays
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.usecases.actor import SYSTEM
from portal.usecases.applications import definition_of
from portal.usecases.benefits import flag_benefits
from portal.usecases.calendar import morning_of
from portal.usecases.certificates import record_card
from portal.usecases.handed_in import list_under_way
from portal.usecases.notices import send_notice
from portal.usecases.tasks import drop_tasks, open_task, tasks_of
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.turns import take_turn

NOTICE: Final = "N22"
TIMER: Final = "card_moved"
LOOK_AGAIN: Final = timedelta(days=7)
"""While a transfer is applied for nothing is frozen; so long after it is seen whether it came about."""

Event = Literal["", "frozen", "warned", "taken_back"]
"""What the notice tells: that it was written down, what came of it, and that it was wrong."""


def mind_move(db: Session, region: Region, certificate_id: int) -> None:
    """What is due today of a card that was not transferred: it is frozen, its holder is told again, or its
    unit is asked to decide. Nothing of one that is no more, and nothing after a death."""
    card = db.get(Certificate, certificate_id)
    if card is None or card.cancelled_on is not None or card.person.death_reported_at is not None:
        return
    take_turn(db, "certificate", card.holder_index)
    db.refresh(card)
    if card.moved_on is None or card.transfer_by_on is None or card.transfer_end_on is None:
        return
    today, days = clock.today(), TransferDays(card.transfer_by_on, card.transfer_end_on)
    if _is_transferring(db, card):
        later = today + LOOK_AGAIN
        set_timer(db, TIMER, card.id, morning_of(later), unique=later.isoformat())
        return
    if today > days.by_on and card.frozen_on is None:
        _freeze(db, region, card)  # told with the last day: nothing more is said today
    elif days.warn_on <= today <= days.end_on:
        _warn(db, card)
    if today > days.end_on:
        application, unit = card.spoken_through, card.issuer_unit
        open_task(db, application, "card_moved", unit_code=unit, about=str(card.id))


def set_move_timers(db: Session, card: Certificate) -> None:
    """Wake up on each day on which something is due. Of a card that did not move, none."""
    by_on, end_on = card.transfer_by_on, card.transfer_end_on
    if by_on is None or end_on is None:
        return
    for day in _days_due(by_on, end_on):
        set_timer(db, TIMER, card.id, morning_of(day), unique=day.isoformat())


def go_on_with_moves(db: Session, person: Person, reported_on: date) -> None:
    """A report of a death was wrong: of the days that the holder was told, what was left then is left now.
    What was told last is told again where a day changes."""
    theirs = (Certificate.person_id == person.id, Certificate.cancelled_on.is_(None))
    missed = clock.today() - reported_on
    for card in db.scalars(select(Certificate).where(*theirs, Certificate.moved_on.is_not(None))):
        if card.transfer_by_on is None or card.transfer_end_on is None:
            continue
        if missed and card.transfer_end_on >= reported_on:
            card.transfer_end_on += missed
            if card.transfer_by_on >= reported_on:
                card.transfer_by_on += missed
            db.flush()
            told = list_told(db, card)
            tell_of_move(db, card, told[-1].facts["event"] if told else "")
        _wake_again(db, card, reported_on)


def drop_move(db: Session, card: Certificate) -> None:
    """Nothing comes of the move any more: the card was transferred, or is no more."""
    drop_timers(db, TIMER, card.id)
    drop_tasks(db, card.spoken_through, "card_moved", str(card.id), why="done_elsewhere")


def forget_move(db: Session, card: Certificate) -> None:
    """The card is in force as if nothing had moved."""
    drop_move(db, card)
    card.moved_on = card.moved_source = card.transfer_by_on = card.transfer_end_on = card.frozen_on = None
    db.flush()


def moves_certificates(service: Service) -> bool:
    """Whether by this service a card is transferred."""
    return any(isinstance(effect, MoveCertificate) for effect in service.effects)


def list_told(db: Session, card: Certificate) -> list[NoticeRow]:
    """What its holder was told of this move, the first first; what was told of one before is over."""
    rows = db.scalars(
        select(NoticeRow)
        .join(Application, Application.id == NoticeRow.application_id)
        .where(
            NoticeRow.application_id == (card.application_id or card.entered_by_id),
            NoticeRow.account_id == Application.account_id,
            NoticeRow.key == NOTICE,
        )
        .order_by(NoticeRow.id)
    )
    told: list[NoticeRow] = []
    for row in rows:
        told = [row] if row.facts["event"] == "" else [*told, row]
    return told


def tell_of_move(db: Session, card: Certificate, event: Event) -> None:
    application = card.spoken_through
    facts = {
        "event": event,
        "moved_on": card.moved_on,
        "transfer_by_on": card.transfer_by_on,
        "transfer_end_on": card.transfer_end_on,
        "unit": card.issuer_unit,
    }
    send_notice(db, application, definition_of(db, application), NOTICE, facts)


def _days_due(by_on: date, end_on: date) -> list[date]:
    """On which something is done: frozen, told again, decided."""
    warn_on = TransferDays(by_on, end_on).warn_on
    return sorted({by_on + timedelta(days=1), warn_on, end_on + timedelta(days=1)})


def _wake_again(db: Session, card: Certificate, since: date) -> None:
    """Set the timers anew, also of a day since then on which one was spent in vain; what the unit was asked
    before and had no time to answer, it is asked again."""
    if card.transfer_by_on is None or card.transfer_end_on is None:
        return
    drop_timers(db, TIMER, card.id)
    for day in _days_due(card.transfer_by_on, card.transfer_end_on):
        if day < since and (card.frozen_on is not None or day > card.transfer_end_on):
            continue  # that was done in time
        unique = f"{day.isoformat()} {clock.today().isoformat()}"
        set_timer(db, TIMER, card.id, morning_of(day), unique=unique)
    application, about = card.spoken_through, str(card.id)
    asked = [one for one in tasks_of(db, application) if (one.kind, one.about) == ("card_moved", about)]
    if asked and asked[-1].why_dropped == "died":
        open_task(db, application, "card_moved", unit_code=card.issuer_unit, about=about)


def _is_transferring(db: Session, card: Certificate) -> bool:
    """Whether its holder has applied for the transfer, and it is not decided."""
    under_way = list_under_way(db, Application.subject_id_index == card.holder_index)
    return any(moves_certificates(definition_of(db, one).service) for one in under_way)


def _freeze(db: Session, region: Region, card: Certificate) -> None:
    """Frozen from today, never from a day that is over. Who decides on what rests on it looks at that."""
    card.frozen_on = clock.today()
    db.flush()
    record_card(db, SYSTEM, card.spoken_through, card, "certificate:freeze")
    tell_of_move(db, card, "frozen")
    flag_benefits(db, card.spoken_through, region, "certificate_frozen")


def _warn(db: Session, card: Certificate) -> None:
    """Once for each of the days that were told."""
    if not any(one.facts["event"] == "warned" for one in list_told(db, card)):
        tell_of_move(db, card, "warned")
