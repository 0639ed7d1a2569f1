"""One application as the office reads it, what it has been through, and the decision on its step.

Opening an application is an audit event, and so is trying to open another post's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.model import Definition, Field, Outcome, Page, Region, Step
from portal.rules.deadlines import Due, remaining
from portal.rules.permissions import EntryFacts, Why, why_not
from portal.rules.steps import offered_outcomes, step_of
from portal.store.applications import Application, ClockPause, Correction, Decision, StepEntry, Submission
from portal.store.representations import Representation
from portal.store.second_persons import ProposedDecision
from portal.usecases.access_needs import answers_with, needs_of
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.audit import record_event, record_office_event, stream_of
from portal.usecases.calendar import get_calendar
from portal.usecases.certificates import CertificateSeen, find_certificate_of
from portal.usecases.claims import entry_of, get_seen
from portal.usecases.correspondence import Correspondence, read_correspondence
from portal.usecases.decisions import Deciding, decide_step, entry_facts
from portal.usecases.documents import Document, list_by_keys
from portal.usecases.earlier import Earlier, get_earlier, has_second_claim
from portal.usecases.effects import why_not as why_not_effects
from portal.usecases.escalation import is_half_over
from portal.usecases.findings import Finding, facts_with, findings_for, findings_in, forms_in
from portal.usecases.identity_known import IdentityKnown, identity_of_account
from portal.usecases.looks import LookSeen, note_look
from portal.usecases.out_of_hands import refuse_out_of_hands
from portal.usecases.proof import Proof, read_proof
from portal.usecases.proposals import find_proposal
from portal.usecases.review_answers import AnswerRow, AnswerSection, confirmed_facts, file_keys, read_sections
from portal.usecases.shown import mark_of
from portal.usecases.special_needs import special_needs
from portal.usecases.staff_names import names_of
from portal.usecases.submission import list_submissions
from portal.usecases.transitions import due_of, open_entry
from portal.usecases.units import get_unit

Obstacle = Why | Literal["moved_on", "waiting", "proposed"]
"""Why the actor cannot decide now: a rule, or it is not here, or it waits for the applicant or a second
officer."""


@dataclass(frozen=True)
class StepClock:
    """How the time of a step is counted: from when, how long, which times do not count, and what is left."""

    entry: StepEntry
    step: Step
    due: Due
    pauses: tuple[ClockPause, ...]
    days_left: int
    """Days after today, in the unit of the step's clock: 0 on the last day, negative when late."""
    is_half: bool
    """Whether half of the time is used, and the last day not over yet."""


@dataclass(frozen=True)
class Review:
    application: Application
    seen: str
    """The mark of what lay beside the answers when this was read (``shown.mark_of``)."""
    definition: Definition
    submissions: Sequence[Submission]
    sections: tuple[AnswerSection, ...]
    needs: tuple[tuple[Field, Any], ...]
    representation: Representation | None
    entry: StepEntry
    """The newest visit to the actor's post."""
    step: Step
    outcomes: tuple[Outcome, ...]
    """How the step can end for what is known of this application."""
    clock: StepClock | None
    """Of the step where the application stands now; None when it has ended."""
    standing_unit: Mapping[str, Any]
    """Names of the unit where it stands (or last stood), by language."""
    names: Mapping[int, str]
    """Names of the staff who did something with it, by account id."""
    decisions: Sequence[Decision]
    corrections: Sequence[Correction]
    facts: EntryFacts | None
    """What the rules of who may decide look at; None once the step is left."""
    proposal: ProposedDecision | None
    """What waits for a second officer at the step."""
    obstacle: Obstacle | None
    pages: tuple[Page, ...]
    """The pages on the applicant's path, in order: what a correction can ask for."""
    findings: tuple[Finding, ...]
    """What officers wrote into the forms of earlier steps, in order."""
    stops: Mapping[str, tuple[str, ...]]
    """By outcome what stands against its effects, as keys of ``labels.WHY_NOT_ISSUE``."""
    certificate: CertificateSeen | None
    """What the application led to, for those who need all of it."""
    documents: Mapping[str, Document]
    """By key, the files that the answers name."""
    look: LookSeen
    """When this officer looked before, and who else has it open."""
    beside: Correspondence
    """Empty for a post that reads only a part."""
    proof: Proof
    principals: int
    """For how many people the representative acts now; 0 without one."""
    identity: IdentityKnown
    """Of whoever applied, as it is known now: it may have been seen since the application was handed in."""
    has_second_claim: bool
    """Whether another account has applied with the same ID number, and its application lives."""
    earlier: Earlier | None
    """Of the same person; None for a post that reads only a part."""

    @property
    def submission(self) -> Submission:
        return self.submissions[-1]

    @property
    def changed(self) -> tuple[AnswerRow, ...]:
        """What the last round changed."""
        return tuple(row for one in self.sections for row in one.rows if row.is_changed)

    @property
    def is_mine(self) -> bool:
        return self.obstacle is None

    @property
    def is_whole(self) -> bool:
        """Whether the actor's post reads the whole application."""
        return not self.step.sees


