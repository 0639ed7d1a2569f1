"""The letters of an account: the list, each as a page, as plain text and as a file, and how it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.model import Definition
from portal.i18n import date_text, moment_text
from portal.letters import (
    DELIVERY_WAYS,
    Letter,
    NoticeLike,
    as_text,
    has_layout,
    name_in_lists,
    render_notice,
)
from portal.rules.errors import NotFound
from portal.rules.references import grouped
from portal.usecases import letter_files, notices
from portal.usecases.definitions import get_definition
from portal.usecases.deliveries import INVITATION, Given, deliveries_of
from portal.usecases.offers import Answer, OfferRow, answer_offer, find_offer_in
from portal.web.access import actor, applicant
from portal.web.acting_for import banner_of_letter
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language, preferences
from portal.web.rendering import page_title, render

Answered = str | Response | tuple[str, int]

FORMS: Final = {
    "pdf": (
        _l("做成PDF文件"),
        _l("下载PDF文件，大小%(size)sKB"),
        _l("正在做PDF文件。"),
        _l("PDF文件没有做成。"),
    ),
    "pdf_large": (
        _l("做成大字的PDF文件"),
        _l("下载大字的PDF文件，大小%(size)sKB"),
        _l("正在做大字的PDF文件。"),
        _l("大字的PDF文件没有做成。"),
    ),
}
"""For each form: how to ask for it, how to take it, what is said meanwhile, what when it failed."""


@dataclass(frozen=True)
class OfferedFile:
    """A form of the letter as the page offers it: ``state`` is none, making, ready or failed."""

    form: str
    state: str
    ask: str
    link: str
    making: str
    failed: str


OFFER_ANSWERS: Final[dict[str, Answer | None]] = {"declined": "declined", "no_more": "no_more", "again": None}
"""What the buttons below an offer send, and what it means."""


@dataclass(frozen=True)
class ShownOffer:
    """What may be done about an offer: read of the service, or say that one does not want it."""

    href: str
    answer: str | None
    may_answer: bool
    """Whether this is the person's own letter: nobody else says what they want to hear of."""


@applicant
def notices_page() -> Answered:
    with reading() as db:
        rows = notices.list_notices(db, actor())
        letters = [
            (row, _named(get_definition(db, row.definition_hash), row), grouped(str(row.facts["reference"])))
            for row in rows
        ]
    return render("applications/notices.html", letters=letters, title=page_title(_("通知")))


def _named(definition: Definition, row: NoticeLike) -> str:
    return name_in_lists(definition, row).say(language(), is_proxy=row.facts.get("acting") == "proxy")


@applicant
def notice_page(notice_id: int) -> Answered:
    with transaction() as db:
        row = notices.get_notice(db, actor(), notice_id)
        letter = _letter(get_definition(db, row.definition_hash), row)
        files = letter_files.list_letter_files(db, actor(), notice_id, language())
        delivered = delivery_lines(deliveries_of(db, row))
        acting_for = banner_of_letter(db, row.id)
        offer = _shown_offer(find_offer_in(db, row), row.facts.get("acting") == "self")
        is_invitation = row.key == INVITATION
        rating_href = f"/account/applications/{row.facts['reference']}/rating" if is_invitation else None
    return render(
        "letters/letter.html",
        acting_for=acting_for,
        letter=letter,
        href=f"/account/notices/{row.id}",
        delivered=delivered,
        rating_href=rating_href,
        offer=offer,
        files=[_offered(form, files.get(form)) for form in FORMS if has_layout() or form in files],
        title=page_title(letter.title),
    )


def _letter(definition: Definition, row: NoticeLike) -> Letter:
    """A letter as its reader's display settings are."""
    return render_notice(definition, row, language(), has_digits_apart=preferences().has_digits_apart)


@applicant
def notice_text(notice_id: int) -> Response:
    """The letter without any layout: for a braille line, for copying."""
    with transaction() as db:
        row = notices.get_notice(db, actor(), notice_id)
        letter = _letter(get_definition(db, row.definition_hash), row)
    return Response(as_text(letter), mimetype="text/plain")


@applicant
def ask_file(notice_id: int, form: str) -> Response:
    with transaction() as db:
        letter_files.ask_letter_file(db, actor(), notice_id, _form(form), language())
    return redirect(f"/account/notices/{notice_id}#save", 303)


@applicant
def notice_file(notice_id: int, form: str) -> Response:
    with reading() as db:
        file = letter_files.get_letter_file(db, actor(), notice_id, _form(form), language())
    return pdf_answer(file, is_download=True)


@applicant
def answer_offer_page(notice_id: int) -> Response:
    """The person's word on an offer. Raises NotFound for a button that the page does not have."""
    said = request.form.get("answer", "")
    if said not in OFFER_ANSWERS:
        raise NotFound("offer")
    with transaction() as db:
        answer_offer(db, actor(), notice_id, OFFER_ANSWERS[said])
    return redirect(f"/account/notices/{notice_id}#offer", 303)


def pdf_answer(file: letter_files.AskedFile, *, is_download: bool) -> Response:
    """The bytes of a file that is ready, kept by no browser; its name says nothing of a person."""
    content = parts().gateways.files.get(file.key or "")
    way = "attachment" if is_download else "inline"
    return Response(
        content,
        headers={
            "Content-Disposition": f'{way}; filename="letter-{file.notice_id}.pdf"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
        mimetype="application/pdf",
    )


def delivery_lines(rows: Sequence[Given]) -> list[str]:
    """Each way in which a letter is given, and how far it has come."""
    return [
        _("%(way)s：%(state)s", way=DELIVERY_WAYS[row.way].say(language()), state=_delivery_state(row))
        for row in rows
    ]


def _delivery_state(row: Given) -> str:
    when = date_text(row.given_on, language()) if row.given_on else moment_text(row.at, language())
    if row.state == "waiting":
        return _("还在准备")
    if row.state == "failed":
        return _("没有成功，我们换一种方式")
    if row.state == "delivered" and row.way == "account":
        return _("%(when)s您打开了", when=when)
    return _("%(when)s", when=when)


def _offered(form: str, file: letter_files.AskedFile | None) -> OfferedFile:
    ask, link, making, failed = FORMS[form]
    state = "none" if file is None else {"queued": "making"}.get(file.state, file.state)
    size = -(-file.size // 1024) if file else 0
    return OfferedFile(form, state, str(ask), str(link % {"size": size}), str(making), str(failed))


def _shown_offer(offer: OfferRow | None, is_own: bool) -> ShownOffer | None:
    if offer is None:
        return None
    return ShownOffer(f"/services/{offer.service_code}", offer.answer, is_own)


def _form(form: str) -> letter_files.Form:
    if form not in FORMS:
        raise NotFound("letter_file")
    return cast(letter_files.Form, form)


def register(app: Flask) -> None:
    one = "/account/notices/<int:notice_id>"
    app.add_url_rule("/account/notices", view_func=notices_page)
    app.add_url_rule(one, view_func=notice_page)
    app.add_url_rule(one + "/text", view_func=notice_text)
    app.add_url_rule(one + "/offer", view_func=answer_offer_page, methods=["POST"])
    app.add_url_rule(one + "/<form>", view_func=notice_file)
    app.add_url_rule(one + "/<form>", view_func=ask_file, methods=["POST"])
