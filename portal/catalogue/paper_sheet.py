"""A service as a form on paper: every question of its definition in its order, numbered, with what to tick.

Paper cannot hide a question: instead it says for whom it is. Who fills the form in is known before it is
printed, so a person's own form has no questions to a representative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from portal.catalogue.condition_words import condition_words
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types.base import UNKNOWN_WORDS
from portal.catalogue.model import Choice, Definition, Field, Page, Region
from portal.catalogue.texts import Text
from portal.catalogue.wording import Voice, answer_text, offered_choices

Writing = Literal["one", "many", "line", "lines", "date", "place", "copies", "rows"]
"""How it is answered by hand: tick one box, tick boxes, write a line or some, a day, a place; copies that are
handed in with the form; one row of a table for each of several."""

TICKED: Final = {"choice": "one", "yes_no": "one", "confirm": "one", "multi": "many"}
WRITTEN: Final[Mapping[str, Writing]] = {
    "longtext": "lines",
    "date": "date",
    "place": "place",
    "documents": "copies",
    "group": "rows",
}
CONFIRMED: Final = "confirmed"
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
MOST_ROWS: Final = 3
"""Rows of a table on the sheet; who needs more writes on another sheet of paper."""
WITH_FORM: Final = Text(
    zh="复印件和这张表一起交", easy="把复印件和这张表一起交", en="A copy, handed in with this form"
)
YES: Final = Text(zh="是", en="Yes")
NO: Final = Text(zh="否", en="No")
AGREED: Final = Text(zh="是，我同意", easy="同意", en="Yes, I agree")


@dataclass(frozen=True)
class Box:
    """Something to tick; ``only_for`` is a clause, empty where everybody may."""

    label: str
    hint: str
    only_for: str
    is_ticked: bool = False


@dataclass(frozen=True)
class SheetQuestion:
    id: str
    number: int
    label: str
    hint: str
    only_for: str
    is_required: bool
    writing: Writing
    boxes: tuple[Box, ...]
    columns: tuple[str, ...]
    """Of ``rows``: what each row asks."""
    written: str = ""
    """The answer that stands there already; of boxes and rows, in those."""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class SheetPage:
    id: str
    title: str
    intro: str
    only_for: str
    questions: tuple[SheetQuestion, ...]

    @property
    def is_one_question(self) -> bool:
        """Whether the page says nothing that its only question does not say."""
        return len(self.questions) == 1 and self.title == self.questions[0].label and not self.intro


@dataclass(frozen=True)
class SheetSection:
    number: int
    title: str
    pages: tuple[SheetPage, ...]


def sheet_of(
    definition: Definition,
    region: Region,
    voice: Voice,
    acting: Literal["self", "proxy"],
    answers: Mapping[str, Any] = NOTHING,
    place_names: Mapping[str, str] = NOTHING,
) -> tuple[SheetSection, ...]:
    """The questions of a service for paper, in the order of its journey.

    ``answers`` stand there already; ``place_names`` has the full names of the places among them, by code.
    """
    known = {"@acting": acting}
    pages = [page for page in definition.pages if _may_be_asked(page.when, known)]
    asked = [(page, field) for page in pages for field in page.fields if _may_be_asked(field.when, known)]
    numbers = {field.id: number for number, (_page, field) in enumerate(asked, start=1)}
    writer = _Writer(definition, region, voice, known, numbers, answers, place_names)
    return tuple(
        SheetSection(
            number,
            voice.say(section.title),
            tuple(writer.page(page) for page in pages if page.section == section.id),
        )
        for number, section in enumerate(definition.service.sections, start=1)
    )


def _may_be_asked(when: Any, known: Mapping[str, Any]) -> bool:
    return when is None or when.judge(known) is not False


@dataclass(frozen=True)
class _Writer:
    definition: Definition
    region: Region
    voice: Voice
    known: Mapping[str, Any]
    numbers: Mapping[str, int]
    answers: Mapping[str, Any]
    place_names: Mapping[str, str]

    def page(self, page: Page) -> SheetPage:
        fields = [field for field in page.fields if field.id in self.numbers]
        questions = tuple(self._question(field) for field in fields)
        said = [self.voice.say(one) for one in (page.intro, *page.notes) if one is not None]
        only_for = self._only_for(page.when)
        return SheetPage(page.id, self.voice.say(page.title), "\n".join(said), only_for, questions)

    def _question(self, field: Field) -> SheetQuestion:
        ticked: Any = TICKED.get(field.kind)
        return SheetQuestion(
            id=field.id,
            number=self.numbers[field.id],
            label=self.voice.say(field.label),
            hint=self.voice.say(field.hint) if field.kind != "documents" else "",
            only_for=self._only_for(field.when),
            is_required=field.required,
            writing=ticked or WRITTEN.get(field.kind, "line"),
            boxes=self._boxes(field),
            columns=tuple(self.voice.say(one.short or one.label) for one in field.fields),
            written=self._written(field),
            rows=self._rows(field),
        )

    def _written(self, field: Field) -> str:
        value = self.answers.get(field.id)
        if not value or field.kind in TICKED or field.kind == "group":
            return ""
        return answer_text(field, value, self.region, self.voice, place_names=self.place_names)

    def _rows(self, field: Field) -> tuple[tuple[str, ...], ...]:
        filled = self.answers.get(field.id) if field.kind == "group" else None
        return tuple(
            tuple(answer_text(one, row.get(one.id), self.region, self.voice) for one in field.fields)
            for row in filled or ()
        )

    def _boxes(self, field: Field) -> tuple[Box, ...]:
        offered = offered_choices(field, self.region) if field.kind in TICKED else []
        own = [(one.value, self._box(one)) for one in offered]
        if field.kind == "yes_no" and not own:
            own = [("yes", Box(self.voice.say(YES), "", "")), ("no", Box(self.voice.say(NO), "", ""))]
        if field.kind == "confirm":
            own = [(CONFIRMED, Box(self.voice.say(AGREED), "", ""))]
        if field.has_unknown:
            own.append((UNKNOWN, Box(UNKNOWN_WORDS[self.voice.language], "", "")))
        ticked = self._ticked(field)
        return tuple(replace(box, is_ticked=value in ticked) for value, box in own)

    def _ticked(self, field: Field) -> Collection[str]:
        value = self.answers.get(field.id)
        if field.kind == "confirm":
            return [CONFIRMED] if value else []
        return value if isinstance(value, list) else [value] if value else []

    def _box(self, choice: Choice) -> Box:
        if choice.value == "upload":
            return Box(self.voice.say(WITH_FORM), "", self._only_for(choice.when))
        return Box(self.voice.say(choice.label), self.voice.say(choice.hint), self._only_for(choice.when))

    def _only_for(self, when: Any) -> str:
        if when is None:
            return ""
        return condition_words(when, self.known, self._name_of, self.voice.language)

    def _name_of(self, field_id: str) -> tuple[int, Mapping[str, str]] | None:
        field = self.definition.field(field_id)
        number = self.numbers.get(field_id)
        if field is None or number is None:
            return None
        words = {one.value: self._box(one).label for one in offered_choices(field, self.region)}
        if field.kind == "yes_no":
            words = {"yes": self.voice.say(YES), "no": self.voice.say(NO)} | words
        words.setdefault("unknown", UNKNOWN_WORDS[self.voice.language])
        return number, words
