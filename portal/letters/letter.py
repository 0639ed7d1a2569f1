"""One notice as a letter (words.md 4): the decision first, then what next, then the law, then who says it.

A letter is made from frozen facts and a pinned definition, so it reads the same whenever it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from portal import clock
from portal.catalogue.field_types.normalise import COMMAS, apart, groups
from portal.catalogue.model import Citation, Definition, Notice
from portal.catalogue.texts import LANGUAGES, Language, Text
from portal.i18n import date_text, holiday_text
from portal.letters import words
from portal.letters.filling import fill, lines, said, say, values_of
from portal.letters.to_show import find_evidence_of, way_words
from portal.rules.calendar import HolidayRange
from portal.rules.references import grouped

_NUMBER = re.compile(r"[0-9]{2}[0-9 ]{3,}[0-9]")
"""Phones and references: never a year, a day or a time, nor what is told apart already."""


class NoticeLike(Protocol):
    """What a letter is made from: a row of the notices."""

    @property
    def key(self) -> str: ...
    @property
    def number(self) -> str | None: ...
    @property
    def facts(self) -> dict[str, Any]: ...
    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True)
class Point:
    """One thing with its name (which may be empty). ``own_words`` were typed by an officer, in Chinese."""

    title: str
    lines: tuple[str, ...]
    own_words: str | None = None


@dataclass(frozen=True)
class Headings:
    """What stands above the parts of a letter."""

    reference: str
    number: str
    points: str
    next: str
    law: str
    remedies: str
    contact: str
    own_words: str


@dataclass(frozen=True)
class Letter:
    """Everything a letter says, in order. Empty parts are left out by whoever lays it out."""

    language: Language
    headings: Headings
    title: str
    number: str | None
    reference: str  # in groups, for the eye
    addressee: str
    result: tuple[str, ...]
    summary: str | None  # the officer's one sentence, in Chinese
    points: tuple[Point, ...]
    next: tuple[str, ...]
    law: tuple[str, ...]
    remedies: tuple[Point, ...]
    contact: tuple[str, ...]
    unit: str
    date: str
    seal: str
    example: str | None
    has_digits_apart: bool = False

    @property
    def spoken_reference(self) -> str:
        """The reference as the letter's reader wants numbers: in groups, or digit by digit."""
        groups_of = self.reference.split()
        return apart(groups_of, COMMAS[self.language]) if self.has_digits_apart else self.reference


def render_notice(
    definition: Definition, notice: NoticeLike, language: Language, *, has_digits_apart: bool = False
) -> Letter:
    """The letter of a notice. Raises KeyError when the definition has no such notice."""
    words_of = definition.notice(notice.key)
    if words_of is None:
        raise KeyError(notice.key)
    facts = notice.facts
    told = words_of.said_of(facts)
    reference = grouped(str(facts["reference"]))
    values = values_of(definition, facts, language, reference)
    unit = said(facts["unit"]["names"], language) or ""
    letter = Letter(
        language=language,
        headings=_headings(language, facts),
        title=told.title.say(language, is_proxy=facts.get("acting") == "proxy"),
        number=notice.number,
        reference=reference,
        addressee=_addressee(facts, language),
        result=lines(say(told.result, language, facts, values)) + _holidays(facts, language),
        summary=facts.get("summary") or None,
        points=tuple(_points(definition, facts, language, values)),
        next=tuple(line for text in told.next for line in lines(say(text, language, facts, values))),
        law=tuple(_law(definition, told, language)),
        remedies=tuple(_remedies(definition, told, language)) if told.has_remedies else (),
        contact=tuple(_contact(facts["unit"]["contact"], language)),
        unit=unit,
        date=date_text(clock.shanghai(notice.created_at).date(), language),
        seal=fill(words.SEAL.say(language), {"unit": unit}),
        example=words.EXAMPLE.say(language) if facts.get("is_example") else None,
    )
    return _told_apart(letter) if has_digits_apart else letter


def digits_apart(text: str, language: Language) -> str:
    """Phones and references digit by digit, for who listens (experience.md 3); no year, day, time or sum."""
    return _NUMBER.sub(lambda found: apart(found[0].split(), COMMAS[language]), text)


def _told_apart(letter: Letter) -> Letter:
    def every(told: Iterable[str]) -> tuple[str, ...]:
        return tuple(digits_apart(line, letter.language) for line in told)

    def each(points: Iterable[Point]) -> tuple[Point, ...]:
        return tuple(replace(point, lines=every(point.lines)) for point in points)

    return replace(
        letter,
        result=every(letter.result),
        points=each(letter.points),
        next=every(letter.next),
        remedies=each(letter.remedies),
        contact=every(letter.contact),
        has_digits_apart=True,
    )


