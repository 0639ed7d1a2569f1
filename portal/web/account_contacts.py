"""The contacts of an account: see, add, change, give up, “this is not my number”."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict
from portal.usecases import contacts, rates
from portal.usecases.contact_values import TypedContact, shown_contact
from portal.web.access import actor, applicant
from portal.web.account_questions import CodeForm, NewContactForm
from portal.web.account_sign_in import send_to, wait_text
from portal.web.limits import count_or_refuse
from portal.web.parts import reading, transaction
from portal.web.plain_form import sent
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.sign_in_state import contact_of, forget, keep, remembered, state_of, voice

Answered = str | Response | tuple[str, int]

LIST = "/account/contacts"


@dataclass(frozen=True)
class OwnContact:
    """One contact as its owner sees it."""

    id: int
    kind: str
    shown: str
    is_frozen: bool
    is_old: bool

    @classmethod
    def of(cls, row: Any) -> OwnContact:
        shown = shown_contact(row.kind, row.value, language())
        return cls(row.id, row.kind, shown, row.frozen_at is not None, contacts.is_old_number(row))


@applicant
def list_page() -> Answered:
    with reading() as db:
        own = [OwnContact.of(row) for row in contacts.list_contacts(db, actor())]
    return render("account/contacts.html", contacts=own, done=request.args.get("done"))


@applicant
def contact_page(contact_id: int) -> Answered:
    with reading() as db:
        one = OwnContact.of(contacts.get_contact(db, actor(), contact_id))
    return render("account/contact.html", one=one, form=NewContactForm(), is_last=False)


@applicant
def add_page() -> Answered:
    form = NewContactForm(sent())
    if request.method == "POST" and form.validate():
        return _send(form.typed, None)
    return render("account/contact_add.html", form.status, form=form)


@applicant
def change(contact_id: int) -> Answered:
    """Another number or address in place of this one; from the old channel or from any other."""
    with reading() as db:
        one = OwnContact.of(contacts.get_contact(db, actor(), contact_id))
    form = NewContactForm(sent())
    if not form.validate():
        return render("account/contact.html", 422, one=one, form=form, is_last=False)
    return _send(form.typed, contact_id)


@applicant
def confirm_again(contact_id: int) -> Answered:
    """Show that an old number is still one's own."""
    with reading() as db:
        row = contacts.get_contact(db, actor(), contact_id)
        typed = TypedContact("phone" if row.kind == "phone" else "email", row.value)
    return _send(typed, None)


@applicant
def code_page() -> Answered:
    state = remembered()
    typed = contact_of(state)
    if typed is None or state.get("adds_to") != actor().account_id:
        return redirect(LIST, 303)
    form = CodeForm(sent())
    if request.method == "POST" and form.validate():
        count_or_refuse(rates.CODE_TRIED, typed.key)
        try:
            with transaction() as db:
                outcome = contacts.confirm_contact(
                    db, actor(), typed, form.code.data, voice(), replaces=state["replaces"]
                )
        except Conflict:
            return render("account/contact_taken.html", 409)
        if outcome == "added":
            return forget(redirect(f"{LIST}?done=added", 303))
        form.add_error("code", _("验证码不对，或者已经失效。请再核对一次，也可以再发一个。"))
    return render(
        "account/code.html",
        form.status,
        form=form,
        action=LIST + "/code",
        again=LIST + "/code/again",
        other=LIST,
        shown=shown_contact(typed.kind, typed.value, language()),
        kind=typed.kind,
        wait_until=wait_text(state),
    )


@applicant
def code_again() -> Answered:
    state = remembered()
    typed = contact_of(state)
    if typed is None or state.get("adds_to") != actor().account_id:
        return redirect(LIST, 303)
    return _send(typed, state["replaces"])


@applicant
def remove(contact_id: int) -> Answered:
    try:
        with transaction() as db:
            contacts.remove_contact(db, actor(), contact_id, voice())
    except Conflict:
        with reading() as db:
            one = OwnContact.of(contacts.get_contact(db, actor(), contact_id))
        return render("account/contact.html", 409, one=one, form=NewContactForm(), is_last=True)
    return redirect(f"{LIST}?done=removed", 303)


@applicant
def freeze(contact_id: int) -> Answered:
    with transaction() as db:
        contacts.freeze_contact(db, actor(), contact_id, voice())
    return redirect(f"{LIST}?done=frozen", 303)


def _send(typed: TypedContact, replaces: int | None) -> Response:
    owner = actor().signed_in_id
    wait_until = send_to(typed, "add_contact", owner)
    state = state_of(typed, adds_to=owner, replaces=replaces, wait_until=wait_until)
    return keep(redirect(LIST + "/code", 303), state)


def register(app: Flask) -> None:
    both, post = ["GET", "POST"], ["POST"]
    one = LIST + "/<int:contact_id>"
    app.add_url_rule(LIST, "account.contacts", list_page)
    app.add_url_rule(LIST + "/add", "account.add_contact", add_page, methods=both)
    app.add_url_rule(LIST + "/code", "account.contact_code", code_page, methods=both)
    app.add_url_rule(LIST + "/code/again", "account.contact_code_again", code_again, methods=post)
    app.add_url_rule(one, "account.contact", contact_page)
    app.add_url_rule(one + "/change", "account.change_contact", change, methods=post)
    app.add_url_rule(one + "/confirm", "account.confirm_contact", confirm_again, methods=post)
    app.add_url_rule(one + "/remove", "account.remove_contact", remove, methods=post)
    app.add_url_rule(one + "/not-mine", "account.freeze_contact", freeze, methods=post)
