"""What an officer decides on a step: exactly one decision takes effect, and the applicant is told why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError
from portal.catalogue.model import Definition, Outcome, OutcomeKind, Region, Step
from portal.catalogue.wording import region_options
from portal.rules.deadlines import due
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.permissions import EntryFacts, may_decide
from portal.rules.states import Action
from portal.store.accounts import Account
from portal.store.applications import Application, Correction, CorrectionPoint, Decision, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.notices import send_notice
from portal.usecases.submission import newest_submission
from portal.usecases.timers import set_timer
from portal.usecases.transitions import close_entry, forget_step_timers, move, open_step, pause

SUMMARY_LENGTH = 30
"""Characters of 用一句话告诉申请人 (words.md 2)."""
WORDS_LENGTH = 2000

ACTIONS: Mapping[OutcomeKind, Action] = {
    OutcomeKind.ADVANCE: "advance",
    OutcomeKind.RETURN: "return",
    OutcomeKind.NOT_ACCEPT: "not_accept",
    OutcomeKind.APPROVE: "approve",
    OutcomeKind.REFUSE: "refuse",
}


@dataclass(frozen=True)
class PointAsked:
    """One thing to put right: the page that it reopens, why, and what exactly to do."""

    page: str
    reason: str
    words: str


@dataclass(frozen=True)
class Deciding:
    """What the officer filled in."""

    outcome_id: str
    reasons: Sequence[str] = ()
    summary: str = ""
    words: str = ""
    form: Mapping[str, Any] | None = None
    points: Sequence[PointAsked] = ()


def decide_step(
    db: Session, actor: Actor, entry_id: int, region: Region, *, version: int, deciding: Deciding
) -> Decision:
    """Decide. Raises NotFound, NotAllowed (unit, role, four eyes, not taken by the actor), Conflict when the
    application changed since ``version`` was shown (with who and when), Invalid with the errors by field."""
    entry = db.scalar(select(StepEntry).where(StepEntry.id == entry_id))
    if entry is None:
        raise NotFound("entry")
    application = db.scalar(
        select(Application).where(Application.id == entry.application_id).with_for_update()
    )
    if application is None:
        raise NotFound("application")
    definition = definition_of(db, application)
    step = definition.step(entry.step)
    if step is None:
        raise NotFound("step")
    if not may_decide(actor, entry_facts(db, application, entry, step)):
        raise NotAllowed("may_not_decide")
    if entry.closed_at is not None or entry.is_paused or application.version != version:
        raise conflict_of(db, application, entry)
    outcome = _checked(db, application, definition, region, step, deciding)
    decision = _record(db, actor, entry, outcome, deciding)
    _carry_out(db, actor, application, entry, definition, region, outcome, deciding)
    return decision


def entry_facts(db: Session, application: Application, entry: StepEntry, step: Step) -> EntryFacts:
    """What the rule of who may decide looks at."""
    others = [one.id for one in application.entries if one.step in step.not_same_person_as]
    deciders = db.scalars(select(Decision.decided_by_id).where(Decision.entry_id.in_(others)))
    return EntryFacts(
        unit_code=entry.unit_code,
        role=entry.role,
        claimed_by_id=entry.claimed_by_id,
        applicant_id=application.account_id,
        earlier_decider_ids=frozenset(deciders),
    )


def conflict_of(db: Session, application: Application, entry: StepEntry) -> Conflict:
    """Who was first, what they did and when."""
    decision = db.scalar(
        select(Decision)
        .join(StepEntry, StepEntry.id == Decision.entry_id)
        .where(StepEntry.application_id == application.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if decision is None:
        return Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    who = db.get_one(Account, decision.decided_by_id).display_name
    return Conflict("decided_meanwhile", who=who, what=decision.kind, when=decision.decided_at)


def _checked(
    db: Session,
    application: Application,
    definition: Definition,
    region: Region,
    step: Step,
    deciding: Deciding,
) -> Outcome:
    """The chosen outcome, when everything that it needs is there. Raises Invalid with every fault."""
    outcome = next((one for one in step.outcomes if one.id == deciding.outcome_id), None)
    if outcome is None:
        raise Invalid({"outcome": [FieldError("required_choice")]})
    faults: dict[str, list[FieldError]] = {}
    if outcome.kind == OutcomeKind.RETURN:
        faults |= _check_points(db, application, definition, outcome, deciding.points)
    elif outcome.reasons and not set(deciding.reasons) <= set(outcome.reasons):
        faults["reasons"] = [FieldError("choice_unknown")]
    elif outcome.reasons and not deciding.reasons:
        faults["reasons"] = [FieldError("required_multi")]
    needs_summary = bool(deciding.words) or outcome.kind in (OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)
    if needs_summary and not deciding.summary:
        faults["summary"] = [FieldError("required_text")]
    for name, text, most in (
        ("summary", deciding.summary, SUMMARY_LENGTH),
        ("words", deciding.words, WORDS_LENGTH),
    ):
        if len(text) > most:
            faults[name] = [FieldError("too_long", max=most, count=len(text))]
    if outcome.kind in (OutcomeKind.APPROVE, OutcomeKind.REFUSE):
        faults |= _check_form(step, region, deciding.form or {})
    if faults:
        raise Invalid(faults)
    return outcome


def _check_points(
    db: Session,
    application: Application,
    definition: Definition,
    outcome: Outcome,
    points: Sequence[PointAsked],
) -> dict[str, list[FieldError]]:
    """Asked once and completely, each thing tied to a page that the applicant can open."""
    submission = newest_submission(db, application)
    answers = submission.answers if submission else {}
    journey = journey_of(definition, application, answers)
    pages = {page.id for page in journey.pages()}
    if not points:
        return {"points": [FieldError("required_multi")]}
    faults: dict[str, list[FieldError]] = {}
    for point in points:
        if point.page not in pages or point.reason not in outcome.reasons:
            faults[f"points-{point.page}"] = [FieldError("choice_unknown")]
        elif len(point.words) > WORDS_LENGTH:
            faults[f"points-{point.page}"] = [
                FieldError("too_long", max=WORDS_LENGTH, count=len(point.words))
            ]
    return faults


def _check_form(step: Step, region: Region, form: Mapping[str, Any]) -> dict[str, list[FieldError]]:
    """The step's own fields, with the same field types as everywhere."""
    context = FieldContext(today=clock.today(), answers=form)
    faults: dict[str, list[FieldError]] = {}
    for field in step.fields:
        if field.when is not None and field.when.holds(form) is not True:
            continue
        kind = FIELD_TYPES[field.kind]
        value = form.get(field.id, kind.empty)
        found = kind.validate(value, region_options(field, region), context)
        if found:
            faults[field.id] = found
    return faults


