"""What a service is: the frozen shapes that every TOML file of the catalogue must fill.

Three layers (rules.md 10.0): the *item* (``services/*.toml``), its *implementation* in a region
(``regions/*.toml``) and the generated *guide*. ``Definition`` is the resolved whole that an application
is pinned to: it depends on nothing outside itself but what is live by date (units, institutions, phones).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Setting

from portal.catalogue.conditions import Condition
from portal.catalogue.texts import Text

DEFINITION_FORMAT: Final = 1
"""Raised whenever a stored Definition would be read differently; every older format stays readable."""

Code = Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PageCode = Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]


class Frozen(BaseModel):
    """A shape that nobody changes after loading, and that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Citation(Frozen):
    """Where a rule stands. ``unverified`` texts say so to the reader (rules.md 0)."""

    title: str
    article: str = ""
    status: Literal["verified", "unverified"]
    checked_on: date | None = None


class Choice(Frozen):
    value: str
    label: Text
    hint: Text | None = None
    when: Condition | None = None
    is_way_out: bool = False  # 我不知道, 我现在没有: an honest answer that never ends in a refusal


class Field(Frozen):
    """One answer. ``kind`` names an entry of ``field_types``; the rest are its options and words."""

    id: Code
    kind: str
    label: Text
    hint: Text | None = None
    short: Text | None = None  # the name in lists (check answers, office); the label where empty
    required: bool = True
    when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    choices_from: Literal["institutions", "places", "service_points", "units"] | None = None
    min: int | None = None
    max: int | None = None
    max_length: int | None = None
    min_count: int | None = None
    max_count: int | None = None
    has_unknown: bool = False
    id_type_field: Code | None = None  # an ID number is read by the rule of the type chosen in that field
    autocomplete: str | None = None
    width: Literal["short", "medium", "full"] = "medium"
    is_sensitive: bool = False
    fields: tuple[Field, ...] = ()  # the members of a repeating group
    errors: dict[str, Text] = {}  # this field's own words for an error code


class Page(Frozen):
    """One subject. ``title`` is the h1; with a single field it is that field's label."""

    id: PageCode
    title: Text
    intro: Text | None = None
    notes: tuple[Text, ...] = ()
    fields: tuple[Field, ...]
    when: Condition | None = None
    section: Code = ""  # filled when the definition is resolved


class Section(Frozen):
    """A counted part of the journey: the total never changes inside one application."""

    id: Code
    title: Text
    pages: tuple[str, ...] = ()  # "own-page", "block.page" or "evidence" for the generated ones


class Alternative(Frozen):
    """Another way to prove the same thing; never an upload as the only way."""

    way: Literal["desk", "home_visit", "staff_check", "post", "promise", "later"]
    label: Text
    hint: Text | None = None


class Evidence(Frozen):
    """Something to be proved. ``title`` names it in lists, ``question`` asks how it will be shown."""

    id: Code
    title: Text
    question: Text
    hint: Text | None = None
    when: Condition | None = None
    level: Literal["A", "B", "C", "D"]  # what the decision needs (rules.md 5.3)
    is_core: bool = True
    grace_days: int | None = None
    alternatives: Annotated[tuple[Alternative, ...], Setting(min_length=1)]
    cite: str | None = None


class StepKind(StrEnum):
    INTAKE = "intake"
    REVIEW = "review"
    DECISION = "decision"
    ASSESSMENT = "assessment"
    PUBLIC_NOTICE = "public_notice"
    HOUSEHOLD = "household"
    WORK = "work"
    ACCEPTANCE = "acceptance"
    ISSUE = "issue"


class Role(StrEnum):
    DESK_CLERK = "desk_clerk"
    TOWNSHIP_CLERK = "township_clerk"
    COUNTY_REVIEWER = "county_reviewer"
    COUNTY_APPROVER = "county_approver"
    HOSPITAL = "hospital"
    ADMINISTRATOR = "administrator"


