"""The way through the questions of a service: which pages, in which order, what is still open.

Pure. The walk looks only back: whether a page is on the path depends on answers of pages before it that are
themselves on the path, so no answer that was given on an abandoned branch has any say.

A page is asked where its condition holds or only a 我不知道 leaves it open; a field inside a page only
where its condition holds. Answers are stored for every question that was shown: one left blank has the empty
value of its kind. A missing key is a question that was never shown, or one that has changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, NamedTuple

from portal.catalogue.conditions import UNKNOWN, Judge
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldOptions, FieldType, birth_date
from portal.catalogue.model import Answers, Choice, Definition, Field, Page, Section
from portal.catalogue.options import options_of
from portal.catalogue.remembering import remembered

Acting = Literal["self", "proxy"]
Answered = Mapping[str, Any]
Known = Collection[str]  # pages that need not be asked: what they ask is known for sure

CHOOSING = ("choice", "multi")
"""Kinds whose answers are picked from a list."""


class SectionStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"


@dataclass(frozen=True)
class SectionState:
    """One counted section: its number from 1, and how many of its pages on the path are done."""

    number: int
    section: Section
    pages: tuple[Page, ...]
    done: int
    status: SectionStatus


class VisibleAnswer(NamedTuple):
    """One question on the path with its answer (the empty value of its kind where it was left blank)."""

    page: Page
    field: Field
    value: Any


@dataclass(frozen=True, eq=False)
class Asked:
    """One field as it is asked now, and what follows from that alone."""

    name: str
    field: Field
    kind: FieldType[Any]
    options: FieldOptions
    offered: frozenset[str] | None  # what may be chosen, where the catalogue knows it
    when: Judge | None  # whether it is there at all
    has_conditional_choices: bool
    is_conditional: bool  # whether it, or one of its choices, is there only for some
    is_live: bool  # whether its choices are a list that lives in the region


class AskedPage(NamedTuple):
    """One page with its questions, as they are where all of them are asked."""

    page: Page
    asked: tuple[Asked, ...]
    pairs: tuple[tuple[Page, Asked], ...]
    is_conditional: bool  # whether one of them is


class Journey:
    """One definition walked with one set of answers, for one voice, on one Shanghai date."""

    def __init__(
        self, definition: Definition, answers: Answered, acting: Acting, today: date, settled: Known = ()
    ) -> None:
        self.definition = definition
        self.acting = acting
        self.today = today
        self.answers: Answers = {}
        self._facts: Answers = {**definition.local, "@acting": acting, "@age": None}
        self._age_fields = (definition.service.subject_birth_field, definition.service.subject_id_field)
        self._context = FieldContext(today=today, answers=self.answers)
        self._missing: dict[str, bool] = {}
        self._pages: list[Page] = []
        self._asked: list[tuple[Page, Asked]] = []
        for one in _asked_in(definition):
            is_asked = one.page.when is None or one.page.when.may_hold(self._facts)
            if is_asked and one.page.id not in settled:
                (self._walk if one.is_conditional else self._pass)(one, answers)

    def pages(self) -> tuple[Page, ...]:
        """The pages on the path, each with only the fields and choices that are offered now."""
        return tuple(self._pages)

    def page(self, page_id: str) -> Page | None:
        """The page as it is asked now; None where it is not on the path."""
        return next((page for page in self._pages if page.id == page_id), None)

    def next_page(self, after: str) -> Page | None:
        """The page that follows; the same one while an answer on it has uncovered a further question.

        None after the last page (then come the check answers), and where ``after`` is not on the path.
        """
        place = self._place_of(after)
        if place is None:
            return None
        if any(field.id not in self.answers for field in self._pages[place].fields):
            return self._pages[place]
        return self._pages[place + 1] if place + 1 < len(self._pages) else None

    def previous_page(self, before: str) -> Page | None:
        """The page that leads here; None before the first."""
        place = self._place_of(before)
        return self._pages[place - 1] if place else None

    def first_incomplete(self) -> Page | None:
        """Where to go on: the first page not shown yet or not answered well; None at the end."""
        return next((page for page in self._pages if not self.is_complete(page)), None)

    def is_complete(self, page: Page) -> bool:
        """Whether every question of a page on the path was shown and answered well."""
        return all(field.id in self.answers and not self._is_missing(_asked(field)) for field in page.fields)

    def missing(self) -> tuple[tuple[Page, Field], ...]:
        """What stops a submission: needed answers that are not there, and answers that cannot stand."""
        return tuple((page, asked.field) for page, asked in self._asked if self._is_missing(asked))

    def sections(self) -> tuple[SectionState, ...]:
        """Every section of the service in order; their number never depends on the answers."""
        return tuple(
            self._section_state(number, section)
            for number, section in enumerate(self.definition.service.sections, start=1)
        )

    def visible_answers(self) -> tuple[VisibleAnswer, ...]:
        """The one ordered list that check answers, office, receipt and letters are all made from."""
        return self._visible_answers

    @property
    def age(self) -> int | None:
        """Whole years today, from the day of birth that was given or that the ID number says."""
        age: int | None = self._facts["@age"]
        return age

    @property
    def facts(self) -> Answers:
        """What conditions look at: the answers on the path and what follows from them (``@age``)."""
        return dict(self._facts)

    @cached_property
    def _visible_answers(self) -> tuple[VisibleAnswer, ...]:
        return tuple(VisibleAnswer(page, asked.field, self._answer_to(asked)) for page, asked in self._asked)

    def _pass(self, whole: AskedPage, answers: Mapping[str, Any]) -> None:
        """A page that is the same to everybody: nothing is left out of it."""
        for one in whole.asked:
            if one.name in answers:
                self._keep(one, answers[one.name])
        self._pages.append(whole.page)
        self._asked += whole.pairs

    def _walk(self, whole: AskedPage, answers: Mapping[str, Any]) -> None:
        asked: list[Asked] = []
        for question in whole.asked:
            one = self._as_asked_now(question) if question.is_conditional else question
            if one is None:
                continue
            asked.append(one)
            if one.name in answers:
                self._keep(one, answers[one.name])
        if not asked:
            return
        # Only a page of which something is left out or narrowed is copied.
        shown = whole if tuple(asked) == whole.asked else _asking_only(whole.page, *asked)
        self._pages.append(shown.page)
        self._asked += shown.pairs

    def _as_asked_now(self, question: Asked) -> Asked | None:
        """The question with the choices that are offered now; None where it is not asked."""
        if question.when is not None and question.when(self._facts) is not True:
            return None
        if not question.has_conditional_choices:
            return question
        narrowed = self._with_offered_choices(question.field)
        return question if narrowed is question.field else _asked(narrowed)

    def _keep(self, asked: Asked, value: Any) -> None:
        """An answer stays, without choices not offered (any more); what is left of several is asked again."""
        name, offered = asked.name, asked.offered
        if offered is not None:
            if isinstance(value, list) and value:
                was, value = value, [one for one in value if one in offered]
                if not value:
                    return
                if value != was:
                    self._missing[name] = True
            elif isinstance(value, str) and value and value not in offered:
                return
        self.answers[name] = self._facts[name] = value
        if name in self._age_fields:
            self._facts["@age"] = self._age()

    def _with_offered_choices(self, field: Field) -> Field:
        facts = self._facts
        choices = tuple([c for c in field.choices if c.when is None or c.when.judge(facts) is not False])
        return field if len(choices) == len(field.choices) else _with_choices(field, *choices)

    def _age(self) -> int | None:
        service = self.definition.service
        born = _day(self.answers.get(service.subject_birth_field))
        if born is None:
            number = self.answers.get(service.subject_id_field)
            born = birth_date(number) if isinstance(number, str) else None
        if born is None or born > self.today:
            return None
        had_birthday = (self.today.month, self.today.day) >= (born.month, born.day)
        return self.today.year - born.year - (0 if had_birthday else 1)

    def _is_missing(self, asked: Asked) -> bool:
        name = asked.name
        if (known := self._missing.get(name)) is None:
            value = self._answer_to(asked)
            options = _live_options(asked.field, value) if asked.is_live else asked.options
            known = self._missing[name] = bool(asked.kind.validate(value, options, self._context))
        return known

    def _answer_to(self, asked: Asked) -> Any:
        try:
            return self.answers[asked.name]
        except KeyError:
            return asked.kind.empty

    def _place_of(self, page_id: str) -> int | None:
        return next((place for place, page in enumerate(self._pages) if page.id == page_id), None)

    def _section_state(self, number: int, section: Section) -> SectionState:
        pages = tuple(page for page in self._pages if page.section == section.id)
        done = sum(self.is_complete(page) for page in pages)
        is_touched = any(field.id in self.answers for page in pages for field in page.fields)
        status = SectionStatus.IN_PROGRESS if is_touched else SectionStatus.NOT_STARTED
        if done == len(pages):
            status = SectionStatus.DONE
        return SectionState(number, section, pages, done, status)


def on_path(definition: Definition, answers: Mapping[str, Any], acting: Acting, today: date) -> Answers:
    """The answers that count: those off the path are not submitted and are deleted at submission."""
    return Journey(definition, answers, acting, today).answers


@remembered
def _asked_in(definition: Definition) -> tuple[AskedPage, ...]:
    return tuple(map(_asked_on, definition.pages))


def _asked_on(page: Page) -> AskedPage:
    asked = tuple(map(_asked, page.fields))
    is_conditional = any(one.is_conditional for one in asked)
    return AskedPage(page, asked, tuple((page, one) for one in asked), is_conditional)


@remembered
def _asked(field: Field) -> Asked:
    kind = FIELD_TYPES[field.kind]
    offered: frozenset[str] | None = None
    is_live = field.kind in CHOOSING and field.choices_from is not None
    if field.kind in CHOOSING and not is_live:
        own = frozenset(choice.value for choice in field.choices)
        offered = own | {UNKNOWN} if field.has_unknown else own
    has_conditional_choices = any(choice.when is not None for choice in field.choices)
    return Asked(
        name=field.id,
        field=field,
        kind=kind,
        options=options_of(field),
        offered=offered,
        when=field.when.judge if field.when is not None else None,
        has_conditional_choices=has_conditional_choices,
        is_conditional=field.when is not None or has_conditional_choices,
        is_live=is_live,
    )


@remembered
def _with_choices(field: Field, *choices: Choice) -> Field:
    return field.model_copy(update={"choices": choices})


@remembered
def _asking_only(page: Page, *asked: Asked) -> AskedPage:
    """The page with only these of its questions."""
    copied = page.model_copy(update={"fields": tuple(one.field for one in asked)})
    return AskedPage(copied, asked, tuple((copied, one) for one in asked), is_conditional=True)


def _live_options(field: Field, value: Any) -> FieldOptions:
    """A list that lives in the region was checked against it when typed, and is again at submission."""
    chosen = value if isinstance(value, list) else [value]
    return options_of(field, [*chosen, *(choice.value for choice in field.choices)])


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
