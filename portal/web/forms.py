"""WTForms forms of pages that the catalogue describes: what is typed passes the catalogue's own field types.

A form is made for one page as it is asked now, in one voice. Whatever was typed is kept: what can be read
as an answer, what cannot as typed, so that a page can be saved unfinished, left, and mended later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import StopValidation

from portal import clock
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError, message
from portal.catalogue.model import Answers, Field, Region
from portal.catalogue.model import Choice as CatalogueChoice
from portal.catalogue.wording import Voice, offered_choices, region_options
from portal.rules.checks import run_check
from portal.rules.places import find_places, full_name
from portal.web.plain_form import SHOWN_AS, Choice, PlainForm, Question
from portal.web.rendering import private

Typed = MultiDict[str, str]

MOST_ROWS = 20
"""Rows of a repeating group that one page shows; the field type refuses more than it allows in words."""
LONGEST_SHOWN = 4000
"""Characters of an answer that are shown again after a refusal: enough to mend it, not to choke the page."""
OWN = "own"
"""The choice 找不到，我自己写 of a place."""
UNKNOWN_WORDS = {"zh": "我不知道", "easy": "我不知道", "en": "I don’t know"}


class AnswerQuestion(Question):
    """A question of the catalogue. It looks at other answers, and errs in the field's own words."""

    def __init__(self, field: Field, region: Region, voice: Voice, **wtforms: Any) -> None:
        kind = SHOWN_AS.get(field.kind, field.kind)
        super().__init__(
            voice.say(field.label),
            field.kind if field.kind != "group" else "text",
            hint=voice.say(field.hint),
            is_required=field.required,
            choices=_choices(field, region, voice),
            max_length=field.max_length if field.kind == "longtext" else None,
            autocomplete=None if voice.is_proxy else field.autocomplete,
            width=field.width,
            **wtforms,
        )
        self.kind = kind
        self.label_text = private(voice, field.label)
        self.field = field
        self.voice = voice
        self.region = region
        self.field_type = FIELD_TYPES[field.kind]
        self.options = region_options(field, region)
        self.is_read = False

    @property
    def raw(self) -> str:
        return super().raw[:LONGEST_SHOWN]

    def pre_validate(self, form: Form) -> None:
        """Read and check; ``is_read`` says whether what was typed has a meaning, good or not."""
        self.data = self.field_type.empty
        try:
            self.data = self.read()
            self.is_read = True
            context = form.context()
            faults = self.field_type.validate(self.data, self.options, context)
            faults += run_check(self.field, self.data, dict(context.answers), self.region)
        except FieldError as fault:
            faults = [fault]
        self.errors = [self.sentence(fault) for fault in faults]
        if faults:
            raise StopValidation

    def read(self) -> Any:
        """The value of what was typed. Raises FieldError."""
        return self.field_type.parse(self.raw_data or [], self.options)

    def sentence(self, fault: FieldError) -> str:
        own = self.field.errors.get(fault.code)
        return self.voice.say(own) if own else message(fault, self.voice.language)

    def show_value(self, value: Any) -> None:
        """Show a stored answer as it would have been typed."""
        if self.kind in ("choice", "yes_no"):
            self.raw_data = [value] if isinstance(value, str) else []
        elif self.kind == "multi":
            self.raw_data = list(value) if isinstance(value, list) else []
        elif value in (None, "", []):
            self.raw_data = []
        elif self.kind == "confirm":
            self.raw_data = ["yes"] if value else []
        else:
            self.raw_data = [self.field_type.format(value, "zh", {}, self.options)]

    def show_typed(self, typed: Typed) -> None:
        """Show again what was typed and could not be read."""
        self.raw_data = typed.getlist(self.name)

    def summary(self) -> list[tuple[str, str]]:
        """(text that names the question, link to its control) for the error summary."""
        if not self.errors:
            return []
        question = self.voice.say(self.field.short or self.field.label).rstrip("？?")
        return [(_("%(question)s：%(error)s", question=question, error=self.errors[0]), "#" + self.id)]


