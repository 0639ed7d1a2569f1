"""Receive a visitor at the counter: who stands there, how that is seen, and the visit begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from cryptography.fernet import InvalidToken
from flask import Flask, g, make_response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.field_types import FieldError, message
from portal.rules.card_readers import read_card
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.references import parse_reference, parse_slip_code
from portal.usecases import rates, receiving
from portal.usecases.contact_values import TypedContact
from portal.usecases.identity import LOOKED_UP
from portal.usecases.receiving import NotReceived, Reception
from portal.usecases.visits import Begun, VisitChannel, VisitorStanding, has_open_visit
from portal.web.access import actor, desk
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.session_cookie import forget_pages
from portal.web.sign_in_state import box, voice
from portal.web.visit_questions import (
    CHANNELS,
    STANDINGS,
    CodeForm,
    ContactForm,
    DocumentForm,
    NoneForm,
    ReceiveForm,
    SlipForm,
)

Answered = tuple[str, int] | Response

CODE_LIFE = timedelta(minutes=30)
SEAL = b"visitor's contact"


@desk
def receive() -> Answered:
    """Who stands there. A visit that is open goes on until the next one begins."""
    form = ReceiveForm(request.form if request.method == "POST" else None, channel="counter")
    if request.method == "POST" and form.validate():
        if form.channel.data == "phone" and form.way.data == "document":
            form.add_error("way", _("电话里看不到证件原件。请选别的。"))
        else:
            way, where = form.way.data, (form.channel.data, form.standing.data)
            return redirect("/".join(("/desk/visits/new", way, *where)), 303)
    with reading() as db:
        has_open = has_open_visit(db, g.signed_in.session_id)
    return render(
        "desk/visits.html",
        form.status,
        form=form,
        has_open=has_open,
        is_ended="ended" in request.args and request.method == "GET",
    )


@desk
def by_document(channel: str, standing: str) -> Answered:
    at = _reception(channel, standing)
    if channel == "phone":
        raise NotFound("visit")
    form, is_read = document_form()
    if request.method == "POST" and not is_read and is_good_document(form):
        count_or_refuse(LOOKED_UP, f"account:{actor().signed_in_id}")
        begun = with_document(
            form,
            lambda db: receiving.receive_by_document(
                db, at, form.id_type.data, form.name.data, form.id_number.data, parts().region
            ),
        )
        if begun is not None:
            return into_visit(begun)
    return _page("desk/visit_document.html", form)


@desk
def by_slip(channel: str, standing: str) -> Answered:
    at = _reception(channel, standing)
    form = SlipForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        for name, parse in (("reference", parse_reference), ("slip_code", parse_slip_code)):
            try:
                parse(form[name].data)
            except FieldError as fault:
                form.add_error(name, message(fault, language()))
    if request.method == "POST" and not form.has_errors:
        count_or_refuse(LOOKED_UP, f"account:{actor().signed_in_id}")
        begun = _begin(
            form,
            "reference",
            lambda db: receiving.receive_by_slip(db, at, form.reference.data, form.slip_code.data),
        )
        if begun is not None:
            return into_visit(begun)
    return _page("desk/visit_slip.html", form)


@desk
def by_code(channel: str, standing: str) -> Answered:
    """Two posts: the contact, then the code. Between them the contact travels sealed in the form."""
    at = _reception(channel, standing)
    sealed = request.form.get("sealed", "")
    typed = open_contact(sealed) if sealed else None
    if typed is None:
        form = ContactForm(request.form if request.method == "POST" else None)
        if sealed:
            form = ContactForm()
            form.add_error("contact", _("时间太久了。请再发一次验证码。"))
        elif request.method == "POST" and form.validate():
            send_code_to(form.typed)
            return _page("desk/visit_code.html", CodeForm(), sealed=seal_contact(form.typed))
        return _page("desk/visit_contact.html", form)
    code = CodeForm(request.form)
    if code.validate():
        count_or_refuse(rates.CODE_TRIED, typed.key)
        begun = _begin(code, "code", lambda db: receiving.receive_by_code(db, at, typed, code.code.data))
        if begun is not None:
            return into_visit(begun)
    return _page("desk/visit_code.html", code, sealed=sealed)


@desk
def by_nothing(channel: str, standing: str) -> Answered:
    at = _reception(channel, standing)
    form = NoneForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        with transaction() as db:
            begun = receiving.receive_unknown(db, at)
        return into_visit(begun)
    return _page("desk/visit_none.html", form)


def document_form() -> tuple[DocumentForm, bool]:
    """The form as it was sent; where the reader was used, filled with what it typed and not sent on."""
    if request.method != "POST":
        return DocumentForm(), False
    if request.form.get("read") == "yes":
        return DocumentForm(_with_card(request.form)), True
    return DocumentForm(request.form), False


def is_good_document(form: DocumentForm) -> bool:
    """The number is checked as one of the chosen document."""
    options = form.id_number.options
    form.id_number.options = replace(options, id_type=form.id_type.raw or None)
    return bool(form.validate())


def with_document(form: DocumentForm, act: Callable[[Any], Any]) -> Any:
    """Do something with what the document says, in one transaction; None where the form says why not."""
    try:
        with transaction() as db:
            return act(db)
    except NotAllowed as refusal:
        words = {
            "own_identity": _("不能接待自己，也不能接待同名的人。请另一位同事接待。"),
            "own_visitor": _("这个号码是您自己的，或者是您亲属的。请另一位同事接待。"),
        }
        if refusal.key not in words:
            raise
        form.add_error("id_number", words[refusal.key])
    except Invalid as refusal:
        for fault in refusal.errors.get("id_number", ()):
            form.add_error("id_number", message(fault, language()))
    except Conflict as refusal:
        if refusal.key != "account_closed":
            raise
        form.add_error("id_number", _("用这个号码核实过的账户已经停用。请联系管理员。"))
    return None


def _begin(form: PlainForm, name: str, act: Callable[[Any], Begun | NotReceived]) -> Begun | None:
    """Receive somebody, in one transaction; None where the form says why not."""
    try:
        with transaction() as db:
            outcome = act(db)
    except NotAllowed as refusal:
        if refusal.key != "own_visitor":
            raise
        form.add_error(name, _("来人是您自己，或者您的亲属。请另一位同事接待。"))
        return None
    if isinstance(outcome, Begun):
        return outcome
    form.add_error(name, str(NOT_RECEIVED[(name, outcome)]))
    return None


NOT_RECEIVED = {
    ("reference", "wrong"): _l("号码和代码对不上。请一段一段核对。"),
    ("reference", "of_representative"): _l("这是代办人的回执。本人来的，请看证件原件，或者用本人联系单。"),
    ("code", "wrong"): _l("验证码不对，或者已经失效。请再核对一次，也可以再发一个。"),
    ("code", "old_number"): _l("这个号码90天没有用过，可能换了主人。请看证件原件。"),
    ("code", "given_up"): _l("这个号码在原来的账户里已经停用。请看证件原件。"),
}


def send_code_to(typed: TypedContact) -> None:
    """Send the visitor a code for the counter. Raises TooMany."""
    count_or_refuse(rates.CODE_ASKED, typed.key)
    with transaction() as db:
        receiving.send_visit_code(db, actor(), typed, voice())


def seal_contact(typed: TypedContact) -> str:
    """A contact for a hidden field of this session: readable by us alone, for half an hour."""
    about = [typed.kind, typed.value, g.signed_in.session_id]
    return box(SEAL).encrypt_at_time(json.dumps(about).encode(), int(clock.now().timestamp())).decode()


def open_contact(sealed: str) -> TypedContact | None:
    try:
        opened = box(SEAL).decrypt_at_time(
            sealed.encode("utf-8", "replace"), int(CODE_LIFE.total_seconds()), int(clock.now().timestamp())
        )
    except InvalidToken:
        return None
    kind, value, session_id = json.loads(opened)
    return TypedContact(kind, value) if session_id == g.signed_in.session_id else None


def _reception(channel: str, standing: str) -> Reception:
    """Raises NotFound for what nobody can choose."""
    if channel not in CHANNELS or standing not in STANDINGS:
        raise NotFound("visit")
    return Reception(
        actor(), g.signed_in.session_id, cast(VisitChannel, channel), cast(VisitorStanding, standing)
    )


def _with_card(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form with what the reader typed in its place; what the clerk typed stays where nothing was read."""
    read = read_card(typed.get("reader", ""))
    filled = MultiDict(typed)
    filled["reader"] = ""
    if read.name:
        filled["name"] = read.name
    if read.id_number:
        filled["id_number"] = read.id_number
        filled["id_type"] = filled.get("id_type") or "resident"
    return filled


def _page(template: str, form: PlainForm, **more: Any) -> tuple[str, int]:
    return render(template, form.status, form=form, action=request.path, **more)


def into_visit(begun: Begun) -> Response:
    """Onto the visitor's page; the browser forgets what it kept of whoever was there before."""
    return forget_pages(make_response(redirect(f"/desk/visits/{begun.token}", 303)))


def register(app: Flask) -> None:
    methods = ["GET", "POST"]
    new = "/desk/visits/new/{way}/<channel>/<standing>"
    app.add_url_rule("/desk/visits", "visits.receive", receive, methods=methods)
    for way, view in {
        "document": by_document,
        "slip": by_slip,
        "code": by_code,
        "none": by_nothing,
    }.items():
        app.add_url_rule(new.format(way=way), f"visits.by_{way}", view, methods=methods)
