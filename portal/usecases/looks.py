"""When an officer last looked at an application, and who else has it open.

A visit lasts as long as its pages are opened again within a quarter of an hour, or until the officer says
that they are done; what changed since the visit before stays the same all through a visit. Without script
nobody can know when a page was closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.applications import Application
from portal.store.looks import Look
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.claims import get_seen

VISIT = timedelta(minutes=15)
"""Longer than this without opening it again, and a visit is over."""


@dataclass(frozen=True)
class LookSeen:
    """What a look finds of the looks before it."""

    since: datetime | None
    """When the officer's visit before this one ended; None on the first."""
    due_before_on: date | None
    """The last day of the step as they read it then."""
    others: tuple[int, ...]
    """The accounts of those who have it open too."""


def note_look(db: Session, actor: Actor, application: Application, due_on: date | None) -> LookSeen:
    """The officer opens the application. To be called after its reading was recorded, which makes two pages
    of one officer wait for each other."""
    now = clock.now()
    look = db.get(Look, (application.id, actor.signed_in_id))
    if look is None:
        look = Look(application_id=application.id, account_id=actor.signed_in_id)
        db.add(look)
    elif look.left_at is not None or now - look.looked_at > VISIT:
        look.before_at, look.before_due_on, look.left_at = look.looked_at, look.due_on, None
    look.looked_at, look.due_on = now, due_on
    db.flush()
    others = list_others(db, actor, [application.id]).get(application.id, ())
    return LookSeen(look.before_at, look.before_due_on, tuple(others))


def leave(db: Session, actor: Actor, reference: str) -> None:
    """The officer is done looking: nobody is told any more that they have it open. Raises NotFound."""
    application = get_seen(db, actor, reference)
    look = db.get(Look, (application.id, actor.signed_in_id))
    if look is None or look.left_at is not None:
        return
    look.left_at = clock.now()
    record_office_event(db, actor, application, "application:leave")


def list_others(db: Session, actor: Actor, application_ids: Iterable[int]) -> dict[int, Sequence[int]]:
    """By application, the accounts of colleagues who have it open now, in one query."""
    rows = db.execute(
        select(Look.application_id, Look.account_id)
        .where(
            Look.application_id.in_(list(application_ids)),
            Look.looked_at >= clock.now() - VISIT,
            Look.left_at.is_(None),
            Look.account_id != actor.account_id,
        )
        .order_by(Look.application_id, Look.looked_at.desc(), Look.account_id)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row.account_id)
    return {application_id: tuple(accounts) for application_id, accounts in found.items()}
