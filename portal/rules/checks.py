"""Checks of an answer against another answer and the region: named in a definition by ``check``; and hints,
what looks odd about an answer and stops nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError, FieldWarning
from portal.catalogue.field_types.base import FieldType
from portal.catalogue.field_types.numbers import yuan
from portal.catalogue.model import Answers, Field, Region
from portal.catalogue.wording import region_options
from portal.rules.calendar import Calendar
from portal.rules.deadlines import add_working_days, remaining


def institution_covers(value: Any, other: Any, region: Region) -> list[FieldError]:
    """The hospital must be able to assess every chosen kind of difficulty (rules.md 10b.2, zj_hospital)."""
    hospital = next((unit for unit in region.units if unit.code == value), None)
    chosen = {kind for kind in other if kind != UNKNOWN} if isinstance(other, list) else set()
    if hospital is None or chosen <= set(hospital.categories):
        return []
    return [FieldError("institution_covers")]


def each_once(value: Any, _other: Any, _region: Region) -> list[FieldError]:
    """In a repeating group the first answer of every line is another one (one grade for each category)."""
    first = [next(iter(line.values()), None) for line in value if line] if isinstance(value, list) else []
    return [] if len(first) == len(set(first)) else [FieldError("given_twice")]


def as_many_as(value: Any, other: Any, _region: Region) -> list[FieldError]:
    """A line for each of so many (rules.md 10b.2); not knowing how many stops nobody."""
    if not isinstance(value, list) or not isinstance(other, int) or len(value) >= other:
        return []
    return [FieldError("lines_missing", count=other - len(value))]


def another_than(value: Any, other: Any, _region: Region) -> list[FieldError]:
    """Two people are two: whoever is named here is not named there (行政许可法 art. 34, rules.md 5.2)."""
    is_same = isinstance(value, str) and bool(value) and value == other
    return [FieldError("another_than")] if is_same else []


def not_more_than(value: Any, other: Any, _region: Region) -> list[FieldError]:
    """An amount stays within one that was agreed before (an invoice within its plan); both in fen."""
    is_over = isinstance(value, int) and isinstance(other, int) and value > other
    return [FieldError("money_max", max=yuan(other))] if is_over else []


BARS = {"sms": "sms", "phone": "call", "post": "post"}
"""A way of hearing from us, and the wish by which it is never used."""
BY_PHONE = {"sms", "phone"}


def reachable(value: Any, other: Any, _region: Region) -> list[FieldError]:
    """Who says that there is no phone is not reached by one: one of the two answers is a slip."""
    is_lost = other == "none" and isinstance(value, list) and bool(BY_PHONE & set(value))
    return [FieldError("way_needs_phone")] if is_lost else []


def not_barred(value: Any, other: Any, _region: Region) -> list[FieldError]:
    """Nobody is reached in a way that they want and forbid at once; the first such way is named."""
    if not isinstance(value, list) or not isinstance(other, list):
        return []
    return [FieldError(f"way_barred_{way}") for way, bar in BARS.items() if way in other and bar in value][:1]


CHECKS: Mapping[str, Callable[[Any, Any, Region], list[FieldError]]] = {
    "another_than": another_than,
    "as_many_as": as_many_as,
    "each_once": each_once,
    "institution_covers": institution_covers,
    "not_barred": not_barred,
    "not_more_than": not_more_than,
    "reachable": reachable,
}


def run_check(field: Field, value: Any, answers: Answers, region: Region) -> list[FieldError]:
    """What the field's own check says of a value; nothing where it has none."""
    if field.check is None:
        return []
    return CHECKS[field.check](value, answers.get(field.check_with or ""), region)


WITH_HINTS = frozenset(
    name for name, kind in FIELD_TYPES.items() if type(kind).warnings is not FieldType.warnings
)
"""The kinds of which something may look odd at all: most have no hints."""


def may_have_hints(field: Field) -> bool:
    """Whether there may be anything to say of an answer that stands."""
    return field.kind in WITH_HINTS or field.term_days is not None or field.means == "invoice_no"


def term_hint(since: date, days: int, today: date, calendar: Calendar) -> FieldWarning:
    """How many working days are left of a right that lasts ``days`` from ``since``, today not counted."""
    last = add_working_days(since, days, calendar)
    left = remaining(last, today, calendar)
    code = "term_over" if today > last else "term_left" if left else "term_last_day"
    return FieldWarning(code, {"count": left, "day": last.isoformat()})


AREA_DIGITS = 4
"""A city's part of an ID number."""


def hints_for(
    field: Field, answers: Answers, region: Region, today: date, calendar: Calendar | None = None
) -> list[FieldWarning]:
    """What looks odd about an answer that may stand: shown to be looked at once more, never refused.

    An area that the region itself names is known, whatever the tables of ID numbers say of it. Where a right
    begins on the day that was answered, how long it lasts; ``calendar`` says which days are counted.
    """
    if not may_have_hints(field):
        return []
    kind, value = FIELD_TYPES[field.kind], answers.get(field.id)
    if value in (None, UNKNOWN) or kind.is_empty(value) or not kind.is_held(value):
        return []
    if field.term_days is not None:
        return [term_hint(date.fromisoformat(value), field.term_days, today, calendar or Calendar())]
    found = kind.warnings(value, region_options(field, region), FieldContext(today=today, answers=answers))
    return [hint for hint in found if hint.code != "id_area_unknown" or not _is_own_area(str(value), region)]


def _is_own_area(number: str, region: Region) -> bool:
    return any(place.code[:AREA_DIGITS] == number[:AREA_DIGITS] for place in region.places)