class UnitKind(StrEnum):
    TOWN_DESK = "town_desk"
    COUNTY_FEDERATION = "county_federation"
    CITY_FEDERATION = "city_federation"
    HOSPITAL = "hospital"


class Clock(Frozen):
    """The legal time of a step. ``counts`` says whether it counts in the promised total, and why."""

    days: int = Setting(ge=1, le=400)
    unit: Literal["working", "calendar"] = "working"
    counts: bool = True
    cite: str | None = None


class OutcomeKind(StrEnum):
    ADVANCE = "advance"
    RETURN = "return"
    NOT_ACCEPT = "not_accept"
    APPROVE = "approve"
    REFUSE = "refuse"


class Outcome(Frozen):
    """One thing that a step may end in, and the notice that the applicant then gets."""

    id: Code
    kind: OutcomeKind
    label: Text
    notice: str | None = None
    reasons: tuple[str, ...] = ()  # reason codes offered; where there are any, at least one is needed
    next: Code | None = None  # for ADVANCE: the step that follows; the next in order where empty


class Step(Frozen):
    id: Code
    name: Text
    kind: StepKind
    unit: UnitKind
    role: Role
    clock: Clock
    outcomes: Annotated[tuple[Outcome, ...], Setting(min_length=1)]
    when: Condition | None = None
    not_same_person_as: tuple[Code, ...] = ()  # four eyes (rules.md 10.0.2)
    fields: tuple[Field, ...] = ()
    whose_turn: Text  # "县残联正在审核", said to the applicant


class Reason(Frozen):
    """Why something is asked, refused or not accepted; the easy text is required (words.md 2)."""

    code: str = Setting(pattern=r"^[A-Z][0-9]{2}$")
    kind: Literal["return", "refuse", "not_accept"]
    label: Text
    text: Text
    remedy: Text  # how to put it right


class Notice(Frozen):
    """The words of one notice (rules.md 10.0.5); ``{placeholders}`` are checked against ``needs``."""

    key: str = Setting(pattern=r"^N[0-9]{2}$")
    title: Text
    result: Text  # the result in one sentence
    next: tuple[Text, ...] = ()  # what next and by when
    law: tuple[str, ...] = ()  # citation keys
    has_remedies: bool = False
    sms: Text | None = None
    needs: tuple[Code, ...] = ()


class Statement(Frozen):
    """One sentence of a guide; a number, date, limit or duty carries its citation."""

    text: Text
    cite: str | None = None
    when: Condition | None = None


class GuidePart(Frozen):
    kind: Literal["who", "get", "need", "time", "cost", "after", "faq"]
    statements: Annotated[tuple[Statement, ...], Setting(min_length=1)]


class Question(Frozen):
    """A pre-check question; 不清楚 must be among the choices (rules.md 10b.1)."""

    id: Code
    kind: Literal["choice", "multi"]
    label: Text
    hint: Text | None = None
    choices: Annotated[tuple[Choice, ...], Setting(min_length=2)]
    when: Condition | None = None


class Finding(Frozen):
    """What the pre-check says when ``when`` holds. ``note`` adds; the first other kind decides."""

    kind: Literal["may_apply", "other_service", "other_place", "not_yet", "note"]
    when: Condition | None = None
    text: Text
    cite: str | None = None
    service: str | None = None


class Remedy(Frozen):
    title: Text
    text: Text
    deadline: Text | None = None
    cite: str | None = None


class Declaration(Frozen):
    """What the person confirms before submitting; required or a free choice (rules.md 8.1)."""

    id: Code
    label: Text
    is_required: bool


Category = Literal[
    "certificate", "subsidy", "retrofit", "care", "school", "work", "travel", "voice", "bundle"
]


