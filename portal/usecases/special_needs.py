"""What is out of the ordinary about reaching and meeting a person, for everyone who works for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.catalogue.model import Definition, Field, Meaning

NEEDS: tuple[Meaning, ...] = (
    "contact_do_not",
    "contact_do_not_note",
    "contact_format",
    "contact_interpreter",
    "contact_sign",
    "contact_needs",
    "contact_times",
)
"""Answers that everyone who works on an application must know (experience.md 6)."""

NOTHING_SPECIAL: tuple[Any, ...] = (None, "", [], "standard", ["spoken"])


def special_needs(definition: Definition, answers: Mapping[str, Any]) -> tuple[tuple[Field, Any], ...]:
    """The needs of this person that are out of the ordinary, in the order of the questions."""
    fields = [field for meaning in NEEDS if (field := definition.field_of(meaning)) is not None]
    told = ((field, answers.get(field.id)) for field in fields)
    return tuple((field, value) for field, value in told if value not in NOTHING_SPECIAL)
