"""What is out of the ordinary about reaching and meeting a person, for everyone who works for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.catalogue.model import Definition, Field

NEEDS = ("c_do_not", "c_do_not_note", "c_format", "c_interpreter", "c_sign", "c_needs", "c_times")
"""Answers of the contact block that everyone who works on an application must know (experience.md 6)."""

NOTHING_SPECIAL: tuple[Any, ...] = (None, "", [], "standard", ["spoken"])


def special_needs(definition: Definition, answers: Mapping[str, Any]) -> tuple[tuple[Field, Any], ...]:
    """The needs of this person that are out of the ordinary, in the order of the questions."""
    fields = ((definition.field(name), answers.get(name)) for name in NEEDS)
    return tuple((field, value) for field, value in fields if field and value not in NOTHING_SPECIAL)
