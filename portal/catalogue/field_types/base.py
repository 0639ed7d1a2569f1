"""What every kind of field offers, and the shapes that travel with it: options, context, errors, warnings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types.normalise import FieldError, readable
from portal.catalogue.texts import Language

T = TypeVar("T")
"""What a kind of field holds: always something that JSON can say."""

Labels = Mapping[str, str]
"""The words of choices by value (places by code, members of a group by ``member`` and ``member.value``)."""

NO_LABELS: Labels = MappingProxyType({})

UNKNOWN_WORDS: Mapping[Language, str] = {"zh": "我不知道", "easy": "我不知道", "en": "I don’t know"}


@dataclass(frozen=True)
class FieldWarning:
    """Something that looks odd but stops nobody; worded by ``messages.message`` like an error."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """One field inside a repeating group."""

    id: str
    kind: str
    options: FieldOptions


@dataclass(frozen=True)
class FieldOptions:
    """What one field asks of its kind. What a kind does not know, it ignores.

    ``min`` and ``max`` are whole numbers, years or fen; lengths count characters (code points);
    ``earliest`` and ``latest`` are ISO dates. Names ending in ``_field`` name another answer that this one
    is compared with.
    """

    required: bool = True
    min: int | None = None
    max: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()  # choices that stand alone (以上都没有); UNKNOWN always does
    min_count: int | None = None
    max_count: int | None = None
    has_unknown: bool = False
    id_type: str | None = None  # one of identity.ID_TYPES; None takes every type
    id_type_field: str | None = None
    earliest: str | None = None
    latest: str | None = None
    not_future: bool = False
    not_past: bool = False
    years_ahead: int | None = None  # a year: at most so many after this one
    not_before_field: str | None = None  # a date, a year or an ID number that this may not precede
    own_id_field: str | None = None  # the ID number that a certificate number should begin with
    members: tuple[Member, ...] = ()


DEFAULT_OPTIONS = FieldOptions()


@dataclass(frozen=True)
class FieldContext:
    """What a check may look at beside the value: the Shanghai date and the other answers."""

    today: date
    answers: Mapping[str, Any] = field(default_factory=dict)


class FieldType(ABC, Generic[T]):
    """One kind of field: from what was typed to a value, to its checks, to words for eye and ear.

    ``parse`` says whether what was typed has a meaning (shape, check digit); ``validate`` whether that
    meaning may stand here and today (required, range, other answers). A blank always parses to ``empty``,
    so that a draft can be saved unfinished.
    """

    holds: ClassVar[tuple[type, ...]] = (str,)
    raw_limit: ClassVar[int] = 200
    required_code: ClassVar[str] = "required_text"
    shape_code: ClassVar[str] = "answer_again"
    line_end: ClassVar[str | None] = None

    @property
    @abstractmethod
    def empty(self) -> T:
        """The value of a question that was left blank."""

    @abstractmethod
    def read(self, text: str, options: FieldOptions) -> T:
        """The value of one trimmed text that is not blank. Raises FieldError."""

    def parse(self, raw: Sequence[str], options: FieldOptions) -> T:
        """The value of what was typed. Raises FieldError, and nothing else whatever was typed."""
        texts = self.texts(raw, options)
        if options.has_unknown and UNKNOWN in texts:
            if any(text != UNKNOWN for text in texts):
                raise FieldError("unknown_and_answer")
            return self.unknown()
        return self.read(texts[0], options) if texts else self.empty

    def texts(self, raw: Sequence[str], options: FieldOptions) -> list[str]:
        """The texts that are not blank, trimmed and safe to store. Raises FieldError.

        The length is looked at before anything else: refusing ten megabytes must cost nothing.
        """
        if len(raw) > MOST_TEXTS or not all(isinstance(one, str) for one in raw):
            raise FieldError("unreadable")
        for one in raw:
            if len(one) > self.limit(options):
                raise self.too_long(options, len(one))
        return [text for text in (readable(one, self.line_end) for one in raw) if text]

    def limit(self, options: FieldOptions) -> int:
        """The length beyond which what was typed is refused unread."""
        return self.raw_limit

    def too_long(self, options: FieldOptions, count: int) -> FieldError:
        """What to say of a text beyond the limit."""
        return FieldError(self.shape_code)

    def unknown(self) -> T:
        """The value of 我不知道: the word ``unknown`` whatever the kind, so that conditions can see it."""
        value: Any = UNKNOWN
        answer: T = value
        return answer

    def is_empty(self, value: T) -> bool:
        return value == self.empty

    def validate(self, value: T, options: FieldOptions, context: FieldContext) -> list[FieldError]:
        """What stops this value from being submitted; an empty list when nothing does."""
        if self.is_empty(value):
            return [FieldError(self.required_code)] if options.required else []
        if options.has_unknown and value == UNKNOWN:
            return []
        if not self.is_held(value):
            return [FieldError("answer_again")]
        return self.check(value, options, context)

    def is_held(self, value: object) -> bool:
        """Whether a stored value is of this kind at all (a service may have changed since it was stored)."""
        return isinstance(value, self.holds) and (not isinstance(value, bool) or bool in self.holds)

    def check(self, value: T, options: FieldOptions, context: FieldContext) -> list[FieldError]:
        """The checks of a value that is there. Each kind adds its own."""
        return []

    def warnings(self, value: T, options: FieldOptions, context: FieldContext) -> list[FieldWarning]:
        """What looks odd about a value without stopping anyone."""
        return []

    def format(
        self,
        value: T,
        language: Language,
        labels: Labels = NO_LABELS,
        options: FieldOptions = DEFAULT_OPTIONS,
    ) -> str:
        """The value for the eye; an empty value is an empty string."""
        return self.in_words(value, language, labels, options, aloud=False)

    def spoken(
        self,
        value: T,
        language: Language,
        labels: Labels = NO_LABELS,
        options: FieldOptions = DEFAULT_OPTIONS,
    ) -> str:
        """The value for the ear: digits apart, groups parted by commas."""
        return self.in_words(value, language, labels, options, aloud=True)

    def in_words(
        self, value: T, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        """The value for the eye, or for the ear where ``aloud``."""
        if self.is_empty(value):
            return ""
        if value == UNKNOWN and UNKNOWN not in labels:
            return UNKNOWN_WORDS[language]
        if not self.is_held(value):
            return str(value)
        return self.say(value, language, labels, options, aloud=aloud)

    def say(self, value: T, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool) -> str:
        """The words for a value that is there, for the ear where ``aloud``."""
        return str(value)


MOST_TEXTS = 500
"""No question has more texts than this in one form; more is an attack or a broken client."""
