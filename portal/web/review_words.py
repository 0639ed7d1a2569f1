"""What the page of an application says: the facts of a review in words, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import clock, labels
from portal.catalogue.field_types import message
from portal.catalogue.model import Answers, OutcomeKind
from portal.catalogue.wording import Voice, answer_text
from portal.i18n import date_text, moment_text
from portal.rules.places import full_name
from portal.rules.references import grouped
from portal.usecases.certificates import CertificateSeen
from portal.usecases.evidence import lacking_in
from portal.usecases.review import Review, StepClock
from portal.usecases.review_answers import AnswerRow
from portal.web.certificate_words import certificate_facts
from portal.web.hints import hints_of
from portal.web.identity_words import identity_words
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.queue_words import STANDING, due_words, needs_words
from portal.web.rendering import say

OBSTACLES: Final = {
    "not_taken": _l("您还没有领取这件申请。领取以后才能处理。"),
    "taken": _l("这件申请已经由%(name)s领取。现在只能看，不能处理。"),
    "own_application": _l("这是您自己的申请。按回避的规定，请由别的同事处理。"),
    "recused": _l("您回避这件申请。请由别的同事处理。"),
    "entered": _l("这件申请的答案是您录入的。按规定，要由另一个人处理。"),
    "proposed": _l("已经有人提出怎么处理，等第二个人同意。"),
    "four_eyes": _l("这件申请前面的步骤是您处理的。按规定，这一步要由另一个人处理。"),
    "waiting": _l("这一步的时限暂停，原因在“概况”里。接着办的时候回到这里。"),
    "moved_on": _l("这一步已经办好，这件申请不在您这里了。"),
    "other_unit": _l("这一步由别的单位处理。"),
    "other_role": _l("这一步由别的岗位处理。"),
    "not_staff": _l("这一步只能由工作人员处理。"),
}


ACTING: Final = {
    "claimed": _l("代办人（自己说是%(relation)s，证明还没有核对）"),
    "active": _l("代办人（%(relation)s，证明已核对）"),
    "suspended": _l("代办人（%(relation)s，代办关系暂停了）"),
    "ended": _l("代办人（%(relation)s，代办关系已经结束）"),
}
"""Who acts, by how the representation stands."""


@dataclass(frozen=True)
class Line:
    """One row of a list of answers (components/summary_list.html)."""

    label: str
    value: list[str]


def title_of(review: Review) -> str:
    return _(
        "%(service)s，收件号%(reference)s",
        service=say(review.definition.service.name),
        reference=grouped(review.application.reference),
    )


def obstacle_words(review: Review) -> str | None:
    """Why the officer cannot decide now, in words."""
    if review.obstacle is None:
        return None
    name = review.names.get(review.entry.claimed_by_id or 0, "")
    return str(OBSTACLES[review.obstacle]) % {"name": name}


def voice_of(review: Review) -> Voice:
    """Staff read about the person in the third voice."""
    return Voice(language(), review.application.subject_name, is_proxy=True)


def facts_of(review: Review) -> list[tuple[str, str]]:
    """Who, for whom, how and where it stands."""
    application, submission = review.application, review.submission
    facts = [(_("申请人"), application.subject_name or _("没有写"))]
    if review.representation is None:  # who acts for somebody stands above, with what to watch for
        facts.append((_("谁在办"), _("本人")))
    facts.append((_("身份"), identity_words(review.identity)))
    facts.append((_("从哪里提交"), _word(labels.CHANNELS, submission.channel)))
    facts.append((_("提交时间"), moment_text(submission.submitted_at, language())))
    facts.append((_("状态"), _word(labels.STAFF_STATES, application.state)))
    if review.clock is not None:
        unit = review.standing_unit.get(language()) or review.standing_unit.get("zh", "")
        facts.append((_("现在的步骤"), say(review.clock.step.name)))
        facts.append((_("处理单位"), unit))
        claimed = review.names.get(review.clock.entry.claimed_by_id or 0)
        facts.append((_("领取人"), claimed or _("没有人领取")))
    return facts


def who_acts(review: Review) -> str:
    """Who acts for the person, and how far that is known; only where somebody does."""
    kept = review.representation
    assert kept is not None  # asked before
    field = review.definition.field_of("relation")
    relations = {one.value: voice_of(review).say(one.label) for one in field.choices} if field else {}
    relation = relations.get(kept.relation, _("没有写"))
    return str(ACTING.get(kept.state, ACTING["claimed"])) % {"relation": relation}


def flags_of(review: Review) -> list[str]:
    """What to watch for before anything else, each in a sentence."""
    said = []
    if not review.identity.is_proven:
        said.append(_("申请人的身份还没有核实。"))
    if review.has_second_claim:
        said.append(_("另有人用同一个证件号交了申请，请先查清是谁的。"))
    return said


def certificate_row(seen: CertificateSeen) -> list[str]:
    """One certificate in a table of the person's."""
    return [value for _label, value in certificate_facts(seen)]


def certificate_of(review: Review) -> list[tuple[str, str]]:
    """The certificate that the application led to."""
    return certificate_facts(review.certificate) if review.certificate else []


def needs_of(review: Review) -> list[tuple[str, str]]:
    return needs_words(review.needs)


def sections_of(review: Review) -> list[tuple[str, list[Line]]]:
    """The answers under their section headings."""
    voice, answers = voice_of(review), _answers(review)
    return [
        (voice.say(one.section.title), [_line(row, voice, answers) for row in one.rows])
        for one in review.sections
    ]


def lines_of(rows: Iterable[AnswerRow], voice: Voice) -> list[Line]:
    """Answers as somebody reads them who is shown only these."""
    return [
        Line(voice.say(row.field.short or row.field.label), [_answer(row, row.value, voice)]) for row in rows
    ]


