"""What an officer decides on a step: exactly one decision takes effect, and the applicant is told why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Outcome, OutcomeKind, Region, Step
from portal.rules.deadlines import due
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.permissions import may_decide
from portal.rules.states import Action
from portal.rules.steps import next_step, step_of
from portal.rules.working_out import work_out
from portal.store.applications import Application, Correction, CorrectionPoint, Decision, StepEntry
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.applications import definition_of
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.deciders import enterer_ids, entry_facts
from portal.usecases.decision_checks import LAST_WORDS, Deciding, PointAsked, checked_outcome
from portal.usecases.effects import run_effects
from portal.usecases.first_results import with_recorded
from portal.usecases.invoices import keep_invoice_of_step
from portal.usecases.notices import send_notice
from portal.usecases.proposals import keep_proposal, refuse_while_proposed
from portal.usecases.ratings import invite_to_rate
from portal.usecases.samples import draw_recheck
from portal.usecases.showing import shown_facts
from portal.usecases.shown import refuse_unseen
from portal.usecases.staff_names import name_of
from portal.usecases.steps import begin_step, carried_out_by, facts_of, forms_of, promised_facts
from portal.usecases.subjects import hold_key_while_at_work
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.transitions import close_entry, move, pause

__all__ = [
    "Deciding",
    "PointAsked",
    "conflict_of",
    "decide_step",
    "entry_facts",
    "lock_entry",
    "take_effect",
]

ACTIONS: Mapping[OutcomeKind, Action] = {
    OutcomeKind.ADVANCE: "advance",
    OutcomeKind.RETURN: "return",
    OutcomeKind.NOT_ACCEPT: "not_accept",
    OutcomeKind.APPROVE: "approve",
    OutcomeKind.REFUSE: "refuse",
    OutcomeKind.SUSPEND: "suspend",
    OutcomeKind.COMPLETE: "complete",
    OutcomeKind.WITHDRAW: "withdraw",
}

AT_THE_END = (OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT, OutcomeKind.COMPLETE)
"""After these nothing follows: the applicant may say how it was (words.md 6)."""


def decide_step(
    db: Session,
    actor: Actor,
    application: Application,
    entry: StepEntry,
    region: Region,
    *,
    version: int,
    deciding: Deciding,
    seen: str | None = None,
    is_agreed: bool = False,
) -> Decision | None:
    """Decide a step that the caller has locked; None where it now waits for a second officer
    (``Outcome.second_person``).

    ``seen`` is the mark of what lay beside the answers (``shown.mark_of``); without one only ``version`` is
    compared. ``is_agreed`` is for a preview, which is undone. Raises NotAllowed (unit, role, four eyes, keeps
    away, not taken by the actor), Conflict when something changed since it was shown (who, what, when),
    Invalid with the errors by field.
    """
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    if not may_decide(actor, entry_facts(db, application, entry, step)):
        raise NotAllowed("may_not_decide")
    if entry.closed_at is not None or entry.is_paused or application.version != version:
        raise conflict_of(db, application, entry)
    if seen is not None:
        refuse_unseen(db, application, seen)
    refuse_while_proposed(db, entry)
    deciding = with_recorded(db, application, definition, step, deciding)
    outcome = checked_outcome(db, application, definition, region, step, entry, deciding)
    if outcome.kind in LAST_WORDS and actor.account_id in enterer_ids(db, application):
        raise NotAllowed("entered")
    if outcome.second_person and not is_agreed:
        keep_proposal(db, actor, application, entry, outcome, deciding)
        return None
    return take_effect(db, actor, application, entry, definition, region, outcome, deciding)


def lock_entry(db: Session, entry_id: int) -> tuple[Application, StepEntry]:
    """A step and its application, which nobody else changes now. Raises NotFound."""
    application = db.scalar(_LOCKED, {"entry_id": entry_id})
    entry = db.scalar(_ENTRY, {"entry_id": entry_id})  # as whoever had it locked until now has left it
    if application is None or entry is None:
        raise NotFound("entry")
    return application, entry


# Written once: to put them together takes longer than to answer them.
_ENTRY = (
    select(StepEntry).where(StepEntry.id == bindparam("entry_id")).execution_options(populate_existing=True)
)
_LOCKED = (
    select(Application)
    .where(
        Application.id
        == select(StepEntry.application_id).where(StepEntry.id == bindparam("entry_id")).scalar_subquery()
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)


def take_effect(
    db: Session,
    actor: Actor,
    application: Application,
    entry: StepEntry,
    definition: Definition,
    region: Region,
    outcome: Outcome,
    deciding: Deciding,
    *,
    proposer_id: int | None = None,
) -> Decision:
    """Write the decision down and carry it out. ``proposer_id`` is who decided, where the actor agreed."""
    deciding = _with_numbers(db, application, entry, definition, region, deciding)
    decision = _record(db, proposer_id or actor.signed_in_id, entry, outcome, deciding)
    keep_invoice_of_step(db, application, step_of(definition, entry.step), decision.form or {})
    _carry_out(db, actor, application, entry, definition, region, outcome, deciding)
    draw_recheck(db, region, entry, decision)
    return decision


def _with_numbers(
    db: Session,
    application: Application,
    entry: StepEntry,
    definition: Definition,
    region: Region,
    deciding: Deciding,
) -> Deciding:
    """The form with the numbers that are worked out from it, as the region counts today."""
    step = step_of(definition, entry.step)
    if all(field.worked_out is None for field in step.fields):
        return deciding
    form, known = dict(deciding.form or {}), facts_of(db, application, definition)
    numbers = work_out(step, form, known, lambda name: find_number(db, region, name))
    return replace(deciding, form=form | numbers)


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
    who = name_of(db, decision.decided_by_id)
    return Conflict("decided_meanwhile", who=who, what=decision.kind, when=decision.decided_at)


def _record(
    db: Session, decided_by_id: int, entry: StepEntry, outcome: Outcome, deciding: Deciding
) -> Decision:
    decision = Decision(
        entry_id=entry.id,
        outcome=outcome.id,
        kind=outcome.kind,
        reasons=list(deciding.reasons) or sorted({point.reason for point in deciding.points}),
        summary=deciding.summary or None,
        words=deciding.words or None,
        form=dict(deciding.form or {}),
        decided_by_id=decided_by_id,
        decided_at=clock.now(),
    )
    db.add(decision)
    db.flush()
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
    """Close the step or let it stand, move the application, do what follows, and tell the applicant."""
    step = step_of(definition, entry.step)
    facts: dict[str, Any] = {"unit": _speaker(actor, entry), "summary": deciding.summary}
    facts |= {"words": deciding.words, "decided_on": clock.today(), "reasons": list(deciding.reasons)}
    facts |= _whom_to_ask(db, deciding)
    if outcome.kind in (OutcomeKind.WITHDRAW, OutcomeKind.COMPLETE):
        facts |= {"ended_on": clock.today()}
    if outcome.kind == OutcomeKind.RETURN:
        facts |= _ask(db, actor, application, entry, definition, deciding.points)
    elif outcome.kind == OutcomeKind.SUSPEND:
        facts |= _suspend(db, entry, step, deciding)
    else:
        close_entry(db, entry, outcome.id)
    move(db, actor, application, ACTIONS[outcome.kind], details={"step": entry.step, "outcome": outcome.id})
    known = facts_of(db, application, definition)
    facts |= {"collect_way": definition.meant(known).get("delivery_way") or "unknown"}
    facts |= run_effects(db, actor, application, definition, region, outcome, forms_of(db, application))
    following = _following(definition, entry.step, outcome, known)
    if outcome.kind == OutcomeKind.APPROVE and following is not None:
        facts |= carried_out_by(db, following)
    if outcome.notice is not None:
        facts |= shown_facts(definition, application, region, step, known)
        if outcome.kind == OutcomeKind.ADVANCE:
            facts |= promised_facts(db, application, definition, entry.step, known)
        send_notice(db, application, definition, outcome.notice, facts)
    if outcome.kind in AT_THE_END:
        invite_to_rate(db, application, definition, facts["unit"])
    if following is not None:
        begin_step(db, application, definition, region, following)
        hold_key_while_at_work(db, actor, application, definition, following.id)


def _whom_to_ask(db: Session, deciding: Deciding) -> dict[str, Any]:
    """Where the applicant can go instead (rules.md 5.2): a unit with its address and phone, or own words."""
    form = deciding.form or {}
    told: dict[str, Any] = {"ask_where": form.get("ask_where") or None}
    unit = db.get(UnitRow, str(form["ask_unit"])) if form.get("ask_unit") else None
    if unit is not None:
        told |= {"ask_unit_name": dict(unit.names), "ask_unit_address": unit.contact.get("address")}
        told |= {"ask_unit_phone": unit.contact.get("phone")}
    return {name: fact for name, fact in told.items() if fact}


def _speaker(actor: Actor, entry: StepEntry) -> str:
    """Who says it: the unit of the step, or the one that stands in for it."""
    return actor.unit_code or entry.unit_code


def _following(definition: Definition, after: str, outcome: Outcome, known: Mapping[str, Any]) -> Step | None:
    """What comes next: the next level, or after an approval the making and handing over."""
    if outcome.kind not in (OutcomeKind.ADVANCE, OutcomeKind.APPROVE):
        return None
    return next_step(definition, after, outcome, known)


def _suspend(db: Session, entry: StepEntry, step: Step, deciding: Deciding) -> dict[str, Any]:
    """The step stands still until the day in its form (``resume_on``); a timer lets it go on."""
    until = date.fromisoformat(str((deciding.form or {})["resume_on"]))
    pause(db, entry, "suspended", until)
    return {"resume_on": until, "step_name": step.name.by_language(), "step_kind": step.kind}


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
    drop_timers(db, "deemed", application.id)  # told in time what is missing
    pause(db, entry, "correction")
    set_timer(db, "correction_due", correction.id, morning_after(until.on))
    return {
        "due_on": until.on,
        "is_due_provisional": until.is_provisional,
        "points": [{"page": one.page, "reason": one.reason, "words": one.words} for one in points],
    }
