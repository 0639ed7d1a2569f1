"""What may be asked of the applicant: everything once, and later only what could not be asked before.

Who asks has to name everything that is missing the first time (rules.md 5.2, 行政许可法 art. 32). After that
only pages that were asked for already, that the answer changed, or that it brought onto the path are open.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.catalogue.model import Definition
from portal.rules.journey import Journey
from portal.store.applications import Application, Correction, Submission
from portal.usecases.applications import journey_of
from portal.usecases.handed_in import newest_answers_of


def newest_journey(db: Session, application: Application, definition: Definition) -> Journey:
    """The way through the questions as it was last handed in."""
    return journey_of(definition, application, newest_answers_of(db, application))


def may_be_asked_again(
    db: Session, application: Application, definition: Definition
) -> frozenset[str] | None:
    """The pages that a further request may name; None where nothing was asked yet, so that all may be."""
    asked = db.scalars(
        select(Correction)
        .where(Correction.application_id == application.id)
        .options(selectinload(Correction.points))
    ).all()
    if not asked:
        return None
    first = db.scalars(
        select(Submission.answers).where(Submission.application_id == application.id, Submission.round == 1)
    ).one()
    before = {page.id for page in journey_of(definition, application, first).pages()}
    now = newest_journey(db, application, definition)
    changed = {name for name, answer in now.answers.items() if first.get(name) != answer}
    return frozenset(
        {point.page for correction in asked for point in correction.points}
        | {
            page.id
            for page in now.pages()
            if page.id not in before or any(field.id in changed for field in page.fields)
        }
    )
