"""谁替我办过，谁看过我的材料: what the audit says of one person, read by that person or by who guards them.

Staff stand there as their unit and role, not by name: which post looked is what the person has to know, and
asking about one of the staff is for the unit. A reader that is not the person learns of readings by offices
alone: nothing of what the person hid, and nothing of the person's own acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, and_, literal, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.rules.acting import GUARDIANS, Standing
from portal.rules.errors import NotAllowed
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.people import Person
from portal.store.representations import Representation
from portal.store.visits import Visit
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.deaths import files_of
from portal.usecases.identity_known import IdentityKnown, identity_of_account
from portal.usecases.own_files import find_self_file
from portal.usecases.person_files import list_joined_files
from portal.usecases.standing import authority_from, get_representation
from portal.usecases.units import list_names_of_units

PAGE_EVENTS = 100
"""Events of one page; what was done often on one day at one post is one line of it."""
MOST_VISITS = 50

READINGS: Final = (
    "application:read",
    "application:read_history",
    "certificate:read",
    "confirmation:read",
    "consultation:read",
    "document:read",
    "identity:prove",
    "identity:see",
    "inspection:read",
    "inspection:read_answers",
    "inspection:open_answers",
    "message:read",
    "notice:print",
    "objection:read",
    "person_slip:open",
    "person_slip:print",
    "rating:read",
    "record:read",
    "register:ask",
    "voice:read_answers",
)
"""Looking at what is kept of a person or at what they show, and asking registers about them."""
ACTS: Final = (
    "application:start",
    "application:submit",
    "application:resubmit",
    "application:withdraw",
    "application:correct",
    "confirmation:hear",
    "confirmation:witness",
    "needs:save",
    "notice:read",
    "message:send",
    "paper:enter",
    "person:report_death",
    "person:undo_death",
    "rating:make",
    "visit:begin",
)
"""What is done in a person's name or about them, where it was not the person alone."""


@dataclass(frozen=True)
class ActedFor:
    """Somebody who acts or acted for the person."""

    relation: str
    basis: str
    standing: Standing
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class VisitSeen:
    """The person, or who acts for them, was at a counter, was visited or telephoned."""

    on: date
    unit: Mapping[str, str]
    channel: str
    standing: str


@dataclass(frozen=True)
class RecordLine:
    """What one post, or one side, did on one day."""

    unit: Mapping[str, str]
    """Names of the unit by language; empty where it was not staff."""
    role: str | None
    kind: str
    """``staff``, or ``other``: somebody signed in who is not the person."""
    tags: tuple[tuple[str, int], ...]
    """What was done, how often."""


@dataclass(frozen=True)
class RecordDay:
    on: date
    lines: tuple[RecordLine, ...]


@dataclass(frozen=True)
class OwnRecord:
    identity: IdentityKnown | None
    """How it is known who the person is; only for the person."""
    acting: Sequence[ActedFor]
    visits: Sequence[VisitSeen]
    days: Sequence[RecordDay]
    before: int | None
    """The cursor of older events; None on the last page."""
    made_at: datetime


def read_own_record(db: Session, actor: Actor, before: int | None = None) -> OwnRecord | None:
    """The record of the actor's side itself; None while it is not proven who that is: what somebody only says
    of a person tells them nothing of that person."""
    own = find_self_file(db, actor.side_id)
    return read_record(db, actor, own, before) if own is not None else None


def read_record_of_ward(
    db: Session, actor: Actor, representation_id: int, before: int | None = None
) -> OwnRecord | None:
    """The record of somebody whom the actor's side guards by law, as it says who of the offices looked.

    Raises NotFound for another's record, NotAllowed ``authority_...`` where the actor guards nobody by it.
    """
    kept = get_representation(db, actor, representation_id)
    authority = authority_from(kept)
    if (standing := authority.on(clock.today())) != "active":
        raise NotAllowed(f"authority_{standing}")
    if authority.basis not in GUARDIANS:
        raise NotAllowed("authority_power")
    return read_record(db, actor, db.get_one(Person, kept.person_id), before)


