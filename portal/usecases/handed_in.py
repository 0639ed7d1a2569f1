"""What was last handed in for an application: asked in one place by all who decide, write or ask about it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from portal.catalogue.model import Answers
from portal.store.applications import Application, Submission
from portal.store.database import plainly


def newest_answers_of(db: Session, application: Application) -> Answers:
    """The answers as last submitted; empty for a draft."""
    return list_newest_answers(db, [application.id]).get(application.id, {})


def list_newest_answers(db: Session, application_ids: Collection[int]) -> dict[int, Answers]:
    """As ``newest_answers_of`` for several applications at once, by their id; without drafts."""
    return {
        row.application_id: dict(row.answers)
        for row in plainly(db).execute(_NEWEST, {"application_ids": list(application_ids)})
    }


_later = aliased(Submission)
_NEWEST = select(Submission.application_id, Submission.answers).where(
    Submission.application_id.in_(bindparam("application_ids", expanding=True)),
    ~exists().where(_later.application_id == Submission.application_id, _later.round > Submission.round),
)
"""Written once: to put it together takes longer than to answer it."""
