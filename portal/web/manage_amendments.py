"""Administrators: what one would change and another has to grant; numbers of the region; telephones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.field_types import message
from portal.catalogue.texts import Text
from portal.i18n import date_text
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.usecases.amendments import (
    AMOUNTS,
    Change,
    decide_amendment,
    get_amendment,
    list_amendments,
    list_amounts,
    propose,
)
from portal.usecases.amounts import find_parameter
from portal.usecases.overview import list_units
from portal.web.access import actor, admin
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rechecked import require_fresh_proof
from portal.web.rendering import render, say

page = Blueprint("manage_amendments", __name__, url_prefix="/manage")
Page = tuple[str, int] | Response

KINDS: Final[Mapping[str, Any]] = {
    "calendar_add": _l("加放假或者调休的日子"),
    "calendar_remove": _l("删除加过的日子"),
    "year_add": _l("确认全年安排"),
    "year_remove": _l("撤回全年安排的确认"),
    "unit_contact": _l("改单位的电话"),
    "amount": _l("改数额"),
}
NAMES: Final[Mapping[str, Any]] = {
    "most_in_hand": _l("一个人手里最多几件"),
    "late_again_days": _l("超期以后，每隔几个工作日再提醒负责人"),
    "recheck_percent": _l("不同意的决定，一百件里抽查几件"),
}
"""What the numbers are (``amendments.AMOUNTS``)."""
REFUSALS: Final[Mapping[str, Any]] = {
    "starts_in_past": _l("生效的日子不能是过去的日子。"),
    "waits_already": _l("已经有一个这样的修改在等人同意。"),
    "number_too_large": _l("这个数太大。"),
    "number_is_known": _l("从这一天起，已经有一个数。请换一天。"),
    "day_is_past": _l("这一天已经过去。只能加今天和以后的日子。"),
    "day_is_known": _l("这一天已经加过。要改，请先删掉原来的。"),
    "year_is_known": _l("这一年的安排系统里已经有了。"),
    "holidays_missing": _l("有法定假日还没有加。"),
}


class AnswerForm(PlainForm):
    answer = Question(
        _l("您同意这样改吗？"), "choice", choices=[("grant", _l("同意")), ("refuse", _l("不同意"))]
    )
    words = Question(
        _l("为什么不同意？"), "longtext", is_required=False, hint=_l("不同意的，要填。"), max_length=500
    )


class AmountForm(PlainForm):
    name = Question(_l("哪一个数？"), "choice")
    value = Question(_l("改成多少？"), "integer")
    from_on = Question(_l("从哪一天起？"), "date", hint=_l("例如2026年10月8日。"))
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")
    is_verified = Question(
        _l("原文核对过吗？"), "choice", choices=[("yes", _l("核对过")), ("no", _l("没有核对"))]
    )


class ContactForm(PlainForm):
    phone = Question(_l("电话"), max_length=30)
    from_on = Question(_l("从哪一天起？"), "date", hint=_l("例如2026年10月8日。"))
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")


@page.get("/amendments")
@admin
def amendments() -> Page:
    with reading() as db:
        found = list_amendments(db, actor())
        units = _unit_names(db)
    lines = [(one, str(KINDS[one.kind]), _what(one, units), by, _state(one)) for one, by in found]
    return render("manage/amendments.html", lines=lines)


@page.route("/amendments/<int:amendment_id>", methods=["GET", "POST"])
@admin
def amendment(amendment_id: int) -> Page:
    form = AnswerForm(sent())
    if request.method == "POST" and form.validate():
        is_granted = form.answer.data == "grant"
        if is_granted:
            require_fresh_proof()
        try:
            with transaction() as db:
                decide_amendment(
                    db, actor(), amendment_id, is_granted=is_granted, words=form.words.data or ""
                )
            return redirect("/manage/amendments", 303)
        except Invalid as refusal:
            form.add_error("words", message(refusal.errors["words"][0], language()))
    with reading() as db:
        found = get_amendment(db, actor(), amendment_id)
        units = _unit_names(db)
        facts = [
            (_("改什么"), str(KINDS[found.kind])),
            (_("改成什么"), _what(found, units)),
            (_("从哪一天起"), date_text(found.from_on, language())),
            (_("依据"), found.source),
            (_("现在怎样"), _state(found)),
        ]
        facts += [(_("为什么不同意"), found.words)] if found.words else []
        is_own = found.proposed_by_id == actor().account_id
        is_waiting = found.decided_at is None
    form.answer.offer([("refuse", _("撤回"))] if is_own else [("grant", _("同意")), ("refuse", _("不同意"))])
    return render(
        "manage/amendment.html",
        form.status,
        form=form,
        facts=facts,
        path=f"/manage/amendments/{amendment_id}",
        is_own=is_own,
        is_waiting=is_waiting,
    )


@page.route("/amounts", methods=["GET", "POST"])
@admin
def amounts() -> Page:
    region = parts().region
    form = AmountForm(sent())
    form.name.offer([(name, str(NAMES[name])) for name in AMOUNTS])
    if request.method == "POST" and form.validate():
        proposed = {
            "region": region.code,
            "value": int(form.value.data),
            "is_verified": form.is_verified.data == "yes",
        }
        change = Change(
            "amount", form.name.data, proposed, form.source.data, date.fromisoformat(form.from_on.data)
        )
        answer = suggest(change, form, {"starts_in_past": "from_on", "number_is_known": "from_on"}, "value")
        if answer is not None:
            return answer
    with reading() as db:
        now = [(str(NAMES[name]), find_parameter(db, region, name)) for name in AMOUNTS]
        known = list_amounts(db, actor(), region)
    later = [(str(NAMES[one.name]), one) for one in known if one.from_on > clock.today()]
    return render("manage/amounts.html", form.status, form=form, now=now, later=later)


@page.route("/units/<unit_code>", methods=["GET", "POST"])
@admin
def unit(unit_code: str) -> Page:
    form = ContactForm(sent())
    with reading() as db:
        known = next((one for one in list_units(db, actor()) if one.code == unit_code), None)
        if known is None:
            raise NotFound("unit")
        name, phone = say(Text.model_validate(known.names)), known.contact.get("phone")
    if request.method == "POST" and form.validate():
        from_on = date.fromisoformat(form.from_on.data)
        change = Change("unit_contact", unit_code, {"phone": form.phone.data}, form.source.data, from_on)
        answer = suggest(change, form, {"starts_in_past": "from_on"}, "phone")
        if answer is not None:
            return answer
    return render(
        "manage/unit.html", form.status, form=form, name=name, phone=phone, path=f"/manage/units/{unit_code}"
    )


def suggest(change: Change, form: PlainForm, questions: Mapping[str, str], otherwise: str) -> Response | None:
    """Put the change before the other administrators; None where it is refused, said at its question."""
    try:
        with transaction() as db:
            propose(db, actor(), change)
        return redirect("/manage/amendments", 303)
    except Conflict as refusal:
        words = str(REFUSALS.get(refusal.key, _l("现在不能这样改。")))
        if refusal.key == "holidays_missing":
            words = _("这些法定假日还没有加：%(days)s。请先一天一天加上。", days=refusal.what)
        form.add_error(questions.get(refusal.key, otherwise), words)
        return None


def _unit_names(db: Any) -> Mapping[str, str]:
    return {one.code: say(Text.model_validate(one.names)) for one in list_units(db, actor())}


def _what(one: Any, units: Mapping[str, str]) -> str:
    """The change in words."""
    if one.kind == "calendar_add":
        words = _("上班") if one.proposed["is_working"] else _("放假")
        return _("%(day)s%(what)s", day=date_text(date.fromisoformat(one.subject), language()), what=words)
    if one.kind == "calendar_remove":
        return date_text(date.fromisoformat(one.subject), language())
    if one.kind in ("year_add", "year_remove"):
        return _("%(year)s年", year=one.subject)
    if one.kind == "unit_contact":
        return _("%(unit)s：%(phone)s", unit=units.get(one.subject, one.subject), phone=one.proposed["phone"])
    return _("%(name)s：%(value)s", name=str(NAMES[one.subject]), value=one.proposed["value"])


def _state(one: Any) -> str:
    if one.decided_at is None:
        return _("等另一位管理员同意")
    if not one.is_granted:
        return _("没有同意，或者撤回了")
    return _("已经生效") if one.effective_at else _("同意了，到日子生效")


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
