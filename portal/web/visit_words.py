"""How a visitor is met and reached, in the words of the questions that asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from portal.catalogue.model import Definition, Meaning
from portal.usecases.access_needs import answers_with
from portal.usecases.special_needs import NOTHING_SPECIAL, special_needs
from portal.web.parts import parts
from portal.web.queue_words import needs_words
from portal.web.services import get_definition

REACH: Final[tuple[Meaning, ...]] = (
    "contact_do_not",
    "contact_do_not_note",
    "contact_channels",
    "phone_own",
    "contact_email",
    "phone_other_name",
    "phone_other",
    "contact_times",
    "contact_needs",
)
"""What one must know to reach a person: what never to do comes first."""


def needs_lines(needs: Mapping[str, Any], *, reach: bool = False) -> list[tuple[str, str]]:
    """(question, answer) of what is out of the ordinary; with ``reach`` of how to reach the person."""
    definition = _asking() if needs else None
    if definition is None:
        return []
    answers = answers_with(definition, {}, needs)
    if not reach:
        return needs_words(special_needs(definition, answers))
    fields = (field for meaning in REACH if (field := definition.field_of(meaning)) is not None)
    told = ((field, answers.get(field.id)) for field in fields)
    return needs_words(tuple((field, value) for field, value in told if value not in NOTHING_SPECIAL))


def _asking() -> Definition | None:
    """The first service of the region that asks for them."""
    for code in parts().region.services:
        definition = get_definition(code)
        if definition.field_of("contact_do_not") is not None:
            return definition
    return None
