"""Numbers of a region in words: what they are called, and in what they are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.catalogue.model import Parameter, Region
from portal.usecases.amounts import find_changeable
from portal.web.rendering import say


def name_of(parameter: Parameter) -> str:
    """What officials call it."""
    return say(parameter.label) if parameter.label is not None else parameter.name


def value_in_words(parameter: Parameter, value: Any) -> str:
    """A number with its unit; one without a unit as it is."""
    number = int(value)
    words: Mapping[str, str] = {
        "yuan": _("%(num)s元", num=number),
        "percent": _("%(num)s%%", num=number),
        "days": ngettext("%(num)s天", "%(num)s天", number),
        "working_days": ngettext("%(num)s个工作日", "%(num)s个工作日", number),
        "months": ngettext("%(num)s个月", "%(num)s个月", number),
        "years": ngettext("%(num)s年", "%(num)s年", number),
        "pieces": ngettext("%(num)s件", "%(num)s件", number),
    }
    return words.get(parameter.unit or "", str(number))


def amount_in_words(region: Region, name: str, value: Any) -> str:
    """A number by its name in the region, with a value: what it is and how much."""
    known = find_changeable(region, name)
    if known is None:
        return _("%(name)s：%(value)s", name=name, value=value)
    return _("%(name)s：%(value)s", name=name_of(known), value=value_in_words(known, value))


def status_in_words(parameter: Parameter) -> str:
    """Whether somebody compared it with the published paper."""
    words: Mapping[str, str] = {
        "verified": _("核对过原文"),
        "unverified": _("没有核对原文"),
        "example": _("示例"),
    }
    return words[parameter.status]
