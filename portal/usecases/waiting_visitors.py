"""What a counter typed for people and now waits for them: returned to be mended, or standing still until they
do their part. By clerk, and for the whole counter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import false, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from portal.catalogue.model import Definition, Role
from portal.store.applications import Application, Correction, StepEntry
from portal.store.visits import Entering
from portal.usecases.access_needs import list_needs
from portal.usecases.actor import Actor
from portal.usecases.definitions import get_definition
from portal.usecases.identity import require_counter
from portal.usecases.visitor_applications import open_corrections

PAGE_ROWS = 30
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
    until_on: date
    """The last day: of what was asked, else of the step."""


@dataclass(frozen=True)
class WaitingPage:
    """One page, the most urgent first; ``after`` is the cursor of the next, None on the last."""

    rows: tuple[WaitingVisitor, ...]
    after: str | None


def list_waiting_visitors(
    db: Session, actor: Actor, *, of_unit: bool = False, after: str = ""
) -> WaitingPage:
    """What this clerk typed and the applicant has to mend; ``of_unit``: what any colleague at this counter
    typed. Raises NotAllowed away from a counter."""
    require_counter(actor)
    typed = Entering.unit_code == actor.unit_code if of_unit else Entering.account_id == actor.signed_in_id
    if of_unit and (actor.unit_code is None or actor.role is Role.LIAISON):
        typed = false()  # a liaison sees what they typed themselves (rules.md 10.0.2)
    query = (
        select(StepEntry)
        .join(Application, Application.id == StepEntry.application_id)
        .where(
            StepEntry.closed_at.is_(None),
            StepEntry.lane == "waiting",
            StepEntry.application_id.in_(select(Entering.application_id).where(typed)),
        )
        .options(contains_eager(StepEntry.application).joinedload(Application.person))
        .order_by(StepEntry.urgency, StepEntry.id)
        .limit(PAGE_ROWS + 1)
    )
    if found := _CURSOR.fullmatch(after):
        urgency, last = (int(part) for part in found.groups())
        query = query.where(tuple_(StepEntry.urgency, StepEntry.id) > (urgency, last))
    entries = db.scalars(query).all()
    shown = entries[:PAGE_ROWS]
    asked = open_corrections(db, [one.application_id for one in shown])
    needs = list_needs(db, [one.application.person_id for one in shown])
    rows = tuple(
        WaitingVisitor(
            application=one.application,
            definition=get_definition(db, one.application.definition_hash),
            entry=one,
            correction=(correction := asked.get(one.application_id)),
            needs=needs.get(one.application.person_id, {}),
            until_on=correction.due_on if correction is not None else one.due_on,
        )
        for one in shown
    )
    more = len(entries) > PAGE_ROWS
    return WaitingPage(rows, f"{shown[-1].urgency}-{shown[-1].id}" if more else None)