def get_review(db: Session, actor: Actor, reference: str, region: Region) -> Review:
    """Everything that the page of an application shows; recorded as a reading of the person's file.

    Raises NotFound for another post's application: then call ``record_refused_reading`` in a transaction of
    its own, since this one is undone.
    """
    application = get_seen(db, actor, reference)
    seen = mark_of(db, application)  # first: what comes while the rest is read makes another
    definition = definition_of(db, application)
    entry = entry_of(application, actor)
    step, submissions = step_of(definition, entry.step), list_submissions(db, application)
    answers = submissions[-1].answers
    journey = journey_of(definition, application, answers)
    sections = read_sections(definition, journey, submissions, step.sees, confirmed_facts(db, application))
    decisions, corrections = _decisions(db, application), _corrections(db, application)
    takers, forms = _takers(application, decisions, corrections), forms_in(application.entries, decisions)
    record_office_event(db, actor, application, "application:read", details={"step": entry.step})
    standing = open_entry(application) or application.entries[-1]
    beside = Correspondence() if step.sees else read_correspondence(db, application)
    proof = read_proof(db, actor, application, definition, answers)
    facts = None if entry.closed_at is not None else entry_facts(db, application, entry, step)
    proposal = find_proposal(db, entry) if facts is not None else None
    look = note_look(db, actor, application, standing.due_on if standing.closed_at is None else None)
    return Review(
        application=application,
        seen=seen,
        definition=definition,
        submissions=submissions,
        sections=sections,
        needs=special_needs(definition, answers_with(definition, answers, needs_of(db, application.person))),
        representation=application.representation,
        entry=entry,
        step=step,
        outcomes=offered_outcomes(step, facts_with(journey.facts, forms)),
        clock=_clock(db, definition, standing) if standing.closed_at is None else None,
        standing_unit=get_unit(db, standing.unit_code).names,
        names=names_of(db, [*takers, *_others(beside, proof, proposal), *look.others]),
        decisions=decisions,
        corrections=corrections,
        facts=facts,
        proposal=proposal,
        obstacle=_obstacle(actor, entry, facts, proposal),
        pages=journey.pages(),
        findings=findings_for(step, findings_in(definition, forms)),
        stops=_stops(db, application, step),
        certificate=None if step.sees else find_certificate_of(db, application, region),
        documents={one.key: one for one in list_by_keys(db, application, file_keys(sections))},
        look=look,
        beside=beside,
        proof=proof,
        principals=_count_principals(db, application),
        identity=identity_of_account(db, application.account_id),
        has_second_claim=has_second_claim(db, application),
        earlier=None if step.sees else get_earlier(db, actor, application, region, is_known=proof.is_known),
    )


def record_refused_reading(db: Session, actor: Actor, reference: str) -> None:
    """Note that someone asked for an application that is not their post's, or that does not exist."""
    digits = "".join(one for one in reference if one.isdigit())[:12]
    known = db.scalar(select(Application).where(Application.reference == digits))
    stream = stream_of(known) if known else f"account:{actor.signed_in_id}"
    record_event(
        db,
        actor,
        stream,
        "application:read_refused",
        person_id=known.person_id if known else None,
        authority="office",
    )


def decide(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    version: int,
    deciding: Deciding,
    seen: str | None = None,
    is_agreed: bool = False,
) -> Decision | None:
    """Decide the step at the actor's post; what ``decide_step`` says of its arguments and result holds.

    Raises what ``decide_step`` raises, NotFound for another post's, and Conflict with who and when where
    somebody else has taken or decided it, or put it back."""
    application = get_seen(db, actor, reference, lock=True)
    entry = entry_of(application, actor)
    refuse_out_of_hands(db, actor, application, entry)
    return decide_step(
        db,
        actor,
        application,
        entry,
        region,
        version=version,
        deciding=deciding,
        seen=seen,
        is_agreed=is_agreed,
    )


def _count_principals(db: Session, application: Application) -> int:
    """Who acts for many is looked at twice (rules.md 10.0.2); nobody is stopped for it."""
    if application.representation_id is None:
        return 0
    people = select(func.count(distinct(Representation.person_id))).where(
        Representation.account_id == application.account_id, Representation.state != "ended"
    )
    return db.scalar(people) or 0


def _stops(db: Session, application: Application, step: Step) -> dict[str, tuple[str, ...]]:
    return {
        outcome.id: tuple(why_not_effects(db, application, outcome))
        for outcome in step.outcomes
        if outcome.effects
    }


def _obstacle(
    actor: Actor, entry: StepEntry, facts: EntryFacts | None, proposal: ProposedDecision | None
) -> Obstacle | None:
    if facts is None:
        return "moved_on"
    if entry.is_paused:
        return "waiting"
    return why_not(actor, facts) if proposal is None else "proposed"


def _clock(db: Session, definition: Definition, entry: StepEntry) -> StepClock:
    step, calendar = step_of(definition, entry.step), get_calendar(db)
    return StepClock(
        entry=entry,
        step=step,
        due=due_of(db, entry, step, calendar),
        pauses=tuple(entry.pauses),
        days_left=remaining(entry.due_on, clock.today(), calendar, step.clock.unit),
        is_half=is_half_over(entry),
    )


def _takers(
    application: Application, decisions: Sequence[Decision], corrections: Sequence[Correction]
) -> Iterator[int | None]:
    """Everyone of the staff who took it, decided or asked."""
    yield from (one.claimed_by_id for one in application.entries)
    yield from (one.decided_by_id for one in decisions)
    yield from (one.asked_by_id for one in corrections)


def _others(beside: Correspondence, proof: Proof, waiting: ProposedDecision | None) -> Iterator[int | None]:
    """Everyone of the staff who wrote, looked at a paper, asked a register, or waits for a second officer."""
    yield from beside.staff_ids()
    yield from proof.staff_ids()
    yield waiting.proposed_by_id if waiting is not None else None


def _decisions(db: Session, application: Application) -> Sequence[Decision]:
    return db.scalars(
        select(Decision)
        .join(StepEntry, StepEntry.id == Decision.entry_id)
        .where(StepEntry.application_id == application.id)
        .order_by(Decision.id)
    ).all()


def _corrections(db: Session, application: Application) -> Sequence[Correction]:
    return db.scalars(
        select(Correction)
        .where(Correction.application_id == application.id)
        .options(selectinload(Correction.points))
        .order_by(Correction.id)
    ).all()
