"""Taking work and giving it back: one application is in the hands of one officer at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session, aliased

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.permissions import why_not_claim
from portal.rules.references import parse_reference
from portal.rules.steps import step_of
from portal.store.applications import Application, Decision, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_office_event
from portal.usecases.deciders import keeping_away, recused_ids
from portal.usecases.decisions import conflict_of, entry_facts
from portal.usecases.entitlement import entitled_to, refuse_full_hands, refuse_unskilled, skills_of
from portal.usecases.queue_lists import belonging, seen_by
from portal.usecases.staff_names import name_of

MOST_TRIED = 50
"""How many that are not for the actor are passed over, at most, before they hear that there is nothing."""


def find_seen(db: Session, actor: Actor, reference: str) -> Application | None:
    """The application, when it stands or stood at a step of the actor's post or of one that it stands in for,
    or was handed in elsewhere and will come to the actor's county; None otherwise."""
    found = _find(db, actor, reference, lock=False)
    return found.application if found else None


def _find(db: Session, actor: Actor, reference: str, *, lock: bool) -> _Reached | None:
    try:
        wanted = parse_reference(reference)
    except FieldError:
        return None
    query = _seen_by(actor)
    row = db.execute(query.with_for_update(of=Application) if lock else query, {"reference": wanted}).first()
    return _Reached(row[0], row[1]) if row else None


@lru_cache(maxsize=256)
def _seen_by(actor: Actor) -> Select[Application, bool]:
    """The application, and whether the actor keeps away from it. Kept for each actor: whatever they open asks
    it, most of them several times."""
    seen = select(StepEntry.id).where(StepEntry.application_id == Application.id, seen_by(actor)).exists()
    keeps_away = keeping_away(actor.account_id)
    return select(Application, keeps_away).where(Application.reference == bindparam("reference"), seen)


def get_seen(db: Session, actor: Actor, reference: str, *, lock: bool = False) -> Application:
    """As ``find_seen``, to read or, with ``lock``, to change something of it. Raises NotFound, for another
    post's as for one that does not exist, and NotAllowed ``recused`` for who keeps away from it: they handle
    nothing of it (rules.md 10.0.2), so they have no cause to read it either."""
    found = _reached(db, actor, reference, lock=lock)
    # Said by a colleague's hand while this one waited for the row, it counts too.
    if found.keeps_away or (lock and actor.account_id in recused_ids(db, found.application)):
        raise NotAllowed("recused")
    return found.application


def get_to_keep_away(db: Session, actor: Actor, reference: str, *, lock: bool = True) -> Application:
    """The application, locked, for what even those may do who keep away from it: say so, read that they did,
    and put it back. Raises NotFound."""
    return _reached(db, actor, reference, lock=lock).application


@dataclass(frozen=True)
class _Reached:
    application: Application
    keeps_away: bool


def _reached(db: Session, actor: Actor, reference: str, *, lock: bool) -> _Reached:
    found = _find(db, actor, reference, lock=lock)
    if found is None:
        raise NotFound("application")
    return found


def entry_of(application: Application, actor: Actor) -> StepEntry:
    """The newest visit of the application to the actor's post, to one that the actor's stands in for, or to
    the unit that the actor leads; where it has not come yet, the newest of all."""
    own = (entry for entry in reversed(application.entries) if _is_at_post(actor, entry))
    return next(own, application.entries[-1])


def _is_at_post(actor: Actor, entry: StepEntry) -> bool:
    if actor.role is Role.LEAD:
        return actor.unit_code == entry.unit_code
    posts = ((entry.unit_code, entry.role), (entry.stand_in_unit, entry.stand_in_role))
    return (actor.unit_code, actor.role) in posts


