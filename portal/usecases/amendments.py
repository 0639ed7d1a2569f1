"""What one administrator would change takes effect when a second one grants it: the calendar, the units, and
numbers of the region that hold from a day on.

What would be refused is refused when it is proposed, by trying it; and again when it is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.amendments import Amendment, DatedAmount
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.administrators import require_administrator
from portal.usecases.amounts import BOUNDS, find_changeable
from portal.usecases.audit import record_event
from portal.usecases.calendar import morning_after
from portal.usecases.calendar_days import (
    add_calendar_day,
    publish_year,
    remove_calendar_day,
    unpublish_year,
)
from portal.usecases.regions import get_region
from portal.usecases.staff_names import name_of, names_of
from portal.usecases.timers import set_timer
from portal.usecases.unit_changes import add_unit, change_unit, close_unit
from portal.usecases.unit_closing import begin_closing

Kind = Literal[
    "calendar_add",
    "calendar_remove",
    "year_add",
    "year_remove",
    "unit_add",
    "unit_change",
    "unit_close",
    "amount",
]
UNIT_KINDS: Final[tuple[Kind, ...]] = ("unit_add", "unit_change", "unit_close")
MOST_SHOWN: Final = 30
STREAM: Final = "amendments"


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
        who = name_of(db, amendment.decided_by_id)
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
    newest = (Amendment.decided_at.is_not(None), Amendment.id.desc())
    found = db.scalars(select(Amendment).order_by(*newest).limit(MOST_SHOWN)).all()
    names = names_of(db, [one.proposed_by_id for one in found])
    return [(one, names[one.proposed_by_id]) for one in found]


def list_amendments_of(db: Session, actor: Actor, unit_code: str) -> Sequence[Amendment]:
    """What is to become of a unit: what waits for another administrator, or for its day."""
    require_administrator(actor)
    about = (Amendment.kind.in_(UNIT_KINDS), Amendment.subject == unit_code, Amendment.effective_at.is_(None))
    is_to_come = or_(Amendment.is_granted.is_(None), Amendment.is_granted.is_(True))
    return db.scalars(select(Amendment).where(*about, is_to_come).order_by(Amendment.id)).all()


def _is_due(amendment: Amendment) -> bool:
    """A number carries its own day, so that it may stand in the table before."""
    return amendment.kind == "amount" or amendment.from_on <= clock.today()


def _take_effect(db: Session, actor: Actor, amendment: Amendment) -> None:
    kind: Any = amendment.kind
    about = (kind, amendment.subject, amendment.proposed, amendment.source, amendment.from_on)
    _carry_out(db, actor, Change(*about))
    amendment.effective_at = clock.now()
    if kind == "unit_close":
        begin_closing(db, amendment)
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


def _add_unit(db: Session, _actor: Actor, change: Change) -> None:
    add_unit(db, change.subject, change.proposed)


def _change_unit(db: Session, _actor: Actor, change: Change) -> None:
    change_unit(db, change.subject, change.proposed)


def _close_unit(db: Session, actor: Actor, change: Change) -> None:
    close_unit(db, actor, change.subject, str(change.proposed["to"]))


def _set_amount(db: Session, _actor: Actor, change: Change) -> None:
    """Raises NotFound for a number that is not theirs to change, Conflict ``number_too_small``,
    ``number_too_large`` or ``number_is_known`` (one from this day on is there)."""
    value, region = int(change.proposed["value"]), str(change.proposed["region"])
    known = find_changeable(get_region(region), change.subject)
    if known is None:
        raise NotFound("amount")
    least, most = BOUNDS[known.unit or "pieces"]
    if value < least:
        raise Conflict("number_too_small", what=str(least))
    if value > most:
        raise Conflict("number_too_large", what=str(most))
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
    "unit_add": _add_unit,
    "unit_change": _change_unit,
    "unit_close": _close_unit,
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
