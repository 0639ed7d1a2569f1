"""Handing work out: the head of a unit gives it and takes it back, an officer hands on what is their own.

Whoever gets it must be allowed to take it: the post, the services, and nothing that bars the person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.permissions import why_not_claim
from portal.rules.steps import step_of
from portal.store.accounts import Account, StaffRole
from portal.store.applications import Application, StepEntry
from portal.usecases.absences import NO_OFFICE, is_away
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, record_office_event
from portal.usecases.claims import get_open
from portal.usecases.deciders import entry_facts, recused_ids
from portal.usecases.decisions import conflict_of
from portal.usecases.entitlement import refuse_unskilled, skills_of
from portal.usecases.held_posts import holds_post, is_held_today, may_work
from portal.usecases.queue_lists import beside
from portal.usecases.transitions import EPOCH


@dataclass(frozen=True)
class Colleague:
    """Somebody who holds a post of the unit today."""

    role_id: int
    account_id: int
    name: str
    role: Role
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Load:
    """What one officer has in hand, counted exactly."""

    colleague: Colleague
    running: int
    late: int
    returned: int
    standing: int
    """What waits for applicants or stands still, and comes back to them."""


def list_colleagues(db: Session, actor: Actor) -> list[Colleague]:
    """Who can have the unit's work: for its head all who take steps in it, else who sits at the same post.

    Two of one name are told apart by their login names.
    """
    rows = db.execute(
        select(StaffRole, Account.display_name, Account.login_name)
        .join(Account, Account.id == StaffRole.account_id)
        .where(
            StaffRole.unit_code == actor.unit_code,
            StaffRole.role == actor.role if actor.role is not Role.LEAD else StaffRole.role.not_in(NO_OFFICE),
            is_held_today(),
            may_work(),
        )
        .order_by(StaffRole.role, StaffRole.id)
    ).all()
    accounts = Counter(name for name, _ in {(name, login) for _, name, login in rows})
    return [
        Colleague(
            post.id,
            post.account_id,
            f"{name}（{login}）" if accounts[name] > 1 else name or "",
            Role(post.role),
            tuple(post.skills),
        )
        for post, name, login in rows
    ]


def assign(db: Session, actor: Actor, reference: str, to_id: int, *, version: int | None = None) -> None:
    """Give one to a colleague: the head of the unit whosever it is, anyone else out of their own hands.

    Raises NotFound for another post's application or no colleague, NotAllowed with why the colleague may not
    have it, or the actor may not give it or keeps away, Conflict when it has moved on (since ``version`` was
    shown).
    """
    application, entry = get_open(db, actor, reference)
    if version is not None and application.version != version:
        raise conflict_of(db, application, entry)
    if actor.role is not Role.LEAD and entry.claimed_by_id != actor.account_id:
        raise NotAllowed("not_yours_to_give")
    if actor.account_id in recused_ids(db, application):
        raise NotAllowed("recused")
    colleague = _at_post_of(db, actor, entry, to_id)
    if entry.claimed_by_id == to_id:
        return
    step = step_of(definition_of(db, application), entry.step)
    facts = replace(entry_facts(db, application, entry, step), claimed_by_id=None)
    refusal = why_not_claim(colleague, facts)
    if refusal is not None:
        raise NotAllowed(f"colleague_{refusal}")
    refuse_unskilled(entry, skills_of(db, colleague))
    if is_away(db, to_id, colleague.unit_code or "", colleague.role or ""):
        raise NotAllowed("colleague_away")
    before = entry.claimed_by_id
    entry.claimed_by_id, entry.claimed_at = to_id, clock.now()
    _record(db, actor, application, entry, "application:assign", before)


def take_back(db: Session, actor: Actor, reference: str) -> None:
    """Let the head of a unit put one back into the queue. Nothing happens where nobody has it.

    Raises NotFound, NotAllowed for who is not the head, Conflict when it has moved on.
    """
    application, entry = get_open(db, actor, reference)
    if actor.role is not Role.LEAD or entry.unit_code != actor.unit_code:
        raise NotAllowed("not_yours_to_give")
    before = entry.claimed_by_id
    if before is None:
        return
    entry.claimed_by_id = entry.claimed_at = None
    _record(db, actor, application, entry, "application:take_back", before)


def list_loads(db: Session, actor: Actor) -> list[Load]:
    """Who of the unit has how much, in three queries: each list has an index that knows all that is asked."""
    colleagues = list_colleagues(db, actor)
    theirs = (
        StepEntry.claimed_by_id.in_([one.account_id for one in colleagues]),
        beside(StepEntry.unit_code) == actor.unit_code,
        StepEntry.closed_at.is_(None),
    )
    post = (StepEntry.claimed_by_id, StepEntry.role)
    late = and_(StepEntry.lane == "running", StepEntry.urgency < (clock.today() - EPOCH).days)
    counted = db.execute(
        select(
            *post,
            func.count().filter(StepEntry.lane == "running").label("running"),
            func.count().filter(late).label("late"),
            func.count().filter(StepEntry.lane != "running").label("standing"),
        )
        .where(*theirs)
        .group_by(*post)
    )
    returned = db.execute(
        select(*post, func.count()).where(*theirs, StepEntry.returned_at.is_not(None)).group_by(*post)
    )
    back = {(row[0], row[1]): row[2] for row in returned}
    found = {
        (row.claimed_by_id, row.role): (
            row.running,
            row.late,
            back.get((row.claimed_by_id, row.role), 0),
            row.standing,
        )
        for row in counted
    }
    return [Load(one, *found.get((one.account_id, str(one.role)), (0, 0, 0, 0))) for one in colleagues]


def change_skills(
    db: Session, actor: Actor, role_id: int, skills: Sequence[str], known: Sequence[str]
) -> None:
    """Say which services or steps (of ``known``) the holder of a post takes; none means all of them.

    Raises NotFound for a post of another unit, NotAllowed for who is not the head, Conflict for unknown ones.
    """
    if actor.role is not Role.LEAD:
        raise NotAllowed("not_yours_to_give")
    post = db.scalar(select(StaffRole).where(StaffRole.id == role_id, StaffRole.unit_code == actor.unit_code))
    if post is None or post.role in NO_OFFICE:
        raise NotFound("post")
    if not set(skills) <= set(known):
        raise Conflict("unknown_skill")
    before, post.skills = list(post.skills), sorted(skills)
    record_event(
        db,
        actor,
        f"account:{post.account_id}",
        "post:skills",
        authority="office",
        details={"unit": post.unit_code, "role": post.role, "from": before, "to": post.skills},
    )


def _at_post_of(db: Session, actor: Actor, entry: StepEntry, account_id: int) -> Actor:
    """The colleague as they would sit at the post of the entry, or at the one that stands in for it."""
    role = entry.role if entry.unit_code == actor.unit_code else entry.stand_in_role
    if role is None or not holds_post(db, account_id, actor.unit_code or "", role):
        raise NotFound("colleague")
    return Actor("staff", account_id, True, Role(role), actor.unit_code, actor.county)


def _record(
    db: Session, actor: Actor, application: Application, entry: StepEntry, tag: str, before: int | None
) -> None:
    record_office_event(
        db,
        actor,
        application,
        tag,
        details={"step": entry.step, "round": entry.round, "from": before, "to": entry.claimed_by_id},
    )
