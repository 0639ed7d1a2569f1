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


CHECKS: Mapping[str, Callable[[Any, Any, Region], list[FieldError]]] = {
    "institution_covers": institution_covers,
}


def run_check(field: Field, value: Any, answers: Answers, region: Region) -> list[FieldError]:
    """What the field's own check says of a value; nothing where it has none."""
    if field.check is None:
        return []
    return CHECKS[field.check](value, answers.get(field.check_with or ""), region)
