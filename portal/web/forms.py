"""WTForms forms of pages that the catalogue describes: what is typed passes the catalogue's own field types.

A form is made for one page as it is asked now, in one voice. Whatever was typed is kept: what can be read
as an answer, what cannot as typed, so that a page can be saved unfinished, left, and mended later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import StopValidation

from portal import clock
from portal.catalogue.field_types import FieldContext
from portal.catalogue.model import Answers, Field, Region
from portal.catalogue.remembering import remembered
from portal.catalogue.texts import Language, Text
from portal.catalogue.wording import Voice
from portal.rules.checks import run_check
from portal.web.document_question import DocumentsQuestion
from portal.web.plain_form import PlainForm
from portal.web.questions import LONGEST_SHOWN, AnswerQuestion, PlaceQuestion, Typed

MOST_ROWS = 20
"""Rows of a repeating group that one page shows; the field type refuses more than it allows in words."""


@dataclass(frozen=True)
class Entry:
    """One row of a repeating group as its macro shows it."""

    legend: str
    remove_label: str
    fields: list[AnswerQuestion]
    form: PageForm

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed: such a row counts for nothing, as if it had not been added."""
        return all(one.is_blank for one in self.fields)


class GroupQuestion(AnswerQuestion):
    """A repeating group: each row a small form of its own, added and removed by named buttons."""

    entries: list[Entry]

    @property
    def add_label(self) -> str:
        """What the button adds; where there is no row yet, nothing else says it."""
        if self.entries:
            return str(_("再加一个"))
        title = self.voice.say(self.field.short or self.field.label).rstrip("？?")
        return str(_("加一个：%(title)s", title=title))

    @property
    def is_blank(self) -> bool:
        return all(entry.is_blank for entry in self.entries)

    def process(self, formdata: Typed | None, *more: Any, **extra: Any) -> None:
        super().process(None, *more, **extra)
        rows = self._rows_sent(formdata) if formdata else []
        rows = rows or ([1] if self.field.min_count else [])  # what must be given need not be asked for first
        typed = self._renumbered(formdata, rows) if formdata else None
        self.entries = [self._entry(number, typed) for number in range(1, len(rows) + 1)]

    def _rows_sent(self, typed: Typed) -> list[int]:
        """The rows that were sent, without the one that is taken away, with the one that is added."""
        pattern = re.compile(re.escape(self.name) + r"-(\d{1,2})-")
        numbers = sorted({int(found[1]) for name in typed if (found := pattern.match(name))})[:MOST_ROWS]
        removed = typed.get("remove", "")
        numbers = [number for number in numbers if removed != f"{self.name}-{number}"]
        if typed.get("add") == self.name and len(numbers) < MOST_ROWS:
            numbers.append(max(numbers, default=0) + 1)
        return numbers

    def _renumbered(self, typed: Typed, rows: list[int]) -> Typed:
        """What was typed into these rows, counted from 1: the words of a row and its buttons stay true."""
        fresh: Typed = MultiDict()
        for place, number in enumerate(rows, start=1):
            old = f"{self.name}-{number}-"
            for name in typed:
                if name.startswith(old):
                    fresh.setlist(f"{self.name}-{place}-{name.removeprefix(old)}", typed.getlist(name))
        return fresh

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
        filled = [entry for entry in self.entries if not entry.is_blank]
        for entry in filled:
            are_good &= entry.form.validate_within(form.context())
            row = entry.form.values()
            if any(value not in (None, "", []) for value in row.values()):
                rows.append(row)
        self.data = rows
        self.is_read = all(one.is_read for entry in filled for one in entry.fields)
        context = form.context()
        faults = self.field_type.validate(rows, self.options, context) if are_good else []
        if are_good and not faults:  # what the rows have to be beside another answer: so many, each once
            faults = run_check(self.field, rows, dict(context.answers), self.region)
        self.errors = [self.sentence(fault) for fault in faults]
        if faults or not are_good:
            raise StopValidation

    def show_value(self, value: Any) -> None:
        rows = value if isinstance(value, list) else []
        self.entries = [self._entry(number, None, row) for number, row in enumerate(rows, start=1)]

    def show_typed(self, typed: Typed) -> None:
        self.process(typed)

    def summary(self) -> list[tuple[str, str]]:
        inner = [
            (_("%(question)s：%(error)s", question=entry.legend, error=text), href)
            for entry in self.entries
            for one in entry.fields
            for text, href in one.summary()
        ]
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

    def forgive_blank(self) -> None:
        """Drop the errors of questions that were left blank, where that is no mistake (yet)."""
        for one in self:
            if one.is_blank:
                one.errors = []

    @property
    def groups(self) -> list[GroupQuestion]:
        """The repeating groups."""
        return [one for one in self if isinstance(one, GroupQuestion)]

    @property
    def files(self) -> list[DocumentsQuestion]:
        """The questions that files answer."""
        return [one for one in self if isinstance(one, DocumentsQuestion)]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors_for_summary())

    def errors_for_summary(self) -> list[tuple[str, str]]:
        return [line for one in self for line in one.summary()]

    def unanswered(self, names: Sequence[str], answers: Answers) -> list[tuple[str, str]]:
        """Those of these questions that have no answer yet: (question, link to its control)."""
        open_ones = [one for one in self if one.field.id in names and not answers.get(one.field.id)]
        return [(one.label_text, "#" + one.id) for one in open_ones]


QUESTIONS: dict[str, type[AnswerQuestion]] = {
    "place": PlaceQuestion,
    "group": GroupQuestion,
    "documents": DocumentsQuestion,
}


def page_form(
    fields: Iterable[Field],
    region: Region,
    voice: Voice,
    typed: Typed | None = None,
    *,
    title: Text | None = None,
    prefix: str = "",
) -> PageForm:
    """The form of a page's fields, filled with what was typed where something was. ``title`` as the page has
    it, where the fields are a page's."""
    fields = tuple(fields)
    form = _form_class(fields, region, voice)(typed, prefix=prefix)
    form.other_answers = {}
    if not prefix and (heading := heading_field(fields, title)):
        form[heading.id].heading_level = 1
    return form


def _form_class(fields: tuple[Field, ...], region: Region, voice: Voice) -> type[PageForm]:
    """The class of a page's form. One in the person's own voice is the same for everybody and is kept: making
    a class takes longer than making a form of it. The others know a name, and are made for one request."""
    if voice.is_proxy:
        return _made_class(fields, region, voice)
    return _own_class(region, voice.language, *fields)


@remembered
def _own_class(region: Region, language: Language, *fields: Field) -> type[PageForm]:
    return _made_class(fields, region, Voice(language))


def _made_class(fields: tuple[Field, ...], region: Region, voice: Voice) -> type[PageForm]:
    questions = {
        field.id: QUESTIONS.get(field.kind, AnswerQuestion)(field, region, voice) for field in fields
    }
    return type("OnePage", (PageForm,), questions)


def heading_field(fields: tuple[Field, ...], title: Text | None = None) -> Field | None:
    """The question whose label is the heading of a page: its only one, or the first where it says just what
    the title says, so that nobody hears it twice. A box to tick needs a heading above; files belong to the
    question before them."""
    asked = [field for field in fields if field.kind != "documents"]
    first = asked[0] if asked and asked[0].kind != "confirm" else None
    return first if first is not None and (len(asked) == 1 or first.label == title) else None


def _belongs(name: str, question: AnswerQuestion) -> bool:
    """Whether a posted name is the question's own, or of one of its parts."""
    return name == question.name or name.startswith(question.name + "-")
