"""What a list can be narrowed by: a form that is sent as an address, with codes and never a private word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import request
from flask_babel import gettext as _

from portal import labels
from portal.catalogue.model import Role
from portal.labels import label
from portal.rules.places import county_of
from portal.usecases.actor import Actor
from portal.usecases.assigning import Colleague
from portal.usecases.posts import UNITS_OF_ROLES
from portal.usecases.queue_lists import NOBODY, DueFilter, QueueFilters, Which
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import say

NAMES: Final = ("service", "step", "due", "township", "needs", "taker", "channel")
ALWAYS_SHOWN: Final = ("service", "step", "due")
"""The others stand behind 更多筛选 until one of them is chosen."""
DUE: Final[Mapping[str, DueFilter]] = {"late": "late", "soon": "soon"}
WITHOUT: Final[Mapping[Which, tuple[str, ...]]] = {
    "mine": ("taker",),
    "returned": ("taker",),
    "late": ("due",),
    "waiting": ("due",),
    "paused": ("due",),
    "coming": ("step", "taker"),
    "stand_in": ("step",),
    "done": ("due", "taker"),
}
"""What says nothing in a list."""


@dataclass(frozen=True)
class Pick:
    """One filter above the queue."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    value: str


def picks_of(who: Actor, which: Which, colleagues: Sequence[Colleague]) -> list[Pick]:
    """The filters of a list with what is on offer; anything else in the address counts as everything."""
    offered = {
        "service": (_("服务"), _services()),
        "step": (_("步骤"), _steps(who)),
        "due": (_("时限"), [("", _("全部")), ("late", _("已超期")), ("soon", _("快到期"))]),
        "township": (_("乡镇（街道）"), _townships(who)),
        "needs": (_("沟通需要"), [("", _("全部")), ("yes", _("有特别的沟通需要"))]),
        "taker": (_("谁领取的"), _takers(who, colleagues)),
        "channel": (_("怎么交来的"), _channels()),
    }
    return [
        Pick(name, words, choices, _chosen(name, [value for value, _label in choices]))
        for name, (words, choices) in offered.items()
        if name not in WITHOUT.get(which, ())
    ]


def filters_of(picks: Iterable[Pick]) -> QueueFilters:
    """What was chosen."""
    chosen = {pick.name: pick.value for pick in picks if pick.value}
    taker = chosen.get("taker")
    return QueueFilters(
        service=chosen.get("service"),
        step=chosen.get("step"),
        due=DUE.get(chosen.get("due", "")),
        township=chosen.get("township"),
        channel=chosen.get("channel"),
        has_needs="needs" in chosen,
        taker=None if taker is None else NOBODY if taker == "nobody" else int(taker),
    )


def kept_of(picks: Iterable[Pick]) -> dict[str, str]:
    """What an address carries on: only what was chosen."""
    return {pick.name: pick.value for pick in picks if pick.value}


def _services() -> list[tuple[str, str]]:
    services = [parts().catalogue.services[code] for code in parts().region.services]
    return [("", _("全部服务")), *((one.code, say(one.name)) for one in services)]


def _steps(who: Actor) -> list[tuple[str, str]]:
    """The steps of the post, of the chosen service where one is chosen. Services may call one step by several
    names: without a service it is offered once, by all of them."""
    codes = parts().region.services
    roles = _roles_beside(who)
    chosen = request.args.get("service", "")
    names: dict[str, list[str]] = {}
    for service in (parts().catalogue.services[code] for code in ((chosen,) if chosen in codes else codes)):
        for step in service.steps:
            if step.role in roles:
                said = names.setdefault(step.id, [])
                said += [name for name in (say(step.name),) if name not in said]
    return [("", _("全部步骤")), *((step, _("、").join(said)) for step, said in names.items())]


def _roles_beside(who: Actor) -> Sequence[Role]:
    """The post's own; for the head of a unit those that can be held in it: steps of other houses are never in
    their lists."""
    if who.role is not Role.LEAD:
        return [who.role] if who.role else []
    kind = next((unit.kind for unit in parts().region.units if unit.code == who.unit_code), None)
    return [role for role, kinds in UNITS_OF_ROLES.items() if kind in kinds]


def _townships(who: Actor) -> list[tuple[str, str]]:
    region = parts().region
    here = [
        (place.code, say(place.name))
        for place in region.places
        if place.level == "township" and county_of(region, place.code) == who.county
    ]
    return [("", _("全部")), *here]


def _takers(who: Actor, colleagues: Sequence[Colleague]) -> list[tuple[str, str]]:
    named = {str(one.account_id): one.name for one in colleagues if one.account_id != who.account_id}
    own = [] if who.role is Role.LEAD else [(str(who.account_id), _("我"))]
    return [("", _("全部")), ("nobody", _("没有人领取")), *own, *named.items()]


def _channels() -> list[tuple[str, str]]:
    said = [(code, label(labels.CHANNELS, code, language())) for code in labels.CHANNELS if code != "system"]
    return [("", _("全部")), *said]


def _chosen(name: str, offered: list[str]) -> str:
    wanted = request.args.get(name, "")
    return wanted if wanted in offered else ""
