"""More days for a step: asked below the page of the application, granted by the head of the unit."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.field_types import message
from portal.i18n import moment_text
from portal.rules.errors import Conflict, Invalid
from portal.rules.references import grouped
from portal.usecases.decision_checks import SUMMARY_LENGTH
from portal.usecases.extensions import (
    ask_extension,
    decide_extension,
    get_extension,
    list_extensions,
    new_due_of,
    reference_of,
    why_not_extend,
)
from portal.usecases.review import Review
from portal.usecases.staff_names import names_of
from portal.web.access import Mark, actor
from portal.web.office_door import at_application, open_review
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

Page = tuple[str, int] | Response
LONGEST_CAUSE: Final = 500


class AskForm(PlainForm):
    days = Question(_l("要延长几天？"), "integer")
    cause = Question(
        _l("为什么要延长？"),
        "longtext",
        hint=_l("申请人会读到这段话。请写清楚在办什么、为什么要多用时间。"),
        max_length=LONGEST_CAUSE,
    )


class AnswerForm(PlainForm):
    answer = Question(
        _l("同意延长吗？"), "choice", choices=[("grant", _l("同意延长")), ("refuse", _l("不同意"))]
    )
    summary = Question(
        _l("用一句话告诉申请人"),
        is_required=False,
        hint=_l("同意的，要填。用简单的话。"),
        max_length=SUMMARY_LENGTH,
        width="full",
    )
    words = Question(
        _l("为什么不同意？"),
        "longtext",
        is_required=False,
        hint=_l("不同意的，要填。只给经办人看。"),
        max_length=LONGEST_CAUSE,
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/extension", methods=["GET", "POST"])
    @mark
    def extension(reference: str) -> Page:
        return show_asking(base, reference)


def add_for_heads(page: Blueprint, base: str, mark: Mark) -> None:
    """What only the head of a unit does."""

    @page.route("/extensions/<int:extension_id>", methods=["GET", "POST"])
    @mark
    def decide_days(extension_id: int) -> Page:
        return show_answering(base, extension_id)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Every request for more days, and whether one can be made now."""
    found = list_extensions(db, review.application)
    names = names_of(db, [one.asked_by_id for one in found] + [one.decided_by_id for one in found])
    standing = review.clock.entry if review.clock else None
    is_open = standing is not None and standing.id == review.entry.id
    may_ask = is_open and review.is_mine and why_not_extend(db, review.entry, review.step) is None
    return {
        "extensions": [_shown(one, names) for one in found],
        "may_extend": may_ask,
        "extension_law": _law(review),
    }


def show_asking(base: str, reference: str) -> Page:
    """Ask the head of the unit for more days."""
    form = AskForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                ask_extension(db, actor(), reference, form.days.data, form.cause.data)
            return redirect(f"{address}?done=asked_days#extensions", 303)
        except Invalid as refusal:
            _take_errors(form, refusal)
        except Conflict as conflict:
            kept = [(str(form.cause.label_text), form.cause.raw)]
            return render("errors/conflict.html", 409, error=conflict, kept=kept)
    review = open_review(reference)
    extension = review.step.clock.extension
    if extension is None or (not review.is_mine and request.method == "GET"):
        return redirect(address, 303)  # the page of the application says why not
    return render(
        "office/extension_ask.html",
        form.status,
        form=form,
        address=address,
        number=grouped(review.application.reference),
        step=say(review.step.name),
        due_on=review.entry.due_on,
        most=extension.days,
        law=_law(review),
    )


def show_answering(base: str, extension_id: int) -> Page:
    """Grant or refuse; the page says who asked, why, and what the new last day would be."""
    form = AnswerForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                decide_extension(
                    db,
                    actor(),
                    extension_id,
                    is_granted=form.answer.data == "grant",
                    words=form.words.data or "",
                    summary=form.summary.data or "",
                )
            done = "granted" if form.answer.data == "grant" else "refused"
            return redirect(f"{base}/approvals?done={done}", 303)
        except Invalid as refusal:
            _take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=_kept(form))
    with reading() as db:
        asked = get_extension(db, actor(), extension_id)
        new_due_on, by = new_due_of(db, asked), names_of(db, [asked.asked_by_id])
        reference = reference_of(db, asked)
    return render(
        "office/extension_answer.html",
        form.status,
        form=form,
        asked=asked,
        by=by.get(asked.asked_by_id, ""),
        new_due_on=new_due_on,
        number=grouped(reference),
        href=f"{base}/applications/{reference}",
        back=f"{base}/approvals",
    )


def _shown(one: Any, names: Any) -> dict[str, Any]:
    when = moment_text(one.asked_at, language())
    asked = _("%(name)s，%(when)s", name=names.get(one.asked_by_id, ""), when=when)
    facts = [(_("谁申请延长"), asked), (_("天数"), str(one.days)), (_("原因"), one.cause)]
    if one.decided_at is not None:
        when = moment_text(one.decided_at, language())
        by = _("%(name)s，%(when)s", name=names.get(one.decided_by_id, ""), when=when)
        facts.append((_("同意延长") if one.is_granted else _("不同意延长"), by))
    if one.words:
        facts.append((_("为什么不同意"), one.words))
    return {"id": one.id, "facts": facts, "is_waiting": one.decided_at is None}


def _law(review: Review) -> str:
    extension = review.step.clock.extension
    citation = review.definition.service.citations.get(extension.cite or "") if extension else None
    return f"{citation.title}{citation.article or ''}" if citation else ""


def _take_errors(form: PlainForm, refusal: Invalid) -> None:
    for name, faults in refusal.errors.items():
        form.add_error(name, message(faults[0], language()))


def _kept(form: AnswerForm) -> list[tuple[str, str]]:
    return [(str(one.label_text), one.raw) for one in (form.summary, form.words) if one.raw]