class PlaceQuestion(AnswerQuestion):
    """A place: typed, searched, picked from what was found, or written in own words. Works without script."""

    def process(self, formdata: Typed | None, *more: Any, **extra: Any) -> None:
        super().process(formdata, *more, **extra)
        self.picked = formdata.get(f"{self.name}-place", "") if formdata else ""
        self.own_text = formdata.get(f"{self.name}-own", "")[:LONGEST_SHOWN] if formdata else ""
        self.was_searched = bool(formdata and self.raw)

    @property
    def is_own(self) -> bool:
        return self.picked == OWN

    @property
    def places(self) -> list[Choice]:
        found = [place.code for place in find_places(self.region, self.raw)]
        if self.picked and self.picked != OWN and self.picked not in found:
            found = [self.picked, *found] if self._is_known(self.picked) else found
        return [
            Choice(code, full_name(self.region, code, self.voice.language), "", code == self.picked)
            for code in found
        ]

    def _is_known(self, code: str) -> bool:
        return any(place.code == code for place in self.region.places)

    def read(self) -> Any:
        if self.picked == OWN:
            return self.field_type.parse([self.own_text or self.raw], self.options)
        if self.picked:
            if not self._is_known(self.picked):
                raise FieldError("choice_unknown")
            return self.field_type.parse([self.picked], self.options)
        if self.raw.strip():
            self.field_type.parse([self.raw], self.options)  # too long or unreadable is said first
            raise FieldError("required_place")
        return self.field_type.empty

    def show_value(self, value: Any) -> None:
        self.raw_data, self.picked, self.own_text = [], "", ""
        if isinstance(value, dict):
            self.picked = value["code"] or OWN
            self.own_text = value["written"]
            name = full_name(self.region, value["code"], self.voice.language) if value["code"] else ""
            self.raw_data = [name or value["written"]]
        self.was_searched = bool(self.raw_data)

    def show_typed(self, typed: Typed) -> None:
        self.process(typed)


@dataclass(frozen=True)
class Entry:
    """One row of a repeating group as its macro shows it."""

    legend: str
    remove_label: str
    fields: list[AnswerQuestion]
    form: PageForm


class GroupQuestion(AnswerQuestion):
    """A repeating group: each row a small form of its own, added and removed by named buttons."""

    entries: list[Entry]

    def process(self, formdata: Typed | None, *more: Any, **extra: Any) -> None:
        super().process(None, *more, **extra)
        self.add_label = _("再加一个")
        rows = self._rows_sent(formdata) if formdata else []
        self.entries = [self._entry(number, formdata) for number in rows]

    def _rows_sent(self, typed: Typed) -> list[int]:
        """The rows that were sent, without the one that is taken away, with the one that is added."""
        pattern = re.compile(re.escape(self.name) + r"-(\d{1,2})-")
        numbers = sorted({int(found[1]) for name in typed if (found := pattern.match(name))})[:MOST_ROWS]
        removed = typed.get("remove", "")
        numbers = [number for number in numbers if removed != f"{self.name}-{number}"]
        if typed.get("add") == self.name and len(numbers) < MOST_ROWS:
            numbers.append(max(numbers, default=0) + 1)
        return numbers

    def _entry(self, number: int, typed: Typed | None, row: Mapping[str, Any] | None = None) -> Entry:
        prefix = f"{self.name}-{number}-"
        form = page_form(self.field.fields, self.region, self.voice, typed, prefix=prefix)
        if row is not None:
            form.show(row)
        title = self.voice.say(self.field.short or self.field.label).rstrip("？?")
        return Entry(
            _("%(title)s，第%(number)s个", title=title, number=number),
            _("删除%(title)s第%(number)s个", title=title, number=number),
            list(form),
            form,
        )

    def pre_validate(self, form: Form) -> None:
        rows: list[dict[str, Any]] = []
        are_good = True
        for entry in self.entries:
            are_good &= entry.form.validate_within(form.context())
            row = entry.form.values()
            if any(value not in (None, "", []) for value in row.values()):
                rows.append(row)
        self.data = rows
        self.is_read = all(one.is_read for entry in self.entries for one in entry.fields)
        faults = self.field_type.validate(rows, self.options, form.context()) if are_good else []
        self.errors = [self.sentence(fault) for fault in faults]
        if faults or not are_good:
            raise StopValidation

    def show_value(self, value: Any) -> None:
        rows = value if isinstance(value, list) else []
        self.entries = [self._entry(number, None, row) for number, row in enumerate(rows, start=1)]

    def show_typed(self, typed: Typed) -> None:
        self.process(typed)

    def summary(self) -> list[tuple[str, str]]:
        inner = [line for entry in self.entries for one in entry.fields for line in one.summary()]
        return super().summary() + inner