def findings_of(review: Review) -> list[tuple[str, list[Line]]]:
    """What earlier steps found, each under the name of its step."""
    voice, region = voice_of(review), parts().region
    return [
        (
            say(finding.step.name),
            [
                Line(
                    voice.say(field.short or field.label),
                    [answer_text(field, value, region, voice) or _("没有填")],
                )
                for field, value in finding.rows
            ],
        )
        for finding in review.findings
    ]


def stops_of(review: Review) -> list[str]:
    """What stands against an outcome of this step, before anyone fills in its form."""
    if review.obstacle is not None:
        return []
    keys = dict.fromkeys(key for found in review.stops.values() for key in found)
    lines = [_word(labels.WHY_NOT_ISSUE, key) for key in keys]
    lacking = lacking_in(review.proof.evidence)
    if lacking and any(one.kind == OutcomeKind.APPROVE for one in review.outcomes):
        names = _("、").join(voice_of(review).say(one.title) for one in lacking)
        lines.append(_("还没有核对过：%(what)s。核对以前不能同意。", what=names))
    return lines


def changes_of(review: Review) -> list[Line]:
    """What the last submission changed."""
    voice, answers = voice_of(review), _answers(review)
    return [_line(row, voice, answers) for row in review.changed]


def clock_lines(clock: StepClock | None) -> list[str]:
    """How the time of this step is counted, each reason in a sentence of its own."""
    if clock is None:
        return []
    unit = clock.step.clock.unit
    opened, due_on = _day(clock.entry.counted_from_on), _day(clock.due.on)
    days = clock.step.clock.days
    lines = []
    if unit == "working":
        lines.append(
            ngettext(
                "从%(day)s的下一个工作日开始算，共%(num)s个工作日。",
                "从%(day)s的下一个工作日开始算，共%(num)s个工作日。",
                days,
                day=opened,
            )
        )
    else:
        lines.append(
            ngettext(
                "从%(day)s的第二天开始算，共%(num)s天。",
                "从%(day)s的第二天开始算，共%(num)s天。",
                days,
                day=opened,
            )
        )
    if clock.step.clock.shares_with is not None:
        lines.append(_("这些天和前面审核的那一步合在一起算。"))
    if clock.entry.is_paused:
        lines.append(_("时限现在暂停。"))
    elif clock.due.is_provisional:
        lines.append(_("预计最晚%(day)s。明年的放假安排公布以后再算一次。", day=due_on))
    else:
        lines.append(_("最晚%(day)s。", day=due_on))
    if clock.days_left < 0 and not clock.entry.is_paused:
        lines.append(_("已经超期。本单位负责人的“超期的”里有这一件，没办完会再提醒。"))
    lines += map(_pause_words, clock.pauses)
    for one in clock.due.holidays_between:
        first, last = _day(one.first_on), _day(one.last_on)
        lines.append(_("%(first)s至%(last)s放假，不算在内。", first=first, last=last))
    if not clock.step.clock.counts:
        lines.append(_("这一步的时间不算在承诺的办理时限里。"))
    return lines


def due_tag(clock: StepClock | None) -> tuple[str, str] | None:
    if clock is None:
        return None
    if clock.entry.is_paused:
        return "plain", _("时限暂停")
    return due_words(clock.days_left, clock.step.clock.unit, is_half=clock.is_half)


def _answers(review: Review) -> Answers:
    return {row.field.id: row.value for section in review.sections for row in section.rows}


def _line(row: AnswerRow, voice: Voice, answers: Answers) -> Line:
    value = [_answer(row, row.value, voice)]
    value += [_known(row)] if row.known else []
    value += [
        _("请核对：%(hint)s", hint=message(hint, voice.language))
        for hint in hints_of(row.field, answers, clock.today())
    ]
    value += [
        _("第%(round)s次提交时写的是：%(answer)s", round=number, answer=_answer(row, earlier, voice))
        for number, earlier in row.earlier
    ]
    return Line(voice.say(row.field.short or row.field.label), value)


def _answer(row: AnswerRow, value: Any, voice: Voice) -> str:
    region = parts().region
    code = value.get("code") if isinstance(value, dict) else None
    places = {code: full_name(region, code, voice.language)} if code else None
    if value is None:
        return _("没有填")
    return answer_text(row.field, value, region, voice, place_names=places) or _("没有填")


def _known(row: AnswerRow) -> str:
    """That somebody else than the applicant has confirmed it."""
    assert row.known is not None  # asked before
    day = _day(clock.shanghai(row.known.on).date()) if row.known.on else ""
    if row.known.level == "A":
        return _("登记系统已确认（A级），%(day)s。", day=day)
    return _("工作人员看过原件（B级），%(day)s。", day=day)


def _pause_words(pause: Any) -> str:
    why = str(STANDING.get(pause.reason, _l("按规定暂停")))
    first = _day(pause.from_on)
    if pause.to_on is not None:
        return _(
            "%(first)s至%(last)s暂停，原因：%(why)s。这段时间不算在内。",
            first=first,
            last=_day(pause.to_on),
            why=why,
        )
    if pause.until_on is not None:
        return _(
            "%(day)s起暂停，%(until)s接着办，原因：%(why)s。这段时间不算在内。",
            day=first,
            until=_day(pause.until_on),
            why=why,
        )
    return _("%(day)s起暂停，原因：%(why)s。这段时间不算在内。", day=first, why=why)


def _word(table: labels.Labels, value: str) -> str:
    return labels.label(table, value, language())


def _day(day: Any) -> str:
    return date_text(day, language())
