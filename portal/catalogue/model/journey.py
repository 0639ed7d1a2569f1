"""What is asked: fields, pages, sections, blocks, evidence, pre-check questions, declarations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field as Setting

from portal.catalogue.conditions import Condition
from portal.catalogue.model.base import Code, Frozen, PageCode
from portal.catalogue.texts import Text

Way = Literal["upload", "desk", "home_visit", "staff_check", "post", "promise", "later"]
"""How a thing is shown: as a file, as the original somewhere, in a register, by a promise, or not yet."""

FileKind = Literal["image", "pdf"]

Meaning = Literal[
    "account_holder",
    "account_own",
    "contact_channels",
    "contact_do_not",
    "contact_do_not_note",
    "contact_email",
    "contact_format",
    "contact_interpreter",
    "contact_may_not_tell",
    "contact_may_tell",
    "contact_needs",
    "contact_sign",
    "contact_times",
    "danger",
    "diagnosis_until",
    "delivery_address",
    "delivery_way",
    "hukou_detail",
    "hukou_place",
    "invoice_amount",
    "invoice_no",
    "invoice_on",
    "invoice_why",
    "living_detail",
    "living_place",
    "phone_other",
    "phone_other_name",
    "phone_own",
    "phone_whose",
    "relation",
    "representative_document",
    "representative_name",
    "representative_number",
    "representative_phone",
    "acting_as",
    "is_guardian",
    "person_informed",
    "not_informed_why",
    "person_wish",
    # what the rules of eligibility ask, in an application or in a pre-check
    "age_band",
    "care_long",
    "certificate",
    "child_needs",
    "components",
    "grade",
    "home_kind",
    "home_permit",
    "household_status",
    "hukou_here",
    "insured",
    "living",
    "living_permit",
    "own_income",
    "receives",
    "retrofit_before",
    "studies",
    "work",
]
"""What an answer is to the parts that act on it, whatever the question is called in its block
(``checking/meanings`` says what each asks of a question)."""


Recorded = Literal[
    "first_source", "first_institution", "first_on", "first_result", "first_components", "reopened_on"
]
"""What the portal itself may know and an officer is asked only where it does not (``usecases/on_record.py``):
of an assessment that is objected to, from where it is known, who made it, when, and what it said; and the day
on which the application that it refused is handled again."""
ON_RECORD = "record"
"""The choice of ``first_source`` that nobody makes: the portal says it of what it knows itself."""


class Choice(Frozen):
    value: str
    label: Text
    hint: Text | None = None
    when: Condition | None = None
    is_way_out: bool = False  # 我不知道, 我现在没有: an honest answer that never ends in a refusal
    group: Text | None = None  # a heading that begins here, over this choice and those after it


def headings_of(choices: Sequence[Choice]) -> tuple[Text | None, ...]:
    """Under which heading each choice stands. A way out belongs to the whole question, so to none."""
    found: list[Text | None] = []
    heading = None
    for one in choices:
        heading = one.group or heading
        found.append(None if one.is_way_out else heading)
    return tuple(found)


class WorkedOut(Frozen):
    """A number that nobody types: ``rules/working_out`` makes it from the rest of the form (``rule``)."""

    rule: Literal["total", "self_pay", "subsidy", "score"]
    of: Code  # total: a money column of a group of the form; score: a question with several answers
    group: Code | None = None  # total: the group
    beside: Code | None = None  # self_pay, subsidy: who pays how (``rules/cost_sharing.ShareGroup``)
    numbers: Code | None = None  # how the region's numbers begin: retrofit_limit, retrofit_weight_alone
    most: Code | None = None  # self_pay, subsidy: the household agreed to pay so much, and no more


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
    min_length: int | None = None
    max_length: int | None = None
    term_days: int | None = Setting(default=None, ge=1, le=400)  # a day: a right lasts so many working days
    min_count: int | None = None
    max_count: int | None = None
    has_unknown: bool = False
    not_future: bool = False
    not_past: bool = False
    years_ahead: int | None = Setting(default=None, ge=0, le=20)  # a year: at most so many after this one
    not_before_field: Code | None = None  # a date, year or ID number that this may not precede
    id_type_field: Code | None = None  # an ID number is read by the rule of the type chosen in that field
    worked_out: WorkedOut | None = None  # only in the forms of steps; never asked
    recorded: Recorded | None = None  # only in the forms of steps; asked where the portal does not know it
    check: (
        Literal[
            "another_than",
            "as_many_as",
            "each_once",
            "institution_covers",
            "not_barred",
            "not_more_than",
            "reachable",
        ]
        | None
    ) = None
    check_with: Code | None = None  # the answer that the check (rules/checks.py) looks at
    autocomplete: str | None = None
    width: Literal["short", "medium", "full"] = "medium"
    is_sensitive: bool = False
    thing: Text | None = None  # documents: what they prove; with a number it is their name
    accepts: tuple[FileKind, ...] = ()  # documents: the kinds of file that are taken
    fields: tuple[Field, ...] = ()  # the members of a repeating group
    means: Meaning | None = None  # once in a service
    errors: dict[str, Text] = Setting(default_factory=dict)  # this field's own words for an error code


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
    when: Condition | None = None  # for all its pages, beside what each says itself; empty, it still counts


class Alternative(Frozen):
    """A way to prove something. An upload is added where files are accepted, and is never the only one."""

    way: Way
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
    proves: tuple[Code, ...] = ()  # answers that are known for sure once it was seen
    vouched_by: Literal["household"] | None = None  # the register whose word stands for it, at level A
    accepts: tuple[FileKind, ...] = ("image", "pdf")  # what may be uploaded; nothing where empty
    file_name: Text | None = None  # with a number the name of each file; the title where empty
    cite: str | None = None


class Block(Frozen):
    """Pages that several services share; ``services`` name them as ``block.page``."""

    code: Code
    pages: Annotated[tuple[Page, ...], Setting(min_length=1)]


class Question(Frozen):
    """A pre-check question; 不清楚 must be among the choices (rules.md 10b.1)."""

    id: Code
    kind: Literal["choice", "multi"]
    label: Text
    hint: Text | None = None
    choices: Annotated[tuple[Choice, ...], Setting(min_length=2)]
    when: Condition | None = None
    means: Meaning | None = None  # what the rules of eligibility read it as


class Declaration(Frozen):
    """What the person confirms before submitting; required or a free choice (rules.md 8.1)."""

    id: Code
    label: Text
    is_required: bool
