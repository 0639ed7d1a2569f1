"""What a public notice (公示) may say of a person, and where it hangs: the least that the rule asks for.

A masked name, the village, the service, who posts it and for how long; never category, grade, photo, number
or reference, and nothing of anybody under 18 (rules.md 2.4 step 4 and 8.1, words.md 6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.catalogue.field_types.names import mask_name
from portal.catalogue.model import Definition, Place, Region, Step, StepKind
from portal.catalogue.texts import Text
from portal.rules.places import ancestors
from portal.rules.steps import applying_steps

FULL_AGE = 18
"""Of whoever is younger nothing is posted (残疾人证管理办法 art. 9)."""

_ADMINISTRATIVE = (*"省市州盟县区旗镇乡", "街道")
_HOUSE = re.compile(r"[\d一二三四五六七八九十百零〇]+(?:号楼|号院|号|栋|幢|楼|单元|室|组|队|户|层)")
_VILLAGE = re.compile(
    r"(?<![^\W\d_])[^\W\d_]{1,20}?(?:村民委员会|居民委员会|村委会|居委会|村社区|社区|嘎查|村)"
)


@dataclass(frozen=True)
class NoticeWords:
    """Everything that a notice says. ``days`` are working days; ``village`` is the town and the village."""

    service: Text
    masked_name: str
    village: str
    unit: Text
    days: int


def notice_step(definition: Definition, facts: Mapping[str, Any]) -> Step | None:
    """The step that posts a notice, if this application has or may have one."""
    steps = applying_steps(definition, facts)
    return next((step for step in steps if step.kind == StepKind.PUBLIC_NOTICE), None)


def is_spared(definition: Definition, facts: Mapping[str, Any]) -> bool:
    """Whether others would have a notice, and this person has none for being under 18."""
    age = facts.get("@age")
    has_step = any(step.kind == StepKind.PUBLIC_NOTICE for step in definition.service.steps)
    return has_step and notice_step(definition, facts) is None and isinstance(age, int) and age < FULL_AGE


def notice_words(
    definition: Definition,
    step: Step,
    region: Region,
    answers: Mapping[str, Any],
    name: str | None,
    unit: Text,
) -> NoticeWords:
    """The words of a notice: for the preview and for the notice itself, so that they cannot differ."""
    return NoticeWords(
        service=definition.service.name,
        masked_name=mask_name(name or ""),
        village=_village(definition, step, region, answers),
        unit=unit,
        days=step.clock.days,
    )


def notice_place(definition: Definition, step: Step, region: Region, answers: Mapping[str, Any]) -> str:
    """The code of the place where it hangs; the region's default where none was chosen from the list."""
    code = _written_place(answers.get(_place_field(definition, step, answers)))[0]
    known = next(ancestors(region, code), None)
    return known.code if known else region.default_place


def village_words(text: str, around: tuple[Place, ...] = ()) -> str:
    """The village or community in an address as people write it, without house numbers; "" where none is.

    ``around`` are the places that are said already. What cannot be told apart is left out rather than posted.
    """
    rest = text.strip()
    names = [name for place in reversed(around) for name in (place.name.zh, *place.aliases)]
    for name in names:
        if name.endswith(_ADMINISTRATIVE):
            rest = rest.removeprefix(name)
    found = _VILLAGE.search(_HOUSE.sub("，", rest))
    return found.group() if found else ""


def _village(definition: Definition, step: Step, region: Region, answers: Mapping[str, Any]) -> str:
    field = _place_field(definition, step, answers)
    code, written = _written_place(answers.get(field))
    around = tuple(ancestors(region, code))
    detail = answers.get(_detail_field(field))
    if around and around[0].level == "village":
        town = next((place.name.zh for place in around if place.level == "township"), "")
        return town + around[0].name.zh
    village = village_words(written, around) or village_words(
        detail if isinstance(detail, str) else "", around
    )
    if around:
        return around[0].name.zh + village
    return village or next(ancestors(region, region.default_place)).name.zh


def _place_field(definition: Definition, step: Step, answers: Mapping[str, Any]) -> str:
    """Whose place it is: of the household, or where the application was handed in (rules.md 2.4)."""
    elsewhere = definition.service.acceptance_place
    if step.at == "acceptance" and elsewhere is not None and elsewhere.when.holds(answers) is True:
        return elsewhere.field
    return definition.service.place_field


def _detail_field(place_field: str) -> str:
    """Blocks that ask for a place ask for the rest of the address beside it: h_place and h_detail."""
    return place_field.removesuffix("_place") + "_detail"


def _written_place(value: Any) -> tuple[str, str]:
    """The code and the free words of an answer to a question for a place."""
    if not isinstance(value, Mapping):
        return "", ""
    return str(value.get("code") or ""), str(value.get("written") or "")
