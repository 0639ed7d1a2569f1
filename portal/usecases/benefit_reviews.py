"""定期复核: whoever gets a monthly benefit is asked in time whether anything has changed (rules.md BT-03).

Two reminders, in two channels; then somebody of the unit that decides gets in touch. Nothing stops by itself,
and nothing for silence: what is stopped is announced first, by the step that stops it (N11).
"""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import ChangeBenefit, Region
from portal.catalogue.texts import LANGUAGES
from portal.rules.benefits import review_days
from portal.store.applications import Application
from portal.store.benefits import BenefitRow
from portal.store.messages import NoticeRow
from portal.usecases.applications import definition_of
from portal.usecases.deliveries import list_ways
from portal.usecases.handed_in import list_under_way
from portal.usecases.notices import send_notice
from portal.usecases.tasks import open_task

REMINDER: Final = "N21"
Reminder = Literal["", "again"]
"""What the notice calls the first and the second."""


def remind_of_review(db: Session, region: Region, benefit_id: int) -> None:
    """What is due of the review of a benefit today: a reminder, or a task for its unit to get in touch.

    Nothing once it was looked at again, while a report of the person is under way, and after a death. After
    downtime only the newest goes out.
    """
    row = db.get(BenefitRow, benefit_id)
    if row is None or row.state != "granted" or row.review_on is None:
        return
    granting = db.get_one(Application, row.application_id)
    if granting.person.death_reported_at is not None or _is_reporting(db, row):
        return
    days, today = review_days(row.review_on), clock.today()
    if today >= days.contact_on:
        row.flag, row.flagged_on = "review_unanswered", today
        open_task(db, granting, "benefit", unit_code=row.unit_code, about=str(row.id))
    elif today >= days.second_on:
        _remind(db, region, row, granting, "again")
    elif today >= days.first_on:
        _remind(db, region, row, granting, "")


def _remind(db: Session, region: Region, row: BenefitRow, application: Application, event: Reminder) -> None:
    """Once for each review, the second in another way too (rules.md BT-03: two channels); the words stand in
    the definition that granted it, or in the newest."""
    facts = {
        "benefit_id": row.id,
        "benefit": _name_of(region, row.code),
        "review_on": row.review_on,
        "event": event,
        "unit": row.unit_code,
    }
    theirs = (NoticeRow.application_id == application.id, NoticeRow.key == REMINDER)
    this = (row.id, row.review_on.isoformat() if row.review_on else None)
    said = {
        one.id: one.facts["event"]
        for one in db.scalars(select(NoticeRow).where(*theirs))
        if (one.facts["benefit_id"], one.facts["review_on"]) == this
    }
    if event not in said.values():
        send_notice(
            db, application, definition_of(db, application), REMINDER, facts, tried=list_ways(db, said)
        )


def _name_of(region: Region, code: str) -> dict[str, str]:
    known = region.benefit(code)
    return {language: known.name.say(language) if known else code for language in LANGUAGES}


def _is_reporting(db: Session, row: BenefitRow) -> bool:
    """Whether an application by which benefits are changed is under way for the person."""
    theirs = Application.person_id == row.person_id
    if row.holder_index is not None:
        theirs = or_(theirs, Application.subject_id_index == row.holder_index)
    return any(
        isinstance(effect, ChangeBenefit)
        for application in list_under_way(db, theirs)
        for effect in definition_of(db, application).service.effects
    )
