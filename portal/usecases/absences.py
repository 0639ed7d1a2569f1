"""Away from a post: who does the work meanwhile, and that nothing new is handed to who is away.

An officer enters it for the post they sit at, the head of a unit for everyone of the unit. It ends by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.absences import Absence
from portal.store.applications import Application, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.heads import tell_heads
from portal.usecases.held_posts import holds_post
from portal.usecases.staff_names import name_of, names_of

NO_OFFICE = frozenset({Role.LIAISON, Role.LEAD, Role.INSPECTOR, Role.ADMINISTRATOR})
"""Posts that take no step."""


@dataclass(frozen=True)
class Away:
    """One absence as people of the unit read it."""

    absence: Absence
    name: str
    deputy: str | None


@dataclass(frozen=True)
class Asked:
    """Who would be away from which post, both days included, and who does the work."""

    account_id: int
    role: Role
    from_on: date
    to_on: date
    deputy_id: int | None


def enter_absence(db: Session, actor: Actor, asked: Asked) -> Absence:
    """Write down that somebody will be away. The heads of the unit are told where nobody does the work.

    Raises NotAllowed for another's (of who is not the head), NotFound for no post of this unit, Conflict
    ``days_in_wrong_order``, ``deputy_not_at_post``, ``deputy_is_away`` or ``away_already``.
    """
    if actor.role is not Role.LEAD and (asked.account_id, asked.role) != (actor.account_id, actor.role):
        raise NotAllowed("not_yours_to_give")
    unit_code = actor.unit_code or ""
    if asked.role in NO_OFFICE or not holds_post(db, asked.account_id, unit_code, asked.role):
        raise NotFound("colleague")
    _check(db, unit_code, asked)
    absence = Absence(
        account_id=asked.account_id,
        unit_code=unit_code,
        role=asked.role,
        from_on=asked.from_on,
        to_on=asked.to_on,
        deputy_id=asked.deputy_id,
        entered_by_id=actor.signed_in_id,
        entered_at=clock.now(),
    )
    db.add(absence)
    db.flush()
    _record(db, actor, absence, "absence:enter")
    if asked.deputy_id is None:
        name = name_of(db, asked.account_id)
        tell_heads(
            db,
            unit_code,
            topic=f"absence-{absence.id}",
            subject="有人不在岗，没有代办人",
            body=f"{name}从{asked.from_on:%Y-%m-%d}到{asked.to_on:%Y-%m-%d}不在岗，没有代办人。请安排。\n"
            "A colleague will be away and nobody does the work meanwhile.\n",
        )
    return absence


def end_absence(db: Session, actor: Actor, absence_id: int) -> None:
    """Take it back, or end it before its last day. Ended twice, it is ended once. Raises NotFound."""
    absence = db.get(Absence, absence_id, with_for_update=True)
    is_own = absence is not None and absence.account_id == actor.account_id
    if absence is None or absence.unit_code != actor.unit_code or not (is_own or actor.role is Role.LEAD):
        raise NotFound("absence")
    if absence.ended_at is None:
        absence.ended_at = clock.now()
        _record(db, actor, absence, "absence:end")


def list_absences(db: Session, actor: Actor) -> list[Away]:
    """Of now and to come, the soonest first: all of the unit for its head; one's own and those whose work one
    does for everyone else."""
    query = (
        select(Absence)
        .where(
            Absence.unit_code == actor.unit_code,
            Absence.to_on >= clock.today(),
            Absence.ended_at.is_(None),
        )
        .order_by(Absence.from_on, Absence.id)
    )
    if actor.role is not Role.LEAD:
        own = or_(Absence.account_id == actor.account_id, Absence.deputy_id == actor.account_id)
        query = query.where(own, Absence.role == actor.role)
    found = db.scalars(query).all()
    names = names_of(db, [who for one in found for who in (one.account_id, one.deputy_id)])
    return [Away(one, names[one.account_id], names.get(one.deputy_id or 0)) for one in found]


def represented_ids(db: Session, actor: Actor) -> tuple[int, ...]:
    """Whose work at this post the actor does today."""
    if actor.kind != "staff" or actor.unit_code is None:
        return ()
    found = select(Absence.account_id).where(
        Absence.deputy_id == actor.account_id,
        Absence.unit_code == actor.unit_code,
        Absence.role == actor.role,
        *_is_on(clock.today()),
    )
    return tuple(sorted(set(db.scalars(found))))


def deputy_ids(db: Session, entry: StepEntry) -> frozenset[int]:
    """Who does today the work of whoever has this step in hand."""
    if entry.claimed_by_id is None:
        return frozenset()
    post = {"account_id": entry.claimed_by_id, "unit_code": entry.unit_code, "role": entry.role}
    found = db.scalars(_DEPUTIES, {**post, "today": clock.today()})
    return frozenset(one for one in found if one is not None)


_DEPUTIES = select(Absence.deputy_id).where(
    Absence.account_id == bindparam("account_id"),
    Absence.unit_code == bindparam("unit_code"),
    Absence.role == bindparam("role"),
    Absence.deputy_id.is_not(None),
    Absence.from_on <= bindparam("today"),
    Absence.to_on >= bindparam("today"),
    Absence.ended_at.is_(None),
)
"""Written once: to put it together takes longer than to answer it."""


def list_deputies(db: Session, account_id: int, application: Application) -> list[Absence]:
    """Who does today the work of somebody at a post that the application has come to, as their absences."""
    posts = {(one.unit_code, one.role) for one in application.entries}
    posts |= {(one.stand_in_unit or "", one.stand_in_role or "") for one in application.entries}
    found = select(Absence).where(
        Absence.account_id == account_id, Absence.deputy_id.is_not(None), *_is_on(clock.today())
    )
    return [one for one in db.scalars(found.order_by(Absence.id)) if (one.unit_code, one.role) in posts]


def is_away(db: Session, account_id: int, unit_code: str, role: str) -> bool:
    """Whether somebody is away from a post today: then nothing new is handed to them."""
    found = select(Absence.id).where(
        Absence.account_id == account_id,
        Absence.unit_code == unit_code,
        Absence.role == role,
        *_is_on(clock.today()),
    )
    return db.scalar(found.limit(1)) is not None


def _check(db: Session, unit_code: str, asked: Asked) -> None:
    if asked.to_on < max(asked.from_on, clock.today()):
        raise Conflict("days_in_wrong_order")
    if asked.deputy_id is not None and (
        asked.deputy_id == asked.account_id or not holds_post(db, asked.deputy_id, unit_code, asked.role)
    ):
        raise Conflict("deputy_not_at_post")
    if asked.deputy_id is not None and _overlapping(db, asked.deputy_id, unit_code, asked) is not None:
        raise Conflict("deputy_is_away")
    if _overlapping(db, asked.account_id, unit_code, asked) is not None:
        raise Conflict("away_already")


def _overlapping(db: Session, account_id: int, unit_code: str, asked: Asked) -> int | None:
    """An absence of somebody from this post that has a day in common with what is asked."""
    return db.scalar(
        select(Absence.id)
        .where(
            Absence.account_id == account_id,
            Absence.unit_code == unit_code,
            Absence.role == asked.role,
            Absence.from_on <= asked.to_on,
            Absence.to_on >= asked.from_on,
            Absence.ended_at.is_(None),
        )
        .limit(1)
    )


def _is_on(day: date) -> Sequence[ColumnElement[bool]]:
    return (Absence.from_on <= day, Absence.to_on >= day, Absence.ended_at.is_(None))


def _record(db: Session, actor: Actor, absence: Absence, tag: str) -> None:
    record_event(
        db,
        actor,
        f"account:{absence.account_id}",
        tag,
        authority="office",
        details={
            "unit": absence.unit_code,
            "role": absence.role,
            "from": absence.from_on.isoformat(),
            "to": absence.to_on.isoformat(),
            "deputy": absence.deputy_id,
        },
    )
