"""A decision that waits for a second officer (``Outcome.second_person``): kept, found, told apart."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Outcome
from portal.rules.errors import Conflict
from portal.store.applications import Application, StepEntry
from portal.store.second_persons import ProposedDecision
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.decision_checks import Deciding, PointAsked
from portal.usecases.shown import mark_of
from portal.usecases.staff_names import name_of


def keep_proposal(
    db: Session, actor: Actor, application: Application, entry: StepEntry, outcome: Outcome, what: Deciding
) -> ProposedDecision:
    """Write down what one officer would decide, with all that they had before them."""
    proposal = ProposedDecision(
        entry_id=entry.id,
        unit_code=entry.unit_code,
        role=entry.role,
        outcome=outcome.id,
        deciding=asdict(what) | {"recorded": sorted(what.recorded)},
        version=application.version,
        seen=mark_of(db, application),
        proposed_by_id=actor.signed_in_id,
        proposed_at=clock.now(),
    )
    db.add(proposal)
    db.flush()
    record_proposal(db, actor, application, entry, proposal, "decision:propose")
    return proposal


def find_proposal(db: Session, entry: StepEntry) -> ProposedDecision | None:
    """What waits for a second officer at this step."""
    return db.scalar(
        select(ProposedDecision).where(
            ProposedDecision.entry_id == entry.id, ProposedDecision.answered_at.is_(None)
        )
    )


def refuse_while_proposed(db: Session, entry: StepEntry) -> None:
    """Raises Conflict (who, when) while a decision waits for a second officer."""
    waiting = find_proposal(db, entry)
    if waiting is not None:
        who = name_of(db, waiting.proposed_by_id)
        raise Conflict("proposed_meanwhile", who=who, what="propose", when=waiting.proposed_at)


def decided_in(proposal: ProposedDecision) -> Deciding:
    """What the proposer filled in, as it was kept."""
    kept = dict(proposal.deciding)
    kept["points"] = tuple(PointAsked(**one) for one in kept["points"])
    kept["recorded"] = frozenset(kept.get("recorded", ()))  # earlier ones know nothing of it
    return Deciding(**kept)


def record_proposal(
    db: Session,
    actor: Actor,
    application: Application,
    entry: StepEntry,
    proposal: ProposedDecision,
    tag: str,
) -> None:
    record_office_event(
        db,
        actor,
        application,
        tag,
        details={"step": entry.step, "outcome": proposal.outcome, "proposal": proposal.id},
    )
