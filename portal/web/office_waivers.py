"""Giving up a public notice that can never safely be posted again: the head asks, another officer answers."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.i18n import moment_text
from portal.rules.errors import Conflict, Invalid
from portal.rules.references import grouped
from portal.usecases.objections import NoticeRecord
from portal.usecases.review import Review
from portal.usecases.staff_names import names_of
from portal.usecases.waivers import (
    WaiverSeen,
    agree_to_waive,
    basis_of,
    get_waivable,
    get_waiver,
    may_propose_waiver,
    propose_waiver,
    refuse_to_waive,
)
from portal.web.access import actor, staff
from portal.web.office_door import at_application
from portal.web.office_second_looks import kept_words, take_errors
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rechecked import require_fresh_proof
from portal.web.rendering import render

Page = tuple[str, int] | Response
Facts = list[tuple[str, str]]
LONGEST: Final = 500
head = staff(Role.LEAD)
reviewer_or_head = staff(Role.COUNTY_REVIEWER, Role.LEAD)


class WaiveForm(PlainForm):
    cause = Question(
        _l("为什么以后也不能公示？"),
        "longtext",
        hint=_l("第二个人和监督员会看到，申请人看不到。不要写病情和证件号码。"),
        max_length=LONGEST,
    )


class AnswerForm(PlainForm):
    answer = Question(
        _l("您同意不再公示吗？"),
        "choice",
        choices=[("agree", _l("同意，现在生效")), ("send_back", _l("不同意，退回去"))],
    )
    words = Question(
        _l("为什么退回？"),
        "longtext",
        is_required=False,
        hint=_l("退回的，要填。申请人看不到。"),
        max_length=LONGEST,
    )


@head
def waive_page(reference: str, notice_id: int) -> Page:
    """Say what follows, ask why; nothing happens before the second officer agrees."""
    form = WaiveForm(sent())
    address = f"/office/applications/{reference}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                propose_waiver(db, actor(), reference, notice_id, form.cause.data)
            return redirect(f"{address}#notice-1", 303)
        except Invalid as refusal:
            take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=kept_words(form))
    with at_application(reference) as db:
        notice = get_waivable(db, actor(), reference, notice_id)
        may_propose, basis = may_propose_waiver(db, actor(), notice), basis_of(db, notice)
    if not may_propose and request.method == "GET":
        return redirect(address, 303)  # the page of the application says how it stands
    return render("office/waive.html", form.status, form=form, address=address, basis=basis)


@reviewer_or_head
def waiver_page(reference: str, waiver_id: int) -> Page:
    """What the head wants given up, and why: agree, or send it back with words."""
    form = AnswerForm(sent())
    address = f"/office/applications/{reference}"
    if request.method == "POST" and form.validate():
        is_agreed = form.answer.data == "agree"
        if is_agreed:
            require_fresh_proof()  # it takes effect at once
        try:
            with at_application(reference) as db:
                if is_agreed:
                    agree_to_waive(db, actor(), reference, waiver_id, parts().region)
                else:
                    refuse_to_waive(db, actor(), reference, waiver_id, form.words.data or "")
            return redirect(f"{address}?done={'1' if is_agreed else 'sent_back'}", 303)
        except Invalid as refusal:
            take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=kept_words(form))
    with at_application(reference) as db:
        waiver = get_waiver(db, actor(), reference, waiver_id)
        facts, basis = _facts(waiver, _names(db, [waiver])), basis_of(db, waiver.notice)
        number = grouped(waiver.notice.application.reference)
    if waiver.answered_at is not None:
        return redirect(address, 303)
    return render(
        "office/waiver.html",
        form.status,
        form=form,
        address=address,
        number=number,
        facts=facts,
        basis=basis,
        is_own=waiver.proposed_by_id == actor().account_id,
    )


def waivers_of(db: Session, review: Review, records: list[NoticeRecord]) -> dict[str, Any]:
    """What the page of an application says of notices that were, or may be, given up."""
    every = [waiver for record in records for waiver in record.waivers]
    names = _names(db, every)
    is_head = actor().role is Role.LEAD
    return {
        "waivable": {
            one.notice.id for one in records if is_head and may_propose_waiver(db, actor(), one.notice)
        },
        "waiver_facts": {one.id: _facts(one, names) for one in every},
        "may_answer_waivers": review.is_whole and actor().role in (Role.COUNTY_REVIEWER, Role.LEAD),
    }


def _names(db: Session, waivers: list[WaiverSeen]) -> Any:
    ids = [known for one in waivers for known in (one.proposed_by_id, one.answered_by_id)]
    return names_of(db, ids) if ids else {}


def _facts(one: WaiverSeen, names: Any) -> Facts:
    facts = [(_("谁提出的"), _by(names, one.proposed_by_id, one.proposed_at)), (_("原因"), one.cause)]
    if one.answered_at is not None:
        answered = _("谁同意的") if one.is_agreed else _("谁不同意")
        facts.append((answered, _by(names, one.answered_by_id, one.answered_at)))
    return [*facts, (_("为什么退回"), one.words)] if one.words else facts


def _by(names: Any, account_id: int | None, at: Any) -> str:
    return _("%(name)s，%(when)s", name=names.get(account_id or 0, ""), when=moment_text(at, language()))


def register(app: Flask) -> None:
    """Add these addresses to the office."""
    one = "/office/applications/<reference>"
    asking = f"{one}/public-notices/<int:notice_id>/waive"
    app.add_url_rule(asking, "office.waive", waive_page, methods=["GET", "POST"])
    app.add_url_rule(f"{one}/waivers/<int:waiver_id>", "office.waiver", waiver_page, methods=["GET", "POST"])
