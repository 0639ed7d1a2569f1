"""The queue of a post: what is to do, most urgent first, and what was done. Taking work is in ``claims``.

Listing is not reading: rows carry a masked name and no answers but how to reach the person (experience.md 4).
Every list walks ``ix_step_entries_queue`` and is paged by its last row, so a long queue costs no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, false, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import mask_name
from portal.catalogue.model import Definition, Field, Role, Service, Step
from portal.rules.calendar import Calendar
from portal.rules.deadlines import add_working_days, remaining
from portal.store.accounts import Account
from portal.store.applications import Application, StepEntry, Submission
from portal.usecases.actor import Actor
from portal.usecases.calendar import get_calendar
from portal.usecases.definitions import get_definition
from portal.usecases.transitions import EPOCH

Which = Literal["mine", "unit", "waiting", "coming", "done"]
DueFilter = Literal["late", "soon"]

PAGE_ROWS = 25
MOST_COUNTED = 1000
"""Counted exactly up to here; beyond it is 超过1000件 (architecture 5)."""
SOON_DAYS = 2
"""Working days after today within which a step counts as soon due."""

NEEDS = ("c_do_not", "c_do_not_note", "c_format", "c_interpreter", "c_sign", "c_needs", "c_times")
"""Answers of the contact block that everyone who works on an application must know (experience.md 6)."""
DECIDING_ROLES = frozenset({Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER})

NOTHING_SPECIAL: tuple[Any, ...] = (None, "", [], "standard", ["spoken"])

_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})")
_START = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class QueueFilters:
    """What to show of a queue; empty is everything."""

    service: str | None = None
    step: str | None = None
    due: DueFilter | None = None


@dataclass(frozen=True)
class QueueRow:
    reference: str
    service: Service
    masked_name: str
    step: Step
    due_on: date
    days_left: int
    """Working days after today: 0 on the last day, negative when late."""
    is_provisional: bool
    is_paused: bool
    claimed_by: str | None
    is_mine: bool
    needs: tuple[tuple[Field, Any], ...]
    outcome: str | None
    closed_at: datetime | None


@dataclass(frozen=True)
class QueuePage:
    """One page of a queue. ``count`` is exact up to ``MOST_COUNTED``; then ``is_more`` holds."""

    rows: tuple[QueueRow, ...]
    count: int
    is_more: bool
    after: str | None
    """The cursor of the next page; None on the last."""


def list_queue(
    db: Session,
    actor: Actor,
    which: Which,
    filters: QueueFilters = QueueFilters(),
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> QueuePage:
    """A page of the actor's queue.

    ``mine`` are those that I have, ``unit`` all open ones, ``waiting`` those whose clock stands, ``done``
    those that I closed, newest first; ``coming`` is what another place handles now and my county decides.
    A cursor that means nothing is the start.
    """
    calendar = get_calendar(db)
    whose = coming_to(actor) if which == "coming" else belonging(actor)
    wanted = [*whose, *_part(actor, which), *_filtered(filters, calendar)]
    counted = select(StepEntry.id).where(*wanted).limit(MOST_COUNTED + 1).subquery()
    count = db.scalar(select(func.count()).select_from(counted)) or 0
    page = select(StepEntry).where(*wanted).options(selectinload(StepEntry.application))
    entries = db.scalars(_paged(page, which, after).limit(limit + 1)).all()
    shown = entries[:limit]
    return QueuePage(
        rows=tuple(_rows(db, actor, shown, calendar)),
        count=min(count, MOST_COUNTED),
        is_more=count > MOST_COUNTED,
        after=_cursor(shown[-1], which) if len(entries) > limit else None,
    )


def belonging(actor: Actor) -> list[ColumnElement[bool]]:
    """The entries of the post the actor sits at, all of the unit's for its head; none for who sits at none."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role is None:
        return [false()]
    if actor.role is Role.LEAD:
        return [StepEntry.unit_code == actor.unit_code]
    return [StepEntry.unit_code == actor.unit_code, StepEntry.role == actor.role]


def coming_to(actor: Actor) -> list[ColumnElement[bool]]:
    """Where applications stand that were handed in elsewhere and that the actor's county will decide
    (跨省通办): both sides see the same clock."""
    if actor.kind != "staff" or actor.county is None or actor.role not in DECIDING_ROLES:
        return [false()]
    handed_in_elsewhere = select(Application.id).where(
        Application.county == actor.county, Application.acceptance_county.is_not(None)
    )
    return [StepEntry.application_id.in_(handed_in_elsewhere), StepEntry.unit_code != actor.unit_code]


