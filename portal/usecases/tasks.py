"""Tasks: what a unit has to do for an application besides deciding its step. Opened by the use case that
causes them, done or dropped exactly once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import bindparam, false, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotFound
from portal.store.applications import Application
from portal.store.tasks import Task
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.staff_names import name_of
from portal.usecases.turns import take_turn
from portal.usecases.units import acting_unit

TaskKind = Literal[
    "see_original",
    "home_visit",
    "staff_check",
    "describe",
    "post_letter",
    "delivery_failed",
    "photo",
    "objection",
    "deemed",
    "infected",
    "message",
    "rating_contact",
    "rating_mend",
    "benefit",
    "card_moved",
]
WhyDropped = Literal[
    "approved",
    "refused",
    "not_accepted",
    "withdrawn",
    "lapsed",
    "ended",
    "died",
    "other_way",
    "done_elsewhere",
    "notice_over",
]
"""Why nobody has to do it any more: how the application ended, or what made it needless."""

TaskRow = Task
"""A task as pages show it."""

BEFORE_DECISION: tuple[TaskKind, ...] = (
    "see_original",
    "home_visit",
    "staff_check",
    "describe",
    "deemed",
    "infected",
)
"""Kinds that serve the decision. A photo for the card is needed until it is refused or taken back; letters
are given out whatever was decided."""

EPOCH = date(1970, 1, 1)
NO_HURRY = 2**30
"""The urgency of what has no due date."""
AT_ONCE = 0
"""Before everything that has a due date: what hurts somebody every day that it waits. It has no date of its
own, because there is no day until which it may wait."""
PAGE_ROWS = 50

_CURSOR = re.compile(r"(\d{1,10})-(\d{1,18})")


@dataclass(frozen=True)
class TaskPage:
    """One page of a unit's open tasks; ``after`` is the cursor of the next, None on the last."""

    tasks: tuple[Task, ...]
    after: str | None


def open_task(
    db: Session,
    application: Application,
    kind: TaskKind,
    *,
    unit_code: str,
    about: str = "",
    note: str = "",
    due_on: date | None = None,
    is_at_once: bool = False,
    notice_id: int | None = None,
    role: str | None = None,
    is_nameless: bool = False,
) -> Task:
    """Give a unit something to do. The one that is open for the same (``kind``, ``about``, notice) is given
    back unchanged. What a unit had to do that closed falls to the one that has its work. Raises NotFound for
    an unknown unit.

    ``is_at_once``: it comes before whatever has a due date."""
    take_turn(db, "tasks", application.reference)
    same = {"kind": kind, "about": about, "notice_key": notice_id or 0}
    known = db.scalar(_SAME, {"application_id": application.id, **same})
    if known is not None:
        return known
    unit = acting_unit(db, unit_code)
    task = Task(
        kind=kind,
        application_id=application.id,
        notice_id=notice_id,
        notice_key=notice_id or 0,
        unit_code=unit.code,
        role=role,
        county=unit.county,
        about=about,
        note=note or None,
        is_nameless=is_nameless,
        state="open",
        urgency=AT_ONCE if is_at_once else (due_on - EPOCH).days if due_on else NO_HURRY,
        created_at=clock.now(),
        due_on=due_on,
    )
    db.add(task)
    db.flush()
    _record(db, SYSTEM, application, task, "task:open")
    return task


