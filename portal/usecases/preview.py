"""What a decision would do, before it is made: done with all its refusals, looked at, and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Region, Step
from portal.rules.steps import step_of
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import get_seen
from portal.usecases.decisions import Deciding
from portal.usecases.review import decide
from portal.usecases.transitions import open_entry


@dataclass(frozen=True)
class DraftNotice:
    """A notice as it would be sent: without number, which it gets when it is."""

    key: str
    facts: dict[str, Any]
    created_at: datetime
    number: str | None = None


@dataclass(frozen=True)
class Preview:
    """What a decision would do: the notice that the applicant would read, the step that would follow."""

    definition: Definition
    notice: DraftNotice | None
    next_step: Step | None


def preview_decision(
    db: Session, actor: Actor, reference: str, region: Region, *, version: int, deciding: Deciding
) -> Preview:
    """What ``decide`` would do, with exactly its refusals: it is done, looked at, and undone."""
    newest = select(func.max(NoticeRow.id)).join(Application).where(Application.reference == reference)
    before = db.scalar(newest) or 0
    attempt = db.begin_nested()
    try:
        decide(db, actor, reference, region, version=version, deciding=deciding)
        db.flush()
        application = get_seen(db, actor, reference)
        definition = definition_of(db, application)
        following = open_entry(application) if application.state == "in_review" else None
        return Preview(
            definition=definition,
            notice=_notice_after(db, application, before),
            next_step=step_of(definition, following.step) if following else None,
        )
    finally:
        attempt.rollback()


def _notice_after(db: Session, application: Application, before: int) -> DraftNotice | None:
    newest = db.scalar(
        select(NoticeRow)
        .where(NoticeRow.application_id == application.id, NoticeRow.id > before)
        .order_by(NoticeRow.id.desc())
        .limit(1)
    )
    return DraftNotice(newest.key, dict(newest.facts), newest.created_at) if newest else None
