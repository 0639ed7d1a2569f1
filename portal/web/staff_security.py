"""My sign-in, for staff: passkeys, recovery codes, the card, and where I am signed in."""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.usecases import own_sessions
from portal.usecases.passkeys import MOST, add_passkey, creation_options, list_passkeys, remove_passkey
from portal.usecases.printed_codes import FEW, find_left, make_recovery_codes
from portal.usecases.sessions import IDLE
from portal.web.access import actor, any_staff
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rechecked import rechecked, require_fresh_proof
from portal.web.rendering import foot_without_help, render
from portal.web.staff_entry import passkey_site, shown_passkey

page = Blueprint("staff_security", __name__, url_prefix="/staff/security")

WAYS = {
    "password": _l("密码和验证器"),
    "card": _l("密码和一次码卡"),
    "recovery": _l("密码和恢复码"),
    "passkey": _l("通行密钥"),
    "link": _l("运维人员给的链接"),
    "demo": _l("示例人员"),
}
"""How a session was opened, in words."""


class PasskeyForm(PlainForm):
    name = Question(
        _l("给它起个名字"),
        hint=_l("以后好认，比如“办公室电脑”。"),
        max_length=40,
        spellcheck=False,
    )


@page.get("")
@any_staff
def overview() -> tuple[str, int]:
    who = actor()
    with reading() as db:
        passkeys = list_passkeys(db, who)
        recovery = find_left(db, who.signed_in_id, "recovery")
        card = find_left(db, who.signed_in_id, "card")
    return render(
        "staff/security.html",
        passkeys=passkeys,
        may_add=passkey_site() is not None and len(passkeys) < MOST,
        recovery=recovery,
        card=card,
        few=FEW,
        done=request.args.get("done"),
    )


@page.route("/passkeys/new", methods=["GET", "POST"])
@any_staff
@rechecked()
def new_passkey() -> tuple[str, int] | Response:
    site = passkey_site()
    if site is None:
        raise NotFound("passkey")
    if request.method == "GET":
        require_fresh_proof(request.path)  # before the device makes what could not be kept
    form = PasskeyForm(sent())
    is_passkey_refused = False
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                add_passkey(db, actor(), site, shown_passkey(), form.name.data)
        except (Invalid, Conflict):
            is_passkey_refused = True
        else:
            return redirect("/staff/security?done=passkey", 303)
    with reading() as db:
        options = creation_options(db, actor(), site)
    return render(
        "staff/passkey_new.html",
        422 if is_passkey_refused else form.status,
        form=form,
        options=options,
        is_passkey_refused=is_passkey_refused,
    )


@page.post("/passkeys/<int:passkey_id>/remove")
@any_staff
@rechecked("/staff/security")
def drop_passkey(passkey_id: int) -> Response:
    with transaction() as db:
        remove_passkey(db, actor(), passkey_id)
    return redirect("/staff/security?done=removed", 303)


@page.post("/recovery-codes")
@any_staff
@rechecked("/staff/security")
def new_recovery_codes() -> tuple[str, int]:
    """Shown once, in the answer to the post: they are kept nowhere."""
    with transaction() as db:
        codes = make_recovery_codes(db, actor())
    return render("staff/recovery_codes.html", codes=codes, page_foot=foot_without_help())


@page.get("/sessions")
@any_staff
def sessions() -> tuple[str, int]:
    silent_since = clock.now() - IDLE["staff"]
    with reading() as db:
        places = [
            {
                "id": one.id,
                "began": one.created_at,
                "seen": one.last_seen_at,
                "way": WAYS.get(one.way, one.way),
                "state": _state(one.id, bool(one.locked_at) or one.last_seen_at < silent_since),
                "is_this": one.id == g.signed_in.session_id,
            }
            for one in own_sessions.list_sessions(db, actor())
        ]
    return render("staff/sessions.html", places=places, is_done="done" in request.args)


def _state(session_id: int, is_locked: bool) -> str:
    if session_id == g.signed_in.session_id:
        return _("现在这里")
    return _("已锁定") if is_locked else _("正在使用")


@page.post("/sessions/<int:session_id>/end")
@any_staff
def end_session(session_id: int) -> Response:
    with transaction() as db:
        own_sessions.revoke_session(db, actor(), session_id)
    return redirect("/staff/security/sessions?done=1", 303)


@page.post("/sessions/others/end")
@any_staff
def end_others() -> Response:
    with transaction() as db:
        own_sessions.revoke_others(db, actor(), g.signed_in.session_id)
    return redirect("/staff/security/sessions?done=1", 303)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
