"""Answers in words: the choices a field offers in this region, and a value as people read or hear it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.catalogue.field_types import FIELD_TYPES, FieldOptions, FieldType, Labels
from portal.catalogue.field_types.documents import THING
from portal.catalogue.model import ON_RECORD, Choice, Field, Region, Unit
from portal.catalogue.options import options_of
from portal.catalogue.remembering import remembered
from portal.catalogue.texts import Language, Text


@dataclass(frozen=True)
class Voice:
    """To whom we speak, and of whom: ``name`` is the person concerned, known or not yet."""

    language: Language
    name: str | None = None
    is_proxy: bool = False

    def say(self, text: Text | None) -> str:
        return "" if text is None else text.say(self.language, name=self.name, is_proxy=self.is_proxy)


def offered_choices(field: Field, region: Region) -> list[Choice]:
    """The region's list first (hospitals, service points), then the field's own choices and ways out."""
    found = _choices(field, region, [one for one in region.units if not one.is_closed])
    return [one for one in found if field.recorded is None or one.value != ON_RECORD]


def _choices(field: Field, region: Region, units: Sequence[Unit]) -> list[Choice]:
    if field.choices_from == "institutions":
        live = [(one.code, one.name, one.note) for one in units if one.kind == "hospital"]
    elif field.choices_from == "units":
        live = [(one.code, one.name, one.note) for one in units]
    elif field.choices_from == "service_points":
        live = [(one.code, one.name, one.address) for one in region.service_points]
    else:
        live = []
    return [Choice(value=code, label=name, hint=note) for code, name, note in live] + list(field.choices)


@remembered
def known_values(field: Field, region: Region) -> frozenset[str]:
    """What was ever offered: with units that are closed, which somebody may still have on the page."""
    return frozenset(one.value for one in _choices(field, region, region.units))


@remembered
def region_options(field: Field, region: Region) -> FieldOptions:
    """What the field asks of its kind, with the lists that live in the region."""
    return options_of(field, [choice.value for choice in offered_choices(field, region)])


def answer_text(
    field: Field,
    value: Any,
    region: Region,
    voice: Voice,
    *,
    place_names: Mapping[str, str] | None = None,
    aloud: bool = False,
) -> str:
    """A value in words, for the eye or ``aloud``. An unanswered one is an empty string."""
    return speaker_of(field, region, voice).say(value, place_names=place_names, aloud=aloud)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says the answers to one question in one region to one voice."""

    kind: FieldType[Any]
    language: Language
    labels: Labels
    options: FieldOptions

    def say(self, value: Any, *, place_names: Mapping[str, str] | None = None, aloud: bool = False) -> str:
        """As ``answer_text``."""
        labels = {**self.labels, **place_names} if place_names else self.labels
        return self.kind.in_words(value, self.language, labels, self.options, aloud=aloud)


def speaker_of(field: Field, region: Region, voice: Voice) -> Speaker:
    """Who says the answers to ``field``."""
    if not voice.is_proxy:
        return _own_speaker(field, region, voice.language)
    return Speaker(
        FIELD_TYPES[field.kind], voice.language, _labels(field, region, voice), region_options(field, region)
    )


@remembered
def _own_speaker(field: Field, region: Region, language: Language) -> Speaker:
    """In the person's own voice, which says the same to everybody."""
    labels = _labels(field, region, Voice(language))
    return Speaker(FIELD_TYPES[field.kind], language, labels, region_options(field, region))


def _labels(field: Field, region: Region, voice: Voice) -> Labels:
    """The words of choices by value; of a group, ``member`` and ``member.value``."""
    labels = {choice.value: voice.say(choice.label) for choice in _choices(field, region, region.units)}
    if field.thing:
        labels[THING] = voice.say(field.thing)
    for member in field.fields:
        labels[member.id] = voice.say(member.short or member.label)
        inner = _labels(member, region, voice)
        labels |= {f"{member.id}.{value}": words for value, words in inner.items()}
    return labels
