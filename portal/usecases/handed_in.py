"""What was handed in: the newest answers of an application, and what else the person has handed in. Asked in
one place by all who decide, write or ask about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from portal.catalogue.model import Answers
from portal.rules.states import ENDED
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


def list_others_of_person(
    db: Session, application: Application, most: int | None = None
) -> Sequence[Application]:
    """The other applications with the same ID number that were handed in, newest first. To be asked only for
    somebody whose identity is proven."""
    if application.subject_id_index is None:
        return ()
    others = select(Application).where(
        Application.subject_id_index == application.subject_id_index,
        Application.id != application.id,
        Application.submitted_at.is_not(None),
    )
    return db.scalars(others.order_by(Application.id.desc()).limit(most)).all()


def list_under_way(db: Session, theirs: ColumnElement[bool]) -> Sequence[Application]:
    """What somebody has handed in and nobody has ended yet; ``theirs`` says whose it is."""
    under_way = (Application.state.not_in(ENDED), Application.state != "draft")
    return db.scalars(select(Application).where(theirs, *under_way)).all()
