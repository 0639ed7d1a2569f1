"""What a counter typed for people and now waits for them: returned to be mended, standing still until they do
their part, or asking what only their household can say. By clerk, and for the whole counter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from portal.catalogue.model import Definition, Role, StepKind
from portal.store.applications import Application, Correction, StepEntry
from portal.store.visits import Entering
from portal.usecases.access_needs import list_needs
from portal.usecases.actor import Actor
from portal.usecases.definitions import get_definition
from portal.usecases.identity import require_counter
from portal.usecases.objecting import list_objections
from portal.usecases.visitor_applications import open_corrections

PAGE_ROWS = 30
WaitsFor = Literal["correction", "household", "own_part"]
_CURSOR = re.compile(r"(\d{1,10})-(\d{1,18})")


@dataclass(frozen=True)
class WaitingVisitor:
    """One application that waits for the person it is for, or for who acts for them."""

    application: Application
    definition: Definition
    entry: StepEntry
    correction: Correction | None
    needs: Mapping[str, Any]
    """How the person is reached, by meaning, as far as anybody said."""
    since_at: datetime
    """When they were asked, or the step began that waits for them."""
    until_on: date | None
    """The last day: of what was asked, else of the step. None while the person objects and its days stand
    still."""
    waits_for: WaitsFor
    """To mend what was returned, to answer what only the household can, or to do what a step waits for."""


@dataclass(frozen=True)
class WaitingPage:
    """One page, the most urgent first; ``after`` is the cursor of the next, None on the last."""

    rows: tuple[WaitingVisitor, ...]
    after: str | None


def list_waiting_visitors(
    db: Session, actor: Actor, *, of_unit: bool = False, after: str = "", limit: int = PAGE_ROWS
) -> WaitingPage:
    """What this clerk typed and the applicant has to mend or to answer; ``of_unit``: what any colleague at
    this counter typed. Raises NotAllowed away from a counter."""
    require_counter(actor)
    typed = Entering.unit_code == actor.unit_code if of_unit else Entering.account_id == actor.signed_in_id
    if of_unit and (actor.unit_code is None or actor.role is Role.LIAISON):
        typed = false()  # a liaison sees what they typed themselves (rules.md 10.0.2)
    theirs = StepEntry.application_id.in_(select(Entering.application_id).where(typed))
    query = (
        select(StepEntry)
        .join(Application, Application.id == StepEntry.application_id)
        .where(StepEntry.closed_at.is_(None), theirs, _waits(db, theirs))
        .options(contains_eager(StepEntry.application).joinedload(Application.person))
        .order_by(StepEntry.urgency, StepEntry.id)
        .limit(limit + 1)
    )
    if found := _CURSOR.fullmatch(after):
        urgency, last = (int(part) for part in found.groups())
        query = query.where(tuple_(StepEntry.urgency, StepEntry.id) > (urgency, last))
    entries = db.scalars(query).all()
    shown = entries[:limit]
    asked = open_corrections(db, [one.application_id for one in shown])
    objected = list_objections(db, asked) if asked else {}
    needs = list_needs(db, [one.application.person_id for one in shown])
    rows = tuple(
        _row(
            db,
            one,
            asked.get(one.application_id),
            needs.get(one.application.person_id, {}),
            is_held=one.application_id in objected,
        )
        for one in shown
    )
    more = len(entries) > limit
    return WaitingPage(rows, f"{shown[-1].urgency}-{shown[-1].id}" if more else None)


def _waits(db: Session, theirs: ColumnElement[bool]) -> ColumnElement[bool]:
    """What stands still for the applicant, and the running steps that only the household can answer: which
    these are is said by the definition that each application was begun with."""
    running = and_(StepEntry.closed_at.is_(None), StepEntry.lane == "running")
    begun_with = (
        select(Application.definition_hash)
        .join(StepEntry, StepEntry.application_id == Application.id)
        .where(running, theirs)
        .distinct()
    )
    asks_household = [
        and_(running, Application.definition_hash == known, StepEntry.step == step.id)
        for known in db.scalars(begun_with)
        for step in get_definition(db, known).service.steps
        if step.kind is StepKind.HOUSEHOLD
    ]
    return or_(StepEntry.lane == "waiting", *asks_household)


def _row(
    db: Session, entry: StepEntry, correction: Correction | None, needs: Mapping[str, Any], *, is_held: bool
) -> WaitingVisitor:
    definition = get_definition(db, entry.application.definition_hash)
    step = definition.step(entry.step)
    waits_for: WaitsFor = "own_part"
    until_on: date | None = entry.due_on
    if correction is not None:
        waits_for = "correction"
        until_on = None if is_held else correction.due_on
    elif step is not None and step.kind is StepKind.HOUSEHOLD:
        waits_for = "household"
    return WaitingVisitor(
        application=entry.application,
        definition=definition,
        entry=entry,
        correction=correction,
        needs=needs,
        since_at=correction.asked_at if correction is not None else entry.opened_at,
        until_on=until_on,
        waits_for=waits_for,
    )
