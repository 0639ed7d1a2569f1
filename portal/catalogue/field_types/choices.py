"""Answers picked from a list: one, several, yes or no, a box to tick."""

from __future__ import annotations

from collections.abc import Sequence

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types.base import (
    UNKNOWN_WORDS,
    FieldContext,
    FieldOptions,
    FieldType,
    Labels,
)
from portal.catalogue.field_types.normalise import FieldError
from portal.catalogue.texts import Language

_YES_NO_WORDS = {
    "yes": {"zh": "是", "easy": "是", "en": "Yes"},
    "no": {"zh": "否", "easy": "不是", "en": "No"},
}
_TICKED = {"yes", "true", "on", "1", "y"}
_CONFIRMED_WORDS = {"zh": "已确认", "easy": "已确认", "en": "Confirmed"}


class ChoiceType(FieldType[str]):
    """One choice of the list; with ``has_unknown`` also 我不知道."""

    shape_code = "choice_unknown"
    required_code = "required_choice"

    @property
    def empty(self) -> str:
        return ""

    def offered(self, options: FieldOptions) -> tuple[str, ...]:
        """The values that may be picked, in order."""
        return options.choices

    def read(self, text: str, options: FieldOptions) -> str:
        if text not in self.offered(options):
            raise FieldError(self.shape_code)
        return text

    def check(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldError]:
        """A choice that has left the list since it was stored is asked again."""
        return [] if value in self.offered(options) else [FieldError(self.shape_code)]

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        return labels.get(value, value)


class YesNoType(ChoiceType):
    """Yes or no; with ``has_unknown`` also 我不知道. Its own words unless the field brings others."""

    required_code = "required_yes_no"

    def offered(self, options: FieldOptions) -> tuple[str, ...]:
        return ("yes", "no")

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        words = _YES_NO_WORDS.get(value)
        return labels.get(value, words[language] if words else value)


class MultiType(FieldType[list[str]]):
    """Several choices, once each in the order of the list. UNKNOWN and ``exclusive`` ones stand alone."""

    holds = (list,)
    shape_code = "choice_unknown"
    required_code = "required_multi"

    @property
    def empty(self) -> list[str]:
        return []

    def parse(self, raw: Sequence[str], options: FieldOptions) -> list[str]:
        picked = set(self.texts(raw, options))
        if not picked <= set(_all(options)):
            raise FieldError(self.shape_code)
        alone = picked & {UNKNOWN, *options.exclusive}
        if alone and len(picked) > 1:
            raise FieldError("unknown_and_answer" if UNKNOWN in alone else "exclusive_and_others")
        return [value for value in _all(options) if value in picked]

    def read(self, text: str, options: FieldOptions) -> list[str]:
        return self.parse([text], options)

    def is_held(self, value: object) -> bool:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)

    def check(self, value: list[str], options: FieldOptions, context: FieldContext) -> list[FieldError]:
        if not set(value) <= set(_all(options)):
            return [FieldError(self.shape_code)]
        if {UNKNOWN, *options.exclusive} & set(value):
            return []
        if options.min_count is not None and len(value) < options.min_count:
            return [FieldError("choose_more", min=options.min_count)]
        if options.max_count is not None and len(value) > options.max_count:
            return [FieldError("choose_fewer", max=options.max_count)]
        return []

    def say(
        self, value: list[str], language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        words = [labels.get(one, UNKNOWN_WORDS[language] if one == UNKNOWN else one) for one in value]
        return (", " if language == "en" else "、").join(words)


class ConfirmType(FieldType[bool]):
    """A box that must be ticked to go on (or, where not required, may be)."""

    holds = (bool,)
    required_code = "required_confirm"

    @property
    def empty(self) -> bool:
        return False

    def read(self, text: str, options: FieldOptions) -> bool:
        return text.lower() in _TICKED

    def say(
        self, value: bool, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        return labels.get("yes", _CONFIRMED_WORDS[language])


def _all(options: FieldOptions) -> tuple[str, ...]:
    extra = options.has_unknown and UNKNOWN not in options.choices
    return (*options.choices, UNKNOWN) if extra else options.choices
