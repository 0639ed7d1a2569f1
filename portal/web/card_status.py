"""A certificate that was granted: how it reaches its holder while it is made, then where it went, until when
it is good, and what comes of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Definition, StepKind
from portal.catalogue.wording import Voice, answer_text
from portal.i18n import date_text
from portal.rules.certificates import is_good, reminder_days
from portal.usecases.certificates import find_certificate_of
from portal.usecases.progress import StepSeen
from portal.usecases.represented import ApplicationSeen
from portal.usecases.steps import facts_of, forms_of
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import say

AT_THE_COUNTER = "desk"


@dataclass(frozen=True)
class CardStatus:
    """How it comes and by when, or what was written down when it was handed over; its last day; the days on
    which its holder is reminded, and from which day it may be exchanged, where it is in force."""

    rows: list[tuple[str, str]]
    is_coming: bool
    """Whether it is still being made."""
    is_collected: bool
    """Whether its holder wants to fetch it from the counter."""
    reminders: list[date]
    renew_from_on: date | None
    is_own: bool
    """Whether the reader is its holder."""


def find_card_status(
    db: Session, application: ApplicationSeen, definition: Definition, current: StepSeen | None
) -> CardStatus | None:
    """None where the application led to no certificate (yet). ``current``: the step that is open."""
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
    is_coming, way = current is not None and current.step.kind is StepKind.ISSUE, ""
    if is_coming and current is not None:
        way = str(definition.meant(facts_of(db, application, definition)).get("delivery_way") or UNKNOWN)
        rows = _coming(definition, way, current)
    ends_on, is_in_force = found.row.valid_to_on, is_good(found.state)
    ahead = sorted(day for day in reminder_days(ends_on).values() if day > clock.today())
    is_settled = is_in_force and not is_coming
    return CardStatus(
        rows=[*rows, (_("有效期到"), date_text(ends_on, language()))],
        is_coming=is_coming,
        is_collected=is_coming and way == AT_THE_COUNTER,
        reminders=ahead if is_settled else [],
        renew_from_on=found.renew_from_on if is_settled else None,
        is_own=application.acting == "self",
    )


def _coming(definition: Definition, way: str, current: StepSeen) -> list[tuple[str, str]]:
    """How the person wanted it (rules.md 10.0.3 DL), and by when it is made; late is said where whose turn it
    is stands."""
    field = definition.field_of("delivery_way")
    rows = []
    if field is not None:
        answer = answer_text(field, way, parts().region, Voice(language()))
        rows.append((say(field.short or field.label), answer))
    if current.days_left >= 0:
        rows.append((_("最晚做好"), date_text(current.due_on, language())))
    return rows