class Service(Frozen):
    """The item: one file of ``services/``."""

    code: str = Setting(pattern=r"^[a-z]{2}-[0-9]{2}$")
    name: Text
    summary: Text
    category: Category
    service_type: Text
    lead_unit: Text
    keywords: tuple[str, ...] = ()
    once_per: Literal["subject", "school_year", "household", "none"]
    draft_days: int = 90
    correction_days: int = 15  # working days that the applicant has (region parameter later)
    citations: dict[str, Citation]
    guide: tuple[GuidePart, ...]
    precheck: tuple[Question, ...]
    findings: tuple[Finding, ...]
    sections: Annotated[tuple[Section, ...], Setting(min_length=1)]
    pages: tuple[Page, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    declarations: tuple[Declaration, ...]
    steps: Annotated[tuple[Step, ...], Setting(min_length=1)]
    notices: tuple[str, ...]
    remedies: tuple[Remedy, ...]
    proxy_relations: tuple[Choice, ...] = ()
    subject_name_field: Code = "p_name"
    subject_id_field: Code = "p_id_no"
    subject_birth_field: Code = "p_birth"
    place_field: Code = "h_place"  # whose county decides


class Block(Frozen):
    """Pages that several services share; ``services`` name them as ``block.page``."""

    code: Code
    pages: Annotated[tuple[Page, ...], Setting(min_length=1)]


class Place(Frozen):
    code: str
    name: Text
    level: Literal["city", "county", "township", "village"]
    parent: str | None = None
    aliases: tuple[str, ...] = ()


class Unit(Frozen):
    code: Code
    kind: UnitKind
    name: Text
    place: str
    address: Text | None = None
    phone: str | None = None
    text_line: str | None = None  # a number that takes text messages
    hours: Text | None = None
    categories: tuple[str, ...] = ()  # hospitals: which disabilities they may assess


Facility = Literal[
    "ramp", "lift", "toilet", "sign_language", "low_counter", "braille", "parking", "writing_pad"
]


class ServicePoint(Frozen):
    code: Code
    name: Text
    place: str
    address: Text
    hours: Text
    phone: str | None = None
    facilities: tuple[Facility, ...] = ()


class HelpWay(Frozen):
    """One way to get help; a region lists only those that exist (experience.md 6)."""

    kind: Literal["online", "text", "sign_video", "point", "visit", "phone"]
    text: Text
    link: Text | None = None
    href: str | None = None


class Parameter(Frozen):
    """A dated number or word of a region, with its source (rules.md 11.3)."""

    name: Code
    value: int | str | bool
    effective_from: date
    effective_to: date | None = None
    source: str
    status: Literal["verified", "unverified", "example"]


class Region(Frozen):
    """Where the services are given: places, units, hospitals, service points, dated parameters."""

    code: Code
    name: Text
    site_name: Text
    is_example: bool = False
    default_place: str
    services: tuple[str, ...]
    places: Annotated[tuple[Place, ...], Setting(min_length=1)]
    units: tuple[Unit, ...]
    service_points: tuple[ServicePoint, ...] = ()
    help_ways: tuple[HelpWay, ...]
    footer: tuple[Text, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    days_off: tuple[date, ...] = ()
    days_on: tuple[date, ...] = ()


class Definition(Frozen):
    """A service as one region gives it, resolved and pinned by content hash."""

    format: Literal[1] = DEFINITION_FORMAT
    region: Code
    service: Service  # as written
    pages: tuple[Page, ...]  # every page in order, blocks and evidence resolved, each with its section
    reasons: tuple[Reason, ...]
    notices: tuple[Notice, ...]

    @model_validator(mode="after")
    def every_page_stands_once(self) -> Self:
        codes = [page.id for page in self.pages]
        if len(codes) != len(set(codes)):
            raise ValueError("a page stands twice in the journey")
        return self

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.service.steps if step.id == step_id), None)

    def field(self, field_id: str) -> Field | None:
        return next((f for page in self.pages for f in page.fields if f.id == field_id), None)

    def reason(self, code: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)

    def notice(self, key: str) -> Notice | None:
        return next((notice for notice in self.notices if notice.key == key), None)


Answers = dict[str, Any]
"""Field id to JSON value; a missing key is a question not answered yet."""
