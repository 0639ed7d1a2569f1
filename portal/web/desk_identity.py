"""The counter confirms who someone is: find the account that the visitor names, look at the original, say so.

Nothing of a person stands in an address: what is found travels as a sealed ticket, for this session and half
an hour.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from cryptography.fernet import InvalidToken
from flask import Blueprint, Flask, g, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.field_types import ID_TYPES, FieldError, message
from portal.rules.errors import Conflict, NotAllowed
from portal.rules.references import parse_reference, parse_slip_code
from portal.usecases.actor import Actor
from portal.usecases.contact_values import read_contact
from portal.usecases.identity import (
    LOOKED_UP,
    find_account_by_contact,
    find_account_by_slip,
    get_account_at_desk,
    prove_identity,
)
from portal.web.access import actor, desk
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.sign_in_state import box

page = Blueprint("desk_identity", __name__, url_prefix="/desk/identity")

TICKET_LIFE = timedelta(minutes=30)
SEAL = b"identity at the desk"

ID_TYPE_LABELS = {
    "resident": _l("居民身份证、户口簿"),
    "hk_macao": _l("港澳居民居住证"),
    "taiwan": _l("台湾居民居住证"),
    "foreigner": _l("外国人永久居留身份证"),
    "foreigner_old": _l("外国人永久居留证，号码开头是3个字母"),
}


class ContactForm(PlainForm):
    contact = Question(
        _l("手机号码或邮箱"), hint=_l("请来人自己说，不要提示。"), inputmode="text", spellcheck=False
    )


class SlipForm(PlainForm):
    reference = Question(_l("收件号"), hint=_l("12位数字，在回执和本人联系单上。"), inputmode="numeric")
    slip_code = Question(_l("联系单上的代码"), hint=_l("8个字母和数字。"), spellcheck=False)


class ProofForm(PlainForm):
    id_type = Question(
        _l("看的是哪种证件原件？"),
        "choice",
        choices=[(one, ID_TYPE_LABELS[one]) for one in ID_TYPES],
    )
    name = Question(_l("证件上的姓名"), "name", spellcheck=False)
    id_number = Question(_l("证件号码"), "id_number", hint=_l("照着原件填，可以有空格。"))
    is_same = Question(_l("与原件核对无误，照片是来人本人"), "confirm")


@page.route("", methods=["GET", "POST"])
@desk
def find() -> tuple[str, int] | Response:
    by = request.form.get("by") if request.method == "POST" else None
    contact = ContactForm(request.form if by == "contact" else None)
    slip = SlipForm(request.form if by == "slip" else None)
    account_id = None
    if by == "contact" and contact.validate():
        account_id = _find_by_contact(contact)
    elif by == "slip" and slip.validate():
        account_id = _find_by_slip(slip)
    if account_id is not None:
        return redirect(f"/desk/identity/{_ticket(account_id)}", 303)
    status = max(contact.status, slip.status)
    faults = contact.errors_for_summary() + slip.errors_for_summary()
    return render("desk/identity.html", status, contact=contact, slip=slip, faults=faults)


@page.route("/<ticket>", methods=["GET", "POST"])
@desk
def confirm(ticket: str) -> tuple[str, int] | Response:
    account_id = _opened(ticket)
    if account_id is None:
        return redirect("/desk/identity", 303)
    with reading() as db:
        found = get_account_at_desk(db, _clerk(), account_id)
    form = ProofForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and _is_good(form):
        try:
            return _prove(account_id, form)
        except NotAllowed as refusal:
            if refusal.key != "own_identity":
                raise
            form.add_error("name", _("不能核实自己，也不能核实同名的人。请另一位同事来核实。"))
    return render("desk/identity_confirm.html", form.status, form=form, found=found, action=request.path)


def _prove(account_id: int, form: ProofForm) -> tuple[str, int]:
    try:
        with transaction() as db:
            outcome = prove_identity(
                db,
                _clerk(),
                account_id,
                form.name.data,
                form.id_type.data,
                form.id_number.data,
                parts().region,
            )
    except Conflict as refusal:
        if refusal.key != "proven_as_another":
            raise
        return render("desk/identity_other.html", 409)
    if outcome == "second_claim":
        return render("desk/identity_second.html", 409)
    return render("desk/identity_done.html", is_new=outcome == "proven")


def _is_good(form: ProofForm) -> bool:
    """The number is checked as one of the chosen document."""
    options = form.id_number.options
    form.id_number.options = replace(options, id_type=form.id_type.raw or None)
    return bool(form.validate())


def _find_by_contact(form: ContactForm) -> int | None:
    try:
        typed = read_contact(form.contact.data)
    except FieldError:
        form.add_error("contact", _("请填写11位手机号码，或者邮箱。"))
        return None
    _count()
    with transaction() as db:
        account_id = find_account_by_contact(db, _clerk(), typed)
    if account_id is None:
        form.add_error("contact", _("没有用它登录的账户。请核对。还没有账户，请来人先用验证码登录一次。"))
    return account_id


def _find_by_slip(form: SlipForm) -> int | None:
    for name, parse in (("reference", parse_reference), ("slip_code", parse_slip_code)):
        try:
            parse(form[name].data)
        except FieldError as fault:
            form.add_error(name, message(fault, language()))
    if form.has_errors:
        return None
    _count()
    with transaction() as db:
        account_id = find_account_by_slip(db, _clerk(), form.reference.data, form.slip_code.data)
    if account_id is None:
        form.add_error("reference", _("收件号和代码对不上。请一段一段核对。"))
    return account_id


def _count() -> None:
    count_or_refuse(LOOKED_UP, f"account:{actor().signed_in_id}")


def _clerk() -> Actor:
    """The visitor stands at the counter."""
    return replace(actor(), channel="counter")


def _ticket(account_id: int) -> str:
    """The account for an address: readable by us alone, for this session and half an hour."""
    about = json.dumps([account_id, g.signed_in.session_id])
    return box(SEAL).encrypt_at_time(about.encode(), int(clock.now().timestamp())).decode()


def _opened(ticket: str) -> int | None:
    """The account that a ticket of this session is for; None when it is another's or too old."""
    try:
        opened = box(SEAL).decrypt_at_time(
            ticket.encode("utf-8", "replace"),
            int(TICKET_LIFE.total_seconds()),
            int(clock.now().timestamp()),
        )
    except InvalidToken:
        return None
    account_id, session_id = json.loads(opened)
    return int(account_id) if session_id == g.signed_in.session_id else None


def register(app: Flask) -> None:
    """Add this page's addresses."""
    app.register_blueprint(page)
