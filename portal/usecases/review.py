"""One application as the office reads it, what it has been through, and the decision on its step.

Opening an application is an audit event, and so is trying to open another post's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.model import Definition, Field, Page, Region, Section, Step
from portal.rules.deadlines import Due, remaining
from portal.rules.journey import Journey
from portal.rules.permissions import Why, why_not
from portal.rules.steps import step_of
from portal.store.applications import Application, ClockPause, Correction, Decision, StepEntry, Submission
from portal.store.people import Representation
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.audit import record_event
from portal.usecases.calendar import get_calendar
from portal.usecases.certificates import CertificateSeen, find_certificate_of
from portal.usecases.claims import entry_of, get_seen, taken_conflict
from portal.usecases.decisions import Deciding, conflict_of, decide_step, entry_facts
from portal.usecases.documents import Document, list_by_keys
from portal.usecases.effects import why_not as why_not_effects
from portal.usecases.findings import Finding, list_findings
from portal.usecases.review_queue import names_of, special_needs
from portal.usecases.submission import list_submissions
from portal.usecases.transitions import due_of, open_entry, stream_of
from portal.usecases.units import get_unit

Obstacle = Why | Literal["moved_on", "waiting"]
"""Why the actor cannot decide now: a rule, or it is not here, or it waits for the applicant."""


@dataclass(frozen=True)
class AnswerRow:
    """One answer as last submitted, with what stood there in earlier rounds where that differs."""

    page: Page
    field: Field
    value: Any
    earlier: tuple[tuple[int, Any], ...] = ()
    """(round, value), oldest first."""
    is_changed: bool = False
    """Whether the last round changed it."""


@dataclass(frozen=True)
class AnswerSection:
    section: Section
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class StepClock:
    """How the time of a step is counted: from when, how long, which times do not count, and what is left."""

    entry: StepEntry
    step: Step
    due: Due
    pauses: tuple[ClockPause, ...]
    days_left: int
    """Working days after today: 0 on the last day, negative when late."""


@dataclass(frozen=True)
class Review:
    application: Application
    definition: Definition
    submissions: Sequence[Submission]
    sections: tuple[AnswerSection, ...]
    needs: tuple[tuple[Field, Any], ...]
    representation: Representation | None
    entry: StepEntry
    """The newest visit to the actor's post."""
    step: Step
    clock: StepClock | None
    """Of the step where the application stands now; None when it has ended."""
    standing_unit: Mapping[str, Any]
    """Names of the unit where it stands (or last stood), by language."""
    names: Mapping[int, str]
    """Names of the staff who did something with it, by account id."""
    decisions: Sequence[Decision]
    corrections: Sequence[Correction]
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


def get_review(db: Session, actor: Actor, reference: str, region: Region) -> Review:
    """Everything that the page of an application shows; recorded as a reading of the person's file.

    Raises NotFound for another post's application: then call ``record_refused_reading`` in a transaction of
    its own, since this one is undone.
    """
    application = get_seen(db, actor, reference)
    definition = definition_of(db, application)
    entry = entry_of(application, actor)
    step = step_of(definition, entry.step)
    submissions = list_submissions(db, application)
    journey = journey_of(definition, application, submissions[-1].answers)
    sections = _sections(definition, journey, submissions, step.sees)
    decisions, corrections = _decisions(db, application), _corrections(db, application)
    record_event(
        db,
        actor,
        stream_of(application),
        "application:read",
        person_id=application.person_id,
        authority="office",
        details={"step": entry.step},
    )
    standing = open_entry(application) or application.entries[-1]
    representation_id = application.representation_id
    return Review(
        application=application,
        definition=definition,
        submissions=submissions,
        sections=sections,
        needs=special_needs(definition, submissions[-1].answers),
        representation=db.get(Representation, representation_id) if representation_id else None,
        entry=entry,
        step=step,
        clock=_clock(db, definition, standing) if standing.closed_at is None else None,
        standing_unit=get_unit(db, standing.unit_code).names,
        names=_names(db, application, decisions, corrections),
        decisions=decisions,
        corrections=corrections,
        obstacle=_obstacle(db, actor, application, definition, entry),
        pages=journey.pages(),
        findings=list_findings(db, application, definition),
        stops={
            outcome.id: tuple(why_not_effects(db, application, outcome))
            for outcome in step.outcomes
            if outcome.effects
        },
        certificate=None if step.sees else find_certificate_of(db, application, region),
        documents={one.key: one for one in list_by_keys(db, application, _keys(sections))},
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
    db: Session, actor: Actor, reference: str, region: Region, *, version: int, deciding: Deciding
) -> Decision:
    """Decide the step at the actor's post. Raises what ``decide_step`` raises, NotFound for another post's,
    and Conflict with who and when where somebody else has taken or decided it."""
    application = get_seen(db, actor, reference, lock=True)
    entry = entry_of(application, actor)
    if entry.closed_at is not None:
        raise conflict_of(db, application, entry)
    if entry.claimed_by_id not in (None, actor.account_id):
        raise taken_conflict(db, entry)
    return decide_step(db, actor, entry.id, region, version=version, deciding=deciding)


def _sections(
    definition: Definition,
    journey: Journey,
    submissions: Sequence[Submission],
    sees: Sequence[str],
) -> tuple[AnswerSection, ...]:
    """The answers in reading order under the headings of the service's sections; where a step needs only some
    of them (``sees``), only those."""
    rows = [_answer(row.page, row.field, submissions) for row in journey.visible_answers()]
    return tuple(
        AnswerSection(section, own)
        for section in definition.service.sections
        if not sees or section.id in sees
        if (own := tuple(row for row in rows if row.page.section == section.id))
    )


def _keys(sections: Sequence[AnswerSection]) -> list[str]:
    """The files that the answers name."""
    rows = [row for section in sections for row in section.rows if row.field.kind == "documents"]
    return [key for row in rows for key in row.value or ()]


def _answer(page: Page, field: Field, submissions: Sequence[Submission]) -> AnswerRow:
    values = [(one.round, one.answers.get(field.id)) for one in submissions]
    earlier = tuple(before for before, after in pairwise(values) if before[1] != after[1])
    is_changed = bool(earlier) and earlier[-1][0] == values[-2][0]
    return AnswerRow(page, field, values[-1][1], earlier, is_changed)


def _obstacle(
    db: Session, actor: Actor, application: Application, definition: Definition, entry: StepEntry
) -> Obstacle | None:
    if entry.closed_at is not None:
        return "moved_on"
    if entry.is_paused:
        return "waiting"
    return why_not(actor, entry_facts(db, application, entry, step_of(definition, entry.step)))


def _clock(db: Session, definition: Definition, entry: StepEntry) -> StepClock:
    step = step_of(definition, entry.step)
    return StepClock(
        entry=entry,
        step=step,
        due=due_of(db, entry, step),
        pauses=tuple(entry.pauses),
        days_left=remaining(entry.due_on, clock.today(), get_calendar(db)),
    )


def _names(
    db: Session,
    application: Application,
    decisions: Sequence[Decision],
    corrections: Sequence[Correction],
) -> Mapping[int, str]:
    """The names of everyone who took it, decided or asked."""
    return names_of(
        db,
        [one.claimed_by_id for one in application.entries]
        + [one.decided_by_id for one in decisions]
        + [one.asked_by_id for one in corrections],
    )


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
