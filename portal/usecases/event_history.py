"""Everything that happened to an application, readings included, newest first and page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event, stream_of
from portal.usecases.staff_names import names_of
from portal.usecases.whole_view import WholeView, get_whole

PAGE_ROWS = 50


@dataclass(frozen=True)
class PastEvent:
    """One entry of the audit of an application: what, when, who at which post."""

    seq: int
    at: datetime
    tag: str
    actor_kind: str
    name: str
    """Of staff; empty for the applicant's side and the system."""
    role: str | None
    unit: dict[str, str]
    """Names of the unit by language."""
    authority: str


@dataclass(frozen=True)
class HistoryPage:
    seen: WholeView
    events: tuple[PastEvent, ...]
    before: int | None
    """The cursor of the next page; None on the last."""


def get_history(db: Session, actor: Actor, reference: str, before: int | None = None) -> HistoryPage:
    """One page of the history; looking at it is part of it. Raises NotFound."""
    seen = get_whole(db, actor, reference)
    application = seen.application
    record_office_event(db, actor, application, "application:read_history")
    events, older = list_events(db, application, before)
    return HistoryPage(seen, events, older)


def list_events(
    db: Session, application: Application, before: int | None = None, limit: int = PAGE_ROWS
) -> tuple[tuple[PastEvent, ...], int | None]:
    """A page of what happened to an application, newest first, and the cursor of the next page."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.stream == stream_of(application))
        .order_by(AuditEvent.seq.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    rows = db.scalars(query).all()
    shown = rows[:limit]
    names = names_of(db, [row.actor_id for row in shown if row.actor_kind == "staff"])
    codes = {row.unit_code for row in shown}
    units = {unit.code: unit.names for unit in db.scalars(select(UnitRow).where(UnitRow.code.in_(codes)))}
    events = tuple(
        PastEvent(
            seq=row.seq,
            at=row.at,
            tag=row.tag,
            actor_kind=row.actor_kind,
            name=names.get(row.actor_id or 0, "") if row.actor_kind == "staff" else "",
            role=row.role,
            unit=units.get(row.unit_code or "", {}),
            authority=row.authority,
        )
        for row in shown
    )
    return events, shown[-1].seq if len(rows) > limit else None