def finish_task(db: Session, actor: Actor, task_id: int, words: str = "") -> Task:
    """Say that a task is done, with what came of it in words. Pressed twice by one person it is done once.

    Raises NotFound for another unit's or role's task, Conflict (who, when) when it is no longer open.
    """
    task = db.scalar(
        select(Task)
        .where(Task.id == task_id, *own_tasks(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if task is None:
        raise NotFound("task")
    if task.state == "done" and task.done_by_id == actor.account_id:
        return task
    if task.state != "open":
        who = name_of(db, task.done_by_id)
        raise Conflict("task_is_closed", who=who, when=task.done_at)
    task.state = "done"
    task.done_by_id = actor.signed_in_id
    task.done_at = clock.now()
    task.result = words or None
    db.flush()
    _record(db, actor, task.application, task, "task:finish")
    return task


def get_task(db: Session, actor: Actor, task_id: int) -> Task:
    """One task of the actor's post, open or not. Raises NotFound."""
    task = db.scalar(
        select(Task).where(Task.id == task_id, *own_tasks(actor)).options(selectinload(Task.application))
    )
    if task is None:
        raise NotFound("task")
    return task


def drop_tasks(
    db: Session,
    application: Application,
    kind: TaskKind | None = None,
    about: str | None = None,
    *,
    why: WhyDropped,
) -> int:
    """Take back what nobody has to do any more; how many there were. Empty filters mean all."""
    wanted = select(Task).where(Task.application_id == application.id, Task.state == "open")
    if kind is not None:
        wanted = wanted.where(Task.kind == kind)
    if about is not None:
        wanted = wanted.where(Task.about == about)
    dropped = db.scalars(wanted.order_by(Task.id).with_for_update()).all()
    for task in dropped:
        drop_task(db, application, task, why)
    return len(dropped)


def drop_after_end(db: Session, application: Application) -> None:
    """The application has ended, as its state says: nobody does any more what served its decision, nor takes
    the photo for a card that will not be made."""
    how: WhyDropped = application.state  # type: ignore[assignment]  # one of rules.states.ENDED
    needless = BEFORE_DECISION if how == "approved" else (*BEFORE_DECISION, "photo")
    for task in tasks_of(db, application):
        if task.state == "open" and task.kind in needless:
            drop_task(db, application, task, how)


def drop_task(db: Session, application: Application, task: Task, why: WhyDropped) -> None:
    """Take back an open task of this application, with the reason."""
    task.state, task.done_at, task.why_dropped = "dropped", clock.now(), why
    _record(db, SYSTEM, application, task, "task:drop", why=why)
    db.flush()


def list_tasks(db: Session, actor: Actor, after: str | None = None, limit: int = PAGE_ROWS) -> TaskPage:
    """The open tasks of the actor's unit: what is done at once, then soonest due first. A cursor that means
    nothing is the start."""
    query = (
        select(Task)
        .where(*own_tasks(actor), Task.state == "open")
        .options(selectinload(Task.application))
        .order_by(Task.urgency, Task.id)
        .limit(limit + 1)
    )
    found = _CURSOR.fullmatch(after or "")
    if found and int(found[1]) < 2**31:
        query = query.where(tuple_(Task.urgency, Task.id) > (int(found[1]), int(found[2])))
    rows = db.scalars(query).all()
    shown = tuple(rows[:limit])
    return TaskPage(shown, f"{shown[-1].urgency}-{shown[-1].id}" if len(rows) > limit else None)


def tasks_of(db: Session, application: Application) -> Sequence[Task]:
    """Every task of an application, open or not, oldest first."""
    return db.scalars(_ALL, {"application_id": application.id}).all()


# Written once: to put them together takes longer than to answer them.
_ALL = select(Task).where(Task.application_id == bindparam("application_id")).order_by(Task.id)
_SAME = select(Task).where(
    Task.application_id == bindparam("application_id"),
    Task.kind == bindparam("kind"),
    Task.about == bindparam("about"),
    Task.notice_key == bindparam("notice_key"),
    Task.state == "open",
)


def own_tasks(actor: Actor) -> list[ColumnElement[bool]]:
    """The tasks of the post the actor sits at; none for who sits at none. A liaison has those that were given
    to liaisons, not what the whole unit has to do (rules.md 10.0.2)."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role is None:
        return [false()]
    given = Task.role == actor.role
    is_own = given if actor.role is Role.LIAISON else or_(Task.role.is_(None), given)
    return [Task.unit_code == actor.unit_code, is_own]


def may_do(actor: Actor, task: Task) -> bool:
    """Whether the task is one of the actor's post."""
    is_ours = actor.kind == "staff" and actor.unit_code == task.unit_code
    own = (actor.role,) if actor.role is Role.LIAISON else (None, actor.role)
    return is_ours and task.role in own


def _record(db: Session, actor: Actor, application: Application, task: Task, tag: str, **more: str) -> None:
    record_event(
        db,
        actor,
        f"task:{task.id}" if task.is_nameless else stream_of(application),
        tag,
        person_id=None if task.is_nameless else application.person_id,
        authority="office" if actor.kind == "staff" else "system",
        details={"task": task.id, "kind": task.kind, "about": task.about, "unit": task.unit_code, **more},
    )
