"""The queue of a post: what is to do, most urgent first, and what was done. Taking work is in ``claims``.

Listing is not reading: rows carry a masked name and no answers but how to reach the person (experience.md 4).
Which rows a list has, and why a long one costs no more, is in ``queue_lists``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import mask_name
from portal.catalogue.model import Field, Service, Step
from portal.rules.calendar import Calendar
from portal.rules.deadlines import remaining
from portal.rules.steps import step_of
from portal.store.applications import Application, ClockPause, Correction, StepEntry
from portal.usecases.absences import represented_ids
from portal.usecases.access_needs import answers_with, list_needs
from portal.usecases.actor import Actor
from portal.usecases.calendar import get_calendar
from portal.usecases.claims import entry_of
from portal.usecases.definitions import get_definition
from portal.usecases.escalation import is_half_over, list_causes
from portal.usecases.handed_in import list_newest_answers
from portal.usecases.looks import list_others
from portal.usecases.queue_lists import EVERYTHING, QueueFilters, Which, cursor_of, in_list, paged, seen_by
from portal.usecases.special_needs import special_needs
from portal.usecases.staff_names import names_of

PAGE_ROWS = 25
MOST_COUNTED = 1000
"""Counted exactly up to here; beyond it is 超过1000件 (architecture 5)."""


@dataclass(frozen=True)
class Standing:
    """Why the clock of a row stands, and until when where that is known."""

    reason: str
    until_on: date | None


@dataclass(frozen=True)
class QueueRow:
    reference: str
    version: int
    """As it was shown: what is done to the row is done to this version."""
    service: Service
    masked_name: str
    step: Step
    due_on: date
    days_left: int
    """Days after today, in the unit of the step's clock: 0 on the last day, negative when late."""
    is_half: bool
    """Whether half of its time is used, and the last day not over yet."""
    causes: Sequence[str]
    """What a late one waits for, as far as the portal knows."""
    is_provisional: bool
    standing: Standing | None
    """None while its clock runs."""
    returned_at: datetime | None
    """When the applicant answered what was asked; None where nothing was asked, or asked anew."""
    claimed_by: str | None
    others: Sequence[str]
    """Names of colleagues who have it open now."""
    is_mine: bool
    is_for_absent: bool
    """In the hands of somebody who is away, and whose work the actor does."""
    needs: tuple[tuple[Field, Any], ...]
    outcome: str | None
    closed_at: datetime | None
    id_ending: str | None = None
    """The last characters of the person's ID number, where the list shows somebody else of that name too;
    empty for who gave none, None where nobody is to be told apart."""

    @property
    def is_paused(self) -> bool:
        return self.standing is not None


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
    filters: QueueFilters = EVERYTHING,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> QueuePage:
    """A page of one of the actor's lists, most urgent first. A cursor that means nothing is the start."""
    calendar = get_calendar(db)
    # Counted in order too: the planner then walks the same index.
    represented = represented_ids(db, actor) if which in ("mine", "returned") else ()
    numbers = in_list(select(StepEntry.id), actor, which, filters, calendar, represented)
    in_order = paged(numbers, which, None)
    counted = in_order.limit(MOST_COUNTED + 1).subquery()
    count = db.scalar(select(func.count()).select_from(counted)) or 0
    page = in_list(select(StepEntry), actor, which, filters, calendar, represented)
    entries = db.scalars(
        paged(page, which, after).limit(limit + 1).options(selectinload(StepEntry.application))
    ).all()
    shown = entries[:limit]
    return QueuePage(
        rows=tuple(queue_rows(db, actor, shown, calendar, represented)),
        count=min(count, MOST_COUNTED),
        is_more=count > MOST_COUNTED,
        after=cursor_of(shown[-1], which) if len(entries) > limit else None,
    )


def rows_of(db: Session, actor: Actor, references: Sequence[str]) -> list[QueueRow]:
    """The rows of some applications where they stand for the actor, in the order of ``references``; what is
    not at their post is left out."""
    seen = select(StepEntry.id).where(StepEntry.application_id == Application.id, seen_by(actor)).exists()
    found = db.scalars(
        select(Application)
        .where(Application.reference.in_(references), seen)
        .options(selectinload(Application.entries).selectinload(StepEntry.application))
    )
    entries = {one.reference: entry_of(one, actor) for one in found}
    wanted = [entries[one] for one in references if one in entries]
    return list(queue_rows(db, actor, wanted, get_calendar(db)))


def queue_rows(
    db: Session,
    actor: Actor,
    entries: Sequence[StepEntry],
    calendar: Calendar,
    represented: Sequence[int] = (),
) -> Iterable[QueueRow]:
    """The entries as lists show them; what that needs of other tables is asked once for all of them."""
    answers = list_newest_answers(db, [entry.application_id for entry in entries])
    known = list_needs(db, [entry.application.person_id for entry in entries])
    others = list_others(db, actor, [entry.application_id for entry in entries])
    lookers = [one for found in others.values() for one in found]
    names = names_of(db, [*(entry.claimed_by_id for entry in entries), *lookers])
    standings = _standings(db, entries)
    causes = list_causes(db, entries)
    for entry in entries:
        application = entry.application
        definition = get_definition(db, application.definition_hash)
        step = step_of(definition, entry.step)
        yield QueueRow(
            reference=application.reference,
            version=application.version,
            service=definition.service,
            masked_name=mask_name(application.subject_name or ""),
            step=step,
            due_on=entry.due_on,
            days_left=remaining(entry.due_on, clock.today(), calendar, step.clock.unit),
            is_half=is_half_over(entry),
            causes=causes.get(entry.id, ()),
            is_provisional=entry.is_due_provisional,
            standing=standings.get(entry.id),
            returned_at=entry.returned_at,
            others=[names.get(one, "") for one in others.get(entry.application_id, ())],
            claimed_by=names.get(entry.claimed_by_id) if entry.claimed_by_id else None,
            is_mine=entry.claimed_by_id == actor.account_id,
            is_for_absent=entry.claimed_by_id in represented,
            needs=special_needs(
                definition,
                answers_with(
                    definition,
                    answers.get(entry.application_id, {}),
                    known.get(application.person_id, {}),
                ),
            ),
            outcome=entry.outcome,
            closed_at=entry.closed_at,
        )


def _standings(db: Session, entries: Sequence[StepEntry]) -> dict[int, Standing]:
    """Why the clock of some stands still, by entry: asked once for all of them, where any does.

    What was asked of the applicant says until when; any other pause says so itself, where that is known.
    """
    still = {one.id: one.lane for one in entries if one.closed_at is None and one.is_paused}
    if not still:
        return {}
    applications = {one.application_id for one in entries if one.id in still}
    is_open = and_(
        Correction.application_id.in_(applications),  # by its index
        Correction.entry_id == ClockPause.entry_id,
        Correction.answered_at.is_(None),
        Correction.ended_at.is_(None),
    )
    rows = db.execute(
        select(ClockPause.entry_id, ClockPause.reason, ClockPause.until_on, Correction.due_on)
        .outerjoin(Correction, is_open)
        .where(ClockPause.entry_id.in_(still), ClockPause.to_on.is_(None))
        .order_by(ClockPause.id)
    )
    found = {entry_id: Standing(lane, None) for entry_id, lane in still.items()}
    return found | {row.entry_id: Standing(row.reason, row.due_on or row.until_on) for row in rows}
