"""本人的声音 on the page of an application that somebody hands in for another: what the person said
themselves, and the officer's note that an objection was heard.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.i18n import moment_text
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.own_words import find_newest_slip, get_own_words, list_own_words, take_note
from portal.usecases.review import Review
from portal.usecases.staff_names import names_of
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

Page = tuple[str, int] | Response
LONGEST = 1000

KINDS = {
    "words": _l("本人说了自己的想法"),
    "objection": _l("本人不同意"),
    "takeover": _l("本人收回，自己接着办"),
    "end": _l("本人不再请代办人"),
}
WAYS = {
    "web": _l("本人登录后说的"),
    "slip": _l("本人用联系单在网上说的"),
    "counter": _l("本人在窗口说的"),
    "phone": _l("本人在电话里说的"),
    "home_visit": _l("本人在家里说的"),
}
GIVEN = {
    "account": _l("在本人的账户里"),
    "sms": _l("发短信给本人的手机"),
    "mail": _l("发到本人的邮箱"),
    "post": _l("寄给本人"),
    "liaison": _l("请专职委员送给本人"),
    "counter": _l("在窗口交给本人"),
    "home_visit": _l("在家里交给本人"),
}


class NoteForm(PlainForm):
    note = Question(
        _l("怎样听了本人的意见？"),
        "longtext",
        hint=_l("写怎样问的本人，本人怎么说，代办人怎么说。本人查阅的时候会看到。"),
        max_length=LONGEST,
    )
    result = Question(
        _l("结果"),
        "choice",
        choices=[
            ("noted", _l("记下了，本人还是不同意")),
            ("settled", _l("听过双方，本人现在同意")),
        ],
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/own-words/<int:words_id>", methods=["GET", "POST"])
    @mark
    def own_words(reference: str, words_id: int) -> Page:
        return note(base, reference, words_id)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """What the person said, oldest first, and how their slip reached them."""
    application = review.application
    if not review.is_whole:
        return {"own_voice": None}
    said = list_own_words(db, application)
    slip = find_newest_slip(db, application) if application.acting == "proxy" else None
    names = names_of(db, [one for row in said for one in (row.noted_by_id, row.seen_by_id) if one])
    lines = [
        {
            "id": one.id,
            "what": KINDS[one.kind],
            "when": moment_text(one.said_at, language()),
            "way": WAYS[one.way],
            "words": one.words or "",
            "noted_by": names.get(one.noted_by_id or 0, ""),
            "seen_by": names.get(one.seen_by_id or 0, ""),
            "seen": moment_text(one.seen_at, language()) if one.seen_at else "",
            "answer": one.answer or "",
            "stands": one.kind == "objection" and one.settled_at is None,
            "settled": moment_text(one.settled_at, language()) if one.settled_at else "",
        }
        for one in said
    ]
    return {
        "own_voice": {
            "is_proxy": application.acting == "proxy",
            "lines": lines,
            "stands": any(one["stands"] for one in lines),
            "is_held": application.state == "returned",
            "slip": _slip_rows(slip) if slip else None,
        }
    }


def _slip_rows(slip: Any) -> list[tuple[str, str]]:
    rows = [(_("怎样给本人"), str(GIVEN[slip.given_way]))]
    given = moment_text(slip.given_at, language()) if slip.given_at else _("还没有送到")
    used = moment_text(slip.used_at, language()) if slip.used_at else _("没有用过")
    return [*rows, (_("什么时候给的"), given), (_("上次用"), used)]


def note(base: str, reference: str, words_id: int) -> Page:
    """Say that the person was heard, and how."""
    form = NoteForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                is_settled = form.result.data == "settled"
                take_note(db, actor(), reference, words_id, form.note.data, is_settled=is_settled)
        except Conflict as conflict:
            kept = [(str(form.note.label_text), form.note.raw)]
            return render("errors/conflict.html", 409, error=conflict, kept=kept)
        return redirect(f"{address}#own-voice", 303)
    with at_application(reference) as db:
        said = get_own_words(db, actor(), reference, words_id)
    return render(
        "office/own_words.html",
        form.status,
        form=form,
        address=address,
        number=grouped(reference),
        words_id=words_id,
        what=str(KINDS[said.kind]),
        when=moment_text(said.said_at, language()),
        words=said.words or "",
        is_objection=said.kind == "objection",
    )
