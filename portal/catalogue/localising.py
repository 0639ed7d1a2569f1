"""A service as a region gives it: its days, what the rules leave to the region, and texts that name either.

A text names a number of the region as ``{local_retrofit_years}``, the days of a step as
``{days_public_notice}`` and the counted days of all steps together as ``{days_total}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from portal.catalogue.model import Again, GuidePart, Region, Remedy, Service, Step
from portal.catalogue.texts import Text

Shape = TypeVar("Shape", bound=BaseModel)

FILLED: Final = re.compile(r"\{((?:local|days)_[a-z_0-9]+)\}")
"""What is filled in when a service becomes that of a region."""

CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "reassess_on_renewal": frozenset({"never", "if_changed", "always"})
}
"""Rules of a region that are words, and what each may say; conditions ask for them as ``@name``."""
LEAST, MOST = 1, 100
"""Rules that are numbers lie between these."""


def local_facts(region: Region) -> dict[str, str]:
    """What conditions may ask of the region, by ``@name``."""
    return {f"@{one.name}": str(one.value) for one in region.rules if one.name in CHOICES}


def localised(service: Service, region: Region) -> Service:
    """The service with the region's days, with only what is true there in its guide, and every number filled
    in. ``checking`` holds that each number that a text names is there."""
    steps = tuple(_with_days(step, service.code, region) for step in service.steps)
    facts = local_facts(region)
    given = service.model_copy(
        update={
            "steps": steps,
            "guide": tuple(part for one in service.guide if (part := _true_of(one, facts)).statements),
            "correction_days": region.rule("correction_days") or service.correction_days,
            "again": _with_years(service.again, region),
            "remedies": tuple(_with_ways(one, region) for one in service.remedies),
        }
    )
    return filled(given, numbers_of(given, region))


def total_days(service: Service) -> int | None:
    """The working days that are promised together: of the steps that every application goes through, shared
    days once (rules.md 10b.4). None where calendar days count too, or every application has steps of its own.
    """
    counted = [step for step in service.steps if step.clock.counts and step.clock.shares_with is None]
    if any(step.clock.unit != "working" for step in counted):
        return None
    return sum(step.clock.days for step in counted if step.when is None) or None


def filled(part: Shape, numbers: Mapping[str, str]) -> Shape:
    """The same with every number in the place where a text names it."""
    if not FILLED.search(part.model_dump_json()):
        return part
    whole = part.model_dump(by_alias=True, exclude_defaults=True)
    return type(part).model_validate(_mapped(whole, numbers))


def numbers_of(service: Service, region: Region) -> dict[str, str]:
    """What texts of a service may name, by its name."""
    days = {f"days_{step.id}": str(step.clock.days) for step in service.steps}
    if (total := total_days(service)) is not None:
        days["days_total"] = str(total)
    if region.fading:
        days["local_fading_months"] = str(sum(stage.months for stage in region.fading))
    return days | {f"local_{one.name}": str(one.value) for one in region.rules}


def named_in(part: BaseModel) -> set[str]:
    """The numbers that the texts of something name."""
    return set(FILLED.findall(part.model_dump_json()))


def _mapped(part: Any, numbers: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return FILLED.sub(lambda found: numbers[found[1]], part)
    if isinstance(part, Mapping):
        return {key: _mapped(value, numbers) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_mapped(value, numbers) for value in part]
    return part


def _with_days(step: Step, code: str, region: Region) -> Step:
    found = next((one for one in region.limits if (one.service, one.step) == (code, step.id)), None)
    if found is None:
        return step
    return step.model_copy(update={"clock": step.clock.model_copy(update={"days": found.days})})


def _with_ways(remedy: Remedy, region: Region) -> Remedy:
    """How else than by telephone a remedy is reached: as the region knows it, or that it is not known."""
    if remedy.without_phone is None:
        return remedy
    said, more = remedy.text, region.without_phone.get(remedy.cite or "", remedy.without_phone)
    text = Text(
        zh=f"{said.zh}{more.zh}",
        easy=f"{said.say('easy')}\n{more.say('easy')}",
        en=f"{said.say('en')} {more.say('en')}",
    )
    return remedy.model_copy(update={"text": text, "without_phone": None})


def _with_years(again: Again | None, region: Region) -> Again | None:
    years = region.rule(again.rule) if again is not None else None
    if again is None or not isinstance(years, int):
        return again
    return again.model_copy(update={"years": years})


def _true_of(part: GuidePart, facts: Mapping[str, str]) -> GuidePart:
    """A guide is read before anything is answered: what asks for answers stays."""
    kept = (one for one in part.statements if one.when is None or one.when.holds(facts) is not False)
    return part.model_copy(update={"statements": tuple(kept)})
