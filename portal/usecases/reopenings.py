"""A decision that turned out wrong: the head of the unit opens the application again, with a reason.

Only what said no is opened again, or what cancelled a card, which is in force again from then on: what was
granted is not taken away in this way. It goes back to where its
days begin (a decision that shares the days of a review: to the review), with a clock of its own, and the
applicant is told why and on which basis the office acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import CancelCertificate, Region, Role
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.rules.states import may
from portal.rules.steps import step_of
from portal.store.applications import Application, Decision, StepEntry
from portal.store.certificates import Certificate
from portal.store.rechecks import Reopening
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.card_changes import find_cancelled, restore_certificate
from portal.usecases.claims import get_seen
from portal.usecases.deciders import last_decision, recused_ids
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.notices import send_notice
from portal.usecases.steps import begin_step
from portal.usecases.subjects import hold_key_again
from portal.usecases.transitions import move

NOTICE: Final = "N20"
OVERTURNED: Final = frozenset({"refuse", "not_accept"})
"""Kinds of decision that can be opened again."""
CANCELLED: Final = ("death", "below_standard", "own_wish", "duplicate", "other")
"""Why ZJ-05 cancels a card. One that was lost or replaced has another in its place."""
WhyNotReopen = Literal["not_lead", "own_application", "recused", "decided_it", "not_refused", "died"]


def reopen(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    cause: str,
    basis: str,
    summary: str,
) -> Reopening:
    """Handle it again. ``cause`` is told to the applicant with the simple sentence ``summary``; ``basis``
    names the rule that the office acts on.

    Raises NotFound, NotAllowed with why (only the head of the unit, nobody who decided it or keeps away),
    Conflict where there is nothing (any more) to open, Invalid with what is missing.
    """
    application = get_seen(db, actor, reference, lock=True)
    refusal = why_not_reopen(db, actor, application)
    if refusal == "not_refused":
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    if refusal is not None:
        raise NotAllowed(refusal)
    told = {"cause": cause, "basis": basis, "summary": summary}
    faults = {name: [FieldError("required_text")] for name, text in told.items() if not text.strip()}
    if faults:
        raise Invalid(faults)
    decision, entry = last_decision(db, application)
    if decision is None or entry is None:
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    reopening = Reopening(
        application_id=application.id,
        decision_id=decision.id,
        cause=cause.strip(),
        basis=basis.strip(),
        reopened_by_id=actor.signed_in_id,
        reopened_at=clock.now(),
    )
    db.add(reopening)
    definition = definition_of(db, application)
    restored = _restore(db, actor, application, region, decision)
    _handle_again(db, actor, application, region, entry)
    begun = application.entries[-1]
    facts: dict[str, Any] = {
        "decided_on": clock.shanghai(decision.decided_at).date(),
        "due_on": begun.due_on,
        "is_due_provisional": begun.is_due_provisional,
        "unit": entry.unit_code,
        "words": f"{reopening.cause}\n{reopening.basis}",
        "summary": summary.strip(),
    }
    if restored is not None:
        facts |= {"event": "cancelling_reopened", "valid_to_on": restored.valid_to_on}
    send_notice(db, application, definition, NOTICE, facts)
    return reopening


def why_not_reopen(db: Session, actor: Actor, application: Application) -> WhyNotReopen | None:
    """Why the actor cannot open it again; None when they can."""
    decision, entry = last_decision(db, application)
    if entry is None or actor.role is not Role.LEAD or actor.unit_code != entry.unit_code:
        return "not_lead"
    if decision is None or not may(application.state, "reopen"):
        return "not_refused"
    if decision.kind not in OVERTURNED and not _is_cancelling(db, application, entry, decision):
        return "not_refused"
    obstacles: dict[WhyNotReopen, bool] = {
        "own_application": actor.account_id == application.account_id,
        "decided_it": actor.account_id == decision.decided_by_id,
        "recused": actor.account_id in recused_ids(db, application),
        "died": application.person.death_reported_at is not None,
    }
    return next((why for why, stands in obstacles.items() if stands), None)


def _is_cancelling(db: Session, application: Application, entry: StepEntry, decision: Decision) -> bool:
    """Whether the decision cancelled a card."""
    outcome = step_of(definition_of(db, application), entry.step).outcome(decision.outcome)
    return outcome is not None and any(isinstance(one, CancelCertificate) for one in outcome.effects)


def _restore(
    db: Session,
    actor: Actor,
    application: Application,
    region: Region,
    decision: Decision,
) -> Certificate | None:
    """A decision that does not stand has cancelled nothing. Raises Conflict ``has_certificate``."""
    entry = application.entries[-1]
    if not _is_cancelling(db, application, entry, decision):
        return None
    certificate = find_cancelled(db, application.person, CANCELLED)
    if certificate is None or certificate.cancelled_on != clock.shanghai(decision.decided_at).date():
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    restore_certificate(db, actor, application, region, certificate)
    return certificate


def list_reopenings(db: Session, application: Application) -> Sequence[Reopening]:
    """Every time it was opened again, oldest first."""
    own = select(Reopening).where(Reopening.application_id == application.id)
    return db.scalars(own.order_by(Reopening.id)).all()


def _handle_again(
    db: Session, actor: Actor, application: Application, region: Region, entry: StepEntry
) -> None:
    """Back to where the days of the step begin; what waits for the decision waits again."""
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    first = step_of(definition, step.clock.shares_with) if step.clock.shares_with else step
    application.closed_at = None
    move(db, actor, application, "reopen", details={"step": first.id})
    hold_key_again(db, application)
    begin_step(db, application, definition, region, first)
    open_evidence_tasks(db, application, definition, newest_answers_of(db, application))