def special_needs(definition: Definition, answers: Mapping[str, Any]) -> tuple[tuple[Field, Any], ...]:
    """What is out of the ordinary about reaching and meeting this person, in the order of the questions."""
    fields = ((definition.field(name), answers.get(name)) for name in NEEDS)
    return tuple((field, value) for field, value in fields if field and value not in NOTHING_SPECIAL)


def newest_answers(db: Session, application_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The answers last submitted, by application, in one query."""
    newest = (
        select(Submission.application_id, func.max(Submission.round).label("round"))
        .where(Submission.application_id.in_(list(application_ids)))
        .group_by(Submission.application_id)
        .subquery()
    )
    rows = db.execute(
        select(Submission.application_id, Submission.answers).join(
            newest,
            (newest.c.application_id == Submission.application_id) & (newest.c.round == Submission.round),
        )
    )
    return {row.application_id: row.answers for row in rows}


def names_of(db: Session, account_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of staff to show, in one query."""
    wanted = {one for one in account_ids if one is not None}
    rows = db.execute(select(Account.id, Account.display_name).where(Account.id.in_(wanted)))
    return {row.id: row.display_name or "" for row in rows}


def _part(actor: Actor, which: Which) -> list[ColumnElement[bool]]:
    if which == "done":
        return [StepEntry.closed_at.is_not(None), StepEntry.claimed_by_id == actor.account_id]
    part: list[ColumnElement[bool]]
    part = [StepEntry.closed_at.is_(None)]
    if which != "coming":
        part.append(StepEntry.is_paused.is_(which == "waiting"))
    if which == "mine":
        part.append(StepEntry.claimed_by_id == actor.account_id)
    return part


def _filtered(filters: QueueFilters, calendar: Calendar) -> list[ColumnElement[bool]]:
    today = clock.today()
    found: list[ColumnElement[bool]] = []
    if filters.service:
        found.append(StepEntry.service_code == filters.service)
    if filters.step:
        found.append(StepEntry.step == filters.step)
    if filters.due == "late":
        found.append(StepEntry.urgency < (today - EPOCH).days)
    if filters.due == "soon":
        last = add_working_days(today, SOON_DAYS, calendar)
        found.append(StepEntry.urgency.between((today - EPOCH).days, (last - EPOCH).days))
    return found


def _paged(query: Select[StepEntry], which: Which, after: str | None) -> Select[StepEntry]:
    found = _CURSOR.fullmatch(after or "")
    if which == "done":
        query = query.order_by(StepEntry.closed_at.desc(), StepEntry.id.desc())
        if found:
            closed_at = _START + int(found[1]) * _TICK
            query = query.where(tuple_(StepEntry.closed_at, StepEntry.id) < (closed_at, int(found[2])))
        return query
    query = query.order_by(StepEntry.urgency, StepEntry.id)
    if found and int(found[1]) < 2**31:
        query = query.where(tuple_(StepEntry.urgency, StepEntry.id) > (int(found[1]), int(found[2])))
    return query


def _cursor(last: StepEntry, which: Which) -> str:
    place = (last.closed_at - _START) // _TICK if which == "done" and last.closed_at else last.urgency
    return f"{place}-{last.id}"


def _rows(db: Session, actor: Actor, entries: Sequence[StepEntry], calendar: Calendar) -> Iterable[QueueRow]:
    answers = newest_answers(db, [entry.application_id for entry in entries])
    names = names_of(db, [entry.claimed_by_id for entry in entries])
    for entry in entries:
        application = entry.application
        definition = get_definition(db, application.definition_hash)
        step = definition.step(entry.step)
        if step is None:
            raise RuntimeError("an entry stands at a step that its definition does not have")
        yield QueueRow(
            reference=application.reference,
            service=definition.service,
            masked_name=mask_name(application.subject_name or ""),
            step=step,
            due_on=entry.due_on,
            days_left=remaining(entry.due_on, clock.today(), calendar),
            is_provisional=entry.is_due_provisional,
            is_paused=entry.is_paused,
            claimed_by=names.get(entry.claimed_by_id) if entry.claimed_by_id else None,
            is_mine=entry.claimed_by_id == actor.account_id,
            needs=special_needs(definition, answers.get(entry.application_id, {})),
            outcome=entry.outcome,
            closed_at=entry.closed_at,
        )
