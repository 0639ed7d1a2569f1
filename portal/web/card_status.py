"""After the hand-over of a certificate: where it went, until when it is good, and what comes of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, StepKind
from portal.catalogue.wording import Voice, answer_text
from portal.i18n import date_text
from portal.rules.certificates import is_good, reminder_days
from portal.usecases.certificates import find_certificate_of
from portal.usecases.represented import ApplicationSeen
from portal.usecases.steps import forms_of
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import say


@dataclass(frozen=True)
class CardStatus:
    """What was written down when it was handed over, with its last day; the days on which its holder is
    reminded, and from which day it may be exchanged, where it is in force."""

    rows: list[tuple[str, str]]
    reminders: list[date]
    renew_from_on: date | None
    is_own: bool
    """Whether the reader is its holder."""


def find_card_status(db: Session, application: ApplicationSeen, definition: Definition) -> CardStatus | None:
    """None where the application led to no certificate (yet)."""
    if application.state != "approved":
        return None
    region = parts().region
    found = find_certificate_of(db, application, region)
    if found is None:
        return None
    forms, voice = forms_of(db, application), Voice(language())
    handing_over = [one for one in definition.service.steps if one.kind is StepKind.ISSUE and one.id in forms]
    rows = [
        (say(field.short or field.label), answer_text(field, forms[step.id][field.id], region, voice))
        for step in handing_over
        for field in step.fields
        if field.id in forms[step.id]
    ]
    ends_on, is_in_force = found.row.valid_to_on, is_good(found.state)
    ahead = sorted(day for day in reminder_days(ends_on).values() if day > clock.today())
    return CardStatus(
        rows=[*rows, (_("有效期到"), date_text(ends_on, language()))],
        reminders=ahead if is_in_force else [],
        renew_from_on=found.renew_from_on if is_in_force else None,
        is_own=application.acting == "self",
    )
