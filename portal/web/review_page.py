"""The page of one application, for every front that works on applications: read, take, decide.

Choosing an outcome, filling its form, seeing what the applicant will read and confirming it all post to the
address of the page itself, so that a form whose session ended is shown again there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.catalogue.model import Outcome, Role
from portal.catalogue.texts import Language
from portal.letters import DELIVERY_WAYS, as_text, render_notice
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.usecases import claims
from portal.usecases.out_of_hands import refuse_changed_hands
from portal.usecases.preview import LetterAhead, Telling, preview_decision
from portal.usecases.review import Review, decide
from portal.web import review_words as words
from portal.web.access import actor
from portal.web.decision_form import DecisionForm, decision_form, outcome_form, refused_choice
from portal.web.office_door import at_application, open_review
from portal.web.office_parts import page_parts
from portal.web.office_recusals import show_kept_away
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, sent
from portal.web.preferences import language
from portal.web.questions import Typed
from portal.web.queue_page import back_to_list, way_back_from
from portal.web.rechecked import require_fresh_proof
from portal.web.rendering import render, say
from portal.web.review_timeline import timeline_of
from portal.web.whole_numbers import whole_number

Page = tuple[str, int] | Response


@dataclass(frozen=True)
class ShownVersion:
    """One version of a letter before it is sent; ``is_large`` where the applicant wants large print."""

    text: str
    language: Language
    heading: str
    is_large: bool


@dataclass(frozen=True)
class ShownLetter:
    """A letter before it is sent: what it is called, how the applicant gets it, its versions, and the text
    messages that go with it."""

    title: str
    telling: list[tuple[str, str]]
    versions: list[ShownVersion]
    messages: list[tuple[str, str]]


DONE: Final = {
    "1": _l("您的处理已经生效。要告诉申请人的，已经发出。"),
    "taken": _l("您领取了这件申请。"),
    "sent_back": _l("已经退回，没有生效。提出的人可以看到原因。"),
}
"""What somebody has just done, by the address that they come to."""
SAID_AT: Final = {
    "noted": ("notes", _l("便条已经保存。")),
    "written": ("thread", _l("留言已经发给申请人。")),
    "asked_unit": ("consultations", _l("问题已经发出。")),
    "not_asked": ("consultations", _l("问题已经收回。")),
    "asked_days": ("extensions", _l("已经报给负责人，等负责人答复。")),
}
"""What was done in one part of the page, by the address: readers arrive at its heading, so the words
stand there, not at the top."""
DECIDED: Final = ("1", "sent_back")
"""After these, nothing is left to do here: the next one is offered."""
NOT_CARRIED = ("csrf_token", "do")
"""What the preview does not carry on as hidden answers."""


def show_application(base: str, reference: str) -> Page:
    """Look at an application, and post every stage of its decision."""
    try:
        review = open_review(reference)
    except NotAllowed:  # only whoever keeps away from it
        if request.method == "POST":
            raise
        return show_kept_away(base, reference)
    if request.method != "POST":
        typed = sent()
        chosen = (typed or request.args).get("outcome", "")
        return _page(base, review, chosen, typed)
    return _posted(base, review, request.form)


def take(base: str, reference: str) -> Response:
    _change(claims.claim, reference)
    return redirect(f"{base}/applications/{quote(reference)}?done=taken", 303)


def give_back(base: str, reference: str) -> Response:
    _change(claims.release, reference)
    return back_to_list(base, "given_back")


def _change(act: Any, reference: str) -> None:
    with at_application(reference) as db:
        act(db, actor(), reference)


def _posted(base: str, review: Review, typed: Typed) -> Page:
    outcome = _outcome(review, typed.get("outcome", ""))
    stage = typed.get("do", "")
    if stage == "choose" or outcome is None:
        return _chosen(base, review, typed)
    form = decision_form(review, outcome, typed)
    if review.obstacle is not None and (conflict := _left_hands(review)) is not None:
        return _too_late(base, form, typed, conflict)
    is_edit = stage == "edit" or "add" in typed or "remove" in typed  # nothing is said of what is still empty
    if is_edit or form.has_grown(typed):
        has_grown = not is_edit and review.obstacle is None
        return _page(base, review, outcome.id, typed, form=form, has_grown=has_grown)
    if form.check():
        return _attempted(base, form, typed)
    return _page(base, review, outcome.id, typed, form=form)


def _attempted(base: str, form: DecisionForm, typed: Typed) -> Page:
    """The preview, or the decision itself; the form again where the rules or a colleague stood against it."""
    try:
        return (
            _confirmed(base, form, typed) if typed.get("do") == "confirm" else _previewed(base, form, typed)
        )
    except Invalid as refusal:
        if "outcome" in refusal.errors:
            choice = refused_choice(form.review, typed, refusal)
            return _page(base, form.review, "", None, choice=choice)
        form.take_errors(refusal)
    except Conflict as conflict:
        return _too_late(base, form, typed, conflict)
    return _page(base, form.review, form.outcome.id, typed, form=form)


def _chosen(base: str, review: Review, typed: Typed) -> Page:
    """On to the form of the chosen outcome."""
    choice = outcome_form(review, typed, None)
    if not choice.validate():
        return _page(base, review, "", None, choice=choice)
    address = f"{base}/applications/{review.application.reference}"
    return redirect(f"{address}?{urlencode({'outcome': choice.outcome.data})}#decision", 303)


def _previewed(base: str, form: DecisionForm, typed: Typed) -> Page:
    with transaction() as db:
        preview = preview_decision(db, actor(), **_order(form, typed))
    return render(
        "office/preview.html",
        base=base,
        action=request.path,
        outcome=say(form.outcome.label),
        letters=[_shown(form.review, one) for one in preview.letters],
        waits_for_second=form.outcome.second_person,
        whose_turn=say(preview.next_step.whose_turn) if preview.next_step else None,
        carried=[(name, value) for name, value in typed.items(multi=True) if name not in NOT_CARRIED],
        review=form.review,
        title=words.title_of(form.review),
    )


def _confirmed(base: str, form: DecisionForm, typed: Typed) -> Response:
    if form.outcome.effects:
        require_fresh_proof()  # a certificate comes about, or ends
    order = _order(form, typed)
    with transaction() as db:
        decide(db, actor(), **order)
    return redirect(f"{base}/applications/{order['reference']}?done=1", 303)


def _order(form: DecisionForm, typed: Typed) -> dict[str, Any]:
    return {
        "reference": form.review.application.reference,
        "region": parts().region,
        "version": whole_number(typed.get("version", "")) or 0,
        "seen": typed.get("seen", ""),
        "deciding": form.deciding(),
    }


def _shown(review: Review, ahead: LetterAhead) -> ShownLetter:
    """The notice as the applicant gets it, then in the other kind of Chinese, which the office checks too."""
    written = ahead.telling.written
    own, apart = written.language, written.has_digits_apart
    versions: list[tuple[Language, str, bool]] = [(own, _("申请人会收到的通知"), written.is_large)]
    names: dict[Language, str] = {"zh": _("标准中文"), "easy": _("易读版")}
    versions += [(one, heading, False) for one, heading in names.items() if one != own]
    letters = {
        one: render_notice(ahead.definition, ahead.notice, one, has_digits_apart=apart and one == own)
        for one, _heading, _large in versions
    }
    return ShownLetter(
        title=letters["zh"].title,
        telling=_telling(review, ahead.telling),
        versions=[ShownVersion(as_text(letters[one]), one, name, large) for one, name, large in versions],
        messages=_messages(ahead.telling),
    )


def _telling(review: Review, telling: Telling) -> list[tuple[str, str]]:
    """In which language, as which kind of letter and through which ways the applicant is told."""
    languages = {"zh": _("中文"), "easy": _("易读中文"), "en": _("英文")}
    field = review.definition.field_of("contact_format")
    formats = {one.value: say(one.label) for one in field.choices} if field else {}
    ways = [DELIVERY_WAYS[way].say(language()) for way in telling.ways if way in DELIVERY_WAYS]
    return [
        (_("用什么文字"), languages[telling.written.language]),
        (_("哪种信"), formats.get(telling.format) or _("没有说")),
        (_("怎么告诉申请人"), "；".join(ways)),
    ]


def _messages(telling: Telling) -> list[tuple[str, str]]:
    """The text messages as they would leave; mail carries the letter itself."""
    return [(DELIVERY_WAYS[way].say(language()), body) for way, body in telling.messages if way == "sms"]


def _left_hands(review: Review) -> Conflict | None:
    """What took the application out of the officer's hands while their page was open, where something did."""
    try:
        with reading() as db:
            refuse_changed_hands(db, actor(), review.application.reference)
    except Conflict as conflict:
        return conflict
    return None