class PageForm(PlainForm):
    """The form of one page of the catalogue."""

    other_answers: Answers

    def context(self) -> FieldContext:
        """The other answers, and those of this page that were read so far."""
        return FieldContext(today=clock.today(), answers={**self.other_answers, **self.values()})

    def validate_page(self, other_answers: Answers) -> bool:
        self.other_answers = other_answers
        return bool(self.validate())

    def validate_within(self, outer: FieldContext) -> bool:
        return self.validate_page(dict(outer.answers))

    def values(self) -> Answers:
        """Field id to value, of everything that could be read."""
        return {one.field.id: one.data for one in self if one.is_read}

    def unreadable(self, typed: Typed) -> dict[str, list[str]]:
        """What was typed into questions that could not be read, to be shown again."""
        return {
            name: [text[:LONGEST_SHOWN] for text in typed.getlist(name)]
            for one in self
            if not one.is_read
            for name in typed
            if _belongs(name, one)
        }

    def show(self, answers: Mapping[str, Any]) -> None:
        """Show stored answers."""
        for one in self:
            if one.field.id in answers:
                one.show_value(answers[one.field.id])

    def show_typed(self, typed: Typed) -> None:
        """Show what was typed earlier and could not be read, instead of an answer."""
        for one in self:
            if any(_belongs(name, one) for name in typed):
                one.show_typed(typed)

    def forgive(self, names: Iterable[str]) -> None:
        """Drop the errors of questions that no longer stand after what was answered."""
        for one in self:
            if one.field.id not in names:
                one.errors = []

    @property
    def has_errors(self) -> bool:
        return bool(self.errors_for_summary())

    def errors_for_summary(self) -> list[tuple[str, str]]:
        return [line for one in self for line in one.summary()]


QUESTIONS: dict[str, type[AnswerQuestion]] = {"place": PlaceQuestion, "group": GroupQuestion}


def page_form(
    fields: Iterable[Field], region: Region, voice: Voice, typed: Typed | None = None, *, prefix: str = ""
) -> PageForm:
    """The form of a page's fields, filled with what was typed where something was."""
    fields = tuple(fields)
    questions = {
        field.id: QUESTIONS.get(field.kind, AnswerQuestion)(field, region, voice) for field in fields
    }
    form: PageForm = type("OnePage", (PageForm,), questions)(typed, prefix=prefix)
    form.other_answers = {}
    if not prefix and (only := heading_field(fields)):
        form[only.id].heading_level = 1
    return form


def heading_field(fields: tuple[Field, ...]) -> Field | None:
    """The only question of a page: its label is the heading. A box to tick needs one above."""
    only = fields[0] if len(fields) == 1 else None
    return only if only is not None and only.kind != "confirm" else None


def _belongs(name: str, question: AnswerQuestion) -> bool:
    """Whether a posted name is the question's own, or of one of its parts."""
    return name == question.name or name.startswith(question.name + "-")


def _choices(field: Field, region: Region, voice: Voice) -> list[tuple[str, str, str]]:
    """Value, words and hint of every choice, 我不知道 last."""
    offered: list[CatalogueChoice] = offered_choices(field, region)
    choices = [(one.value, voice.say(one.label), voice.say(one.hint)) for one in offered]
    if field.kind == "yes_no":
        choices = [("yes", _("是"), ""), ("no", _("否"), "")]
    if field.has_unknown and field.kind in ("choice", "multi", "yes_no"):
        choices.append(("unknown", UNKNOWN_WORDS[voice.language], ""))
    return choices
