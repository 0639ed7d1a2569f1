"""What is known of a person already: shown to be confirmed, instead of asked again (WCAG 3.3.7)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Answers
from portal.store.applications import Application
from portal.store.people import Fact


def known_answers(db: Session, application: Application, fields: Iterable[str]) -> Answers:
    """The facts of this application's person for these fields, whatever their source.

    Of one person each account is shown what it typed itself: nobody who acts for another learns so what that
    one, or a second helper, told the office.
    """
    account_id = select(Application.account_id).where(Application.id == application.id).scalar_subquery()
    rows = db.scalars(
        select(Fact).where(
            Fact.person_id == application.person_id,
            Fact.account_id == account_id,
            Fact.field.in_(list(fields)),
        )
    )
    return {row.field: row.value for row in rows}
