"""Administrators: what one of them would change, and what another one says to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.field_types import message
from portal.catalogue.texts import Text
from portal.i18n import date_text
from portal.rules.errors import Conflict, Invalid
from portal.usecases.amendments import (
    UNIT_KINDS,
    Change,
    decide_amendment,
    get_amendment,
    list_amendments,
    propose,
)
from portal.usecases.amounts import list_amounts
from portal.usecases.overview import list_units
from portal.usecases.staff_names import name_of
from portal.web.access import actor, admin
from portal.web.amount_words import amount_in_words, value_in_words
from portal.web.manage_unit_words import Line, changed_lines, changed_names, facts_of, unit_lines
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
    "unit_add": _l("新建单位"),
    "unit_change": _l("改单位的资料"),
    "unit_close": _l("停用单位"),
    "amount": _l("改数额"),
}
REFUSALS: Final[Mapping[str, Any]] = {
    "starts_in_past": _l("生效的日子不能是过去的日子。"),
    "waits_already": _l("已经有一个这样的修改在等人同意。"),
    "number_too_large": _l("这个数太大。"),
    "number_too_small": _l("这个数太小。"),
    "number_is_known": _l("从这一天起，已经有一个数。请换一天。"),
    "day_is_past": _l("这一天已经过去。只能加今天和以后的日子。"),
    "day_is_known": _l("这一天已经加过。要改，请先删掉原来的。"),
    "year_is_known": _l("这一年的安排系统里已经有了。"),
    "holidays_missing": _l("有法定假日还没有加。"),
    "unit_is_known": _l("这个单位已经有了。"),
    "unit_is_closed": _l("这个单位已经停用。"),
    "unit_has_work": _l("这个单位还有没有办完的申请，不能改种类，也不能搬到别的县。"),
    "unit_has_posts": _l("这个单位有人的岗位和新的种类不合。请先结束这些岗位。"),
    "heir_is_other": _l("只能转到同一种类、在用的单位。"),
    "heir_assesses_less": _l("这家医院能评定的类别少。请选别的医院。"),
}

PROPOSALS: Final = "/manage/amendments"
PROPOSED: Final = f"{PROPOSALS}?done=proposed"
"""Where whoever proposes a change comes to, and reads that it waits for the other administrator."""
DONE: Final = {
    "proposed": _l("已经提出，等另一位管理员同意。"),
    "grant": _l("您同意了这个修改。"),
    "refuse": _l("这个修改不做了。"),
}
"""What was just done, by the address of the list."""


class AnswerForm(PlainForm):
    answer = Question(
        _l("您同意这样改吗？"), "choice", choices=[("grant", _l("同意")), ("refuse", _l("不同意"))]
    )
    words = Question(
        _l("为什么不同意？"), "longtext", is_required=False, hint=_l("不同意的，要填。"), max_length=500
    )


@page.get("/amendments")
@admin
def amendments() -> Page:
    with reading() as db:
        found = list_amendments(db, actor())
        units = _unit_names(list_units(db, actor()))
    lines = [(one, str(KINDS[one.kind]), _what(one, units), by, _state(one)) for one, by in found]
    said = DONE.get(request.args.get("done", ""))
    return render("manage/amendments.html", lines=lines, said=said)


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
            parts().live_region.forget()
            return redirect(f"{PROPOSALS}?done={form.answer.data}", 303)
        except Invalid as refusal:
            form.add_error("words", message(refusal.errors["words"][0], language()))
    with reading() as db:
        found = get_amendment(db, actor(), amendment_id)
        every = list_units(db, actor())
        facts = [
            (_("改什么"), str(KINDS[found.kind])),
            (_("改成什么"), _what(found, _unit_names(every))),
            *_now(db, found),
            (_("从哪一天起"), date_text(found.from_on, language())),
            (_("依据"), found.source or _("没有写")),
            (_("谁提出的"), name_of(db, found.proposed_by_id) or ""),
            (_("现在怎样"), _state(found)),
        ]
        details = _details(found, every)
        facts += [(_("为什么不同意"), found.words)] if found.words else []
        is_own = found.proposed_by_id == actor().account_id
        is_waiting = found.decided_at is None
    form.answer.offer([("refuse", _("撤回"))] if is_own else [("grant", _("同意")), ("refuse", _("不同意"))])
    return render(
        "manage/amendment.html",
        form.status,
        form=form,
        facts=facts,
        details=details,
        is_closing=found.kind == "unit_close",
        path=f"/manage/amendments/{amendment_id}",
        is_own=is_own,
        is_waiting=is_waiting,
    )


def suggest(change: Change, form: PlainForm, questions: Mapping[str, str], otherwise: str) -> Response | None:
    """Put the change before the other administrators; None where it is refused, said at its question:
    ``questions`` by refusal, ``otherwise`` for those that it does not name."""
    try:
        with transaction() as db:
            propose(db, actor(), change)
        return redirect(PROPOSED, 303)
    except Conflict as refusal:
        words = str(REFUSALS.get(refusal.key, _l("现在不能这样改。")))
        if refusal.key == "holidays_missing":
            words = _("这些法定假日还没有加：%(days)s。请先一天一天加上。", days=refusal.what)
        form.add_error(questions.get(refusal.key, otherwise), words)
        return None


def _now(db: Session, one: Any) -> list[tuple[str, str]]:
    """What a number is today, beside what it would be."""
    if one.kind != "amount" or one.decided_at is not None:
        return []
    known = next(
        (seen for seen in list_amounts(db, actor(), parts().region) if seen.known.name == one.subject), None
    )
    now = value_in_words(known.now, known.now.value) if known and known.now else _("没有规定")
    return [(_("现在是多少"), now)]


def _unit_names(every: Sequence[Any]) -> Mapping[str, str]:
    return {one.code: say(Text.model_validate(one.names)) for one in every}


def _details(one: Any, every: Sequence[Any]) -> list[Line]:
    """All of a new unit; of a changed one what will be different. Nothing for any other change."""
    if one.kind == "unit_add":
        return unit_lines(one.proposed)
    known = next((unit for unit in every if unit.code == one.subject), None)
    if one.kind == "unit_change" and known is not None:
        now = facts_of(known)
        return changed_lines(now, one.proposed) if one.effective_at is None else unit_lines(one.proposed)
    return []


def _what(one: Any, units: Mapping[str, str]) -> str:
    """The change in words."""
    if one.kind == "calendar_add":
        words = _("上班") if one.proposed["is_working"] else _("放假")
        return _("%(day)s%(what)s", day=date_text(date.fromisoformat(one.subject), language()), what=words)
    if one.kind == "calendar_remove":
        return date_text(date.fromisoformat(one.subject), language())
    if one.kind in ("year_add", "year_remove"):
        return _("%(year)s年", year=one.subject)
    if one.kind in UNIT_KINDS:
        return _what_of_unit(one, units)
    return amount_in_words(parts().region, one.subject, one.proposed["value"])


def _what_of_unit(one: Any, units: Mapping[str, str]) -> str:
    if one.kind == "unit_add":
        return say(Text.model_validate(one.proposed["names"]))
    unit = units.get(one.subject, one.subject)
    if one.kind == "unit_change":
        return _("%(unit)s：%(what)s", unit=unit, what=_("、").join(changed_names(one.proposed)))
    heir = units.get(one.proposed["to"], one.proposed["to"])
    return _("%(unit)s停用，申请转到%(heir)s", unit=unit, heir=heir)


def _state(one: Any) -> str:
    if one.decided_at is None:
        return _("等另一位管理员同意")
    if not one.is_granted:
        return _("没有同意，或者撤回了")
    return _("已经生效") if one.effective_at else _("同意了，到日子生效")


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
