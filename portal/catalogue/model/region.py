"""Where services are given: places, units, service points, ways to get help, dated parameters."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Setting

from portal.catalogue.model.base import Code, Frozen
from portal.catalogue.model.process import UnitKind
from portal.catalogue.texts import Text


class Place(Frozen):
    code: str
    name: Text
    level: Literal["city", "county", "township", "village"]
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
    days_off: tuple[date, ...] = ()
    days_on: tuple[date, ...] = ()

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
