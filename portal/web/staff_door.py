"""The door for staff: a passkey, or password and then a code; choosing the post."""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.model import Role
from portal.usecases.administrators import list_administrators
from portal.usecases.passkeys import request_options
from portal.usecases.passwords import is_password
from portal.usecases.posts import choose_post, held_posts
from portal.usecases.rates import PASSWORD
from portal.usecases.staff_sign_in import (
    STAFF_CODE,
    CodeKind,
    Codes,
    accept_password,
    code_key,
    find_codes,
    find_credentials,
    find_ticket_owner,
    password_key,
    refuse_password,
    sign_in_staff,
    sign_in_with_passkey,
)
from portal.web import staff_entry as entry
from portal.web.access import actor, any_staff, public
from portal.web.limits import count_or_refuse
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.rendering import render, say

door = Blueprint("staff_door", __name__, url_prefix="/staff")

CODE_PAGES: dict[CodeKind, str] = {
    "authenticator": "/staff/sign-in/code",
    "card": "/staff/sign-in/card",
    "recovery": "/staff/sign-in/recovery",
}


class PasswordForm(PlainForm):
    login_name = Question(_l("登录名"), autocomplete="username", spellcheck=False)
    password = Question(_l("密码"), "password", autocomplete="current-password")


class CodeForm(PlainForm):
    code = Question(
        _l("验证器上的6个数字"),
        "code",
        hint=_l("打开手机上的验证器，填写现在显示的数字。每个数字只能用一次。"),
        autocomplete="one-time-code",
        words={"code_shape": _l("请填写验证器上的6个数字。")},
    )


class CardForm(PlainForm):
    code = Question(
        _l("一次码卡上的6个数字"),
        "code",
        hint=_l("每个码只能用一次，用过请划掉。"),
        autocomplete="off",
        words={"code_shape": _l("请填写卡上的6个数字。")},
    )


class RecoveryForm(PlainForm):
    code = Question(
        _l("恢复码"),
        hint=_l("12个字母和数字。大小写、空格和短横线都没有关系。每个只能用一次。"),
        spellcheck=False,
        autocomplete="off",
        max_length=60,
    )


FORMS: dict[CodeKind, type[PlainForm]] = {
    "authenticator": CodeForm,
    "card": CardForm,
    "recovery": RecoveryForm,
}

WRONG: dict[CodeKind, str] = {
    "authenticator": _l("数字不对，或者已经用过。请等验证器换成下一个，再填。"),
    "card": _l("这个码不对。请看清上面说的是第几个，再填一次。"),
    "recovery": _l("恢复码不对，或者已经用过。请再填一次，或者换一个。"),
}


class PostForm(PlainForm):
    post = Question(_l("现在在哪个岗位工作？"), "choice")


@door.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> tuple[str, int] | Response:
    if request.method == "GET" and actor().kind == "staff":
        return redirect("/staff/post", 303)
    if request.method == "POST" and entry.shown_passkey():
        return _by_passkey()
    form = PasswordForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        ticket = _ticket_for(form.login_name.data, form.password.data)
        if ticket is not None:
            return _to_second_step(ticket)
        form.add_error("password", _("登录名或密码不对。请再填一次。忘了密码，请向管理员要新的登记链接。"))
    return _sign_in_page(form)


def _by_passkey() -> tuple[str, int] | Response:
    site = entry.passkey_site()
    token = None
    if site is not None:
        with transaction() as db:
            token = sign_in_with_passkey(db, site, entry.shown_passkey())
    if token is None:
        return _sign_in_page(PasswordForm(), is_passkey_refused=True)
    return entry.signed_in(entry.first_page(token), token)


def _sign_in_page(form: PasswordForm, *, is_passkey_refused: bool = False) -> tuple[str, int]:
    site = entry.passkey_site()
    options = None
    if site is not None:
        with reading() as db:
            options = request_options(db, site, "sign_in")
    return render(
        "staff/sign_in.html",
        422 if is_passkey_refused else form.status,
        form=form,
        options=options,
        is_passkey_refused=is_passkey_refused,
        action=request.path + entry.onward(),
    )


