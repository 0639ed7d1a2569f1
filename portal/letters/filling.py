"""Puts the frozen facts of a notice into the words of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from portal.catalogue.model import Definition
from portal.catalogue.texts import UNNAMED, Language, Text
from portal.i18n import date_text, moment_text
from portal.letters import words

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

DateText = Callable[[date, Language], str]


def fill(template: str, values: Mapping[str, str]) -> str:
    """Every ``{placeholder}`` in one pass, so that what a person typed is never read as a placeholder.

    Raises KeyError for a placeholder without a value.
    """
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def say(text: Text, language: Language, facts: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """A text of the catalogue to whoever acts, with its placeholders filled."""
    is_proxy = facts.get("acting") == "proxy"
    # the name stays a placeholder until all of them are filled
    return fill(text.say(language, name="{name}", is_proxy=is_proxy), values)


def values_of(
    definition: Definition,
    facts: Mapping[str, Any],
    language: Language,
    reference: str,
    say_date: DateText = date_text,
) -> dict[str, str]:
    """What the placeholders stand for. ``*_on`` facts are days, ``*_at`` moments; both ISO 8601.

    ``is_due_provisional`` says that the calendar of that year is not published: then ``due_on`` is said with
    预计 (words.md 4).
    """
    values = {
        "service": definition.service.name.say(language),
        "reference": reference,
        "name": facts.get("subject_name") or UNNAMED[language],
    }
    for name, fact in facts.items():
        if name in values or isinstance(fact, bool) or not isinstance(fact, str | int):
            continue
        if name.endswith("_on"):
            values[name] = say_date(date.fromisoformat(str(fact)), language)
        elif name.endswith("_at"):
            values[name] = moment_text(datetime.fromisoformat(str(fact)), language)
        else:
            values[name] = str(fact)
    if facts.get("is_due_provisional") and "due_on" in values:
        values["due_on"] = fill(words.EXPECTED.say(language), {"date": values["due_on"]})
    return values


def said(value: Any, language: Language) -> str | None:
    """A word that a table keeps by language (or in one form for all)."""
    if isinstance(value, Mapping):
        value = value.get(language) or value.get("zh")
    return str(value) if value else None


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
