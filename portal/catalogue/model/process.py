"""What the office does: steps with their clocks and outcomes, reasons, remedies."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Setting

from portal.catalogue.conditions import Condition
from portal.catalogue.model.base import Code, Frozen
from portal.catalogue.model.effects import Effect
from portal.catalogue.model.journey import Field
from portal.catalogue.texts import Text


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
    LIAISON = "liaison"  # 村（社区）残疾人专职委员: helps at home and in the village, decides nothing
    DESK_CLERK = "desk_clerk"
    TOWNSHIP_CLERK = "township_clerk"
    COUNTY_REVIEWER = "county_reviewer"
    COUNTY_APPROVER = "county_approver"
    HOSPITAL = "hospital"
    UPPER_REVIEWER = "upper_reviewer"  # 市、省残联: looks again at what a county or a hospital found
    DEPARTMENT_OFFICER = "department_officer"  # 民政、人社、医保、教育: decides what its department gives
    CONTRACTOR = "contractor"  # measures and builds; sees the address and the plan, never the diagnosis
    LEAD = "lead"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


class UnitKind(StrEnum):
    TOWN_DESK = "town_desk"
    COUNTY_FEDERATION = "county_federation"
    CITY_FEDERATION = "city_federation"
    PROVINCIAL_FEDERATION = "provincial_federation"
    HOSPITAL = "hospital"
    CIVIL_AFFAIRS = "civil_affairs"  # 县民政局
    HUMAN_RESOURCES = "human_resources"  # 县人力资源和社会保障局
    MEDICAL_INSURANCE = "medical_insurance"  # 县医疗保障局
    EDUCATION = "education"  # 县教育局
    CONTRACTOR = "contractor"  # whoever measures and builds for the federation


class Extension(Frozen):
    """By how many days more a step may be extended once, by its head and with a reason that is told."""

    days: int = Setting(ge=1, le=400)
    cite: str | None = None


class Waiver(Frozen):
    """A public notice that endangers somebody may be given up for good: the head of the unit and a second
    officer of the post end it without the rest of its days."""

    cite: str  # the nearest there is; its status says whether anybody has read it so


class Clock(Frozen):
    """The legal time of a step. ``counts`` says whether it counts in the promised total, and why."""

    days: int = Setting(ge=1, le=400)
    unit: Literal["working", "calendar"] = "working"
    counts: bool = True
    cite: str | None = None
    shares_with: Code | None = None  # the step whose days these are too: they run from its opening
    extension: Extension | None = None  # in the unit of the days; none where the law knows none


class OutcomeKind(StrEnum):
    ADVANCE = "advance"
    RETURN = "return"
    NOT_ACCEPT = "not_accept"
    APPROVE = "approve"
    REFUSE = "refuse"
    SUSPEND = "suspend"  # the step stands still until a day that the form names
    COMPLETE = "complete"  # what was decided has been carried out
    WITHDRAW = "withdraw"  # the household does not want it: the application ends, and can be made again


class Outcome(Frozen):
    """One thing that a step may end in, and the notice that the applicant then gets."""

    id: Code
    kind: OutcomeKind
    label: Text
    when: Condition | None = None  # offered where it holds, or where nobody can say yet
    notice: str | None = None
    reasons: tuple[str, ...] = ()  # reason codes offered; where there are any, at least one is needed
    next: Code | None = None  # for ADVANCE: the step that follows; the next in order where empty
    asks: tuple[Code, ...] | None = (
        None  # fields of the step's form; where not said, all to approve or refuse
    )
    effects: tuple[Effect, ...] = ()
    hint: Text | None = None  # household: what follows from this answer
    bulk: bool = False  # may be decided for several at once, each recorded by itself
    second_person: bool = False  # takes effect only when a second officer of the post agrees

    def fields_of(self, step: Step) -> tuple[Field, ...]:
        """The questions of the step's form that belong to this outcome."""
        asked = tuple(field for field in step.fields if field.worked_out is None)
        if self.asks is None:
            is_last_word = self.kind in (OutcomeKind.APPROVE, OutcomeKind.REFUSE)
            return asked if is_last_word else ()
        return tuple(field for field in asked if field.id in self.asks)

    def household_fields_of(self, step: Step) -> tuple[Field, ...]:
        """Those that the household itself answers; the rest is for staff who write its word down."""
        return tuple(field for field in self.fields_of(step) if field.id not in step.witnesses)


class Post(Frozen):
    """A role in a kind of unit."""

    unit: UnitKind
    role: Role


class StepPaper(Frozen):
    """A paper that comes with the conclusion of a step, such as a sealed form; it may be scanned there."""

    id: Code
    title: Text


class Shown(Frozen):
    """What an earlier step found, said in words to whoever has to know it now (a plan, a score)."""

    step: Code
    fields: tuple[Code, ...] = ()  # of that step's form; all that were answered where empty

    def fields_of(self, step: Step) -> tuple[Field, ...]:
        return tuple(field for field in step.fields if not self.fields or field.id in self.fields)


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
    at: Literal["household", "acceptance"] = "household"  # whose place's unit acts (收件地、业务属地)
    unit_from: Code | None = None  # the answer, or field of an earlier step, that names the unit
    stand_in: Post | None = None  # who may act for a unit that has no account here
    paper: StepPaper | None = None
    sees: tuple[Code, ...] = ()  # sections of the application that this step needs; all where empty
    notice: str | None = None  # told when the step begins
    shows: tuple[Shown, ...] = ()  # said in its letters, to the household, and to a post that sees a part
    witnesses: tuple[Code, ...] = ()  # household: fields of staff who write down what the household said
    waiver: Waiver | None = None
    ends_with: Code | None = None  # the outcome that takes effect by itself when the days are over
    lapse_days: int | None = Setting(default=None, ge=1, le=400)  # calendar days; then the application ends
    corrects: tuple[Code, ...] = ()  # answers that may be put right here at once, with the person there
    is_published: bool = False  # everyone is told how many ended in each month, and how many in time
    whose_turn: Text  # "县残联正在审核", said to the applicant
    to_do: Text | None = None  # what the applicant does meanwhile; nothing where empty

    def outcome(self, outcome_id: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.id == outcome_id), None)


class Deemed(Frozen):
    """Told nothing for so many working days after receipt, it counts as accepted (rules.md 5.2)."""

    days: int = Setting(ge=1, le=100)
    step: Code  # the step of acceptance
    outcome: Code  # the outcome that silence amounts to
    cite: str | None = None


class Again(Frozen):
    """What was carried out is given again only after some years; an exception, and not knowing, are looked at
    by staff."""

    rule: Literal["retrofit_years"]  # the region's rule that says how many
    years: int | None = None  # what it says; filled in when the service becomes that of a region
    step: Code
    outcome: Code  # with which the years begin
    unless: Condition  # what makes it worth looking at sooner
    cite: str


class Reason(Frozen):
    """Why something is asked, refused or not accepted; the easy text is required (words.md 2)."""

    code: str = Setting(pattern=r"^[A-Z][0-9]{2}$")
    kind: Literal["return", "refuse", "not_accept"]
    label: Text
    text: Text
    remedy: Text  # how to put it right


class Remedy(Frozen):
    title: Text
    text: Text
    deadline: Text | None = None
    cite: str | None = None
    not_in: tuple[str, ...] = ()  # letters that come before what it stands against
    service: str | None = None  # by which it can be asked for here
    without_phone: Text | None = None  # how else it is reached, where the region does not know better
