"""Administrators: who works here, at which posts, and the links with which they enrol."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.model import Role
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, Invalid
from portal.usecases.overview import list_units
from portal.usecases.posts import add_role, end_role
from portal.usecases.printed_codes import find_left, make_card, withdraw_card
from portal.usecases.staff import (
    StaffState,
    create_staff,
    disable_staff,
    enable_staff,
    get_staff,
    list_staff,
    renew_enrolment,
    set_work_mail,
)
from portal.web.access import actor, admin
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rechecked import rechecked
from portal.web.rendering import render, say

page = Blueprint("manage_staff", __name__, url_prefix="/manage/staff")

STATES: Mapping[StaffState, tuple[str, str]] = {
    "active": ("good", _l("可以登录")),
    "invited": ("plain", _l("等待本人登记")),
    "link_expired": ("caution", _l("没有登记，链接已过期")),
    "disabled": ("bad", _l("已停用")),
}
"""The tone of the tag, and its words."""

REFUSALS: Mapping[str, tuple[str, str]] = {
    "login_name_shape": ("login_name", _l("登录名用3到40个小写字母、数字，也可以有点和短横线。")),
    "login_name_taken": ("login_name", _l("这个登录名已经有人用。请换一个。")),
    "role_not_in_unit": ("unit", _l("这个单位没有这种岗位。请换单位，或者换岗位。")),
    "post_is_held": ("unit", _l("这个人已经有这个岗位。")),
    "administrator_holds_one_role": ("role", _l("系统管理员不能同时有别的岗位。请另建一个账户。")),
}
"""Which question a refusal belongs to, and what to do."""

DONE: Mapping[str, str] = {
    "posted": _l("岗位加上了。"),
    "ended": _l("这个岗位已经结束。"),
    "mailed": _l("工作邮箱已经保存。"),
    "disabled": _l("账户已经停用，这个人已经退出。"),
    "enabled": _l("账户已经恢复。"),
    "withdrawn": _l("卡已经收回，上面的码不能用了。"),
}
"""What was just done to an account, by the address of its page."""

PERSON = "/manage/staff/{account_id}"
"""Where the buttons stand that change somebody's account."""


class PostForm(PlainForm):
    role = Question(_l("岗位"), "choice")
    unit = Question(_l("单位"), "choice", names="unit")


class MailForm(PlainForm):
    work_mail = Question(
        _l("工作邮箱"),
        "email",
        hint=_l("科室负责人要填：有工作要另外安排人，会写信到这里。不能用来登录。"),
        is_required=False,
    )


class StaffForm(PlainForm):
    display_name = Question(_l("姓名"), "name", spellcheck=False, max_length=50)
    login_name = Question(
        _l("登录名"),
        hint=_l("3到40个小写字母、数字，也可以有点和短横线。以后不能改。"),
        spellcheck=False,
    )
    role = Question(_l("岗位"), "choice")
    unit = Question(_l("单位"), "choice", names="unit")


@page.get("")
@admin
def staff() -> tuple[str, int]:
    with reading() as db:
        members = list_staff(db, actor())
    return render("manage/staff.html", members=members, states=STATES)


@page.route("/new", methods=["GET", "POST"])
@admin
@rechecked()
def new() -> tuple[str, int]:
    form = StaffForm(sent())
    _offer(form)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                token = create_staff(
                    db,
                    actor(),
                    form.login_name.data,
                    form.display_name.data,
                    Role(form.role.data),
                    form.unit.data,
                )
        except (Conflict, Invalid) as refusal:
            _explain(form, refusal)
        else:
            return _link_page(token, form.login_name.data)
    return render("manage/staff_new.html", form.status, form=form)


@page.get("/<int:account_id>")
@admin
def person(account_id: int) -> tuple[str, int]:
    form = PostForm(sent())
    _offer(form)
    return _person_page(account_id, form)


