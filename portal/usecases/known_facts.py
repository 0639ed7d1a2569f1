"""What is known of a person already: shown to be confirmed, instead of asked again (WCAG 3.3.7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FIELD_TYPES
from portal.catalogue.model import Answers, Page
from portal.rules.journey import Journey
from portal.store.accounts import Contact
from portal.store.applications import Application
from portal.store.people import Fact
from portal.usecases.access_needs import MEANINGS, answers_with, contact_pages, needs_said
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.contacts import is_old_number


class KnownPage(NamedTuple):
    """A page of questions with what was answered to all of them before."""

    page: Page
    answers: Answers


def known_answers(db: Session, application: Application, fields: Iterable[str]) -> Answers:
    """What is known of this application's person for these fields, whatever its source.

    Of one person each account is shown what it typed itself: nobody who acts for another learns so what that
    one, or a second helper, told the office.
    """
    wanted = list(fields)
    of_these = {"application_id": application.id, "person_id": application.person_id, "fields": wanted}
    known = {row.field: row.value for row in db.scalars(_KNOWN, of_these)}
    definition = definition_of(db, application)
    asked = {field.id: field for page in contact_pages(definition.pages) for field in page.fields}
    if not any(name in asked and asked[name].means in MEANINGS for name in wanted):
        return known
    needs = _needs_said(db, application)
    if any(name in asked and asked[name].means == "phone_own" for name in wanted):
        needs = _proven_phone(db, application) | needs
    said = answers_with(definition, {}, needs)
    return known | {name: said[name] for name in wanted if said.get(name) is not None}


_KNOWN = select(Fact).where(
    Fact.person_id == bindparam("person_id"),
    Fact.account_id
    == select(Application.account_id).where(Application.id == bindparam("application_id")).scalar_subquery(),
    Fact.field.in_(bindparam("fields", expanding=True)),
)
"""Written once: to put it together takes longer than to answer it."""


def _proven_phone(db: Session, application: Application) -> Answers:
    """The number with which the applicant signs in, shown to be theirs by a code: confirmed, not typed again.
    Of somebody for whom another applies it says nothing: the account's number is the helper's."""
    proven = db.scalars(_PHONES, {"application_id": application.id})
    found = next((one for one in proven if not is_old_number(one)), None)
    return {"phone_whose": "own", "phone_own": found.value} if found is not None else {}


_PHONES = (
    select(Contact)
    .join(Application, Application.account_id == Contact.account_id)
    .where(
        Application.id == bindparam("application_id"),
        Application.acting == "self",
        Contact.kind == "phone",
        Contact.frozen_at.is_(None),
    )
    .order_by(Contact.last_used_at.desc(), Contact.id)
)
"""Written once, as ``_KNOWN``."""


def known_needs(db: Session, application: Application, journey: Journey) -> tuple[KnownPage, ...]:
    """The pages about needs, where this account answered all of them before and none of them here yet."""
    definition = journey.definition
    asked = [field for page in contact_pages(definition.pages) for field in page.fields]
    if any(field.id in journey.answers for field in asked):
        return ()
    needs = {one: value for one, value in _needs_said(db, application).items() if value is not None}
    if not needs:
        return ()
    answers = answers_with(definition, journey.answers, needs)
    pages = contact_pages(journey_of(definition, application, answers).pages())
    for field in (field for page in pages for field in page.fields):
        answers.setdefault(field.id, FIELD_TYPES[field.kind].empty)
    whole = journey_of(definition, application, answers)
    found = contact_pages(whole.pages())
    if not all(whole.is_complete(page) for page in found):
        return ()
    return tuple(KnownPage(page, {one.id: whole.answers[one.id] for one in page.fields}) for page in found)


def _needs_said(db: Session, application: Application) -> Answers:
    account_id = db.scalar(select(Application.account_id).where(Application.id == application.id))
    return needs_said(db, account_id, application.person_id) if account_id is not None else {}
