"""An error that the counter puts right at once, with the person there (行政许可法 art. 32, rules.md 5.2).

Only answers that the step names (``Step.corrects``), one at a time, and only where nothing else would have to
be asked. It is a round of its own: what stood there before stays readable, with how the person said that it
is right. Whoever enters answers counts as having entered them (rules.md 10.0.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError
from portal.catalogue.model import Answers, Definition, Field, Page, Region, Step
from portal.catalogue.texts import Text
from portal.catalogue.wording import region_options
from portal.rules.checks import run_check
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.rules.permissions import why_not
from portal.rules.references import grouped
from portal.rules.steps import step_of
from portal.store.applications import AnswerPage, Application, StepEntry, Submission
from portal.store.spot_corrections import SpotCorrection
from portal.usecases.actor import Actor
from portal.usecases.alerts import tell_account
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.audit import record_office_event
from portal.usecases.claims import get_seen
from portal.usecases.deciders import entry_facts
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.identity import require_counter
from portal.usecases.listing import list_as_handed_in
from portal.usecases.subjects import read_subject
from portal.usecases.submission import answers_hash, newest_submission, open_questions, remember_facts
from portal.usecases.transitions import open_entry

ConfirmedHow = Literal["spoken", "written", "signed", "companion"]
CONFIRMED_HOW: Final[tuple[ConfirmedHow, ...]] = ("spoken", "written", "signed", "companion")
"""How the person says that it is right: aloud, in writing, in sign language, through who came along."""


@dataclass(frozen=True)
class Correctable:
    """One answer that may be put right now."""

    page: Page
    field: Field
    value: Any


@dataclass(frozen=True)
class AtCounter:
    """An application at the step that takes it in, in the hands of who corrects."""

    application: Application
    entry: StepEntry
    step: Step
    definition: Definition
    submission: Submission
    journey: Journey

    @property
    def correctable(self) -> tuple[Correctable, ...]:
        return tuple(
            Correctable(one.page, one.field, one.value)
            for one in self.journey.visible_answers()
            if one.field.id in self.step.corrects
        )

    def get(self, field_id: str) -> Correctable:
        """One of them. Raises NotFound for an answer that may not be put right here."""
        found = next((one for one in self.correctable if one.field.id == field_id), None)
        if found is None:
            raise NotFound("field")
        return found


def get_at_counter(db: Session, actor: Actor, reference: str, *, lock: bool = False) -> AtCounter:
    """What may be put right at once. Raises NotFound, NotAllowed (away from a counter, not in the actor's
    hand, or nothing may be put right at this step), Conflict where it has moved on."""
    require_counter(actor)
    application = get_seen(db, actor, reference, lock=lock)
    entry, submission = open_entry(application), newest_submission(db, application)
    if entry is None or entry.is_paused or submission is None:
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    refusal = why_not(actor, entry_facts(db, application, entry, step))
    if refusal is not None or not step.corrects:
        raise NotAllowed(refusal or "not_corrected_here")
    journey = journey_of(definition, application, submission.answers)
    return AtCounter(application, entry, step, definition, submission, journey)


def correct_on_the_spot(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    version: int,
    field_id: str,
    value: Any,
    confirmed_how: ConfirmedHow,
) -> SpotCorrection:
    """Put one answer right, as a new round with its own hash; the account is told that it happened.

    Raises what ``get_at_counter`` raises, Conflict when the application changed since ``version`` was shown,
    Invalid by field: an answer that cannot stand, that changes nothing (``unchanged``), or that would bring
    up other questions (``opens_questions``).
    """
    here = get_at_counter(db, actor, reference, lock=True)
    application = here.application
    if application.version != version:
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    asked = here.get(field_id)
    journey = _corrected(here, asked, value, region)
    correction = _freeze(db, actor, here, journey, field_id, confirmed_how)
    _keep_page(db, application, asked.page, journey.answers)
    read_subject(db, actor, application, here.definition, region, journey)
    list_as_handed_in(db, application, journey)
    open_evidence_tasks(db, application, here.definition, journey.answers)
    remember_facts(db, application, journey)
    db.flush()
    record_office_event(
        db,
        actor,
        application,
        "application:correct",
        details={"round": correction.round, "field": field_id, "confirmed": confirmed_how},
    )
    _tell(db, region, application, correction)
    return correction


def _freeze(
    db: Session,
    actor: Actor,
    here: AtCounter,
    journey: Journey,
    field_id: str,
    confirmed_how: ConfirmedHow,
) -> SpotCorrection:
    """A round like the one before, but for the answer: with its own hash, and who entered it."""
    before, now = here.submission, clock.now()
    submission = Submission(
        application_id=here.application.id,
        round=before.round + 1,
        answers=journey.answers,
        declarations=list(before.declarations),
        definition_hash=before.definition_hash,
        answers_hash=answers_hash(journey.answers, before.round),
        identity_level=before.identity_level,
        channel=actor.channel,
        submitted_by_id=actor.signed_in_id,
        submitted_at=now,
    )
    correction = SpotCorrection(
        application_id=here.application.id,
        round=submission.round,
        fields=[field_id],
        confirmed_how=confirmed_how,
        corrected_by_id=actor.signed_in_id,
        corrected_at=now,
    )
    db.add_all([submission, correction])
    here.application.changed_at = now
    return correction


def _tell(db: Session, region: Region, application: Application, correction: SpotCorrection) -> None:
    """Short words to the account: whoever was not at the counter hears of it."""
    number = grouped(application.reference)
    told = Text(
        zh=f"窗口当面改了收件号{number}申请里的一处。不是您同意的，请联系窗口。",
        easy=f"窗口改了您的申请，收件号{number}。您没有同意，请找窗口。",
        en=f"Ref {number}: the counter corrected one answer. Not you? Ask us.",
    )
    tell_account(db, region, application.account_id, told, unique=f"spot-{application.id}-{correction.round}")


def list_spot_corrections(db: Session, application: Application) -> Sequence[SpotCorrection]:
    """Every round that came about at the counter, oldest first."""
    own = select(SpotCorrection).where(SpotCorrection.application_id == application.id)
    return db.scalars(own.order_by(SpotCorrection.round)).all()


def _corrected(here: AtCounter, asked: Correctable, value: Any, region: Region) -> Journey:
    """The way through the questions with the new answer, where it can stand and asks for nothing else."""
    field, old = asked.field, here.journey
    if value == asked.value:
        raise Invalid({field.id: [FieldError("unchanged")]})
    journey = journey_of(here.definition, here.application, {**old.answers, field.id: value})
    context = FieldContext(today=clock.today(), answers=journey.answers)
    options = region_options(field, region)
    faults = list(FIELD_TYPES[field.kind].validate(value, options, context))
    faults = faults or list(run_check(field, value, journey.answers, region))
    if faults:
        raise Invalid({field.id: faults})
    is_same_way = [one.field.id for one in journey.visible_answers()] == [
        one.field.id for one in old.visible_answers()
    ]
    if not is_same_way or len(open_questions(journey, region)) > len(open_questions(old, region)):
        raise Invalid({field.id: [FieldError("opens_questions")]})
    return journey


def _keep_page(db: Session, application: Application, page: Page, answers: Answers) -> None:
    """The applicant's own copy of the page: a correction that is asked for later begins with it."""
    row = db.scalar(
        select(AnswerPage).where(AnswerPage.application_id == application.id, AnswerPage.page == page.id)
    )
    if row is not None:
        row.answers = {field.id: answers[field.id] for field in page.fields if field.id in answers}
        row.typed, row.saved_at = None, clock.now()
