"""Staff show again who they are: at the lock of a silent session, and before an act with weight."""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.usecases.passkeys import request_options
from portal.usecases.passwords import is_password
from portal.usecases.proving import Means, accept_proof, find_means, lock_session, prove_with_passkey
from portal.usecases.rates import PASSWORD
from portal.usecases.staff_sign_in import password_key, refuse_password
from portal.web import session_cookie
from portal.web import staff_entry as entry
from portal.web.access import actor, any_staff, public
from portal.web.limits import count_or_refuse
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.rendering import render

page = Blueprint("staff_proving", __name__, url_prefix="/staff")


class ProofForm(PlainForm):
    password = Question(_l("密码"), "password", autocomplete="current-password")


@page.route("/unlock", methods=["GET", "POST"])
@public
def unlock() -> tuple[str, int] | Response:
    """The lock. Whose it is, is read from the session; nobody can name another."""
    if g.locked is None:
        return redirect("/staff/sign-in" + entry.onward(), 303)
    return _prove("staff/unlock.html", g.locked.account_id, g.locked.session_id)


@page.route("/recheck", methods=["GET", "POST"])
@any_staff
def recheck() -> tuple[str, int] | Response:
    return _prove("staff/recheck.html", actor().signed_in_id, g.signed_in.session_id)


@page.post("/lock")
@any_staff
def lock() -> Response:
    with transaction() as db:
        lock_session(db, actor(), g.signed_in.session_id)
    return redirect("/staff/unlock", 303)


def _prove(template: str, account_id: int, session_id: int) -> tuple[str, int] | Response:
    with reading() as db:
        means = find_means(db, account_id)
    form = ProofForm(request.form if request.method == "POST" else None)
    is_passkey_refused = False
    if request.method == "POST" and entry.shown_passkey():
        token = _token_by_passkey(account_id, session_id)
        if token is not None:
            return _go_on(token)
        form, is_passkey_refused = ProofForm(), True
    elif request.method == "POST" and form.validate():
        token = _token_by_password(means, form.password.data, account_id, session_id)
        if token is not None:
            return _go_on(token)
        form.add_error("password", _("密码不对。请再填一次。"))
    return _page(template, form, means, account_id, is_passkey_refused)


def _token_by_password(means: Means, password: str, account_id: int, session_id: int) -> str | None:
    """The session's new token. Raises TooMany: tries here and at the door are counted together."""
    count_or_refuse(PASSWORD, password_key(means.login_name))
    is_right = is_password(means.password_hash, password)
    with transaction() as db:
        if is_right:
            return accept_proof(db, account_id, session_id, "password")
        refuse_password(db, account_id)
    return None


def _token_by_passkey(account_id: int, session_id: int) -> str | None:
    site = entry.passkey_site()
    if site is None:
        return None
    with transaction() as db:
        return prove_with_passkey(db, site, entry.shown_passkey(), account_id, session_id)


def _go_on(token: str) -> Response:
    """On to where they were going. What other windows still hold was made for the token before: posted, it is
    kept and shown again (``errors.stale_form``)."""
    return session_cookie.start(redirect(entry.first_page(token), 303), token, is_shared=True)


def _page(
    template: str, form: ProofForm, means: Means, account_id: int, is_passkey_refused: bool
) -> tuple[str, int]:
    site = entry.passkey_site()
    options = None
    if site is not None and means.has_passkey:
        with reading() as db:
            options = request_options(db, site, "prove", account_id)
    return render(
        template,
        422 if is_passkey_refused else form.status,
        form=form,
        login_name=means.login_name,
        options=options,
        is_passkey_refused=is_passkey_refused,
        action=request.path + entry.onward(),
    )


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