def take_next(db: Session, actor: Actor) -> str | None:
    """Take the most urgent one that nobody has, that the actor is entitled to and may decide; its reference,
    or None. Raises Conflict ``hands_full`` where the actor has as many in hand as the region allows.

    Whoever asks at the same time gets another one: on PostgreSQL a row in somebody's hand is passed over, and
    one that the actor may not take is let go at once.
    """
    refuse_full_hands(db, actor)
    skills = skills_of(db, actor)
    for is_new in (True, False):
        query = free = _free(actor, skills, is_new)
        for _attempt in range(MOST_TRIED):
            with db.begin_nested() as attempt:
                entry = db.scalar(query)
                if entry is None:
                    break
                application = entry.application
                if _why_not(db, actor, application, entry) is None:
                    _take(db, actor, application, entry)
                    return application.reference
                place = (entry.urgency, entry.id)
                attempt.rollback()
            query = free.where(tuple_(StepEntry.urgency, StepEntry.id) > place)
    return None


@lru_cache(maxsize=256)
def _free(actor: Actor, skills: tuple[str, ...], is_new: bool) -> Select[StepEntry]:
    """What nobody has and the actor is entitled to, the most urgent first; ``is_new`` leaves out where they
    decided something before. Kept for each actor, who takes one after another."""
    free = select(StepEntry).where(
        *belonging(actor),
        StepEntry.closed_at.is_(None),
        StepEntry.lane == "running",
        StepEntry.claimed_by_id.is_(None),
        *entitled_to(skills),
    )
    if is_new:
        free = free.where(_is_new_to(actor))
    first = free.order_by(StepEntry.urgency, StepEntry.id).limit(1)
    return first.with_for_update(skip_locked=True, of=StepEntry)


def _is_new_to(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor decided nothing of the application yet: what they did is seldom for them twice."""
    before = aliased(StepEntry)
    decided = (
        select(Decision.id)
        .join(before, before.id == Decision.entry_id)
        .where(before.application_id == StepEntry.application_id, Decision.decided_by_id == actor.account_id)
    )
    return ~decided.exists()


def claim(db: Session, actor: Actor, reference: str) -> None:
    """Take one. Taking again what one has changes nothing.

    Raises NotFound for another post's, NotAllowed for who may not decide it or is not entitled to it (why as
    its key), Conflict when somebody else has it or it has moved on.
    """
    application, entry = get_open(db, actor, reference)
    if entry.claimed_by_id == actor.account_id:
        return
    refusal = _why_not(db, actor, application, entry)
    if refusal == "taken":
        raise taken_conflict(db, entry)
    if refusal is not None:
        raise NotAllowed(refusal)
    refuse_unskilled(entry, skills_of(db, actor))
    _take(db, actor, application, entry)


def release(db: Session, actor: Actor, reference: str) -> None:
    """Give one back to the queue. Nothing happens where the actor has not got it."""
    application, entry = get_open(db, actor, reference)
    if entry.claimed_by_id != actor.account_id:
        return
    entry.claimed_by_id = None
    entry.claimed_at = None
    _record(db, actor, application, entry, "application:release")


def taken_conflict(db: Session, entry: StepEntry) -> Conflict:
    """Somebody else has it: who, and since when."""
    who = name_of(db, entry.claimed_by_id)
    return Conflict("taken_meanwhile", who=who, what="claim", when=entry.claimed_at)


def get_open(db: Session, actor: Actor, reference: str) -> tuple[Application, StepEntry]:
    """The application and where it stands at the actor's post, locked. Raises NotFound, and Conflict (who,
    what, when) where it has moved on."""
    application = get_to_keep_away(db, actor, reference)
    entry = entry_of(application, actor)
    if entry.closed_at is not None:
        raise conflict_of(db, application, entry)
    return application, entry


def _why_not(db: Session, actor: Actor, application: Application, entry: StepEntry) -> str | None:
    step = step_of(definition_of(db, application), entry.step)
    return why_not_claim(actor, entry_facts(db, application, entry, step))


def _take(db: Session, actor: Actor, application: Application, entry: StepEntry) -> None:
    absent = entry.claimed_by_id  # whose work the actor does meanwhile
    entry.claimed_by_id = actor.signed_in_id
    entry.claimed_at = clock.now()
    _record(db, actor, application, entry, "application:claim" if absent is None else "application:stand_in")


def _record(db: Session, actor: Actor, application: Application, entry: StepEntry, tag: str) -> None:
    record_office_event(db, actor, application, tag, details={"step": entry.step, "round": entry.round})
