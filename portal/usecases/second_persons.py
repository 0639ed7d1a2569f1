"""The second officer (rules.md 10.0.2) agrees, and a decision takes effect, or sends it back with words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region, Step
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.permissions import may_be_second
from portal.rules.steps import step_of
from portal.store.applications import Application, Decision, StepEntry
from portal.store.second_persons import ProposedDecision
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import get_seen
from portal.usecases.deciders import entry_facts, recused_ids
from portal.usecases.decision_checks import checked_outcome
from portal.usecases.decisions import conflict_of, take_effect
from portal.usecases.first_results import with_recorded
from portal.usecases.proposals import decided_in, record_proposal
from portal.usecases.shown import refuse_unseen
from portal.usecases.staff_names import name_of


def may_answer(db: Session, actor: Actor, application: Application, proposal: ProposedDecision) -> bool:
    """Whether the actor can be the second officer: the same post, another person, nobody who keeps away."""
    entry = db.get_one(StepEntry, proposal.entry_id)
    step = step_of(definition_of(db, application), entry.step)
    return may_be_second(actor, entry_facts(db, application, entry, step), proposal.proposed_by_id)


def agree(db: Session, actor: Actor, reference: str, proposal_id: int, region: Region) -> Decision:
    """Agree: the decision takes effect as it was proposed, on exactly what the proposer had before them.

    Raises NotFound, NotAllowed for who may not be the second, Conflict (who, when) where it was answered, the
    step has moved on, anything has changed since it was proposed, or the proposer keeps away by now.
    """
    application, entry, proposal, step = _waiting(db, actor, reference, proposal_id)
    if not may_answer(db, actor, application, proposal):
        raise NotAllowed("four_eyes")
    if entry.closed_at is not None or entry.is_paused or application.version != proposal.version:
        raise conflict_of(db, application, entry)
    if proposal.proposed_by_id in recused_ids(db, application):
        proposer = name_of(db, proposal.proposed_by_id)
        raise Conflict("proposer_keeps_away", who=proposer, what="recusal")
    refuse_unseen(db, application, proposal.seen)
    definition = definition_of(db, application)
    deciding = with_recorded(db, application, definition, step, decided_in(proposal))
    outcome = checked_outcome(db, application, definition, region, step, entry, deciding)
    record_proposal(db, actor, application, entry, proposal, "decision:agree")
    decision = take_effect(
        db,
        actor,
        application,
        entry,
        definition,
        region,
        outcome,
        deciding,
        proposer_id=proposal.proposed_by_id,
    )
    proposal.decision_id = decision.id
    _answer(actor, proposal, is_agreed=True)
    db.flush()
    return decision


def send_back(db: Session, actor: Actor, reference: str, proposal_id: int, words: str) -> None:
    """Send it back: nothing takes effect, the words are the office's alone. The proposer may take it back.

    Raises NotFound, NotAllowed for who may not, Conflict (who, when) where it was answered before, Invalid
    without words.
    """
    application, entry, proposal, _step = _waiting(db, actor, reference, proposal_id)
    is_own = proposal.proposed_by_id == actor.account_id
    if not is_own and not may_answer(db, actor, application, proposal):
        raise NotAllowed("four_eyes")
    if not words.strip():
        raise Invalid({"words": [FieldError("required_text")]})
    _answer(actor, proposal, is_agreed=False)
    proposal.words = words.strip()
    db.flush()
    record_proposal(db, actor, application, entry, proposal, "decision:send_back")


def _waiting(
    db: Session, actor: Actor, reference: str, proposal_id: int
) -> tuple[Application, StepEntry, ProposedDecision, Step]:
    application = get_seen(db, actor, reference, lock=True)
    proposal = db.get(ProposedDecision, proposal_id, populate_existing=True)
    entry = db.get_one(StepEntry, proposal.entry_id) if proposal is not None else None
    if proposal is None or entry is None or entry.application_id != application.id:
        raise NotFound("proposal")
    if proposal.answered_at is not None:
        who = name_of(db, proposal.answered_by_id)
        raise Conflict("decided_meanwhile", who=who, what=_kind(db, proposal), when=proposal.answered_at)
    return application, entry, proposal, step_of(definition_of(db, application), entry.step)


def _kind(db: Session, proposal: ProposedDecision) -> str:
    """What came of it, as the page of a conflict says it."""
    decision = db.get(Decision, proposal.decision_id) if proposal.decision_id else None
    return decision.kind if decision else "send_back"


def _answer(actor: Actor, proposal: ProposedDecision, *, is_agreed: bool) -> None:
    proposal.is_agreed = is_agreed
    proposal.answered_by_id, proposal.answered_at = actor.signed_in_id, clock.now()
