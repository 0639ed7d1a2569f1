"""What is new since an officer last looked at an application, who else has it open, being done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.evidence_pages import name_of_files
from portal.i18n import date_text, moment_text
from portal.usecases.changes import Change, changes_since
from portal.usecases.looks import leave
from portal.usecases.review import Review
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.preferences import language
from portal.web.proof_words import REGISTER_NAMES
from portal.web.queue_page import back_to_list
from portal.web.rendering import say
from portal.web.review_words import voice_of


@dataclass(frozen=True)
class ShownChange:
    """One line of what is new: a link to where it stands."""

    href: str
    words: str


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.post("/applications/<reference>/leave")
    @mark
    def done_looking(reference: str) -> Response:
        with at_application(reference) as db:
            leave(db, actor(), reference)
        return back_to_list(base, "left")


def page_parts(_db: Session, review: Review) -> dict[str, Any]:
    """What is new, as a list of links."""
    found = changes_since(review, actor().signed_in_id)
    return {
        "news": [_shown(review, one) for one in found],
        "looked_before": moment_text(review.look.since, language()) if review.look.since else None,
        "others_looking": _("、").join(review.names[one] for one in review.look.others),
    }


def _shown(review: Review, change: Change) -> ShownChange:
    href, words = _SAID[change.kind](review, change)
    details = [moment_text(change.at, language())] if change.at else []
    details += [review.names[change.by_id]] if change.by_id and change.by_id in review.names else []
    return ShownChange(href, words + (_("（%(details)s）", details=_("，").join(details)) if details else ""))


def _answer(review: Review, change: Change) -> tuple[str, str]:
    field = review.definition.field(change.about)
    what = voice_of(review).say(field.short or field.label) if field else change.about
    return "#answers", _("改了答案：%(what)s", what=what)


def _document(review: Review, change: Change) -> tuple[str, str]:
    document = review.documents[change.about]
    things = {one.id: say(name_of_files(one)) for one in review.definition.service.evidence}
    return f"#document-{change.about}", _("新的文件：%(what)s", what=things.get(document.evidence, ""))


def _due_on(review: Review, _change: Change) -> tuple[str, str]:
    before, clock = review.look.due_before_on, review.clock
    assert before is not None  # what the change says
    assert clock is not None
    return "#facts", _(
        "最晚的日子改了：原来%(before)s，现在%(now)s",
        before=date_text(before, language()),
        now=date_text(clock.entry.due_on, language()),
    )


def _message(_review: Review, change: Change) -> tuple[str, str]:
    is_own = change.about == "office"
    return "#thread", _("同事给申请人留言") if is_own else _("申请人留言")


def _note(_review: Review, _change: Change) -> tuple[str, str]:
    return "#notes", _("新的内部便条")


def _question(_review: Review, _change: Change) -> tuple[str, str]:
    return "#consultations", _("同事去征询意见")


def _opinion(_review: Review, _change: Change) -> tuple[str, str]:
    return "#consultations", _("征询的意见有答复")


def _register(_review: Review, change: Change) -> tuple[str, str]:
    return f"#register-{change.about}", _("登记系统答复：%(what)s", what=str(REGISTER_NAMES[change.about]))


def _evidence(review: Review, change: Change) -> tuple[str, str]:
    title = next((say(one.title) for one in review.definition.service.evidence if one.id == change.about), "")
    return f"#evidence-{change.about}", _("登记了看过的原件：%(what)s", what=title)


def _decision(review: Review, change: Change) -> tuple[str, str]:
    step = review.definition.step(change.about)
    return "#history", _("有了处理：%(step)s", step=say(step.name) if step else change.about)


_SAID: Mapping[str, Callable[[Review, Change], tuple[str, str]]] = {
    "answer": _answer,
    "document": _document,
    "due_on": _due_on,
    "message": _message,
    "note": _note,
    "question": _question,
    "opinion": _opinion,
    "register": _register,
    "evidence": _evidence,
    "decision": _decision,
}
