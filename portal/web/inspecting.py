"""One application of a sample as an inspector reads it, with reasons for opening answers, and remarks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Final
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock, labels
from portal.catalogue.field_types import mask_name
from portal.catalogue.wording import Voice
from portal.i18n import date_text, moment_text
from portal.labels import label
from portal.rules.references import grouped
from portal.rules.steps import step_of
from portal.usecases.inspecting import (
    DecisionSeen,
    EntrySeen,
    Inspected,
    RemarkSeen,
    WaiverSeen,
    make_remark,
    open_answers,
    read_inspected,
)
from portal.web.access import Mark, actor
from portal.web.office_history import shown_event
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.queue_words import OUTCOMES_WITHOUT_DECISION, STANDING
from portal.web.rendering import render, say
from portal.web.review_words import Line, lines_of
from portal.web.whole_numbers import whole_number

Page = tuple[str, int] | Response
Inspecting = Callable[[], AbstractContextManager[Session]]
"""A transaction that notes what was not found."""
LONGEST: Final = 1000


class CauseForm(PlainForm):
    cause = Question(
        _l("为什么要看填写的内容？"),
        "longtext",
        hint=_l("会和您的名字一起记下来。今天之内可以看，明天再看要再写。"),
        max_length=LONGEST,
    )


class RemarkForm(PlainForm):
    unit_code = Question(_l("给哪个单位？"), "choice")
    words = Question(
        _l("您发现了什么？"), "longtext", hint=_l("这个单位的负责人会看到，要答复。"), max_length=LONGEST
    )


def number_in(name: str) -> int | None:
    """A cursor out of the address; one that means nothing is none."""
    return whole_number(request.args.get(name, ""))


def add_to(page: Blueprint, mark: Mark, inspecting_now: Inspecting) -> None:
    """The addresses of one application of a sample."""
    rule = "/<int:inspection_id>/applications/<reference>"

    @page.get(rule)
    @mark
    def application(inspection_id: int, reference: str) -> Page:
        with inspecting_now() as db:
            found = read_inspected(db, actor(), inspection_id, reference, number_in("before"))
        return show_application(found)

    @page.route(rule + "/answers", methods=["GET", "POST"])
    @mark
    def answers(inspection_id: int, reference: str) -> Page:
        form = CauseForm(sent())
        if request.method == "POST" and form.validate():
            with inspecting_now() as db:
                open_answers(db, actor(), inspection_id, reference, form.cause.data)
            return redirect(f"{_address(inspection_id, reference)}#answers", 303)
        with inspecting_now() as db:
            found = read_inspected(db, actor(), inspection_id, reference)
        return _asking("inspect/answers.html", form, found)

    @page.route(rule + "/remark", methods=["GET", "POST"])
    @mark
    def remark(inspection_id: int, reference: str) -> Page:
        with inspecting_now() as db:
            found = read_inspected(db, actor(), inspection_id, reference)
        form = RemarkForm(sent())
        form.unit_code.offer([(code, _unit(found, code)) for code in found.units])
        if request.method == "POST" and form.validate():
            with inspecting_now() as db:
                make_remark(db, actor(), inspection_id, reference, form.unit_code.data, form.words.data)
            return redirect(f"{_address(inspection_id, reference)}?done=remarked#remarks", 303)
        return _asking("inspect/remark.html", form, found)


def show_application(found: Inspected) -> tuple[str, int]:
    """The way of the application, its answers masked or open, who saw it, and the remarks."""
    address = _address(found.inspection.id, found.application.reference)
    return render(
        "inspect/application.html",
        address=address,
        title=_title(found),
        found=found,
        facts=_facts(found),
        steps=[_step_row(found, entry) for entry in found.entries],
        sections=_sections(found),
        events=[shown_event(one) for one in found.events],
        next_href=f"{address}?before={found.before}#history" if found.before else None,
        remarks=[_remark(found, one) for one in found.remarks],
        is_remarked=request.args.get("done") == "remarked",
    )


def _asking(template: str, form: PlainForm, found: Inspected) -> Page:
    application = found.application
    return render(
        template,
        form.status,
        form=form,
        address=_address(found.inspection.id, application.reference),
        number=grouped(application.reference),
    )


def _address(inspection_id: int, reference: str) -> str:
    return f"/inspect/{inspection_id}/applications/{quote(reference)}"


def _title(found: Inspected) -> str:
    return _(
        "%(service)s，收件号%(reference)s",
        service=say(found.definition.service.name),
        reference=grouped(found.application.reference),
    )


def _facts(found: Inspected) -> list[tuple[str, str]]:
    application = found.application
    facts = [
        (_("抽查的目的"), found.inspection.purpose),
        (_("申请人"), mask_name(application.subject_name or "") or _("没有写")),
        (_("状态"), label(labels.STAFF_STATES, application.state, language())),
        (_("从哪里提交"), label(labels.CHANNELS, application.channel, language())),
    ]
    if application.submitted_at is not None:
        facts.append((_("提交时间"), moment_text(application.submitted_at, language())))
    if application.closed_at is not None:
        facts.append((_("结束时间"), moment_text(application.closed_at, language())))
    return facts


def _step_row(found: Inspected, entry: EntrySeen) -> list[str]:
    """A visit to a step: where, who, from when to when, which times did not count, what was decided."""
    step = step_of(found.definition, entry.step)
    name = say(step.name)
    if entry.round > 1:
        name = _("%(step)s（第%(round)s次）", step=name, round=entry.round)
    said = [_decision(found, entry, one) for one in found.decisions[entry.id]]
    if not any(one.kind not in ("return", "suspend") for one in found.decisions[entry.id]):
        words = OUTCOMES_WITHOUT_DECISION.get(entry.outcome or "")
        said += [str(words)] if words is not None else []
    said += [_waiver(found, one) for one in found.waivers if one.entry_id == entry.id]
    ended = moment_text(entry.closed_at, language()) if entry.closed_at else _("还没有")
    last_on = clock.shanghai(entry.closed_at or clock.now()).date()
    due = date_text(entry.due_on, language())
    is_late = last_on > entry.due_on and not (entry.is_paused and entry.closed_at is None)
    return [
        name,
        _unit(found, entry.unit_code),
        found.names.get(entry.claimed_by_id or 0, "") or _("没有人领取"),
        date_text(entry.opened_on, language()),
        _("%(day)s，超期", day=due) if is_late else due,
        "\n".join(_pause(one.reason, one.from_on, one.to_on) for one in entry.pauses) or _("没有"),
        ended,
        "\n".join(said) or _("没有"),
    ]


def _decision(found: Inspected, entry: EntrySeen, made: DecisionSeen) -> str:
    step = found.definition.step(entry.step)
    outcome = step.outcome(made.outcome) if step else None
    reasons = [found.definition.reason(code) for code in made.reasons]
    said = [
        _(
            "%(name)s，%(when)s：%(outcome)s",
            name=found.names.get(made.decided_by_id, ""),
            when=moment_text(made.decided_at, language()),
            outcome=say(outcome.label) if outcome else made.outcome,
        ),
        *(say(one.label) for one in reasons if one),
        made.summary or "",
    ]
    return "；".join(one for one in said if one)


def _waiver(found: Inspected, one: WaiverSeen) -> str:
    """Who wanted the public notice given up and why, and what the second officer said."""
    said = [_("%(by)s：提出不再公示", by=_by(found, one.proposed_by_id, one.proposed_at)), one.cause]
    if one.answered_at is not None:
        by = _by(found, one.answered_by_id, one.answered_at)
        said.append(_("%(by)s：同意", by=by) if one.is_agreed else _("%(by)s：不同意", by=by))
    return "；".join([*said, one.words or ""]).rstrip("；")


def _pause(reason: str, from_on: date, to_on: date | None) -> str:
    why = str(STANDING.get(reason, _l("按规定暂停")))
    first = date_text(from_on, language())
    if to_on is None:
        return _("%(why)s，从%(first)s起", why=why, first=first)
    return _("%(why)s，%(first)s至%(last)s", why=why, first=first, last=date_text(to_on, language()))


def _sections(found: Inspected) -> list[tuple[str, list[Line]]]:
    """Masked, an answer says only whether there is one."""
    name = found.application.subject_name if found.are_answers_open else None
    voice = Voice(language(), name, is_proxy=True)
    shown = []
    for one in found.sections:
        lines = lines_of(one.rows, voice)
        if not found.are_answers_open:
            lines = [
                Line(line.label, [_("没有填") if row.value in (None, "", [], {}) else _("填了，不显示")])
                for line, row in zip(lines, one.rows, strict=True)
            ]
        shown.append((voice.say(one.section.title), lines))
    return shown


def _remark(found: Inspected, one: RemarkSeen) -> list[tuple[str, str]]:
    facts = [
        (_("给哪个单位"), _unit(found, one.unit_code)),
        (_("谁写的"), _by(found, one.by_id, one.at)),
        (_("意见"), one.words),
    ]
    if one.answered_at is None:
        return [*facts, (_("答复"), _("还没有答复"))]
    return [
        *facts,
        (_("答复"), one.answer or ""),
        (_("谁答复的"), _by(found, one.answered_by_id, one.answered_at)),
    ]


def _by(found: Inspected, account_id: int | None, at: datetime) -> str:
    when = moment_text(at, language())
    return _("%(name)s，%(when)s", name=found.names.get(account_id or 0, ""), when=when)


def _unit(found: Inspected, code: str) -> str:
    names = found.units.get(code, {})
    return names.get(language()) or names.get("zh", code)
