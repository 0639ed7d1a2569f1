"""The office's side of the thread with the applicant: read on the application's page, written on its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.i18n import moment_text
from portal.rules.references import grouped
from portal.usecases.review import Review
from portal.usecases.thread import LONGEST_MESSAGE, list_thread, write_to_applicant
from portal.usecases.whole_view import get_whole
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.thread_words import ShownMessage

Page = tuple[str, int] | Response


class MessageForm(PlainForm):
    message = Question(
        _l("给申请人的留言"),
        "longtext",
        hint=_l("一次问一件事，用短句。不要写病情和证件号码。要补材料，请用补正。"),
        max_length=LONGEST_MESSAGE,
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/messages", methods=["GET", "POST"])
    @mark
    def messages(reference: str) -> Page:
        return write(base, reference)


def page_parts(_db: Session, review: Review) -> dict[str, Any]:
    """The thread, and whether the applicant could be told of the last message."""
    return {
        "thread": shown_to_office(review.beside.thread, review.names),
        "is_untold": request.args.get("told") == "0",
    }


def write(base: str, reference: str) -> Page:
    """Write to the applicant, below what was written before."""
    form = MessageForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        with at_application(reference) as db:
            channels = write_to_applicant(db, actor(), reference, form.message.data)
        return redirect(f"{address}{'?done=written' if channels else '?told=0'}#thread", 303)
    with at_application(reference) as db:
        seen = get_whole(db, actor(), reference)
        thread = shown_to_office(list_thread(db, seen.application), {})
        number = grouped(seen.application.reference)
    return render(
        "office/message.html", form.status, form=form, address=address, thread=thread, number=number
    )


def shown_to_office(thread: Iterable[Any], names: Mapping[int, str]) -> list[ShownMessage]:
    """With the names of colleagues; what the applicant has read carries its time."""
    return [_shown(one, names) for one in thread]


def _shown(one: Any, names: Mapping[int, str]) -> ShownMessage:
    when = moment_text(one.at, language())
    if one.side == "applicant":
        return ShownMessage(_("申请人"), when, one.words, "")
    name = names.get(one.by_id, "")
    heading = _("工作人员（%(name)s）", name=name) if name else _("工作人员")
    return ShownMessage(heading, when, one.words, _read(one))


def _read(one: Any) -> str:
    """Whether the applicant has read what the office wrote."""
    if one.read_at is None:
        return _("申请人还没有看。")
    return _("申请人%(when)s看了。", when=moment_text(one.read_at, language()))
