"""Units and changes of units in words, for administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.catalogue.model import UnitKind
from portal.labels import label
from portal.rules.places import full_name
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.services import UNIT_WORDS

Facts: TypeAlias = Mapping[str, Any]
"""A unit as ``unit_changes`` takes it: kind, place, names, contact, categories."""

LABELS: Final[Mapping[str, Any]] = {
    "names.zh": _l("名称"),
    "names.easy": _l("易读版的名称"),
    "names.en": _l("英文名称"),
    "kind": _l("种类"),
    "place": _l("地点"),
    "contact.address.zh": _l("地址"),
    "contact.address.en": _l("英文地址"),
    "contact.phone": _l("电话"),
    "contact.text_line": _l("收短信的号码"),
    "contact.hours.zh": _l("办公时间"),
    "contact.hours.easy": _l("易读版的办公时间"),
    "contact.hours.en": _l("英文的办公时间"),
    "categories": _l("可以评定的残疾类别"),
}
"""What can be said of a unit, in the order of the form."""


@dataclass(frozen=True)
class Line:
    """One thing that is known: what it is called, and the text, in a language of its own where it has one."""

    label: str
    text: str
    lang: str | None = None


def facts_of(unit: Any) -> Facts:
    """A unit as it stands."""
    return {
        "kind": unit.kind,
        "place": unit.place,
        "names": unit.names,
        "contact": unit.contact,
        "categories": unit.categories,
    }


def unit_lines(facts: Facts) -> list[Line]:
    """What is known of a unit, each with what it is called."""
    found = zip(LABELS.items(), _texts(facts), strict=True)
    return [Line(str(words), text, _language_of(key)) for (key, words), text in found if text]


def changed_lines(now: Facts, then: Facts) -> list[Line]:
    """What would be different: how it will be, and how it is."""
    named = {key: text for key, text in zip(LABELS, _texts(then), strict=True) if _is_named(then, key)}
    before = dict(zip(LABELS, _texts(now), strict=True))
    return [
        Line(
            str(LABELS[key]),
            _("%(then)s（现在：%(now)s）", then=text or _("没有"), now=before[key] or _("没有")),
        )
        for key, text in named.items()
        if text != before[key]
    ]


def changed_names(then: Facts) -> Sequence[str]:
    """What a change is about, in few words."""
    parts_named = {"names": _("名称"), "kind": _("种类"), "place": _("地点"), "categories": _("评定类别")}
    contact = {"phone": _("电话"), "text_line": _("短信号码"), "address": _("地址"), "hours": _("办公时间")}
    found = [words for key, words in parts_named.items() if key in then]
    return found + [words for key, words in contact.items() if key in then.get("contact", {})]


def _texts(facts: Facts) -> list[str]:
    return [_text(key, _value(facts, key)) for key in LABELS]


def _text(key: str, value: Any) -> str:
    if not value:
        return ""
    if key == "kind":
        return str(UNIT_WORDS[UnitKind(value)])
    if key == "place":
        return full_name(parts().region, value, language()) or str(value)
    if key == "categories":
        return str(_("、")).join(label(labels.DISABILITIES, one, language()) for one in value)
    return str(value)


def _language_of(key: str) -> str | None:
    """For the ear: the name in English is read in English on a Chinese page, and the other way round."""
    return {"zh": "zh-CN", "easy": "zh-CN", "en": "en"}.get(key.rpartition(".")[2])


def _value(facts: Facts, key: str) -> Any:
    found: Any = facts
    for step in key.split("."):
        found = (found or {}).get(step)
    return found


def _is_named(facts: Facts, key: str) -> bool:
    """Whether a change says anything about it: a text is changed as a whole, in all its languages."""
    parent = facts
    for step in key.split(".")[:2]:
        if step not in parent:
            return False
        if not isinstance(parent[step], Mapping):
            return True
        parent = parent[step]
    return True