def _too_late(base: str, form: DecisionForm, typed: Typed, conflict: Conflict) -> Page:
    """409: who did what and when. Who may still decide gets the form again with everything typed."""
    fresh = open_review(form.review.application.reference)
    if fresh.obstacle is None:
        again = decision_form(fresh, form.outcome, typed)
        return _page(base, fresh, form.outcome.id, typed, form=again, conflict=conflict)
    return render("errors/conflict.html", 409, error=conflict, kept=form.written())


def _page(
    base: str,
    review: Review,
    chosen: str,
    typed: Typed | None,
    *,
    choice: PlainForm | None = None,
    form: DecisionForm | None = None,
    has_grown: bool = False,
    conflict: Conflict | None = None,
) -> tuple[str, int]:
    """The whole page; with the form of the chosen outcome where the officer may decide."""
    outcome, done = _outcome(review, chosen), request.args.get("done", "")
    if form is None and outcome is not None:
        form = decision_form(review, outcome, MultiDict(typed) if typed else None)
    has_errors = any(one is not None and one.has_errors for one in (choice, form))
    return render(
        "office/application.html",
        409 if conflict else 422 if has_errors else 200,
        base=base,
        address=f"{base}/applications/{review.application.reference}",
        title=words.title_of(review),
        review=review,
        words=words,
        timeline_of=timeline_of,
        choice=choice or outcome_form(review, None, chosen or None),
        form=form if review.obstacle is None else None,
        outcome_label=say(outcome.label) if outcome else "",
        has_errors=has_errors,
        has_grown=has_grown,
        conflict=conflict,
        said=DONE.get(done),
        said_at=SAID_AT.get(done),
        back=way_back_from(base, review.application.reference),
        may_take=done in DECIDED and actor().role is not Role.LEAD,
        **page_parts(review),
    )


def _outcome(review: Review, wanted: str) -> Outcome | None:
    return next((one for one in review.outcomes if one.id == wanted), None)