def read_record(db: Session, actor: Actor, person: Person, before: int | None = None) -> OwnRecord | None:
    """One page of the record, newest first; looking at it is part of it. None for somebody not proven.

    Whether the actor may see this person's was asked before: ``read_own_record``, ``read_record_of_ward``, or
    a visit in which the person was seen.
    """
    if not person.is_proven:
        return None
    is_own = person.claimed_by_id == actor.side_id and person.is_self
    # what was done before two files were joined was done with the other one
    ids = list_joined_files(db, files_of(db, person))
    events = db.scalars(_events(actor, ids, before, is_own=is_own)).all()
    record_event(db, actor, f"account:{actor.side_id}", "record:read", person_id=person.id)
    shown = events[:PAGE_EVENTS]
    units = list_names_of_units(db, {one.unit_code for one in shown if one.unit_code})
    return OwnRecord(
        identity=identity_of_account(db, actor.side_id) if is_own else None,
        acting=_acting(db, ids) if is_own else (),
        visits=_visits(db, person) if is_own else (),
        days=_by_day(shown, units),
        before=shown[-1].id if len(events) > PAGE_EVENTS else None,
        made_at=clock.now(),
    )


def _events(actor: Actor, ids: Sequence[int], before: int | None, *, is_own: bool) -> Select[AuditEvent]:
    staff = AuditEvent.actor_kind == "staff"
    wanted: ColumnElement[bool] = and_(staff, AuditEvent.tag.in_(READINGS))
    if is_own:
        other = and_(AuditEvent.actor_kind == "resident", AuditEvent.actor_id != actor.side_id)
        wanted = or_(wanted, and_(or_(staff, other), AuditEvent.tag.in_(ACTS + READINGS)))
    query = select(AuditEvent).where(AuditEvent.person_id.in_(ids), wanted)
    if not is_own:
        hidden = select(literal("application:").op("||")(Application.reference)).where(
            Application.person_id.in_(ids), Application.is_hidden.is_(True)
        )
        query = query.where(AuditEvent.stream.not_in(hidden))
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return query.order_by(AuditEvent.id.desc()).limit(PAGE_EVENTS + 1)


def _by_day(events: Sequence[AuditEvent], units: Mapping[str, Mapping[str, str]]) -> tuple[RecordDay, ...]:
    days: dict[date, dict[tuple[str, str | None, str | None], dict[str, int]]] = {}
    for one in events:
        kind = "staff" if one.actor_kind == "staff" else "other"
        lines = days.setdefault(clock.shanghai(one.at).date(), {})
        tags = lines.setdefault((kind, one.unit_code, one.role), {})
        tags[one.tag] = tags.get(one.tag, 0) + 1
    return tuple(
        RecordDay(
            on=day,
            lines=tuple(
                RecordLine(units.get(unit or "", {}), role, kind, tuple(tags.items()))
                for (kind, unit, role), tags in lines.items()
            ),
        )
        for day, lines in days.items()
    )


def _acting(db: Session, ids: Sequence[int]) -> tuple[ActedFor, ...]:
    rows = db.scalars(
        select(Representation).where(Representation.person_id.in_(ids)).order_by(Representation.id.desc())
    )
    today = clock.today()
    return tuple(
        ActedFor(one.relation, one.basis, authority_from(one).on(today), one.from_on, _last_day(one))
        for one in rows
    )


def _last_day(kept: Representation) -> date | None:
    return clock.shanghai(kept.ended_at).date() if kept.ended_at is not None else kept.to_on


def _visits(db: Session, person: Person) -> tuple[VisitSeen, ...]:
    rows = db.scalars(
        select(Visit)
        .where(Visit.account_id == person.claimed_by_id)
        .order_by(Visit.id.desc())
        .limit(MOST_VISITS)
    ).all()
    units = list_names_of_units(db, {one.unit_code for one in rows})
    return tuple(
        VisitSeen(
            clock.shanghai(one.opened_at).date(), units.get(one.unit_code, {}), one.channel, one.standing
        )
        for one in rows
    )
