"""A card whose holder's household registration has moved away without a transfer (rules.md 2.5, 迁移).

Its unit writes down since when, and the holder is told two days: until when it can be transferred without
being frozen, and from when its unit decides whether it is cancelled. The first comes about by itself, is
told, and ends with the transfer. The second never does: a person decides. What was written down wrongly is
taken back, and everything with it. The holder keeps the days that were told, whatever a region changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region, Role
from portal.rules.certificates import TransferDays, transfer_days
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.applications import definition_of
from portal.usecases.benefits import rows_of, settle_flag
from portal.usecases.card_moves import forget_move, list_told, set_move_timers, tell_of_move
from portal.usecases.certificates import record_card
from portal.usecases.register_queue import why_not_ask
from portal.usecases.turns import take_turn
from portal.usecases.whole_view import get_whole

FREEZE_MONTHS, END_MONTHS, NOTICE_DAYS = 6, 12, 30
"""Where a region says nothing: rules.md 2.5 [R6], unverified; the days of notice are an example."""

SOURCES: Final = ("register", "document", "word")
"""On what it is known: the household register, a paper, or the word of the holder or their family."""
DECIDING: Final = (Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER)
"""Who writes it down, at the unit that answers for the card."""


@dataclass(frozen=True)
class MovedCard:
    """A card in force of the person of an application, for the unit that answers for it."""

    row: Certificate
    told: Sequence[NoticeRow]
    """What its holder was told of the move, the first first; a decision to cancel leans on it."""
    may_change: bool
    """Not after a death."""


def list_movable(db: Session, actor: Actor, among: Collection[Certificate]) -> list[MovedCard]:
    """Those ``among`` the cards of the person that the actor answers for. To be asked by a post that reads
    the whole application."""
    if actor.role not in DECIDING:
        return []
    own = [one for one in among if one.cancelled_on is None and one.issuer_unit == actor.unit_code]
    return [_seen(db, one) for one in own]


def get_movable(db: Session, actor: Actor, reference: str, certificate_id: int) -> MovedCard:
    """One of them. Raises NotFound, also for a card of another person or unit, or one that is no more."""
    application = get_whole(db, actor, reference).application
    if why_not_ask(db, application, definition_of(db, application)) is not None:
        raise NotFound("certificate")
    row = db.get(Certificate, certificate_id)
    if row is None or row.holder_index != application.subject_id_index:
        raise NotFound("certificate")
    found = list_movable(db, actor, [row])
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
    days = _days_for(db, region, moved_on)
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
    tell_of_move(db, card, "")
    return card


def take_back_move(db: Session, actor: Actor, reference: str, certificate_id: int) -> Certificate:
    """It was wrong: the card is as it was before, and the holder is told. Sent twice it is done once.

    Raises NotFound as ``get_movable`` does.
    """
    card = _to_change(db, actor, reference, certificate_id)
    if card.moved_on is None:
        return card
    facts = {"moved_on": card.moved_on.isoformat(), "was_frozen": str(card.frozen_on is not None)}
    tell_of_move(db, card, "taken_back")
    forget_move(db, card)
    _settle_benefits(db, card)
    record_card(db, actor, card.spoken_through, card, "certificate:take_back_move", **facts)
    return card


def _days_for(db: Session, region: Region, moved_on: date) -> TransferDays:
    """The days that would be told today of a move on ``moved_on``."""
    return transfer_days(
        moved_on,
        clock.today(),
        find_number(db, region, "transfer_freeze_months") or FREEZE_MONTHS,
        find_number(db, region, "transfer_end_months") or END_MONTHS,
        find_number(db, region, "transfer_notice_days") or NOTICE_DAYS,
    )


def _seen(db: Session, card: Certificate) -> MovedCard:
    told = list_told(db, card) if card.moved_on is not None else ()
    return MovedCard(card, told, may_change=card.person.death_reported_at is None)


def _to_change(db: Session, actor: Actor, reference: str, certificate_id: int) -> Certificate:
    get_whole(db, actor, reference, lock=True)
    seen = get_movable(db, actor, reference, certificate_id)
    if not seen.may_change:
        raise NotFound("certificate")
    take_turn(db, "certificate", seen.row.holder_index)
    db.refresh(seen.row)
    return seen.row


def _settle_benefits(db: Session, card: Certificate) -> None:
    """Whoever was asked to look because it was frozen need not any more."""
    for row in rows_of(db, card.spoken_through.person, "granted"):
        if row.flag == "certificate_frozen":
            settle_flag(db, row)
