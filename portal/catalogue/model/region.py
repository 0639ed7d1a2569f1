"""Where services are given: places, units, service points, ways to get help, dated parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Setting

from portal.catalogue.conditions import Condition
from portal.catalogue.model.base import Code, Frozen
from portal.catalogue.model.process import UnitKind
from portal.catalogue.texts import Text


class Place(Frozen):
    code: str
    name: Text
    level: Literal["province", "city", "county", "township", "village"]
    parent: str | None = None
    aliases: tuple[str, ...] = ()


class Unit(Frozen):
    code: Code
    kind: UnitKind
    name: Text
    place: str
    address: Text | None = None
    phone: str | None = None
    text_line: str | None = None  # a number that takes text messages
    hours: Text | None = None
    note: Text | None = None  # what it does, beside its name in a list to choose from
    categories: tuple[str, ...] = ()  # hospitals: which disabilities they may assess
    is_closed: bool = False  # named by answers of before; offered to nobody any more


Facility = Literal[
    "ramp", "lift", "toilet", "sign_language", "low_counter", "braille", "parking", "writing_pad"
]


class ServicePoint(Frozen):
    code: Code
    name: Text
    place: str
    address: Text
    hours: Text
    phone: str | None = None
    facilities: tuple[Facility, ...] = ()


class HelpWay(Frozen):
    """One way to get help; a region lists only those that exist (experience.md 6)."""

    kind: Literal["online", "text", "sign_video", "point", "visit", "phone"]
    text: Text
    link: Text | None = None
    href: str | None = None


ParameterUnit = Literal["yuan", "days", "working_days", "months", "years", "percent", "pieces"]


class Parameter(Frozen):
    """A dated number or word of a region, with its source (rules.md 11.3)."""

    name: Code
    value: int | str | bool
    label: Text | None = None  # what officials call it; one without is not theirs to change
    unit: ParameterUnit | None = None
    effective_from: date
    effective_to: date | None = None
    source: str
    status: Literal["verified", "unverified", "example"]


class LocalRule(Frozen):
    """What the rules leave to a region and every service there keeps to (rules.md 11.3). It becomes part of
    each definition, so an application keeps the rules under which it began."""

    name: Literal["correction_days", "reassess_on_renewal", "retrofit_years"]
    value: int | str
    source: str
    status: Literal["verified", "unverified", "example"]


class LocalLimit(Frozen):
    """The days of a step in this region, where they are not those that the service says (rules.md 11.3)."""

    service: str
    step: Code
    days: int = Setting(ge=1, le=400)
    source: str
    status: Literal["verified", "unverified", "example"]


class BenefitGroup(Frozen):
    """Who gets how much: the first group whose ``when`` holds. The amount is a dated parameter."""

    id: Code
    name: Text
    when: Condition  # over meanings and ``@age``
    amount: Code | None = None  # a parameter in yuan (or percent, where the unit says so); none: as decided


class Overlap(Frozen):
    """What follows for whoever receives something else already (the matrix of rules.md 3.2)."""

    receives: str  # a choice of the question that means ``receives``
    then: Literal["no", "choose_one", "we_check"]
    other_amount: Code | None = None  # for choose_one: the parameter with the other amount, in yuan a month
    why: Text
    source: str
    status: Literal["verified", "unverified", "example"]


class Benefit(Frozen):
    """What a service gives in this region, to whom, and beside what it is not given."""

    code: Code
    service: str
    name: Text
    period: Literal["month", "year", "once"]
    start: Literal["application_month", "next_month", "decision_month"] = "application_month"
    groups: Annotated[tuple[BenefitGroup, ...], Setting(min_length=1)]
    overlaps: tuple[Overlap, ...] = ()
    outside: Text  # said to whoever is in none of the groups
    cite: str = ""  # the local document, in words
    status: Literal["verified", "unverified", "example"]


class FadingStage(Frozen):
    """So many months at so many percent, when a household leaves the low-income list (渐退)."""

    months: int = Setting(ge=1, le=120)
    percent: int = Setting(ge=0, le=100)


class Region(Frozen):
    """Where the services are given: places, units, hospitals, service points, dated parameters."""

    code: Code
    name: Text
    site_name: Text
    is_example: bool = False
    default_place: str
    services: tuple[str, ...]
    places: Annotated[tuple[Place, ...], Setting(min_length=1)]
    units: tuple[Unit, ...]
    service_points: tuple[ServicePoint, ...] = ()
    help_ways: tuple[HelpWay, ...]
    footer: tuple[Text, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    rules: tuple[LocalRule, ...] = ()
    limits: tuple[LocalLimit, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    fading: tuple[FadingStage, ...] = ()
    days_off: tuple[date, ...] = ()
    days_on: tuple[date, ...] = ()
    without_phone: Mapping[
        str, Text
    ] = {}  # by the citation of a remedy: where it is, which number takes texts

    def benefit(self, code: str) -> Benefit | None:
        """The benefit with this code, where the region gives it."""
        return next((one for one in self.benefits if one.code == code), None)

    def rule(self, name: str) -> int | str | None:
        """What the region decided under this name; None where it says nothing."""
        return next((one.value for one in self.rules if one.name == name), None)

    def parameter(self, name: str, on: date) -> Parameter | None:
        """The parameter as it holds on a day, both ends included; None where none does."""
        return next(
            (
                one
                for one in self.parameters
                if one.name == name and one.effective_from <= on <= (one.effective_to or date.max)
            ),
            None,
        )
