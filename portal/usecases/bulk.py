"""Deciding several alike: only outcomes that the definition opens for it, each application by itself.

Whoever calls gives each its own transaction: one that cannot be decided stops none of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Outcome, Region, Step
from portal.rules.errors import NotAllowed
from portal.rules.permissions import why_not
from portal.rules.steps import step_of
from portal.store.applications import Decision
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import entry_of, get_seen
from portal.usecases.deciders import entry_facts
from portal.usecases.decision_checks import Deciding
from portal.usecases.review import decide


def bulk_outcomes(step: Step) -> tuple[Outcome, ...]:
    """What this step may end in for several at once."""
    return tuple(outcome for outcome in step.outcomes if outcome.bulk)


def decide_one_of_many(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    version: int,
    step_id: str,
    outcome_id: str,
    form: Mapping[str, Any],
) -> Decision | None:
    """Decide one of those that were chosen together, with the answers given for all of them.

    Raises NotAllowed ``not_in_bulk`` where it stands at another step or the outcome is not open for it, or
    with why the actor may not decide it, and what ``decide`` raises.
    """
    application = get_seen(db, actor, reference)
    entry = entry_of(application, actor)
    step = step_of(definition_of(db, application), entry.step)
    if step.id != step_id or outcome_id not in [one.id for one in bulk_outcomes(step)]:
        raise NotAllowed("not_in_bulk")
    refusal = why_not(actor, entry_facts(db, application, entry, step))
    if refusal is not None:
        raise NotAllowed(refusal)
    deciding = Deciding(outcome_id, form=form)
    return decide(db, actor, reference, region, version=version, deciding=deciding)
