"""What was last handed in for an application: asked in one place by all who decide, write or ask about it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Answers
from portal.store.applications import Application, Submission


def newest_answers_of(db: Session, application: Application) -> Answers:
    """The answers as last submitted; empty for a draft."""
    found = db.scalar(
        select(Submission.answers)
        .where(Submission.application_id == application.id)
        .order_by(Submission.round.desc())
        .limit(1)
    )
    return dict(found or {})
