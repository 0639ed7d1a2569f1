"""What one administrator would change takes effect when a second one grants it: the calendar, how a unit is
reached, and numbers of the region that hold from a day on.

What would be refused is refused when it is proposed, by trying it; and again when it is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.accounts import Account
from portal.store.amendments import Amendment, DatedAmount
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.administrators import require_administrator
from portal.usecases.audit import record_event
from portal.usecases.calendar import morning_after
from portal.usecases.calendar_days import (
    add_calendar_day,
    publish_year,
    remove_calendar_day,
    unpublish_year,
)
from portal.usecases.entitlement import LIMIT
from portal.usecases.escalation import LATE_AGAIN
from portal.usecases.samples import PERCENT
from portal.usecases.timers import set_timer
from portal.usecases.units import get_unit

Kind = Literal["calendar_add", "calendar_remove", "year_add", "year_remove", "unit_contact", "amount"]
MOST_SHOWN: Final = 30
STREAM: Final = "amendments"

AMOUNTS: Final[Mapping[str, int]] = {LIMIT: 10_000, LATE_AGAIN: 60, PERCENT: 100}
"""Numbers of a region that administrators may change, each with the most that it can be."""


@dataclass(frozen=True)
class Change:
    """What would be: ``subject`` is a day, a year, the code of a unit, or the name of a number."""

    kind: Kind
    subject: str
    proposed: Mapping[str, Any]
    source: str
    from_on: date


def propose(db: Session, actor: Actor, change: Change) -> Amendment:
    """Write down what would be changed; nothing changes yet.

    Raises NotAllowed for who is no administrator, Conflict ``waits_already``, ``starts_in_past``, and
    whatever the change itself would be refused for.
    """
    require_administrator(actor)
    if change.from_on < clock.today():
        raise Conflict("starts_in_past")
    known = select(Amendment.id).where(
        Amendment.kind == change.kind, Amendment.subject == change.subject, Amendment.decided_at.is_(None)
    )
    if db.scalar(known) is not None:
        raise Conflict("waits_already")
    with db.begin_nested() as trial:
        _carry_out(db, actor, change)
        db.flush()
        trial.rollback()
    amendment = Amendment(
        kind=change.kind,
        subject=change.subject,
        proposed=dict(change.proposed),
        source=change.source,
        from_on=change.from_on,
        proposed_by_id=actor.signed_in_id,
        proposed_at=clock.now(),
    )
    db.add(amendment)
    db.flush()
    _record(db, actor, amendment, "amendment:propose")
    return amendment


def decide_amendment(
    db: Session, actor: Actor, amendment_id: int, *, is_granted: bool, words: str = ""
) -> Amendment:
    """Grant it, or refuse it with words; whoever proposed it may only take it back. Granted, it takes effect
    on its day: today, or by itself when the day comes. Said twice in the same way it is said once.

    Raises NotFound, NotAllowed ``four_eyes``, Invalid without words, Conflict (who, when) where somebody else
    decided, and whatever the change is refused for by now.
    """
    require_administrator(actor)
    amendment = db.get(Amendment, amendment_id, with_for_update=True, populate_existing=True)
    if amendment is None:
        raise NotFound("amendment")
    if amendment.decided_at is not None:
        if (amendment.decided_by_id, amendment.is_granted) == (actor.account_id, is_granted):
            return amendment
        who = db.get_one(Account, amendment.decided_by_id).display_name
        raise Conflict("decided_meanwhile", who=who, what="amendment", when=amendment.decided_at)
    is_own = amendment.proposed_by_id == actor.account_id
    if is_granted and is_own:
        raise NotAllowed("four_eyes")
    if not is_granted and not is_own and not words.strip():
        raise Invalid({"words": [FieldError("required_text")]})
    amendment.is_granted, amendment.words = is_granted, words.strip() or None
    amendment.decided_by_id, amendment.decided_at = actor.signed_in_id, clock.now()
    db.flush()
    _record(db, actor, amendment, "amendment:grant" if is_granted else "amendment:refuse")
    if is_granted and _is_due(amendment):
        _take_effect(db, actor, amendment)
    elif is_granted:
        set_timer(db, "amendment", amendment.id, morning_after(amendment.from_on - timedelta(days=1)))
    return amendment


def begin_amendment(db: Session, _region: Region, amendment_id: int) -> None:
    """The day came from which a granted change holds. Doing it twice does no harm."""
    amendment = db.get(Amendment, amendment_id, with_for_update=True)
    if amendment is not None and amendment.is_granted and amendment.effective_at is None:
        _take_effect(db, SYSTEM, amendment)


def get_amendment(db: Session, actor: Actor, amendment_id: int) -> Amendment:
    """Raises NotFound, NotAllowed for who is no administrator."""
    require_administrator(actor)
    found = db.get(Amendment, amendment_id)
    if found is None:
        raise NotFound("amendment")
    return found


def list_amendments(db: Session, actor: Actor) -> Sequence[tuple[Amendment, str]]:
    """The newest with who proposed them; what waits comes first."""
    require_administrator(actor)
    rows = db.execute(
        select(Amendment, Account.display_name)
        .join(Account, Account.id == Amendment.proposed_by_id)
        .order_by(Amendment.decided_at.is_not(None), Amendment.id.desc())
        .limit(MOST_SHOWN)
    )
    return [(amendment, name or "") for amendment, name in rows]


def list_amounts(db: Session, actor: Actor, region: Region) -> Sequence[DatedAmount]:
    """What administrators set of the region's numbers, by name and day."""
    require_administrator(actor)
    own = select(DatedAmount).where(DatedAmount.region == region.code)
    return db.scalars(own.order_by(DatedAmount.name, DatedAmount.from_on)).all()


