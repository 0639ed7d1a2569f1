"""A card whose holder's household registration has moved away without a transfer (rules.md 2.5, 迁移).

Its unit writes down since when, and the holder is told two days: until when it can be transferred without
being frozen, and from when its unit decides whether it is cancelled. The first comes about by itself, is
told, and ends with the transfer. The second never does: a person decides. What was written down wrongly is
taken back, and everything with it. The holder keeps the days that were told, whatever a region changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import MoveCertificate, Region, Role, Service
from portal.rules.certificates import TransferDays, transfer_days
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.rules.states import ENDED
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.amounts import find_number
from portal.usecases.applications import definition_of
from portal.usecases.benefits import flag_benefits, rows_of, settle_flag
from portal.usecases.calendar import morning_of
from portal.usecases.certificates import record_card
from portal.usecases.deciders import recused_ids
from portal.usecases.notices import send_notice
from portal.usecases.register_queue import why_not_ask
from portal.usecases.tasks import drop_tasks, open_task
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.turns import take_turn
from portal.usecases.whole_view import get_whole

NOTICE: Final = "N22"
TIMER: Final = "card_moved"
FREEZE_MONTHS, END_MONTHS, NOTICE_DAYS = 6, 12, 30
"""Where a region says nothing: rules.md 2.5 [R6], unverified; the days of notice are an example."""

SOURCES: Final = ("register", "document", "word")
"""On what it is known: the household register, a paper, or the word of the holder or their family."""
DECIDING: Final = frozenset({Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER})

LOOK_AGAIN: Final = timedelta(days=7)
"""While a transfer is applied for nothing is frozen; so long after it is seen whether it came about."""

Event = Literal["", "frozen", "warned", "taken_back"]
"""What the notice tells: that it was written down, what came of it, and that it was wrong."""


@dataclass(frozen=True)
class MovedCard:
    """A card in force of the person of an application, for the unit that answers for it."""

    row: Certificate
    told: Sequence[NoticeRow]
    """What its holder was told of the move, the first first; a decision to cancel leans on it."""
    may_change: bool
    """Not by who keeps away from the person, and not after a death."""


def list_movable(
    db: Session, actor: Actor, application: Application, among: Collection[Certificate]
) -> list[MovedCard]:
    """Those ``among`` the cards of the person that the actor answers for. To be asked by a post that reads
    the whole application."""
    if actor.role not in DECIDING:
        return []
    own = [one for one in among if one.cancelled_on is None and one.issuer_unit == actor.unit_code]
    return [_seen(db, actor, application, one) for one in own]


def get_movable(db: Session, actor: Actor, reference: str, certificate_id: int) -> MovedCard:
    """One of them. Raises NotFound, also for a card of another person or unit, or one that is no more."""
    application = get_whole(db, actor, reference).application
    if why_not_ask(db, application, definition_of(db, application)) is not None:
        raise NotFound("certificate")
    row = db.get(Certificate, certificate_id)
    if row is None or row.holder_index != application.subject_id_index:
        raise NotFound("certificate")
    found = list_movable(db, actor, application, [row])
    if not found:
        raise NotFound("certificate")
    return found[0]


def record_move(
    db: Session,
    actor: Actor,
    reference: str,
    certificate_id: int,
    region: Region,
    *,
    moved_on: date,
    source: str,
) -> Certificate:
    """Write down that the household registration left on ``moved_on``, and tell the holder both days.

    Sent twice it is written down once. Raises NotFound as ``get_movable`` does, Conflict ``move_recorded``
    where another day stands, Invalid for a day to come or before the card was issued.
    """
    card = _to_change(db, actor, reference, certificate_id)
    if card.moved_on is not None:
        if card.moved_on == moved_on:
            return card
        raise Conflict("move_recorded")
    if source not in SOURCES:
        raise Invalid({"source": [FieldError("choice_unknown")]})
    if moved_on > clock.today():
        raise Invalid({"moved_on": [FieldError("date_future")]})
    if card.issued_on is not None and moved_on < card.issued_on:
        raise Invalid({"moved_on": [FieldError("date_min", day=card.issued_on.isoformat())]})
    days = days_for(db, region, moved_on)
    card.moved_on, card.moved_source = moved_on, source
    card.transfer_by_on, card.transfer_end_on = days.by_on, days.end_on
    db.flush()
    set_move_timers(db, card)
    record_card(
        db,
        actor,
        card.spoken_through,
        card,
        "certificate:record_move",
        moved_on=moved_on.isoformat(),
        source=source,
    )
    _tell(db, card, "")
    return card


def take_back_move(db: Session, actor: Actor, reference: str, certificate_id: int) -> Certificate:
    """It was wrong: the card is as it was before, and the holder is told. Sent twice it is done once.

    Raises NotFound as ``get_movable`` does.
    """
    card = _to_change(db, actor, reference, certificate_id)
    if card.moved_on is None:
        return card
    facts = {"moved_on": card.moved_on.isoformat(), "was_frozen": str(card.frozen_on is not None)}
    _tell(db, card, "taken_back")
    forget_move(db, card)
    _settle_benefits(db, card)
    record_card(db, actor, card.spoken_through, card, "certificate:take_back_move", **facts)
    return card


def days_for(db: Session, region: Region, moved_on: date) -> TransferDays:
    """The days that would be told today of a move on ``moved_on``."""
    return transfer_days(
        moved_on,
        clock.today(),
        find_number(db, region, "transfer_freeze_months") or FREEZE_MONTHS,
        find_number(db, region, "transfer_end_months") or END_MONTHS,
        find_number(db, region, "transfer_notice_days") or NOTICE_DAYS,
    )


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
    today, is_frozen_now = clock.today(), False
    if _is_transferring(db, card):
        later = today + LOOK_AGAIN
        set_timer(db, TIMER, card.id, morning_of(later), unique=later.isoformat())
        return
    if today > card.transfer_by_on and card.frozen_on is None:
        _freeze(db, region, card)
        is_frozen_now = True
    if today > card.transfer_end_on:
        about = {"unit_code": card.issuer_unit, "about": str(card.id)}
        open_task(db, card.spoken_through, "card_moved", **about)
    elif today >= TransferDays(card.transfer_by_on, card.transfer_end_on).warn_on and not is_frozen_now:
        _warn(db, card)


def moves_certificates(service: Service) -> bool:
    """Whether by this service a card is transferred."""
    return any(
        isinstance(effect, MoveCertificate)
        for step in service.steps
        for outcome in step.outcomes
        for effect in outcome.effects
    )


def set_move_timers(db: Session, card: Certificate) -> None:
    """Wake up on each day on which something is due. Of a card that did not move, none."""
    by_on, end_on = card.transfer_by_on, card.transfer_end_on
    if by_on is None or end_on is None:
        return
    warn_on = TransferDays(by_on, end_on).warn_on
    for day in sorted({by_on + timedelta(days=1), warn_on, end_on + timedelta(days=1)}):
        set_timer(db, TIMER, card.id, morning_of(day), unique=day.isoformat())


def drop_move(db: Session, card: Certificate) -> None:
    """Nothing comes of the move any more: the card was transferred, or is no more."""
    drop_timers(db, TIMER, card.id)
    drop_tasks(db, card.spoken_through, "card_moved", str(card.id), why="done_elsewhere")


def forget_move(db: Session, card: Certificate) -> None:
    """The card is in force as if nothing had moved."""
    drop_move(db, card)
    card.moved_on = card.moved_source = card.transfer_by_on = card.transfer_end_on = card.frozen_on = None
    db.flush()


def _seen(db: Session, actor: Actor, application: Application, card: Certificate) -> MovedCard:
    told: Sequence[NoticeRow] = ()
    if card.moved_on is not None:
        told = _told(db, card)
    keeps_away = actor.account_id in recused_ids(db, application)
    return MovedCard(card, told, not keeps_away and card.person.death_reported_at is None)


def _to_change(db: Session, actor: Actor, reference: str, certificate_id: int) -> Certificate:
    get_whole(db, actor, reference, lock=True)
    seen = get_movable(db, actor, reference, certificate_id)
    if not seen.may_change:
        raise NotFound("certificate")
    take_turn(db, "certificate", seen.row.holder_index)
    db.refresh(seen.row)
    return seen.row


def _is_transferring(db: Session, card: Certificate) -> bool:
    """Whether its holder has applied for the transfer, and it is not decided."""
    under_way = db.scalars(
        select(Application).where(
            Application.subject_id_index == card.holder_index,
            Application.state.not_in(ENDED),
            Application.state != "draft",
        )
    )
    return any(moves_certificates(definition_of(db, one).service) for one in under_way)


def _freeze(db: Session, region: Region, card: Certificate) -> None:
    """Frozen from today, never from a day that is over. Who decides on what rests on it looks at that."""
    card.frozen_on = clock.today()
    db.flush()
    record_card(db, SYSTEM, card.spoken_through, card, "certificate:freeze")
    _tell(db, card, "frozen")
    flag_benefits(db, card.spoken_through, region, "certificate_frozen")


def _warn(db: Session, card: Certificate) -> None:
    """Once for each of the days that were told."""
    if not any(one.facts["event"] == "warned" for one in _told(db, card)):
        _tell(db, card, "warned")


def _told(db: Session, card: Certificate) -> list[NoticeRow]:
    """Of this move; what was told of one before is over."""
    theirs = (NoticeRow.application_id == card.spoken_through.id, NoticeRow.key == NOTICE)
    rows = db.scalars(select(NoticeRow).where(*theirs).order_by(NoticeRow.id))
    told: list[NoticeRow] = []
    for row in rows:
        if row.account_id == card.spoken_through.account_id:
            told = [row] if row.facts["event"] == "" else [*told, row]
    return told


def _tell(db: Session, card: Certificate, event: Event) -> None:
    application = card.spoken_through
    facts = {
        "event": event,
        "moved_on": card.moved_on,
        "transfer_by_on": card.transfer_by_on,
        "transfer_end_on": card.transfer_end_on,
        "unit": card.issuer_unit,
    }
    send_notice(db, application, definition_of(db, application), NOTICE, facts)


def _settle_benefits(db: Session, card: Certificate) -> None:
    """Whoever was asked to look because it was frozen need not any more."""
    for row in rows_of(db, card.spoken_through.person, "granted"):
        if row.flag == "certificate_frozen":
            settle_flag(db, row)
