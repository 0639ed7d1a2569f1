"""An application under way, as every page of the journey needs it: answers, path, voice, what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldWarning
from portal.catalogue.model import Answers, Definition, Field, Page
from portal.catalogue.wording import Voice
from portal.rules.checks import may_have_hints
from portal.rules.errors import NotFound
from portal.rules.journey import Acting, Journey
from portal.usecases import applications
from portal.usecases.looking import look_at_own
from portal.usecases.objecting import find_objection
from portal.usecases.submission import open_questions
from portal.web.hints import hints_of, hints_of_invoice
from portal.web.jinja_words import lines_of_text
from portal.web.jinja_words import said as _
from portal.web.moulds import hole
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.visit_door import acting_side, front_of_journey


@dataclass(frozen=True)
class ActingFor:
    """The banner: for whom the signed-in person acts."""

    name: str | None
    sentence: str
    change_href: str


@dataclass(frozen=True)
class Going:
    """An application under way, as every page of the journey needs it."""

    application: Any  # what was read of its row, for use cases that look at more of it
    reference: str
    state: str
    acting: Acting
    definition: Definition
    answers: Answers
    typed: dict[str, dict[str, list[str]]]  # page -> what was typed and could not be read
    journey: Journey
    voice: Voice
    asked: tuple[str, ...]  # pages that a correction opens, in order; empty for a draft
    words_asked: dict[str, list[tuple[str, str]]]  # page -> (reason code, the officer's words)
    draft_until_on: date
    due_on: date | None  # of a correction; None while its days stand still
    front: str = "/apply"
    """Before the code of the service in every address: at the counter the journey stands below the visit."""
    files: tuple[Any, ...] = ()  # as shown in web/document_question; only where a page lists them

    @property
    def base(self) -> str:
        return f"{self.change_href}/{self.reference}"

    def href(self, page: str) -> str:
        return f"{self.base}/{page}"

    def change_at(self, page: Page, field: Field) -> str:
        """Where an answer is changed from the check page, which comes next again."""
        return f"{self.href(page.id)}?back=check#{field.id.replace('_', '-')}"

    @property
    def is_correction(self) -> bool:
        return self.state == "returned"

    def pages(self) -> tuple[Page, ...]:
        """The pages that may be opened now."""
        if not self.is_correction:
            return self.journey.pages()
        return tuple(page for page in self.journey.pages() if page.id in self.asked)

    def page(self, page_id: str) -> Page:
        found = next((page for page in self.pages() if page.id == page_id), None)
        if found is None:
            raise NotFound("page")
        return found

    def following(self, page_id: str) -> str:
        """Where to go after a page: the next one on the path, or the check."""
        if self.is_correction:
            order = [page.id for page in self.definition.pages]
            later = order[order.index(page_id) + 1 :]  # the page itself may have left the path
            return self.href(next((page for page in later if page in self.asked), "check"))
        following = self.journey.next_page(page_id)
        return self.href(following.id if following else "check")

    def before(self, page_id: str) -> str:
        if self.is_correction:
            return self.base
        previous = self.journey.previous_page(page_id)
        return self.href(previous.id) if previous else self.base

    @cached_property
    def missing(self) -> list[tuple[Page, Field]]:
        """What stops a submission, in order."""
        return open_questions(self.journey, parts().region)

    @cached_property
    def hints(self) -> list[tuple[Page, Field, FieldWarning]]:
        """What looks odd and stops nobody, in order."""
        return [
            (page, field, hint)
            for page in self.journey.pages()
            for field in page.fields
            if may_have_hints(field)
            for hint in self._hints_of(field)
        ]

    def _hints_of(self, field: Field) -> list[FieldWarning]:
        if field.means == "invoice_no":
            return hints_of_invoice(self.application, self.definition, self.answers)
        return hints_of(field, self.answers, self.journey.today)

    @property
    def service_name(self) -> str:
        return self.voice.say(self.definition.service.name)

    @property
    def banner(self) -> ActingFor | None:
        if self.acting == "self":
            return None
        name = self.voice.name
        sentence = _("您正在替%(name)s办事。", name=name) if name else _("您正在替别人办事。")
        relation = self.definition.field_of("relation")
        kind = self.answers.get(relation.id) if relation else None
        if relation is not None and name and kind not in (None, "", "other"):
            words = next((one.label for one in relation.choices if one.value == kind), None)
            sentence += _("您是%(name)s的%(relation)s。", name=name, relation=self.voice.say(words))
        return ActingFor(name, sentence, self.change_href)

    @property
    def change_href(self) -> str:
        """Where one begins for somebody else."""
        return f"{self.front}/{self.definition.service.code}"

    def part_of(self, page: Page) -> Part:
        """Where a page stands: sections are counted, not pages, so the total never changes. It stands in the
        title, so it carries no name, but whoever acts for another is not called the person."""
        sections = self.definition.service.sections
        number = next(number for number, one in enumerate(sections, start=1) if one.id == page.section)
        voice = Voice(language(), is_proxy=self.voice.is_proxy)
        return Part(number, len(sections), voice.say(sections[number - 1].title))


@dataclass(frozen=True)
class Part:
    """第2部分，共6部分：申请人信息."""

    number: int
    total: int
    section: str

    def __str__(self) -> str:
        said: str = _(
            "第%(number)s部分，共%(total)s部分：%(section)s",
            number=self.number,
            total=self.total,
            section=self.section,
        )
        return said


def load(db: Session, code: str, reference: str) -> Going:
    """The actor's application, if it can still be worked on. Raises NotFound, and Conflict once submitted."""
    looked = look_at_own(db, acting_side(), reference)
    application, answers = looked.application, looked.answers
    definition = applications.definition_of(db, application)
    if definition.service.code != code:
        raise NotFound("application")
    is_returned = application.state == "returned"
    correction = applications.open_correction(db, application) if is_returned else None
    journey = applications.journey_of(definition, application, answers)
    name = answers.get(definition.service.subject_name_field) or None
    is_held = correction is not None and find_objection(db, application) is not None
    asked: dict[str, list[tuple[str, str]]] = {}
    for point in correction.points if correction else ():
        asked.setdefault(point.page, []).append((point.reason, point.words))
    return Going(
        application=application,
        reference=application.reference,
        state=application.state,
        acting=journey.acting,
        definition=definition,
        answers=journey.answers,
        typed=looked.typed,
        journey=journey,
        voice=Voice(language(), name, journey.acting == "proxy"),
        asked=applications.open_pages(db, application, journey) if correction else (),
        words_asked=asked,
        draft_until_on=application.draft_until_on,
        due_on=correction.due_on if correction and not is_held else None,
        front=front_of_journey(),
    )


