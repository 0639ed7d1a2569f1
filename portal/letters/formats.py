"""A letter as plain text, for the telephone, as the subject of a mail; a notice as a text message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.catalogue.model import Definition, Notice
from portal.catalogue.texts import LANGUAGES, Language
from portal.letters import words
from portal.letters.filling import fill, say, values_of
from portal.letters.letter import Letter, NoticeLike, Point, digits_apart

LONGEST_SMS = 70
"""Characters with the signature (words.md 5); a longer one arrives in pieces, or not at all."""

LONGEST_DAYS = ("2026-09-30", "2026-12-30")
"""The day with the longest name, in English and in Chinese."""


def as_text(letter: Letter) -> str:
    """The letter in plain text: for mail, for a screen reader, for copying by hand."""
    parts = [_head(letter), *_body(letter), _signature(letter)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def phone_script(letter: Letter, language: Language) -> str:
    """The letter to be read out: no layout, every number digit by digit (experience.md 5)."""
    spoken = [[letter.addressee], *_body(letter), [letter.unit, letter.date]]
    text = "\n".join("\n".join(part) for part in spoken if part)
    return digits_apart(text, language) + "\n"


def mail_subject(letter: Letter) -> str:
    """The title and the reference: nothing about the person."""
    filled = {"title": letter.title, "reference": letter.spoken_reference}
    return fill(words.SUBJECT.say(letter.language), filled)


def sms_text(definition: Definition, notice: NoticeLike, language: Language) -> str | None:
    """The text message of a notice, None where it has none. Raises ValueError when it is too long."""
    found = definition.notice(notice.key)
    words_of = found.said_of(notice.facts).sms if found else None
    if words_of is None:
        return None
    values = values_of(definition, notice.facts, language, str(notice.facts["reference"]), _short_date)
    text = say(words_of, language, notice.facts, values)
    if sms_length(text) > LONGEST_SMS:
        raise ValueError(f"the text message of {notice.key} is longer than {LONGEST_SMS} characters")
    return text


def too_long_messages(definitions: Iterable[Definition], signatures: Mapping[str, str]) -> list[str]:
    """Every text message that becomes too long when its facts are as long as they can be.

    ``signatures``: what the messages of each region begin with, by its code.
    """
    found = set()
    for definition in definitions:
        for notice in definition.notices:
            for language in LANGUAGES:
                length = _longest(definition, notice, language, signatures[definition.region])
                if length > LONGEST_SMS:
                    found.add(f"{notice.key}: sms.{language} can have {length} characters, not {LONGEST_SMS}")
    return sorted(found)


def _longest(definition: Definition, notice: Notice, language: Language, signature: str) -> int:
    messages = [text for place, text in notice.texts() if place.endswith("sms")]
    lengths = [0]
    for day in LONGEST_DAYS:
        facts: dict[str, Any] = {name: day if name.endswith("_on") else "" for name in notice.needs}
        facts |= {"is_due_provisional": True, "signature": signature, "told_on": day}
        values = values_of(definition, facts, language, "0" * 12, _short_date)
        lengths += [sms_length(say(text, language, facts, values)) for text in messages]
    return max(lengths)


def sms_length(text: str) -> int:
    """As the network counts: a character outside the basic plane counts twice."""
    return len(text.encode("utf-16-le")) // 2


def _short_date(day: date, language: Language) -> str:
    """12月5日: no deadline is a year away, and every character counts."""
    return f"{day.day} {day:%B}" if language == "en" else f"{day.month}月{day.day}日"


def _head(letter: Letter) -> list[str]:
    told = [letter.example] if letter.example else []
    told.append(letter.title)
    if letter.number:
        told.append(f"{letter.headings.number}{letter.number}")
    return [*told, f"{letter.headings.reference}{letter.spoken_reference}"]


def _body(letter: Letter) -> Iterable[list[str]]:
    said = letter.headings
    yield [letter.addressee, *letter.result]
    yield [f"{said.own_words}{letter.summary}"] if letter.summary else []
    yield _listed(said.points, _point_lines(letter.points, said.own_words))
    yield _listed(said.next, letter.next)
    yield _listed(said.law, letter.law)
    yield _listed(said.remedies, _point_lines(letter.remedies, said.own_words))
    yield _listed(said.contact, letter.contact)


def _listed(title: str, told: Iterable[str]) -> list[str]:
    found = list(told)
    return [title, *found] if found else []


def _point_lines(points: Iterable[Point], own: str) -> Iterable[str]:
    for point in points:
        if point.title:
            yield point.title
        yield from point.lines
        if point.own_words:
            yield f"{own}{point.own_words}"


def _signature(letter: Letter) -> list[str]:
    return [letter.unit, letter.date, letter.seal]
