"""The door for staff: password, then authenticator; enrolment by a one-time link; choosing the post."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Flask, g, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.model import Role
from portal.rules.errors import Invalid, NotFound
from portal.usecases.administrators import list_administrators
from portal.usecases.enrolment import Enrolment, enrol, get_enrolment
from portal.usecases.passwords import Weakness, hash_password, is_password, weakness
from portal.usecases.posts import choose_post, held_posts
from portal.usecases.rates import PASSWORD
from portal.usecases.sessions import find_session
from portal.usecases.staff_sign_in import (
    STAFF_CODE,
    TICKET_LIFE,
    accept_password,
    code_key,
    find_credentials,
    find_ticket_owner,
    password_key,
    refuse_password,
    sign_in_staff,
)
from portal.usecases.totp import address_of_secret
from portal.web import session_cookie
from portal.web.access import actor, any_staff, public
from portal.web.cookies import guarded
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.qr import draw_qr
from portal.web.rendering import render, say

door = Blueprint("staff_door", __name__, url_prefix="/staff")

HOMES: Mapping[Role, str] = {
    Role.DESK_CLERK: "/desk",
    Role.TOWNSHIP_CLERK: "/desk",
    Role.COUNTY_REVIEWER: "/office",
    Role.COUNTY_APPROVER: "/office",
    Role.HOSPITAL: "/office",
    Role.LEAD: "/office/unit",
    Role.INSPECTOR: "/inspect",
    Role.ADMINISTRATOR: "/manage",
}
"""Where a post's work begins."""

FRONTS = ("/desk", "/office", "/inspect", "/manage")

WEAK: Mapping[Weakness, str] = {
    "too_short": _l("密码至少12个字。可以用几个词连起来。"),
    "too_long": _l("密码最多200个字。请换短一点的。"),
    "too_common": _l("这个密码太容易猜到。请换一个。"),
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


class EnrolForm(PlainForm):
    password = Question(
        _l("设置密码"),
        "password",
        hint=_l("至少12个字。可以让密码管理器生成，可以粘贴，不要求有符号或大小写。"),
        autocomplete="new-password",
    )
    again = Question(_l("再填一次密码"), "password", autocomplete="new-password")
    code = Question(
        _l("验证器上的6个数字"),
        "code",
        hint=_l("加好以后，验证器显示6个数字，30秒换一次。填写现在显示的。"),
        autocomplete="one-time-code",
        words={"code_shape": _l("请填写验证器上的6个数字。")},
    )


class PostForm(PlainForm):
    post = Question(_l("现在在哪个岗位工作？"), "choice")


@door.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> tuple[str, int] | Response:
    if request.method == "GET" and actor().kind == "staff":
        return redirect("/staff/post", 303)
    form = PasswordForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        ticket = _ticket_for(form.login_name.data, form.password.data)
        if ticket is not None:
            return _keep_ticket(redirect("/staff/sign-in/code" + _onward(), 303), ticket)
        form.add_error("password", _("登录名或密码不对。请再填一次。忘了密码，请向管理员要新的登记链接。"))
    return render("staff/sign_in.html", form.status, form=form, action=request.path + _onward())


@door.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code() -> tuple[str, int] | Response:
    ticket = request.cookies.get(_ticket_cookie(), "")
    with reading() as db:
        owner = find_ticket_owner(db, ticket)
    if owner is None:
        return redirect("/staff/sign-in" + _onward(), 303)
    form = CodeForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        count_or_refuse(STAFF_CODE, code_key(owner))
        with transaction() as db:
            token = sign_in_staff(db, ticket, form.code.data)
        if token is not None:
            response = _signed_in(_first_page(token), token)
            response.delete_cookie(_ticket_cookie(), path="/", secure=parts().settings.is_https)
            return response
        form.add_error("code", _("数字不对，或者已经用过。请等验证器换成下一个，再填。"))
    return render("staff/sign_in_code.html", form.status, form=form, action=request.path + _onward())


@door.route("/enrol/<token>", methods=["GET", "POST"])
@public
def enrolment(token: str) -> tuple[str, int] | Response:
    try:
        with reading() as db:
            found = get_enrolment(db, token)
    except NotFound:
        return render("staff/enrolment_gone.html", 404)
    form = EnrolForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate() and _is_good_password(form, found):
        kept = hash_password(form.password.data)
        try:
            with transaction() as db:
                session_token = enrol(db, token, kept, form.code.data)
        except NotFound:
            return render("staff/enrolment_gone.html", 404)
        except Invalid:
            form.add_error("code", _("数字对不上。请看清验证器里这一项现在显示的数字，密码也请再填一次。"))
        else:
            return _signed_in("/staff/post", session_token)
    address = address_of_secret(found.secret, found.login_name, say(parts().region.site_name))
    return render(
        "staff/enrolment.html",
        form.status,
        form=form,
        found=found,
        groups=[found.secret[start : start + 4] for start in range(0, len(found.secret), 4)],
        address=address,
        drawing=draw_qr(address),
    )


@door.get("")
@any_staff
def home() -> Response:
    """Where the work of one's post begins."""
    role = actor().role
    return redirect(HOMES[role] if role else "/staff/post", 303)


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
        return redirect(HOMES[chosen.role], 303)
    return render(
        "staff/post.html",
        form.status,
        form=form,
        current=current,
        current_name=_post_name(current.role) if current else None,
        home=HOMES[current.role] if current else None,
    )


def _signed_in(target: str, token: str) -> Response:
    """Go on with a session that ends when the browser closes: desks are shared."""
    return session_cookie.start(redirect(target, 303), token, is_shared=True)


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


def _is_good_password(form: EnrolForm, found: Enrolment) -> bool:
    weak = weakness(form.password.data, "staff", own_names=(found.login_name, found.display_name))
    if weak is not None:
        form.add_error("password", str(WEAK[weak]))
    elif form.again.data != form.password.data:
        form.add_error("again", _("两次填的密码不一样。请再填一次。"))
    return not form.has_errors


def _first_page(token: str) -> str:
    """The page that was asked for, else the home of the post, else the choice of posts."""
    with reading() as db:
        opened = find_session(db, token)
    if opened is None or opened.role is None:
        return "/staff/post"
    wanted = _wanted()
    home = HOMES[opened.role]
    return wanted if wanted and wanted.startswith(home) else home


def _wanted() -> str | None:
    """Where someone was going before signing in: only a page of a staff front, never another site."""
    wanted = request.args.get("next", "")
    path = wanted.partition("?")[0]
    is_ours = any(path == front or path.startswith(front + "/") for front in FRONTS)
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else None


def _onward() -> str:
    wanted = _wanted()
    return "?" + urlencode({"next": wanted}) if wanted else ""


def _post_name(role: Role) -> str:
    return labels.label(labels.ROLES, role, language())


def _ticket_cookie() -> str:
    return guarded("staff-ticket")


def _keep_ticket(response: Response, ticket: str) -> Response:
    response.set_cookie(
        _ticket_cookie(),
        ticket,
        max_age=int(TICKET_LIFE.total_seconds()),
        httponly=True,
        secure=parts().settings.is_https,
        samesite="Lax",
        path="/",
    )
    return response


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(door)