def with_holes(going: Going) -> Going:
    """The application as a mould is told of it: its service and its voice, of its person nothing."""
    return Going(
        application=None,
        reference=hole("reference"),
        state=going.state,
        acting=going.acting,
        definition=going.definition,
        answers={},
        typed={},
        journey=Journey(going.definition, {}, going.acting, going.journey.today),
        voice=replace(going.voice, name=hole("name") if going.voice.is_proxy and going.voice.name else None),
        asked=(),
        words_asked={},
        draft_until_on=date.max,
        due_on=None,
    )


def voice_codes(going: Going) -> tuple[bool, bool]:
    """What a mould is told of the voice beside its language."""
    return going.voice.is_proxy, going.voice.is_proxy and bool(going.voice.name)


def banner_with_holes(going: Going) -> ActingFor | None:
    return ActingFor(None, hole("banner"), going.change_href) if going.voice.is_proxy else None


def words_for_holes(going: Going) -> dict[str, str]:
    """What fills the holes that these three leave."""
    words = {"name": going.voice.name or "", "reference": going.reference}
    if (banner := going.banner) is not None:
        words["banner"] = lines_of_text(banner.sentence)
    return words


def is_open(going: Going) -> bool:
    return going.state in ("draft", "returned")


def status_href(reference: str) -> str:
    return f"/account/applications/{reference}"


@dataclass(frozen=True)
class Row:
    """One answer on the check page."""

    label: str
    value: str
    change_href: str
    change_text: str


def answer_rows(going: Going, page: Page, shown: Callable[[Field], str]) -> list[Row]:
    """The questions of a page with their answers as they are ``shown``."""
    return [
        Row(
            label=(label := label_of(going, field)),
            value=shown(field),
            change_href=going.change_at(page, field),
            change_text=_("修改%(question)s", question=label),
        )
        for field in page.fields
        if is_read_back(field)
    ]


def is_read_back(field: Field) -> bool:
    """Whether the check page shows a question with its answer: a box that was ticked says nothing new."""
    return field.kind != "confirm"


def label_of(going: Going, field: Field) -> str:
    return going.voice.say(field.short or field.label)
