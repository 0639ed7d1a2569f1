"""The head of a unit looks at a decision of the sample again, and has an application handled again."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.i18n import moment_text
from portal.rules.errors import Conflict, Invalid
from portal.usecases.decision_checks import SUMMARY_LENGTH
from portal.usecases.rechecks import Finding, finish_recheck, get_recheck
from portal.usecases.reopenings import reopen
from portal.usecases.review import Review
from portal.usecases.staff_names import names_of
from portal.web import review_words
from portal.web.access import Mark, actor
from portal.web.office_door import at_application, open_review
from portal.web.office_second_looks import LONGEST_WORDS, kept_words, said_facts, take_errors
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

Page = tuple[str, int] | Response


class ReopenForm(PlainForm):
    cause = Question(
        _l("原来的决定错在哪里？"), "longtext", hint=_l("申请人会读到这段话。"), max_length=LONGEST_WORDS
    )
    basis = Question(
        _l("依据哪条规定重新办？"),
        hint=_l("写文件的名称和第几条。申请人会读到。"),
        max_length=200,
        width="full",
    )
    summary = Question(
        _l("用一句话告诉申请人"), hint=_l("用简单的话。"), max_length=SUMMARY_LENGTH, width="full"
    )


class RecheckForm(PlainForm):
    result = Question(
        _l("复查的结果"),
        "choice",
        choices=[("right", _l("决定是对的")), ("wrong", _l("决定错了，重新办理"))],
    )
    cause = Question(
        _l("您查到了什么？"),
        "longtext",
        hint=_l("决定错了的，申请人会读到这段话。"),
        max_length=LONGEST_WORDS,
    )
    basis = Question(
        _l("依据哪条规定重新办？"),
        is_required=False,
        hint=_l("决定错了的，要填。写文件的名称和第几条。申请人会读到。"),
        max_length=200,
        width="full",
    )
    summary = Question(
        _l("用一句话告诉申请人"),
        is_required=False,
        hint=_l("决定错了的，要填。用简单的话。"),
        max_length=SUMMARY_LENGTH,
        width="full",
    )


def add_for_heads(page: Blueprint, base: str, mark: Mark) -> None:
    """What only the head of a unit does."""

    @page.route("/applications/<reference>/recheck", methods=["GET", "POST"])
    @mark
    def recheck(reference: str) -> Page:
        return show_recheck(base, reference)

    @page.route("/applications/<reference>/reopen", methods=["GET", "POST"])
    @mark
    def open_again(reference: str) -> Page:
        return show_reopening(base, reference)


def show_recheck(base: str, reference: str) -> Page:
    """A decision in the sample: right, or wrong and opened again in the same act."""
    form = RecheckForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        finding = Finding(
            form.result.data == "right", form.cause.data, form.basis.data or "", form.summary.data or ""
        )
        try:
            with at_application(reference) as db:
                finish_recheck(db, actor(), reference, parts().region, finding)
            return redirect(f"{base}/approvals?done=rechecked", 303)
        except Invalid as refusal:
            take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=kept_words(form))
    review = open_review(reference)
    with at_application(reference) as db:
        found, decision = get_recheck(db, actor(), reference)
        names = names_of(db, [decision.decided_by_id])
    return render(
        "office/recheck.html",
        form.status,
        form=form,
        address=address,
        title=review_words.title_of(review),
        facts=_decision_facts(review, decision, names),
        is_open=found.checked_at is None,
    )


def show_reopening(base: str, reference: str) -> Page:
    """Handle it again: why, on which basis, and what the applicant reads."""
    form = ReopenForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                told = {"cause": form.cause.data, "basis": form.basis.data, "summary": form.summary.data}
                reopen(db, actor(), reference, parts().region, **told)
            return redirect(f"{address}#reopenings", 303)
        except Invalid as refusal:
            take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=kept_words(form))
    review = open_review(reference)
    return render(
        "office/reopen.html", form.status, form=form, address=address, title=review_words.title_of(review)
    )


def _decision_facts(review: Review, decision: Any, names: Any) -> list[tuple[str, str]]:
    entry = next(one for one in review.application.entries if one.id == decision.entry_id)
    step = review.definition.step(entry.step)
    outcome = step.outcome(decision.outcome) if step else None
    when = moment_text(decision.decided_at, language())
    facts = [
        (_("决定"), say(outcome.label) if outcome else decision.outcome),
        (_("谁决定的"), _("%(name)s，%(when)s", name=names.get(decision.decided_by_id, ""), when=when)),
    ]
    return facts + said_facts(review, decision.reasons, decision.summary, decision.words, decision.form)