def _is_due(amendment: Amendment) -> bool:
    """A number carries its own day, so that it may stand in the table before."""
    return amendment.kind == "amount" or amendment.from_on <= clock.today()


def _take_effect(db: Session, actor: Actor, amendment: Amendment) -> None:
    kind: Any = amendment.kind
    about = (kind, amendment.subject, amendment.proposed, amendment.source, amendment.from_on)
    _carry_out(db, actor, Change(*about))
    amendment.effective_at = clock.now()
    _record(db, actor, amendment, "amendment:begin")


def _carry_out(db: Session, actor: Actor, change: Change) -> None:
    _ACTS[change.kind](db, actor, change)


def _add_day(db: Session, actor: Actor, change: Change) -> None:
    day, is_working = date.fromisoformat(change.subject), bool(change.proposed["is_working"])
    add_calendar_day(db, actor, day, change.source, is_working=is_working)


def _remove_day(db: Session, actor: Actor, change: Change) -> None:
    remove_calendar_day(db, actor, date.fromisoformat(change.subject))


def _add_year(db: Session, actor: Actor, change: Change) -> None:
    publish_year(db, actor, int(change.subject), change.source)


def _remove_year(db: Session, actor: Actor, change: Change) -> None:
    unpublish_year(db, actor, int(change.subject))


def _change_contact(db: Session, _actor: Actor, change: Change) -> None:
    unit = get_unit(db, change.subject)
    unit.contact = {**unit.contact, "phone": change.proposed["phone"]}


def _set_amount(db: Session, _actor: Actor, change: Change) -> None:
    """Raises Conflict ``number_too_large`` or ``number_is_known`` (one from this day on is there)."""
    value, region = int(change.proposed["value"]), str(change.proposed["region"])
    if change.subject not in AMOUNTS:
        raise NotFound("amount")
    if not 0 <= value <= AMOUNTS[change.subject]:
        raise Conflict("number_too_large", what=str(AMOUNTS[change.subject]))
    same_day = select(DatedAmount.id).where(
        DatedAmount.region == region,
        DatedAmount.name == change.subject,
        DatedAmount.from_on == change.from_on,
    )
    if db.scalar(same_day) is not None:
        raise Conflict("number_is_known")
    db.add(
        DatedAmount(
            region=region,
            name=change.subject,
            value=value,
            from_on=change.from_on,
            source=change.source,
            is_verified=bool(change.proposed["is_verified"]),
            added_at=clock.now(),
        )
    )


_ACTS: Final[Mapping[Kind, Callable[[Session, Actor, Change], None]]] = {
    "calendar_add": _add_day,
    "calendar_remove": _remove_day,
    "year_add": _add_year,
    "year_remove": _remove_year,
    "unit_contact": _change_contact,
    "amount": _set_amount,
}


def _record(db: Session, actor: Actor, amendment: Amendment, tag: str) -> None:
    record_event(
        db,
        actor,
        STREAM,
        tag,
        authority="system" if actor.kind == "system" else "office",
        details={
            "id": amendment.id,
            "kind": amendment.kind,
            "subject": amendment.subject,
            "proposed": amendment.proposed,
            "from_on": amendment.from_on.isoformat(),
        },
    )
