"""Checks of an answer against another answer and the region: named in a definition by ``check``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers, Field, Region


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


CHECKS: Mapping[str, Callable[[Any, Any, Region], list[FieldError]]] = {
    "each_once": each_once,
    "institution_covers": institution_covers,
}


def run_check(field: Field, value: Any, answers: Answers, region: Region) -> list[FieldError]:
    """What the field's own check says of a value; nothing where it has none."""
    if field.check is None:
        return []
    return CHECKS[field.check](value, answers.get(field.check_with or ""), region)
