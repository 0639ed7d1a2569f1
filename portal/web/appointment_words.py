"""A visit at home in words: its day and hour, what for, how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.i18n import moment_text, time_text
from portal.usecases.appointment_people import WhoComes
from portal.usecases.appointments import OPEN, AppointmentRow
from portal.web.preferences import language
from portal.web.rendering import say

TIMES: Final = [("morning", _l("上午")), ("afternoon", _l("下午")), ("weekend", _l("周末"))]
STATES: Final = {
    "asked": _l("等着约时间"),
    "proposed": _l("约了时间，等本人同意"),
    "confirmed": _l("约好了"),
    "done": _l("已经上门"),
    "cancelled": _l("取消了"),
}
TONES: Final = {"asked": "caution", "proposed": "caution", "confirmed": "good"}


def who_words(who: WhoComes) -> str:
    """Whom to expect at the door."""
    unit = say(who.unit)
    if who.role is None:
        return _("%(unit)s的人，还没有定是谁", unit=unit)
    return _("%(unit)s的%(role)s", unit=unit, role=labels.label(labels.ROLES, who.role, language()))


def appointment_line(row: AppointmentRow, officer: str = "", who: WhoComes | None = None) -> dict[str, Any]:
    """What its pages and lists say of it; who comes: the ``officer`` by name for colleagues, unit and post
    (``who``) for the person."""
    times: Sequence[str] = row.good_times
    return {
        "id": row.id,
        "purpose": row.purpose,
        "address": row.address or "",
        "when": moment_text(row.starts_at, language()) if row.starts_at else _("还没有约时间"),
        "time": time_text(row.starts_at, language()) if row.starts_at else "",
        "times": _("、").join(str(words) for value, words in TIMES if value in times),
        "state": row.state,
        "state_words": str(STATES[row.state]),
        "tone": TONES.get(row.state, "plain"),
        "is_open": row.state in OPEN,
        "officer": officer,
        "who": who_words(who) if who and row.state in OPEN else "",
    }
