"""Puts the frozen facts of a notice into the words of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from portal.catalogue.model import Definition, Notice
from portal.catalogue.texts import UNNAMED, Language, Text
from portal.i18n import date_text, moment_text
from portal.letters import words

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

GIVEN = frozenset({"service", "name"})
"""What is taken from the definition and from the application itself."""
COUNTED = frozenset({"due_on", "promised_on", "ready_on"})
"""Days that are counted through the working calendar."""

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
    """What the placeholders stand for. ``*_on`` facts are days, ``*_at`` moments; both ISO 8601. A name may
    be given in each language.

    ``is_due_provisional`` says that the calendar of that year is not published: then the days that were
    counted through it are said with 预计 (words.md 4).
    """
    given = {
        "service": definition.service.name.say(language),
        "reference": reference,
        "name": facts.get("subject_name") or UNNAMED[language],
    }
    values = {"signature": "", **given}
    for name, fact in facts.items():
        words_of = None if name in given else _in_words(name, fact, language, say_date)
        if words_of is not None:
            values[name] = words_of
    if facts.get("is_due_provisional"):
        for name in COUNTED & values.keys():
            values[name] = fill(words.EXPECTED.say(language), {"date": values[name]})
    return values


def _in_words(name: str, fact: Any, language: Language, say_date: DateText) -> str | None:
    """A fact as it is said; None for what only chooses between words."""
    if isinstance(fact, Mapping) and "zh" in fact:
        return said(fact, language)
    if isinstance(fact, bool) or not isinstance(fact, str | int):
        return None
    if name.endswith("_on"):
        return say_date(date.fromisoformat(str(fact)), language)
    if name.endswith("_at"):
        return moment_text(datetime.fromisoformat(str(fact)), language)
    return str(fact)


def facts_needed(notice: Notice) -> set[str]:
    """Every placeholder of a notice (``Notice.said_of``) that only its sender can fill."""
    return {
        name
        for _place, text in notice.texts()
        for words_of in text.model_dump(exclude_none=True, exclude={"when"}).values()
        for name in _PLACEHOLDER.findall(words_of)
    } - GIVEN


def said(value: Any, language: Language) -> str | None:
    """A word that a table keeps by language (or in one form for all)."""
    if isinstance(value, Mapping):
        value = value.get(language) or value.get("zh")
    return str(value) if value else None


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
