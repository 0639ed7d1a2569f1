"""The questions of a sheet for a home without network: those of the service, each as its own page asks it,
all of them at once, and what the visit itself is to be known by.

What is typed passes the forms of the pages. A question that was left blank stops nothing: the sheet becomes a
draft, which asks it again before anything is handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from portal import clock
from portal.catalogue.field_types import ID_TYPES
from portal.catalogue.model import Answers, Definition, Page, Region
from portal.catalogue.paper_sheet import MOST_ROWS, SheetPage, SheetQuestion, SheetSection, sheet_of
from portal.catalogue.wording import Voice
from portal.rules.journey import Acting, Journey
from portal.web.desk_identity import ID_TYPE_LABELS
from portal.web.forms import GroupQuestion, PageForm, page_form
from portal.web.plain_form import PlainForm, Question
from portal.web.questions import OWN, AnswerQuestion, PlaceQuestion, Typed

FILES = "documents"
"""The kind of question that files answer: they are added once the sheet is sent."""


class VisitForm(PlainForm):
    received_on = Question(
        _l("哪一天上门、填的这张表？"), "date", hint=_l("期限从这一天算起。例如：2026年11月22日。")
    )
    seen = Question(
        _l("怎么知道在场的是谁？"),
        "choice",
        choices=[
            ("document", _l("看了证件原件"), _l("照着原件，填下面三项。")),
            ("none", _l("没有看到证件"), _l("下面三项空着，以后再看证件。")),
        ],
    )
    id_type = Question(
        _l("看的是哪种证件原件？"),
        "choice",
        is_required=False,
        choices=[(one, ID_TYPE_LABELS[one]) for one in ID_TYPES],
    )
    seen_name = Question(_l("证件上的姓名"), "name", is_required=False, spellcheck=False)
    id_number = Question(_l("证件号码"), "id_number", is_required=False, hint=_l("照着原件填，可以有空格。"))

    @property
    def has_original(self) -> bool:
        return self.seen.raw == "document"

    def validate_id_type(self, question: Question) -> None:
        self._refuse_blank(question)

    def validate_seen_name(self, question: Question) -> None:
        self._refuse_blank(question)

    def validate_id_number(self, question: Question) -> None:
        self._refuse_blank(question)

    def _refuse_blank(self, question: Question) -> None:
        if self.has_original and not question.data:
            raise ValidationError(_("看了证件原件的，请照着原件填。"))


@dataclass(frozen=True)
class AskedQuestion:
    """One question with its control; ``control`` is None where files answer it."""

    question: SheetQuestion
    control: AnswerQuestion | None


@dataclass(frozen=True)
class AskedPage:
    page: SheetPage
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True)
class AskedSection:
    section: SheetSection
    pages: tuple[AskedPage, ...]


class WholeSheet:
    """Every question of a service, as somebody is asked who acts for themselves or for another."""

    def __init__(
        self, definition: Definition, region: Region, voice: Voice, acting: Acting, typed: Typed | None = None
    ) -> None:
        self.definition, self.region, self.voice, self.acting = definition, region, voice, acting
        self.typed = _with_rows(definition, typed)
        self.sections = sheet_of(definition, region, voice, acting)
        self.answers: dict[str, Answers] = {}
        """By page: what is good, of the pages that are asked after what was answered."""
        self._forms = {page.id: self._form(page) for page in definition.pages}
        self._errors: list[tuple[str, str]] = []

    def check(self) -> bool:
        """Read what was typed, along the way through the questions; whether nothing of it is wrong."""
        read: Answers = {}
        for page in self.definition.pages:
            form = self._form(page)
            form.validate_page(read)
            read |= form.values()
        self.answers, self._errors = {}, []
        others: Answers = {}
        for page in Journey(self.definition, read, self.acting, clock.today()).pages():
            form = self._form(page)
            form.validate_page(others)
            for part in (form, *(entry.form for group in form.groups for entry in group.entries)):
                part.forgive_blank()
            others |= form.values()
            self.answers[page.id] = form.values()
            self._errors += form.errors_for_summary()
            self._keep_errors(page, form)
        return not self._errors

    def errors_for_summary(self) -> list[tuple[str, str]]:
        return self._errors

    def asked(self) -> list[AskedSection]:
        """Everything in the order of the sheet."""
        return [
            AskedSection(section, tuple(self._asked_page(page) for page in section.pages))
            for section in self.sections
        ]

    def _form(self, page: Page) -> PageForm:
        fields = tuple(field for field in page.fields if field.kind != FILES)
        return page_form(fields, self.region, self.voice, self.typed)

    def _keep_errors(self, page: Page, checked: PageForm) -> None:
        """What is wrong stands at the question of the sheet, which shows more than this person is asked."""
        shown = self._forms[page.id]
        for one in checked:
            shown[one.field.id].errors = one.errors
            if isinstance(one, GroupQuestion):
                shown[one.field.id].entries = one.entries

    def _asked_page(self, page: SheetPage) -> AskedPage:
        form = self._forms[page.id]
        return AskedPage(page, tuple(_asked(question, form) for question in page.questions))


def _asked(question: SheetQuestion, form: PageForm) -> AskedQuestion:
    if question.id not in form:
        return AskedQuestion(question, None)
    control: AnswerQuestion = form[question.id]
    control.heading_level = None
    control.label_text = Markup("{}. {}").format(question.number, control.label_text)
    if question.only_for:
        only = _("只有%(clause)s的，才填。", clause=question.only_for)
        control.hint = f"{only} {control.hint}" if control.hint else only
    for one in _written(control):
        one.kind = "text"  # nothing can be searched without network: a place is written in own words
    boxes = question.boxes
    control.offer(
        (value, label, _only_hint(boxes[place].only_for, more), *more[1:])
        for place, (value, label, *more) in enumerate(control.offered)
    )
    return AskedQuestion(question, control)


def _written(control: AnswerQuestion) -> list[AnswerQuestion]:
    """The places that a question asks for, its rows included."""
    inside = [one for entry in getattr(control, "entries", ()) for one in entry.fields]
    return [one for one in (control, *inside) if isinstance(one, PlaceQuestion)]


def _only_hint(clause: str, more: Sequence[str]) -> str:
    """The hint of a choice, before it for whom the choice is."""
    hint = more[0] if more else ""
    return _("（只有%(clause)s的，才选）", clause=clause) + hint if clause else hint


def _with_rows(definition: Definition, typed: Typed | None) -> Typed:
    """What was typed, with as many rows for each repeating group as paper has, and places in own words."""
    whole: Typed = MultiDict(typed or {})
    for field in (field for page in definition.pages for field in page.fields):
        rows = [f"{field.id}-{number}-" for number in range(1, MOST_ROWS + 1)]
        for row in rows if field.kind == "group" else ():
            whole.setdefault(row + field.fields[0].id, "")
        places = [field.id] if field.kind == "place" else []
        places += [row + one.id for row in rows for one in field.fields if one.kind == "place"]
        for name in places:
            whole.setlist(f"{name}-place", [OWN] if whole.get(name, "").strip() else [])
    return whole
