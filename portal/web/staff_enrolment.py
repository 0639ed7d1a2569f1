"""Enrolment by a one-time link: a password, and an authenticator or a card given out by an administrator."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.rules.errors import Invalid, NotFound
from portal.usecases.enrolment import Enrolment, enrol, get_enrolment
from portal.usecases.passwords import Weakness, hash_password, weakness
from portal.usecases.totp import address_of_secret
from portal.web.access import public
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.qr import draw_qr
from portal.web.rendering import render, say
from portal.web.staff_entry import signed_in

WEAK: Mapping[Weakness, str] = {
    "too_short": _l("密码至少12个字。可以用几个词连起来。"),
    "too_long": _l("密码最多200个字。请换短一点的。"),
    "too_common": _l("这个密码太容易猜到。请换一个。"),
}


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


class CardEnrolForm(EnrolForm):
    code = Question(
        _l("一次码卡上的6个数字"),
        "code",
        hint=_l("填写卡上没用过的第一个码。"),
        autocomplete="off",
        words={"code_shape": _l("请填写卡上的6个数字。")},
    )


@public
def enrolment(token: str) -> tuple[str, int] | Response:
    try:
        with reading() as db:
            found = get_enrolment(db, token)
    except NotFound:
        return render("staff/enrolment_gone.html", 404)
    by_card = request.args.get("by") == "card" and found.card_due is not None
    form = (CardEnrolForm if by_card else EnrolForm)(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate() and _is_good_password(form, found):
        kept = hash_password(form.password.data)
        try:
            with transaction() as db:
                session_token = enrol(db, token, kept, form.code.data, by_card=by_card)
        except NotFound:
            return render("staff/enrolment_gone.html", 404)
        except Invalid:
            form.add_error("code", _wrong_code(by_card))
        else:
            return signed_in("/staff/post", session_token)
    return _page(form, found, by_card)


def _page(form: EnrolForm, found: Enrolment, by_card: bool) -> tuple[str, int]:
    address = address_of_secret(found.secret, found.login_name, say(parts().region.site_name))
    return render(
        "staff/enrolment.html",
        form.status,
        form=form,
        found=found,
        by_card=by_card,
        groups=[found.secret[start : start + 4] for start in range(0, len(found.secret), 4)],
        address=address,
        drawing=draw_qr(address),
    )


def _wrong_code(by_card: bool) -> str:
    if by_card:
        return _("这个码对不上。请看清卡上没用过的第一个码，密码也请再填一次。")
    return _("数字对不上。请看清验证器里这一项现在显示的数字，密码也请再填一次。")


def _is_good_password(form: EnrolForm, found: Enrolment) -> bool:
    weak = weakness(form.password.data, "staff", own_names=(found.login_name, found.display_name))
    if weak is not None:
        form.add_error("password", str(WEAK[weak]))
    elif form.again.data != form.password.data:
        form.add_error("again", _("两次填的密码不一样。请再填一次。"))
    return not form.has_errors


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.add_url_rule("/staff/enrol/<token>", "staff_enrolment.enrolment", enrolment, methods=["GET", "POST"])
