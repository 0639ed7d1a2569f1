"""What waits for another person than who did it, and the second officer's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.field_types import mask_name, message
from portal.catalogue.wording import answer_text
from portal.i18n import moment_text
from portal.rules.errors import Conflict, Invalid
from portal.rules.references import grouped
from portal.rules.steps import outcome_of
from portal.usecases.approvals import Waiting, list_waiting
from portal.usecases.definitions import get_definition
from portal.usecases.proposals import decided_in
from portal.usecases.reopenings import list_reopenings, why_not_reopen
from portal.usecases.review import Review
from portal.usecases.second_persons import agree, may_answer, send_back
from portal.usecases.staff_names import names_of
from portal.web import review_words
from portal.web.access import Mark, actor
from portal.web.office_door import at_application, open_review
from portal.web.parts import parts, reading
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rechecked import require_fresh_proof
from portal.web.rendering import render, say

Page = tuple[str, int] | Response
LONGEST_WORDS: Final = 1000

KINDS: Final = {
    "proposal": _l("处理决定，等第二个人同意"),
    "extension": _l("申请延长时限"),
    "recheck": _l("抽中复查的决定"),
    "recusal": _l("有人回避"),
    "waiver": _l("不再公示，等第二个人同意"),
}


DONE: Final = {
    "granted": _l("同意延长了。申请人会收到延期告知书，里面有新的日子。"),
    "refused": _l("没有同意延长。经办人会看到原因，最后一天不变。"),
    "rechecked": _l("复查的结果记下来了。"),
}
"""What somebody has just answered, by the address that they come to."""


class AnswerForm(PlainForm):
    answer = Question(
        _l("您同意这样处理吗？"),
        "choice",
        choices=[("agree", _l("同意，现在生效")), ("send_back", _l("不同意，退回去"))],
    )
    words = Question(
        _l("为什么退回？"),
        "longtext",
        is_required=False,
        hint=_l("退回的，要填。只给经办人看。"),
        max_length=LONGEST_WORDS,
    )


@dataclass(frozen=True)
class ShownWaiting:
    """One row of the list."""

    href: str
    what: str
    reference: str
    service: str
    applicant: str
    step: str
    by: str
    at: Any


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.get("/approvals")
    @mark
    def approvals() -> Page:
        return show_waiting(base)

    @page.route("/applications/<reference>/proposals/<int:proposal_id>", methods=["GET", "POST"])
    @mark
    def proposal(reference: str, proposal_id: int) -> Page:
        return show_proposal(base, reference, proposal_id)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """What waits for a second officer, and what was opened again."""
    who, application, proposal = actor(), review.application, review.proposal
    again = list_reopenings(db, application)
    names = names_of(db, [one.reopened_by_id for one in again])
    may = proposal is not None and may_answer(db, who, application, proposal)
    may_reopen = who.role == "lead" and why_not_reopen(db, who, application) is None
    return {
        "proposal": _proposal_facts(review, proposal) if proposal else [],
        "proposal_id": proposal.id if proposal else None,
        "may_answer_proposal": may,
        "is_own_proposal": proposal is not None and proposal.proposed_by_id == who.account_id,
        "reopenings": [
            [
                (_("谁重新打开"), names.get(one.reopened_by_id, "")),
                (_("时间"), moment_text(one.reopened_at, language())),
                (_("原因"), one.cause),
                (_("依据"), one.basis),
            ]
            for one in again
        ],
        "may_reopen": may_reopen,
    }


def show_waiting(base: str) -> Page:
    """Everything that waits for this officer as the other person."""
    with reading() as db:
        found, has_more = list_waiting(db, actor())
        definitions = {one: get_definition(db, one) for one in {row.definition_hash for row in found}}
    rows = []
    for one in found:
        definition = definitions[one.definition_hash]
        step = definition.step(one.step)
        rows.append(
            ShownWaiting(
                href=_href(base, one),
                what=str(KINDS[one.kind]),
                reference=grouped(one.reference),
                service=say(definition.service.name),
                applicant=mask_name(one.subject_name or ""),
                step=say(step.name) if step else "",
                by=one.by,
                at=one.at,
            )
        )
    said = DONE.get(request.args.get("done", ""))
    return render("office/approvals.html", base=base, rows=rows, has_more=has_more, said=said)


def show_proposal(base: str, reference: str, proposal_id: int) -> Page:
    """What a colleague would decide: agree, or send it back with words."""
    form = AnswerForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        if form.answer.data == "agree":
            require_fresh_proof()  # it takes effect at once
        try:
            with at_application(reference) as db:
                if form.answer.data == "agree":
                    agree(db, actor(), reference, proposal_id, parts().region)
                else:
                    send_back(db, actor(), reference, proposal_id, form.words.data or "")
            return redirect(f"{address}?done={'1' if form.answer.data == 'agree' else 'sent_back'}", 303)
        except Invalid as refusal:
            take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=kept_words(form))
    review = open_review(reference)
    proposal = review.proposal
    if proposal is None or proposal.id != proposal_id:
        return redirect(address, 303)
    return render(
        "office/proposal.html",
        form.status,
        form=form,
        address=address,
        title=review_words.title_of(review),
        facts=_proposal_facts(review, proposal),
        is_own=proposal.proposed_by_id == actor().account_id,
    )


def take_errors(form: PlainForm, refusal: Invalid) -> None:
    """Put what only the use case could know at the questions."""
    for name, faults in refusal.errors.items():
        own = "cause" if name == "words" and "words" not in form else name
        form.add_error(own, message(faults[0], language()))


def kept_words(form: PlainForm) -> list[tuple[str, str]]:
    """Everything in own words: what comes too late must not lose it."""
    names = ("words", "cause", "basis", "summary")
    return [(str(form[name].label_text), form[name].raw) for name in names if name in form and form[name].raw]


def _href(base: str, one: Waiting) -> str:
    application = f"{base}/applications/{one.reference}"
    return {
        "proposal": f"{application}/proposals/{one.id}",
        "extension": f"{base}/extensions/{one.id}",
        "recheck": f"{application}/recheck",
        "recusal": f"{application}#recusals",
        "waiver": f"{application}/waivers/{one.id}",
    }[one.kind]


def _proposal_facts(review: Review, proposal: Any) -> list[tuple[str, str]]:
    deciding = decided_in(proposal)
    outcome = outcome_of(review.step, proposal.outcome)
    name, when = review.names.get(proposal.proposed_by_id, ""), moment_text(proposal.proposed_at, language())
    facts = [
        (_("打算怎么处理"), say(outcome.label)),
        (_("谁提出的"), _("%(name)s，%(when)s", name=name, when=when)),
    ]
    return facts + said_facts(review, deciding.reasons, deciding.summary, deciding.words, deciding.form)


def said_facts(review: Review, reasons: Any, summary: Any, words: Any, form: Any) -> list[tuple[str, str]]:
    """The reasons, the officer's own words and the form of a decision, in words."""
    voice, region = review_words.voice_of(review), parts().region
    known = [review.definition.reason(code) for code in reasons]
    facts = [(_("原因"), "；".join(say(one.label) for one in known if one))] if reasons else []
    facts += [(_("用一句话告诉申请人"), summary)] if summary else []
    facts += [(_("要对申请人说的话"), words)] if words else []
    facts += [
        (voice.say(field.short or field.label), answer_text(field, form[field.id], region, voice))
        for field in review.step.fields
        if form and form.get(field.id) not in (None, "", [])
    ]
    return facts
