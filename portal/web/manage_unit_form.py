"""What administrators say of a unit: the questions, what does not go together, and what of it is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.catalogue.model import UnitKind
from portal.labels import label
from portal.rules.places import full_name, places_named
from portal.web.manage_unit_words import Facts
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.services import UNIT_WORDS

MOST_NAMED: Final = 8


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


def unit_form(now: Facts) -> UnitForm:
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


def typed_unit(form: UnitForm) -> dict[str, Any] | None:
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


def difference(now: Facts, typed: Mapping[str, Any]) -> dict[str, Any]:
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