@page.post("/<int:account_id>/posts")
@admin
@rechecked(PERSON)
def add_post(account_id: int) -> tuple[str, int] | Response:
    form = PostForm(sent())
    _offer(form)
    with reading() as db:
        get_staff(db, actor(), account_id)
    if form.validate():
        try:
            with transaction() as db:
                add_role(db, actor(), account_id, Role(form.role.data), form.unit.data)
        except Conflict as refusal:
            _explain(form, refusal)
        else:
            return _back(account_id, "posted")
    return _person_page(account_id, form)


@page.post("/<int:account_id>/posts/<int:role_id>/end")
@admin
@rechecked(PERSON)
def end_post(account_id: int, role_id: int) -> Response:
    with transaction() as db:
        end_role(db, actor(), account_id, role_id)
    return _back(account_id, "ended")


@page.post("/<int:account_id>/link")
@admin
@rechecked(PERSON)
def new_link(account_id: int) -> tuple[str, int]:
    with transaction() as db:
        token = renew_enrolment(db, actor(), account_id)
        login_name = get_staff(db, actor(), account_id).login_name
    return _link_page(token, login_name)


@page.post("/<int:account_id>/mail")
@admin
def mail(account_id: int) -> tuple[str, int] | Response:
    form = MailForm(sent())
    if not form.validate():
        post_form = PostForm()
        _offer(post_form)
        return _person_page(account_id, post_form, form)
    with transaction() as db:
        set_work_mail(db, actor(), account_id, form.work_mail.data or None)
    return _back(account_id, "mailed")


@page.post("/<int:account_id>/disable")
@admin
@rechecked(PERSON)
def disable(account_id: int) -> Response:
    with transaction() as db:
        disable_staff(db, actor(), account_id)
    return _back(account_id, "disabled")


@page.post("/<int:account_id>/enable")
@admin
@rechecked(PERSON)
def enable(account_id: int) -> Response:
    with transaction() as db:
        enable_staff(db, actor(), account_id)
    return _back(account_id, "enabled")


@page.post("/<int:account_id>/card")
@admin
@rechecked(PERSON)
def new_card(account_id: int) -> tuple[str, int]:
    """Shown once, in the answer to the post, to be printed: the codes are kept nowhere."""
    with transaction() as db:
        codes = make_card(db, actor(), account_id)
        member = get_staff(db, actor(), account_id)
    return render("manage/staff_card.html", codes=codes, member=member)


@page.post("/<int:account_id>/card/withdraw")
@admin
@rechecked(PERSON)
def end_card(account_id: int) -> Response:
    with transaction() as db:
        withdraw_card(db, actor(), account_id)
    return _back(account_id, "withdrawn")


def _person_page(account_id: int, form: PostForm, mail_form: MailForm | None = None) -> tuple[str, int]:
    with reading() as db:
        member = get_staff(db, actor(), account_id)
        card = find_left(db, account_id, "card")
    mail_form = mail_form or MailForm(work_mail=member.work_mail)
    return render(
        "manage/staff_person.html",
        max(form.status, mail_form.status),
        form=form,
        mail_form=mail_form,
        member=member,
        state=STATES[member.state],
        said=DONE.get(request.args.get("done", "")),
        card=card,
        is_own=member.account_id == actor().account_id,
    )


def _link_page(token: str, login_name: str) -> tuple[str, int]:
    """Shown once, in the answer to the post: the link is kept nowhere."""
    link = f"{parts().settings.base_url}/staff/enrol/{token}"
    return render("manage/staff_link.html", link=link, login_name=login_name)


def _offer(form: PlainForm) -> None:
    with reading() as db:
        units = [unit for unit in list_units(db, actor()) if unit.closed_on is None]
    form.role.offer([(role.value, labels.label(labels.ROLES, role, language())) for role in Role])
    form.unit.offer([(unit.code, say(Text.model_validate(unit.names))) for unit in units])


def _explain(form: PlainForm, refusal: Conflict | Invalid) -> None:
    """Put a refusal beside its question; one that belongs to none is an error page."""
    if refusal.key not in REFUSALS:
        raise refusal
    question, sentence = REFUSALS[refusal.key]
    form.add_error(question, str(sentence))


def _back(account_id: int, done: str) -> Response:
    return redirect(f"/manage/staff/{account_id}?done={done}", 303)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