def name_in_lists(definition: Definition, notice: NoticeLike) -> Text:
    """What a list calls the letter: its title, and what is offered with it, because several offers may come
    at once. Raises KeyError when the definition has no such notice."""
    words_of = definition.notice(notice.key)
    if words_of is None:
        raise KeyError(notice.key)
    title = words_of.said_of(notice.facts).title
    if not (offered := notice.facts.get("offer")):
        return title

    def joined(voice: str | None, language: Language) -> str | None:
        between = ": " if language == "en" else "："
        return voice and f"{voice}{between}{said(offered, language)}"

    return title.model_copy(
        update={
            name: joined(voice, language)
            for language in LANGUAGES
            for name in (language, f"proxy_{language}")
            for voice in [getattr(title, name)]
        }
    )


def _headings(language: Language, facts: Mapping[str, Any]) -> Headings:
    points = words.POINTS if facts.get("points") else words.REASONS
    return Headings(
        reference=_before(words.REFERENCE, language),
        number=_before(words.NUMBER, language),
        points=(words.TO_SHOW if facts.get("shown_by") else points).say(language),
        next=words.NEXT.say(language),
        law=words.LAW.say(language),
        remedies=words.REMEDIES.say(language),
        contact=words.CONTACT.say(language),
        own_words=_before(words.OWN_WORDS, language),
    )


def _before(label: Text, language: Language) -> str:
    """A label in front of what it names: in English with a space, which no text keeps at its end."""
    return label.say(language) + (" " if language == "en" else "")


def _holidays(facts: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """The days off on the way to the day that the letter names (words.md 4)."""
    return tuple(
        holiday_text(
            HolidayRange(
                date.fromisoformat(one["first_on"]), date.fromisoformat(one["last_on"]), tuple(one["keys"])
            ),
            language,
        )
        for one in facts.get("holidays") or ()
    )


def _addressee(facts: Mapping[str, Any], language: Language) -> str:
    name = facts.get("subject_name") or words.NAMELESS.say(language)
    return say(words.ADDRESSEE, language, facts, {"name": name})


def _points(
    definition: Definition, facts: Mapping[str, Any], language: Language, values: Mapping[str, str]
) -> Iterable[Point]:
    """What must be put right, page by page, called as on the page of whoever acts; or why it was decided so;
    or what has still to be shown, and how. ``words`` close the list."""
    for point in facts.get("points") or ():
        page = definition.page(point["page"])
        title = say(page.title, language, facts, values) if page else point["page"]
        yield Point(title, _why(definition, point["reason"], language), point.get("words") or None)
    for code in facts.get("reasons") or ():
        reason = definition.reason(code)
        yield Point(reason.label.say(language) if reason else code, _why(definition, code, language))
    for evidence_id, way in facts.get("shown_by") or ():
        evidence = find_evidence_of(definition, evidence_id)
        if evidence is not None:
            yield Point(evidence.title.say(language), lines(way_words(evidence, way, language)))
    if facts.get("words"):
        yield Point("", (), facts["words"])


def _why(definition: Definition, code: str, language: Language) -> tuple[str, ...]:
    reason = definition.reason(code)
    if reason is None:
        return ()
    return lines(reason.text.say(language)) + lines(reason.remedy.say(language))


def _law(definition: Definition, notice: Notice, language: Language) -> Iterable[str]:
    citations = definition.service.citations
    return (_cited(citations[key], language) for key in notice.law if key in citations)


def _cited(citation: Citation, language: Language) -> str:
    mark = words.UNVERIFIED.say(language) if citation.status == "unverified" else ""
    return f"{citation.title}{citation.article}{mark}"


def _remedies(definition: Definition, letter: Notice, language: Language) -> Iterable[Point]:
    citations = definition.service.citations
    for remedy in definition.service.remedies:
        if letter.key in remedy.not_in:
            continue
        told = lines(remedy.text.say(language))
        if remedy.deadline:
            limit = remedy.deadline.say(language)
            told += (fill(words.DEADLINE.say(language), {"deadline": limit}),)
        if remedy.cite in citations and language != "easy":
            law = _cited(citations[remedy.cite], language)
            told += (fill(words.BASIS.say(language), {"law": law}),)
        yield Point(remedy.title.say(language), told)


def _contact(contact: Mapping[str, Any], language: Language) -> Iterable[str]:
    """Text first, as everywhere (words.md 6)."""
    wanted = (
        ("text_line", words.TEXT_LINE, "phone"),
        ("address", words.ADDRESS, "address"),
        ("hours", words.HOURS, "hours"),
        ("phone", words.PHONE, "phone"),
    )
    for name, text, placeholder in wanted:
        if value := said(contact.get(name), language):
            shown = _phone_in_groups(value) if placeholder == "phone" else value
            yield from lines(fill(text.say(language), {placeholder: shown}))


def _phone_in_groups(number: str) -> str:
    """Mobile numbers 3-4-4 (experience.md 4): whole, a voice says them as thousands of millions."""
    return " ".join(groups(number, (3, 4, 4))) if len(number) == 11 and number.isdecimal() else number