def _to_second_step(ticket: str) -> Response:
    with reading() as db:
        owner = find_ticket_owner(db, ticket)
        codes = find_codes(db, owner) if owner is not None else None
    kind: CodeKind = "card" if codes and not codes.has_authenticator else "authenticator"
    return entry.keep_ticket(redirect(CODE_PAGES[kind] + entry.onward(), 303), ticket)


@door.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code() -> tuple[str, int] | Response:
    return _second_step("authenticator")


@door.route("/sign-in/card", methods=["GET", "POST"])
@public
def sign_in_card() -> tuple[str, int] | Response:
    return _second_step("card")


@door.route("/sign-in/recovery", methods=["GET", "POST"])
@public
def sign_in_recovery() -> tuple[str, int] | Response:
    return _second_step("recovery")


def _second_step(kind: CodeKind) -> tuple[str, int] | Response:
    ticket = entry.find_ticket()
    with reading() as db:
        owner = find_ticket_owner(db, ticket)
    if owner is None:
        return redirect("/staff/sign-in" + entry.onward(), 303)
    form = FORMS[kind](request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        count_or_refuse(STAFF_CODE, code_key(owner))
        with transaction() as db:
            token = sign_in_staff(db, ticket, form["code"].data, kind)
        if token is not None:
            # Who had to use a recovery code sees how many are left, and mends what is missing.
            target = "/staff/security" if kind == "recovery" else entry.first_page(token)
            return entry.drop_ticket(entry.signed_in(target, token))
        form.add_error("code", str(WRONG[kind]))
    with reading() as db:
        codes = find_codes(db, owner)
    return _code_page(form, kind, codes)


def _code_page(form: PlainForm, kind: CodeKind, codes: Codes) -> tuple[str, int]:
    return render(
        "staff/sign_in_code.html",
        form.status,
        form=form,
        kind=kind,
        codes=codes,
        pages={one: address + entry.onward() for one, address in CODE_PAGES.items()},
        action=request.path + entry.onward(),
    )


@door.get("")
@any_staff
def home() -> Response:
    """Where the work of one's post begins."""
    role = actor().role
    return redirect(entry.HOMES[role] if role else "/staff/post", 303)


@door.route("/post", methods=["GET", "POST"])
@any_staff
def post() -> tuple[str, int] | Response:
    who = actor()
    with reading() as db:
        held = held_posts(db, who.signed_in_id)
        administrators = [] if held else [one.display_name for one in list_administrators(db)]
    if not held:
        return render("staff/no_post.html", administrators=administrators)
    current = next((one for one in held if (one.role, one.unit_code) == (who.role, who.unit_code)), None)
    form = PostForm(
        request.form if request.method == "POST" else None, post=str(current.role_id) if current else None
    )
    form.post.offer([(one.role_id, _post_name(one.role), say(one.unit_name)) for one in held])
    if request.method == "POST" and form.validate():
        with transaction() as db:
            chosen = choose_post(db, who, g.signed_in.session_id, int(form.post.data))
        return redirect(entry.HOMES[chosen.role], 303)
    return render(
        "staff/post.html",
        form.status,
        form=form,
        current=current,
        current_name=_post_name(current.role) if current else None,
        home=entry.HOMES[current.role] if current else None,
    )


def _ticket_for(login_name: str, password: str) -> str | None:
    """The ticket for the second step; None when name or password is wrong. Raises TooMany.

    The hash is computed outside of any transaction: it is slow on purpose.
    """
    count_or_refuse(PASSWORD, password_key(login_name))
    with reading() as db:
        known = find_credentials(db, login_name)
    is_right = is_password(known.password_hash, password)
    with transaction() as db:
        if is_right and known.account_id is not None:
            return accept_password(db, known.account_id)
        refuse_password(db, known.account_id)
    return None


def _post_name(role: Role) -> str:
    return labels.label(labels.ROLES, role, language())


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(door)
