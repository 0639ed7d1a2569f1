"""The door: a code to a contact, a link from a letter, a password. One act for signing up and signing in.

Whatever contact is typed, the answer is the same; whether it has an account shows only to who holds it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask, g, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.i18n import moment_text
from portal.usecases import codes, contacts, passwords, rates, sign_in, slips
from portal.usecases.contact_values import TypedContact, shown_contact
from portal.usecases.sessions import close_session
from portal.usecases.sign_in import Opened
from portal.web import session_cookie
from portal.web.access import actor, public
from portal.web.account_questions import AskForm, CodeForm, PasswordForm, ReceiptForm, SharedForm
from portal.web.limits import count, count_or_refuse
from portal.web.network import count_code, count_sign_up
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.sign_in_state import (
    State,
    contact_of,
    forget,
    keep,
    note_shown,
    own_address,
    remembered,
    shown_in,
    state_of,
    voice,
)

Answered = str | Response | tuple[str, int]

CODE_PAGE = "/sign-in/code"
OLD_NUMBER_PAGE = "/sign-in/old-number"
RECEIPT_PAGE = OLD_NUMBER_PAGE + "/receipt"


@public
def ask_page() -> Answered:
    """Ask for a contact; always go on to the page for the code."""
    target = own_address(request.values.get("next"))
    if g.signed_in and g.signed_in.kind == "resident":
        return redirect(target, 303)
    form = AskForm(sent(), is_shared=bool(_begun().get("is_shared")))
    if request.method != "POST" or not form.validate():
        return render(
            "account/sign_in.html",
            form.status,
            form=form,
            target=target,
            is_ended="ended" in request.args,
            has_platform=parts().gateways.identity.is_on,
            has_platform_failed="platform" in request.args,
        )
    return _send(form.typed, target, is_shared=form.is_shared.data)


@public
def code_page() -> Answered:
    state = _begun()
    typed = contact_of(state)
    if typed is None:
        return redirect("/sign-in", 303)
    form = CodeForm(sent())
    if request.method == "POST" and form.validate():
        count_or_refuse(rates.CODE_TRIED, typed.key)
        with transaction() as db:
            opened = sign_in.sign_in_with_code(db, typed, form.code.data, is_shared=state["is_shared"])
            _note_opened(db, opened)
        if isinstance(opened, Opened):
            return enter(opened, state["next"], is_shared=state["is_shared"])
        if opened in ("old_number", "given_up"):
            return keep(redirect(OLD_NUMBER_PAGE, 303), note_shown(state, typed, opened))
        form.add_error("code", _("验证码不对，或者已经失效。请再核对一次，也可以再发一个。"))
    return render(
        "account/code.html",
        form.status,
        form=form,
        action=CODE_PAGE,
        again=CODE_PAGE + "/again",
        other="/sign-in",
        shown=shown_contact(typed.kind, typed.value, language()),
        kind=typed.kind,
        wait_until=wait_text(state),
    )


@public
def code_again() -> Answered:
    state = _begun()
    typed = contact_of(state)
    if typed is None:
        return redirect("/sign-in", 303)
    return _send(typed, state["next"], is_shared=state["is_shared"])


@public
def link_page(token: str) -> Answered:
    """The link of a letter. Looking at it does nothing: programs that check mail open every link."""
    form = SharedForm(sent())
    if request.method != "POST":
        return render("account/link.html", form=form, token=token)
    form.validate()
    is_shared = bool(form.is_shared.data)
    with transaction() as db:
        opened = sign_in.sign_in_with_link(db, token, is_shared=is_shared)
        _note_opened(db, opened)
    if isinstance(opened, Opened):
        return enter(opened, remembered().get("next"), is_shared=is_shared)
    return render("account/link_ended.html", 410)


@public
def password_page() -> Answered:
    target = own_address(request.values.get("next"))
    state = _begun()
    shown = _old_number(state)
    form = PasswordForm(
        sent(),
        contact=shown.value if shown else None,  # nobody types twice what they have just typed
        is_shared=bool(state.get("is_shared")),
    )
    if request.method == "POST" and form.validate():
        count_or_refuse(rates.PASSWORD, form.typed.key)
        with reading() as db:
            kept = sign_in.find_password(db, form.typed)
        is_right = passwords.is_password(kept.hash, form.password.data)
        if is_right:
            with transaction() as db:
                opened = sign_in.sign_in_with_password(db, kept, is_shared=form.is_shared.data)
                rates.forget_attempts(db, rates.PASSWORD, form.typed.key)
                _note_opened(db, opened)
            if isinstance(opened, Opened):
                return enter(opened, target, is_shared=form.is_shared.data)
        form.add_error("password", _("号码（邮箱）和密码对不上。请再核对一次，也可以用验证码。"))
    return render("account/password_sign_in.html", form.status, form=form, target=target)


@public
def old_number_page() -> Answered:
    """A right code for a number that is old or given up: the old account stays closed to it."""
    state = _begun()
    shown = shown_in(state)
    if shown is None:
        return redirect("/sign-in", 303)
    if request.method != "POST":
        return render(
            "account/old_number.html", is_given_up=shown.why == "given_up", target=own_address(state["next"])
        )
    with transaction() as db:
        opened = sign_in.start_anew(db, shown.typed, voice(), is_shared=state["is_shared"])
        _count_new(db, opened)
    if isinstance(opened, Opened):
        return enter(opened, state["next"], is_shared=state["is_shared"])
    return forget(redirect("/sign-in", 303))


@public
def receipt_page() -> Answered:
    """Who has shown a right code for an old number shows a receipt of its account too, and is in."""
    state = _begun()
    typed = _old_number(state)
    if typed is None:
        return redirect("/sign-in", 303)
    form = ReceiptForm(sent())
    if request.method == "POST" and form.validate():
        reference, code, is_shared = form.reference.data, form.code.data, state["is_shared"]
        count_or_refuse(slips.TRIED, typed.key)
        count_or_refuse(slips.TRIED, slips.one_way_to_write(reference))
        with transaction() as db:
            opened = sign_in.sign_in_with_receipt(db, typed, reference, code, is_shared=is_shared)
            _note_opened(db, opened)
        if isinstance(opened, Opened):
            return enter(opened, state["next"], is_shared=is_shared)
        form.add_error(
            "reference",
            _("这两个号码打不开原来的账户。请对照收件凭证，一段一段核对，也可以用别的办法。"),
        )
    return render("account/old_number_receipt.html", form.status, form=form)


@public
def sign_out_page() -> Answered:
    if request.method != "POST":
        return render("account/signed_out.html" if not g.signed_in else "account/sign_out.html")
    if g.signed_in:
        with transaction() as db:
            close_session(db, actor(), g.signed_in.session_id)
    return forget(session_cookie.end(make_response(redirect("/sign-out", 303))))


def enter(opened: Opened, target: str | None, *, is_shared: bool) -> Response:
    """Put the new session into the browser and go where the person wanted to go."""
    response = make_response(redirect("/staff" if opened.is_staff else own_address(target), 303))
    return forget(session_cookie.start(response, opened.token, is_shared=is_shared))


def send_to(typed: TypedContact, purpose: codes.Purpose, account_id: int | None = None) -> str | None:
    """Send a code unless the contact had its three an hour; then, from when on it may have another.

    Raises TooMany when this network asked for too many.
    """
    count_code()
    if wait := count(rates.CODE_ASKED, typed.key):
        return (clock.now() + timedelta(seconds=wait)).isoformat()
    with transaction() as db:
        codes.send_code(db, typed, purpose, voice(), account_id=account_id)
    return None


def _note_opened(db: Session, opened: Opened | sign_in.Refusal) -> None:
    """What follows from coming in, in the same transaction: a new account counts; the old number for which
    this browser has shown a right code is in use again."""
    _count_new(db, opened)
    typed = _old_number(_begun())
    if isinstance(opened, Opened) and typed is not None:
        contacts.use_again(db, opened.account_id, typed, voice())


def _old_number(state: State) -> TypedContact | None:
    """The old number for which this browser has just shown a right code."""
    shown = shown_in(state)
    return shown.typed if shown is not None and shown.why == "old_number" else None


def _count_new(db: Session, opened: Opened | sign_in.Refusal) -> None:
    if isinstance(opened, Opened) and opened.is_new:
        count_sign_up(db)


def wait_text(state: dict[str, str]) -> str | None:
    """From when on another code can be asked for, in words; None when it can be now."""
    until = state.get("wait_until")
    moment = datetime.fromisoformat(until) if until else None
    return moment_text(moment, language()) if moment and moment > clock.now() else None


def _begun() -> State:
    """The signing in that this browser has begun; proving another contact of an open account is none."""
    state = remembered()
    return {} if "adds_to" in state else state


def _send(typed: TypedContact, target: str, *, is_shared: bool) -> Response:
    wait_until = send_to(typed, "sign_in")
    state = state_of(typed, next=target, is_shared=is_shared, wait_until=wait_until)
    if shown := _begun().get("shown"):
        state["shown"] = shown  # the old number, while its holder comes in through the mailbox
    return keep(redirect(CODE_PAGE, 303), state)


def register(app: Flask) -> None:
    both = ["GET", "POST"]
    app.add_url_rule("/sign-in", "account.sign_in", ask_page, methods=both)
    app.add_url_rule(CODE_PAGE, "account.code", code_page, methods=both)
    app.add_url_rule(CODE_PAGE + "/again", "account.code_again", code_again, methods=["POST"])
    app.add_url_rule("/sign-in/link/<token>", "account.link", link_page, methods=both)
    app.add_url_rule("/sign-in/password", "account.password_sign_in", password_page, methods=both)
    app.add_url_rule(OLD_NUMBER_PAGE, "account.old_number", old_number_page, methods=both)
    app.add_url_rule(RECEIPT_PAGE, "account.old_number_receipt", receipt_page, methods=both)
    app.add_url_rule("/sign-out", "account.sign_out", sign_out_page, methods=both)
