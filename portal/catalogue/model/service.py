"""The whole: a service as its file says it, and the definition that an application is pinned to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field as Setting
from pydantic import model_validator

from portal.catalogue.conditions import Condition
from portal.catalogue.model.base import Citation, Code, Frozen
from portal.catalogue.model.effects import Effect
from portal.catalogue.model.journey import Declaration, Evidence, Field, Meaning, Page, Question, Section
from portal.catalogue.model.notices import Notice, NoticeLine, NoticeVariant
from portal.catalogue.model.process import Again, Deemed, Reason, Remedy, Step
from portal.catalogue.texts import Text

DEFINITION_FORMAT: Final = 2
"""Raised whenever a stored Definition would be read differently; every older format stays readable."""


class Statement(Frozen):
    """One sentence of a guide; a number, date, limit or duty carries its citation."""

    text: Text
    cite: str | None = None
    when: Condition | None = None


class GuidePart(Frozen):
    kind: Literal["who", "get", "need", "time", "cost", "after", "faq"]
    statements: Annotated[tuple[Statement, ...], Setting(min_length=1)]


class EligibilityRule(Frozen):
    """One condition of a service over *meanings* (``Meaning``), wherever they were asked (rules.md 3, 4, 10).

    ``needs`` that does not hold is a no with ``otherwise`` and its citation; one that nobody can say yet is
    我们帮您查 with ``check``: never a refusal (rules.md 3.2).
    """

    id: Code
    needs: Condition
    otherwise: Text
    check: Text
    cite: str | None = None
    service: str | None = None  # where to go instead


class NoticeWords(Frozen):
    """A service's own words in place of those of ``notices.toml``; what is not said here stays."""

    title: Text | None = None
    result: Text | None = None
    sms: Text | None = None
    next: tuple[NoticeLine, ...] | None = None
    variants: tuple[NoticeVariant, ...] | None = None
    needs: tuple[Code, ...] | None = None
    law: tuple[str, ...] | None = None


class Finding(Frozen):
    """What the pre-check says when ``when`` holds. ``note`` adds; the first other kind decides."""

    kind: Literal["may_apply", "other_service", "other_place", "not_yet", "note"]
    when: Condition | None = None
    text: Text
    cite: str | None = None
    service: str | None = None


Category = Literal[
    "certificate", "subsidy", "retrofit", "care", "school", "work", "travel", "voice", "bundle"
]


class AcceptancePlace(Frozen):
    """Cross-province (跨省通办): ``field`` says where it is handed in and assessed, when ``when`` holds."""

    field: Code
    when: Condition
    cite: str | None = None


class Service(Frozen):
    """The item: one file of ``services/``."""

    code: str = Setting(pattern=r"^[a-z]{2}-[0-9]{2}$")
    name: Text
    summary: Text
    category: Category
    service_type: Text
    lead_unit: Text
    keywords: tuple[str, ...] = ()
    once_per: Literal["subject", "year", "school_year", "household", "none"]
    draft_days: int = 90
    correction_days: int = 15  # working days that the applicant has; the region's rule where it has one
    citations: dict[str, Citation]
    guide: tuple[GuidePart, ...]
    precheck: tuple[Question, ...]
    findings: tuple[Finding, ...]
    bundle: tuple[str, ...] = ()  # 一件事: the services that it leads to, each applied for by itself
    sections: tuple[Section, ...] = ()  # none in a bundle, as there are no steps
    pages: tuple[Page, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    declarations: tuple[Declaration, ...]
    steps: tuple[Step, ...] = ()
    notices: tuple[str, ...]
    letters: dict[str, NoticeWords] = Setting(default_factory=dict)  # by the key of the notice
    eligibility: tuple[EligibilityRule, ...] = ()
    benefit: Code | None = None  # the benefit of the region's list that it grants or changes
    numbers: tuple[Code, ...] = ()  # the region's numbers that are told with it: to residents and to officers
    remedies: tuple[Remedy, ...]
    anonymous: bool = False  # whoever it is for may stay unnamed: no number, no day of birth is asked
    subject_name_field: Code = "p_name"
    subject_id_field: Code = "p_id_no"
    subject_birth_field: Code = "p_birth"
    place_field: Code = "h_place"  # whose county decides (业务属地)
    acceptance_place: AcceptancePlace | None = None  # where it is handed in, when that is elsewhere (收件地)
    deemed: Deemed | None = None
    again: Again | None = None

    @model_validator(mode="after")
    def is_applied_for_or_leads_on(self) -> Self:
        if bool(self.bundle) == bool(self.sections and self.steps):
            raise ValueError("a service has sections and steps, or it is a bundle of other services")
        return self

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All that its outcomes may bring about, in the order of its steps."""
        return tuple(effect for step in self.steps for outcome in step.outcomes for effect in outcome.effects)


class Definition(Frozen):
    """A service as one region gives it, resolved and pinned by content hash."""

    format: Literal[2] = DEFINITION_FORMAT
    region: Code
    service: Service  # as the region gives it
    pages: tuple[Page, ...]  # every page in order, blocks and evidence resolved, each with its section
    reasons: tuple[Reason, ...]
    notices: tuple[Notice, ...]
    local: dict[str, str] = Setting(default_factory=dict)  # what conditions ask of the region, by ``@name``

    @model_validator(mode="after")
    def every_page_stands_once(self) -> Self:
        codes = [page.id for page in self.pages]
        if len(codes) != len(set(codes)):
            raise ValueError("a page stands twice in the journey")
        return self

    @property
    def is_given_yearly(self) -> bool:
        """Whether what is granted for a year is granted once in it."""
        return self.service.once_per in ("year", "school_year")

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.service.steps if step.id == step_id), None)

    def field(self, field_id: str) -> Field | None:
        return next((f for page in self.pages for f in page.fields if f.id == field_id), None)

    def field_of(self, meaning: Meaning) -> Field | None:
        """The question with this meaning, where the service asks it."""
        return next((f for page in self.pages for f in page.fields if f.means == meaning), None)

    def meant(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers that have a meaning, by it; what officers found counts before what was said."""
        said = [field for page in self.pages for field in page.fields]
        found = [field for step in self.service.steps for field in step.fields]
        return {f.means: answers[f.id] for f in (*said, *found) if f.means and f.id in answers}

    def reason(self, code: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)

    def notice(self, key: str) -> Notice | None:
        return next((notice for notice in self.notices if notice.key == key), None)


Answers = dict[str, Any]
"""Field id to JSON value; a missing key is a question not answered yet."""
