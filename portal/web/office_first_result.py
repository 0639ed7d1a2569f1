"""原来的评定: what the portal knows of the assessment that is objected to, and whether that came in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Field
from portal.catalogue.model.effects import ASSESSED
from portal.catalogue.wording import answer_text
from portal.i18n import date_text
from portal.rules.deadlines import add_working_days
from portal.rules.references import grouped
from portal.usecases.calendar import get_calendar
from portal.usecases.first_results import FirstResult, asks_record
from portal.usecases.review import Review
from portal.web import review_words
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import say


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Nothing where the service does not ask for it, and nothing for a post that reads only a part."""
    if review.earlier is None or not asks_record(review.definition):
        return {"first_result": None}
    on_record = review.earlier.on_record
    found = on_record.result if on_record else None
    received_on = (found.received_on if found else None) or _said(review)
    return {
        "first_result": _facts(review, found) if found else [],
        "first_result_term": _term(db, review, received_on) if received_on else None,
    }


def _facts(review: Review, found: FirstResult) -> list[tuple[str, str]]:
    """Who assessed, when, what it said, and in which application that stands."""
    source = _(
        "%(service)s，收件号%(number)s",
        service=say(found.service.name),
        number=grouped(found.application.reference),
    )
    group = next((one for one in found.step.fields if one.id == ASSESSED), None)
    voice = review_words.voice_of(review)
    rows = list(found.components)
    result = answer_text(group, rows, parts().region, voice) if group and rows else _("没有达到残疾标准")
    known = _("不知道") if found.received_on is None else date_text(found.received_on, language())
    return [
        (_("从哪里知道的"), _("本网站的记录：%(source)s", source=source)),
        (_("评定机构"), found.institution_names.get(language(), found.institution_names["zh"])),
        (_("评定日期"), date_text(found.assessed_on, language()) if found.assessed_on else _("不知道")),
        (_("结论"), result),
        (_("哪天收到结论（送达记录）"), known),
    ]


def _said(review: Review) -> date | None:
    """The day that the applicant named, where a right counts from it."""
    named = [review.submission.answers.get(one.id) for one in _beginnings(review)]
    return next((date.fromisoformat(day) for day in named if day and day != UNKNOWN), None)


def _beginnings(review: Review) -> list[Field]:
    """The questions with whose day a right begins."""
    return [one for page in review.pages for one in page.fields if one.term_days]


def _term(db: Session, review: Review, received_on: date) -> tuple[str, bool] | None:
    """The last day, and whether it was handed in by then."""
    days = next((one.term_days for one in _beginnings(review)), None)
    submitted_on = review.application.submitted_on
    if days is None or submitted_on is None:
        return None
    last = add_working_days(received_on, days, get_calendar(db))
    return date_text(last, language()), submitted_on > last