def _record(db: Session, actor: Actor, entry: StepEntry, outcome: Outcome, deciding: Deciding) -> Decision:
    decision = Decision(
        entry_id=entry.id,
        outcome=outcome.id,
        kind=outcome.kind,
        reasons=list(deciding.reasons) or sorted({point.reason for point in deciding.points}),
        summary=deciding.summary or None,
        words=deciding.words or None,
        form=dict(deciding.form or {}),
        decided_by_id=actor.signed_in_id,
        decided_at=clock.now(),
    )
    db.add(decision)
    return decision


def _carry_out(
    db: Session,
    actor: Actor,
    application: Application,
    entry: StepEntry,
    definition: Definition,
    region: Region,
    outcome: Outcome,
    deciding: Deciding,
) -> None:
    """Close the step, move the application, open what follows, and tell the applicant."""
    if outcome.kind == OutcomeKind.RETURN:
        facts = _ask(db, actor, application, entry, definition, deciding.points)
    else:
        forget_step_timers(db, entry)
        close_entry(entry, outcome.id)
        facts = {"decided_on": clock.today().isoformat(), "reasons": list(deciding.reasons)}
    move(db, actor, application, ACTIONS[outcome.kind], details={"step": entry.step, "outcome": outcome.id})
    if outcome.kind == OutcomeKind.ADVANCE:
        following = next_step(definition, entry.step, outcome)
        opened = open_step(db, application, definition, region, following)
        facts |= {
            "accepted_on": clock.today().isoformat(),
            "due_on": opened.due_on.isoformat(),
            "is_due_provisional": opened.is_due_provisional,
        }
    if outcome.notice is not None:
        facts |= {"unit": entry.unit_code, "summary": deciding.summary, "words": deciding.words}
        send_notice(db, application, definition, outcome.notice, facts)


def next_step(definition: Definition, after: str, outcome: Outcome) -> Step:
    """The step that an outcome leads to: the one it names, else the next that applies."""
    steps = definition.service.steps
    if outcome.next is not None:
        return next(step for step in steps if step.id == outcome.next)
    place = next(number for number, step in enumerate(steps) if step.id == after)
    return steps[place + 1]


def _ask(
    db: Session,
    actor: Actor,
    application: Application,
    entry: StepEntry,
    definition: Definition,
    points: Sequence[PointAsked],
) -> dict[str, Any]:
    """Open the correction: the step's clock stands, and the applicant has until a day that is named."""
    until = due(clock.today(), definition.service.correction_days, "working", (), get_calendar(db))
    correction = Correction(
        application_id=application.id,
        entry_id=entry.id,
        asked_by_id=actor.signed_in_id,
        asked_at=clock.now(),
        due_on=until.on,
        is_due_provisional=until.is_provisional,
        points=[CorrectionPoint(page=one.page, reason=one.reason, words=one.words) for one in points],
    )
    db.add(correction)
    pause(db, entry, "correction")
    set_timer(db, "correction_due", correction.id, morning_after(until.on))
    return {
        "due_on": until.on.isoformat(),
        "is_due_provisional": until.is_provisional,
        "points": [{"page": one.page, "reason": one.reason, "words": one.words} for one in points],
    }
