"""During a visit: the original of a document is seen, and the visitor's own phone or e-mail is added."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict, NotFound
from portal.usecases import rates
from portal.usecases.contacts import confirm_contact
from portal.usecases.identity import Found
from portal.usecases.receiving import see_document
from portal.web.access import actor, desk
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, transaction
from portal.web.rendering import render
from portal.web.sign_in_state import voice
from portal.web.visit_door import current_visit, visit_href, visiting_actor
from portal.web.visit_questions import AddedContactForm, CodeForm, DocumentForm
from portal.web.visit_receiving import (
    document_form,
    is_good_document,
    open_contact,
    seal_contact,
    send_code_to,
    with_document,
)

Answered = tuple[str, int] | Response


@desk
def identity(token: str) -> Answered:
    """The original is compared; the account of who stands there is proven by it."""
    visit = current_visit()
    if visit.channel == "phone":
        raise NotFound("visit")
    form, is_read = document_form()
    if request.method == "POST" and not is_read and is_good_document(form):
        try:
            outcome = with_document(form, lambda db: _see(db, form))
        except Conflict as refusal:
            if refusal.key != "proven_as_another":
                raise
            return render("desk/visit_identity_refused.html", 409, why="another")
        if outcome == "second_claim":
            return render("desk/visit_identity_refused.html", 409, why="second")
        if outcome is not None:
            return redirect(visit_href(), 303)
    return render("desk/visit_document.html", form.status, form=form, action=request.path, is_during=True)


def _see(db: Session, form: DocumentForm) -> Found:
    return see_document(
        db,
        actor(),
        current_visit(),
        form.id_type.data,
        form.name.data,
        form.id_number.data,
        parts().region,
    )


@desk
def contact(token: str) -> Answered:
    """A phone or e-mail of the visitor's own, shown to be theirs by a code: with it they go on at home."""
    sealed = request.form.get("sealed", "")
    typed = open_contact(sealed) if sealed else None
    if typed is None:
        form = AddedContactForm(request.form if request.method == "POST" and not sealed else None)
        if sealed:
            form.add_error("contact", _("时间太久了。请再发一次验证码。"))
        elif request.method == "POST" and form.validate():
            send_code_to(form.typed)
            return _code_page(CodeForm(), seal_contact(form.typed))
        return render("desk/visit_contact.html", form.status, form=form, action=request.path, is_during=True)
    code = CodeForm(request.form)
    if code.validate():
        count_or_refuse(rates.CODE_TRIED, typed.key)
        try:
            with transaction() as db:
                outcome = confirm_contact(db, visiting_actor(), typed, code.code.data, voice())
            if outcome == "added":
                return redirect(visit_href() + "#home", 303)
            code.add_error("code", _("验证码不对，或者已经失效。请再核对一次，也可以再发一个。"))
        except Conflict as refusal:
            if refusal.key != "contact_taken":
                raise
            code.add_error("code", _("这个号码或者邮箱能打开另一个账户，所以没有加到这里。"))
    return _code_page(code, sealed)


def _code_page(form: CodeForm, sealed: str) -> tuple[str, int]:
    return render(
        "desk/visit_code.html", form.status, form=form, sealed=sealed, action=request.path, is_during=True
    )


def register(app: Flask) -> None:
    one, methods = "/desk/visits/<token>", ["GET", "POST"]
    app.add_url_rule(one + "/identity", "visits.identity", identity, methods=methods)
    app.add_url_rule(one + "/contact", "visits.contact", contact, methods=methods)
