"""Administrators: the units that act. A new one, a changed one, one that closes: each is granted by another
administrator before it holds. Nothing of the applications that lie there is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.model import UnitKind
from portal.catalogue.texts import Text
from portal.i18n import date_text
from portal.labels import label
from portal.rules.errors import NotFound
from portal.rules.places import full_name, places_named
from portal.usecases.amendments import Change, Kind, list_amendments_of
from portal.usecases.overview import list_units
from portal.usecases.unit_changes import new_unit_code
from portal.web.access import actor, admin
from portal.web.manage_amendments import KINDS, suggest
from portal.web.manage_unit_words import Facts, Line, facts_of, unit_lines
from portal.web.parts import parts, reading
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.services import UNIT_WORDS

page = Blueprint("manage_units", __name__, url_prefix="/manage/units")
Page = tuple[str, int] | Response

MOST_NAMED: Final = 8
QUESTIONS: Final[Mapping[str, str]] = {
    "starts_in_past": "from_on",
    "unit_has_work": "kind",
    "unit_has_posts": "kind",
    "heir_is_other": "to",
    "heir_assesses_less": "to",
}
"""Which question a refusal belongs to."""


class UnitForm(PlainForm):
    name_zh = Question(_l("名称"), max_length=60, width="full")
    name_easy = Question(_l("易读版的名称"), max_length=60, is_required=False, width="full")
    name_en = Question(_l("英文名称"), max_length=120, width="full")
    kind = Question(_l("种类"), "choice", choices=[(one.value, UNIT_WORDS[one]) for one in UnitKind])
    place = Question(_l("在哪里？"), hint=_l("写地名，或者地区代码。"), max_length=60)
    address_zh = Question(_l("地址"), max_length=120, is_required=False, width="full")
    address_en = Question(_l("英文地址"), max_length=200, is_required=False, width="full")
    phone = Question(_l("电话"), max_length=30, is_required=False)
    text_line = Question(_l("收短信的号码"), max_length=30, is_required=False)
    hours_zh = Question(_l("办公时间"), max_length=120, is_required=False, width="full")
    hours_easy = Question(
        _l("易读版的办公时间"), "longtext", hint=_l("一行说一件事。"), max_length=200, is_required=False
    )
    hours_en = Question(_l("英文的办公时间"), max_length=200, is_required=False, width="full")
    categories = Question(_l("可以评定的残疾类别"), "multi", hint=_l("只有评定医院要选。"), is_required=False)
    from_on = Question(_l("从哪一天起？"), "date", hint=_l("例如2026年10月8日。"))
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")


class ClosingForm(PlainForm):
    to = Question(_l("没有办完的申请转到哪里？"), "choice", names="unit")
    from_on = Question(_l("从哪一天起？"), "date", hint=_l("例如2026年10月8日。"))
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")


@page.get("")
@admin
def units() -> Page:
    region = parts().region
    with reading() as db:
        lines = [
            (
                unit.code,
                _name(unit),
                UNIT_WORDS[UnitKind(unit.kind)],
                full_name(region, unit.place, language()) or unit.place,
                unit.contact.get("phone") or _("没有"),
                _state(unit),
            )
            for unit in list_units(db, actor())
        ]
    return render("manage/units.html", lines=lines)


@page.route("/new", methods=["GET", "POST"])
@admin
def new() -> Page:
    form = _unit_form({})
    if request.method == "POST" and form.validate() and (typed := _typed(form)) is not None:
        with reading() as db:
            code = new_unit_code(db, UnitKind(typed["kind"]), typed["place"])
        change = _change("unit_add", code, {**typed, "region": parts().region.code}, form)
        answer = suggest(change, form, QUESTIONS, "name_zh")
        if answer is not None:
            return answer
    return render(
        "manage/unit_form.html",
        form.status,
        form=form,
        heading=_("新建单位"),
        path="/manage/units/new",
        back="/manage/units",
    )


@page.get("/<unit_code>")
@admin
def unit(unit_code: str) -> Page:
    with reading() as db:
        known = _unit(list_units(db, actor()), unit_code)
        coming = list_amendments_of(db, actor(), unit_code)
    facts = [Line(_("状态"), _state(known)), *unit_lines(facts_of(known))]
    return render(
        "manage/unit.html",
        name=_name(known),
        facts=facts,
        path=f"/manage/units/{unit_code}",
        is_open=known.closed_on is None,
        coming=[(one, str(KINDS[one.kind])) for one in coming],
    )


@page.route("/<unit_code>/change", methods=["GET", "POST"])
@admin
def change(unit_code: str) -> Page:
    with reading() as db:
        known = _open_unit(list_units(db, actor()), unit_code)
    now = facts_of(known)
    form = _unit_form(now)
    if request.method == "POST" and form.validate() and (typed := _typed(form)) is not None:
        different = _difference(now, typed)
        if different:
            answer = suggest(_change("unit_change", unit_code, different, form), form, QUESTIONS, "name_zh")
            if answer is not None:
                return answer
        else:
            form.add_error("name_zh", _("还没有改任何内容。"))
    return render(
        "manage/unit_form.html",
        form.status,
        form=form,
        heading=_("改单位的资料"),
        name=_name(known),
        path=f"/manage/units/{unit_code}/change",
        back=f"/manage/units/{unit_code}",
    )


@page.route("/<unit_code>/close", methods=["GET", "POST"])
@admin
def close(unit_code: str) -> Page:
    with reading() as db:
        every = list_units(db, actor())
    known = _open_unit(every, unit_code)
    heirs = [one for one in every if one.kind == known.kind and one.closed_on is None and one is not known]
    form = ClosingForm(sent())
    form.to.offer([(one.code, _name(one)) for one in heirs])
    if request.method == "POST" and heirs and form.validate():
        wanted = _change("unit_close", unit_code, {"to": form.to.data}, form)
        answer = suggest(wanted, form, QUESTIONS, "to")
        if answer is not None:
            return answer
    return render(
        "manage/unit_close.html",
        form.status,
        form=form,
        name=_name(known),
        has_heirs=bool(heirs),
        path=f"/manage/units/{unit_code}",
    )


def _change(kind: Kind, code: str, proposed: Mapping[str, Any], form: PlainForm) -> Change:
    from_on = date.fromisoformat(form["from_on"].data)
    return Change(kind, code, proposed, form["source"].data, from_on)


def _unit_form(now: Facts) -> UnitForm:
    """The form with what was sent, else with the unit as it is now."""
    contact = now.get("contact", {})
    names, address, hours = (
        _said(words) or {} for words in (now.get("names"), contact.get("address"), contact.get("hours"))
    )
    form = UnitForm(
        sent(),
        name_zh=names.get("zh"),
        name_easy=names.get("easy"),
        name_en=names.get("en"),
        kind=now.get("kind"),
        place=full_name(parts().region, now["place"], "zh") if now else None,
        address_zh=address.get("zh"),
        address_en=address.get("en"),
        phone=contact.get("phone"),
        text_line=contact.get("text_line"),
        hours_zh=hours.get("zh"),
        hours_easy=hours.get("easy"),
        hours_en=hours.get("en"),
        categories=list(now.get("categories", [])),
    )
    form.categories.offer(
        [
            (one, label(labels.DISABILITIES, one, language()))
            for one in labels.DISABILITIES
            if one != "multiple"
        ]
    )
    return form


def _typed(form: UnitForm) -> dict[str, Any] | None:
    """The unit as the form describes it; None where something does not go together, said at its question."""
    for name in ("address", "hours"):
        _ask_for_both(form, name)
    if form.hours_easy.data and not form.hours_zh.data:
        form.add_error("hours_zh", _("填了易读版，也要填这一项。"))
    place = _place(form)
    if form.kind.data == UnitKind.HOSPITAL and not form.categories.data:
        form.add_error("categories", _("评定医院至少要选一类。"))
    if form.kind.data != UnitKind.HOSPITAL and form.categories.data:
        form.add_error("categories", _("只有评定医院可以选。"))
    if form.has_errors:
        return None
    return {
        "kind": form.kind.data,
        "place": place,
        "names": _text(form.name_zh.data, form.name_easy.data, form.name_en.data),
        "contact": {
            "address": _text(form.address_zh.data, "", form.address_en.data),
            "phone": form.phone.data or None,
            "text_line": form.text_line.data or None,
            "hours": _text(form.hours_zh.data, form.hours_easy.data, form.hours_en.data),
        },
        "categories": list(form.categories.data),
    }


def _ask_for_both(form: UnitForm, name: str) -> None:
    """Chinese and English, or neither: every page exists in both."""
    for one, other in ((f"{name}_zh", f"{name}_en"), (f"{name}_en", f"{name}_zh")):
        if form[one].data and not form[other].data:
            form.add_error(other, _("中文和英文都要填，或者都不填。"))


def _place(form: UnitForm) -> str | None:
    region = parts().region
    found = places_named(region, form.place.data)
    if len(found) == 1:
        return found[0].code
    if not found:
        form.add_error("place", _("没有找到这个地方。请写全名，或者地区代码。"))
        return None
    named = [f"{full_name(region, one.code, language())} {one.code}" for one in found[:MOST_NAMED]]
    form.add_error("place", _("有几个同名的地方，请写代码：%(places)s。", places=_("、").join(named)))
    return None


def _text(zh: str, easy: str, en: str) -> dict[str, str] | None:
    if not zh:
        return None
    return {"zh": zh, "en": en, **({"easy": easy} if easy and easy != zh else {})}


def _difference(now: Facts, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What of the form is not as it is."""
    contact = {
        name: value for name, value in typed["contact"].items() if value != _said(now["contact"].get(name))
    }
    found = {name: typed[name] for name in ("kind", "place", "categories") if typed[name] != now[name]}
    if typed["names"] != _said(now["names"]):
        found["names"] = typed["names"]
    return {**found, "contact": contact} if contact else found


def _said(value: Any) -> Any:
    """As a form says it: nothing for what is empty, and easy words only where they are others."""
    if isinstance(value, Mapping):
        is_easy_already = value.get("easy") == value.get("zh")
        return {
            one: words for one, words in value.items() if words and not (one == "easy" and is_easy_already)
        } or None
    return value or None


def _unit(every: Sequence[Any], code: str) -> Any:
    """Raises NotFound."""
    known = next((one for one in every if one.code == code), None)
    if known is None:
        raise NotFound("unit")
    return known


def _open_unit(every: Sequence[Any], code: str) -> Any:
    """Raises NotFound, for a closed one too: there is nothing to change any more."""
    known = _unit(every, code)
    if known.closed_on is not None:
        raise NotFound("unit")
    return known


def _name(one: Any) -> str:
    return say(Text.model_validate(one.names))


def _state(one: Any) -> str:
    if one.closed_on is None:
        return _("在用")
    return _("%(day)s起停用", day=date_text(one.closed_on, language()))


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
