"""The rows of a queue in words: what is due, why a clock stands, what everyone must know of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.catalogue.model import Field
from portal.catalogue.wording import Voice, answer_text
from portal.i18n import date_text
from portal.rules.deadlines import Unit
from portal.rules.references import grouped
from portal.usecases.review_queue import QueueRow, Standing
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import say

OUTCOMES_WITHOUT_DECISION: Final = {
    "withdrawn": _l("申请人已撤回"),
    "lapsed": _l("过了期限，已结束"),
    "deemed": _l("没有按时告知，视为受理"),
    "no_objection": _l("公示期满，没有异议"),
    "waived": _l("为了安全，不再公示"),
    "ended": _l("已停止办理"),
}
STANDING: Final[Mapping[str, Any]] = {
    "correction": _l("等申请人补正"),
    "suspended": _l("病情没有稳定，以后再评定"),
    "death_report": _l("误登记为去世"),
    "taken_down": _l("公示撤下来了"),
}
"""Why the clock of a row stands."""
CAUSES: Final[Mapping[str, Any]] = {
    "absent": _l("领取的人不在"),
    "opinion": _l("在等别的单位的意见"),
    "extension": _l("申请了延长，等负责人答复"),
    "second_person": _l("等第二个人同意"),
}
"""What a late row waits for."""


@dataclass(frozen=True)
class ShownRow:
    href: str
    pick: str
    """What a tick stands for: the application, and its version as it is shown."""
    reference: str
    service: str
    applicant: str
    step: str
    due_kind: str
    due: str
    standing: str
    """Why its clock stands, or what it waits for though it is late."""
    claimed_by: str
    needs: str
    outcome: str
    others: str
    """Colleagues who have it open now, besides who has taken it."""
    row: QueueRow


def shown_row(base: str, row: QueueRow) -> ShownRow:
    """A row of a queue of the front at ``base``."""
    due_kind, due = ("plain", _("时限暂停"))
    if not row.is_paused:
        due_kind, due = due_words(row.days_left, row.step.clock.unit, is_half=row.is_half)
    if row.is_provisional and not row.is_paused:
        due = _("预计%(due)s", due=due)
    outcomes = {one.id: say(one.label) for one in row.step.outcomes}
    outcomes |= {code: str(words) for code, words in OUTCOMES_WITHOUT_DECISION.items()}
    return ShownRow(
        href=f"{base}/applications/{row.reference}",
        pick=f"{row.reference}:{row.version}",
        reference=grouped(row.reference),
        service=say(row.service.name),
        applicant=_applicant(row),
        step=say(row.step.name),
        due_kind=due_kind,
        due=due,
        standing=standing_words(row.standing) or _("；").join(str(CAUSES[one]) for one in row.causes),
        claimed_by=_taker(row),
        needs=_("；").join(answer for _question, answer in needs_words(row.needs)) or _("没有特别的"),
        outcome=outcomes.get(row.outcome or "", ""),
        others=_("、").join(one for one in row.others if one != row.claimed_by),
        row=row,
    )


def _applicant(row: QueueRow) -> str:
    """The masked name; of several people of one name with what tells them apart."""
    if row.id_ending is None:
        return row.masked_name
    if not row.id_ending:
        return _("%(name)s，没有写证件号码", name=row.masked_name)
    return _("%(name)s，证件号码最后四位%(ending)s", name=row.masked_name, ending=row.id_ending)


def _taker(row: QueueRow) -> str:
    """Who has it; of somebody who is away, that it is to be done in their place."""
    if row.is_for_absent:
        return _("%(name)s不在，由您代办", name=row.claimed_by or "")
    if row.claimed_by in row.others:
        return _("%(name)s，正在看", name=row.claimed_by)
    return _("我") if row.is_mine else row.claimed_by or _("没有人领取")


def due_words(days_left: int, unit: Unit = "working", *, is_half: bool = False) -> tuple[str, str]:
    """The kind of tag and the words for the days that are left, counted as the clock counts them, of which
    half are used or not."""
    if days_left == 0:
        return "caution", _("今天到期")
    if days_left < 0:
        return "bad", _late_words(-days_left, unit)
    kind = "caution" if is_half or days_left == 1 else "good"
    return kind, _left_words(days_left, unit, is_half=is_half)


def _late_words(days: int, unit: Unit) -> str:
    if unit == "calendar":
        return ngettext("超期%(num)s天", "超期%(num)s天", days)
    return ngettext("超期%(num)s个工作日", "超期%(num)s个工作日", days)


def _left_words(days: int, unit: Unit, *, is_half: bool) -> str:
    if unit == "calendar" and is_half:
        return ngettext("时间过半，还剩%(num)s天", "时间过半，还剩%(num)s天", days)
    if unit == "calendar":
        return ngettext("还剩%(num)s天", "还剩%(num)s天", days)
    if is_half:
        return ngettext("时间过半，还剩%(num)s个工作日", "时间过半，还剩%(num)s个工作日", days)
    return ngettext("还剩%(num)s个工作日", "还剩%(num)s个工作日", days)


def standing_words(standing: Standing | None) -> str:
    """Why the clock stands, and until when where that is known."""
    if standing is None:
        return ""
    why = str(STANDING.get(standing.reason, _l("按规定暂停")))
    if standing.until_on is None:
        return why
    return _("%(why)s，到%(day)s", why=why, day=_day(standing.until_on))


def needs_words(needs: tuple[tuple[Field, Any], ...]) -> list[tuple[str, str]]:
    """(question, answer) of what everyone must know about reaching and meeting a person."""
    voice = Voice(language(), is_proxy=True)
    return [
        (voice.say(field.short or field.label), answer_text(field, value, parts().region, voice))
        for field, value in needs
    ]


def _day(day: date) -> str:
    return date_text(day, language())
