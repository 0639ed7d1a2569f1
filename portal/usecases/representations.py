"""The record by which one acts for another: shown, proved, stopped for a while, laid down, taken back.

What is handed in already goes on when an authority ends: its clock, its reviewer, what the person is told
(rules.md 10.0.6 no. 10). What may be done from then on, ``rules/acting`` says of the record itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types.identity import birth_date
from portal.catalogue.model import Region
from portal.rules.acting import GUARDIANS, POWERS, Basis, Power, day_of_age
from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.acting_messages import (
    ACTIVATED,
    ENDED,
    LAID_DOWN,
    OF_AGE,
    OVER,
    RESUMED,
    SUSPENDED,
    TAKEN_BACK,
    Told,
    tell_both,
)
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.calendar import morning_after, morning_of
from portal.usecases.own_accounts import find_own_account
from portal.usecases.standing import get_representation
from portal.usecases.timers import drop_timers, set_timer

WARN_DAYS_BEFORE_END: Final = (30, 7)
"""When both sides hear that the time of an authority runs out. The law fixes no day; these are ours."""
WARNING: Final = "authority_warning"
OVER_TIMER: Final = "authority_over"

EndedBy = Literal["person", "slip", "representative", "staff", "system"]
EndedFor = Literal["revoked", "laid_down", "over", "of_age", "death", "replaced"]
SuspendedFor = Literal["death", "dispute"]


def activate(
    db: Session,
    actor: Actor,
    region: Region,
    kept: Representation,
    *,
    basis: Basis,
    powers: Sequence[Power] | None = None,
    to_on: date | None = None,
    proof_level: Literal["B", "C"] | None = None,
    agreed_way: str | None = None,
) -> None:
    """It counts from now on: a proof was seen (``proof_level``), or the person said yes (``agreed_way``).

    Who guards somebody under age does so until the day before they are of age. Raises Conflict
    ``authority_is_over`` for a record that has ended, and ``authority_is_stopped`` for one in dispute.
    """
    _take(db, kept)
    if kept.state == "ended":
        raise Conflict("authority_is_over", what="representation", when=kept.ended_at)
    if kept.state == "suspended":
        raise Conflict("authority_is_stopped", what="representation", when=kept.suspended_at)
    now = clock.now()
    kept.state, kept.basis = "active", basis
    if powers is not None:
        kept.powers = list(powers)
    elif basis in GUARDIANS:
        kept.powers = list(POWERS)  # by law, not by what somebody gave
    if proof_level is not None:
        kept.proof_level, kept.proof_seen_at = proof_level, now
        kept.proof_seen_by_id = actor.account_id
    if agreed_way is not None:
        kept.agreed_at, kept.agreed_way = now, agreed_way
    set_end(db, kept, to_on)
    _carry_on(db, kept)
    record_change(db, actor, kept, "representation:activate", basis=basis, to_on=_iso(kept.to_on))
    tell_both(db, region, kept, ACTIVATED, unique=f"authority-{kept.id}-active-{now:%Y%m%d%H%M%S}")


def _carry_on(db: Session, kept: Representation) -> None:
    """What was begun for the person by a record that has ended since goes on by this one, as far as it
    reaches."""
    begun = (
        select(Application)
        .join(Representation, Representation.id == Application.representation_id)
        .where(
            Application.account_id == kept.account_id,
            Application.person_id == kept.person_id,
            Application.acting == "proxy",
            Representation.id != kept.id,
            or_(Representation.state == "ended", Representation.to_on < clock.today()),
        )
    )
    for application in db.scalars(begun.order_by(Application.id)).all():
        if kept.services is None or application.service_code in kept.services:
            application.representation_id = kept.id
    db.flush()


def set_end(db: Session, kept: Representation, to_on: date | None) -> None:
    """Until when it holds, and what is set on that day: two warnings, and that it is over."""
    kept.to_on = _last_day(db, kept, to_on)
    for kind in (WARNING, OVER_TIMER):
        drop_timers(db, kind, kept.id)
    db.flush()
    if kept.to_on is None:
        return
    for days in WARN_DAYS_BEFORE_END:
        day = kept.to_on - timedelta(days=days)
        if day > clock.today():
            set_timer(db, WARNING, kept.id, morning_of(day), unique=f"{kept.to_on}-{days}")
    set_timer(db, OVER_TIMER, kept.id, morning_after(kept.to_on), unique=kept.to_on.isoformat())


def _last_day(db: Session, kept: Representation, to_on: date | None) -> date | None:
    """What was agreed, or the last day before the person is of age where somebody guards them until then."""
    grown = grown_on(db, kept)
    if grown is None:
        return to_on
    last = grown - timedelta(days=1)
    return last if to_on is None else min(to_on, last)


def grown_on(db: Session, kept: Representation) -> date | None:
    """When the child whom somebody guards is of age, where a number says when they were born."""
    if kept.basis != "minor_guardian":
        return None
    born = birth_date(db.get_one(Person, kept.person_id).id_number or "")
    return day_of_age(born) if born is not None else None


def lay_down(db: Session, actor: Actor, region: Region, representation_id: int) -> Representation:
    """Who acts for another does so no more; nobody has to agree. Pressed twice it is laid down once.

    Raises NotFound for another's record.
    """
    kept = get_representation(db, actor, representation_id, lock=True)
    end_representation(db, actor, region, kept, by="representative", why="laid_down")
    return kept


def end_by_person(
    db: Session, actor: Actor, region: Region, kept: Representation, *, by: Literal["person", "slip"]
) -> None:
    """The person takes back what they gave; it needs nobody's consent (民法典 art. 173).

    Where somebody guards the person by law, whoever calls has asked ``rules/acting.may_reclaim_alone``."""
    end_representation(db, actor, region, kept, by=by, why="revoked")


def end_representation(
    db: Session, actor: Actor, region: Region, kept: Representation, *, by: EndedBy, why: EndedFor
) -> None:
    """The authority ends now, for good. What has ended is not ended again."""
    _take(db, kept)
    if kept.state == "ended":
        return
    kept.state, kept.ended_at = "ended", clock.now()
    kept.ended_by, kept.ended_for = by, why
    for kind in (WARNING, OVER_TIMER):
        drop_timers(db, kind, kept.id)
    record_change(db, actor, kept, "representation:end", by=by, why=why)
    if why != "death":
        tell_both(db, region, kept, _WORDS_OF_ENDS.get(why, ENDED), unique=f"authority-{kept.id}-ended")


_WORDS_OF_ENDS: Final[Mapping[str, Told]] = {
    "revoked": TAKEN_BACK,
    "laid_down": LAID_DOWN,
    "over": OVER,
    "of_age": OF_AGE,
}


def suspend_representation(
    db: Session,
    actor: Actor,
    region: Region,
    kept: Representation,
    *,
    why: SuspendedFor,
    is_told: bool = False,
) -> None:
    """Nothing is done by it until it goes on. ``is_told``: who acts was written to for the same cause."""
    _take(db, kept)
    if kept.state not in ("claimed", "active"):
        return
    kept.state, kept.suspended_at, kept.suspended_for = "suspended", clock.now(), why
    record_change(db, actor, kept, "representation:suspend", why=why)
    if not is_told:
        unique = f"authority-{kept.id}-stopped-{clock.now():%Y%m%d%H%M%S}"
        tell_both(db, region, kept, SUSPENDED, unique=unique, is_person_told=why != "death")


def resume_representation(
    db: Session, actor: Actor, region: Region, kept: Representation, *, is_told: bool = False
) -> None:
    """It goes on as it was: proved, or agreed to, or only said. Raises Conflict where it was not stopped."""
    _take(db, kept)
    if kept.state != "suspended":
        raise Conflict("authority_is_not_stopped", what="representation", when=kept.ended_at)
    is_shown = kept.agreed_at is not None or kept.proof_seen_at is not None or kept.basis != "claimed"
    kept.state = "active" if is_shown else "claimed"
    kept.suspended_at = kept.suspended_for = None
    record_change(db, actor, kept, "representation:resume")
    if not is_told:
        unique = f"authority-{kept.id}-again-{clock.now():%Y%m%d%H%M%S}"
        tell_both(db, region, kept, RESUMED, unique=unique)


def suspend_for_death(
    db: Session, actor: Actor, region: Region, person: Person, told_ids: Collection[int]
) -> None:
    """Nobody acts for the dead, and the dead act for nobody (民法典 art. 173).

    ``told_ids``: the accounts that were told in writing of an application that ended with it."""
    for kept in _touched_by(db, person, ("claimed", "active")):
        suspend_representation(db, actor, region, kept, why="death", is_told=kept.account_id in told_ids)


def resume_after_death(db: Session, actor: Actor, region: Region, person: Person) -> None:
    """The report was wrong: whoever acted may act again."""
    for kept in _touched_by(db, person, ("suspended",)):
        if kept.suspended_for == "death":
            resume_representation(db, actor, region, kept, is_told=True)


def _touched_by(db: Session, person: Person, states: Sequence[str]) -> Sequence[Representation]:
    touched = Representation.person_id == person.id
    if person.is_self:
        touched = or_(touched, Representation.account_id == person.claimed_by_id)
    found = select(Representation).where(touched, Representation.state.in_(states))
    return db.scalars(found.order_by(Representation.id).with_for_update()).all()


def _take(db: Session, kept: Representation) -> None:
    """The record as it is now, and nobody else's to change until this is done."""
    db.flush()
    db.refresh(kept, with_for_update=True)


def streams_of(db: Session, kept: Representation) -> list[str]:
    """The audit streams of both sides: of who acts, and of the person where they have an account."""
    person = db.get_one(Person, kept.person_id)
    own_id = find_own_account(person)
    accounts = {kept.account_id} if own_id is None else {kept.account_id, own_id}
    return [f"account:{one}" for one in sorted(accounts)]


def record_change(db: Session, actor: Actor, kept: Representation, tag: str, **details: Any) -> None:
    """What happened to the record, in the streams of both sides."""
    authority = actor.authority(f"representation:{kept.id}")
    db.flush()
    for stream in streams_of(db, kept):
        record_event(
            db,
            actor,
            stream,
            tag,
            person_id=kept.person_id,
            authority=authority,
            details={"representation": kept.id, **details},
        )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
