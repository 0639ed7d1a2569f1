"""What a decision brings about besides moving its application: the effects that its outcome names.

An effect touches only the database, in the transaction of the decision: either all of it holds, or nothing.
What is said elsewhere goes through the outbox. What each does stands with its subject (``card_effects``,
``benefit_effects``, ``objection_effects``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import (
    CERTIFICATE_EFFECTS,
    CancelCertificate,
    ChangeBenefit,
    Definition,
    GrantBenefit,
    IssueCertificate,
    MoveCertificate,
    Outcome,
    Region,
    ReopenRefused,
    ReplaceCertificate,
)
from portal.catalogue.model.effects import Effect
from portal.store.applications import Application
from portal.usecases import benefit_effects, card_effects, objection_effects
from portal.usecases.actor import Actor
from portal.usecases.deeds import Deed, Forms
from portal.usecases.new_cards import WhyNotIssue, why_no_number, why_not_issue
from portal.usecases.steps import facts_of


def run_effects(
    db: Session,
    actor: Actor,
    application: Application,
    definition: Definition,
    region: Region,
    outcome: Outcome,
    forms: Forms,
) -> dict[str, Any]:
    """Carry out the effects of an outcome, in their order; the facts that its notice says.

    Raises Conflict with the key of what stands against one (``why_not`` says what is known before), Invalid
    where an answer of the form just sent does not fit what is on record.
    """
    if not outcome.effects:
        return {}
    answers = facts_of(db, application, definition)
    for form in forms.values():
        answers |= form
    deed = Deed(actor, application, definition, region, forms, answers)
    facts: dict[str, Any] = {}
    for effect in outcome.effects:
        facts |= EFFECTS[type(effect)](db, deed, effect)
    return facts


def why_not(db: Session, application: Application, outcome: Outcome) -> list[str]:
    """What stands against an outcome's effects, as keys of ``labels.WHY_NOT_ISSUE``, before it is decided."""
    refusals = [_why_not(db, application, effect) for effect in outcome.effects]
    return [key for key in refusals if key is not None]


def _why_not(db: Session, application: Application, effect: Effect) -> WhyNotIssue | None:
    if isinstance(effect, IssueCertificate):
        return why_not_issue(db, application)
    return why_no_number(application) if isinstance(effect, CERTIFICATE_EFFECTS) else None


EFFECTS: Mapping[type[Effect], Callable[[Session, Deed, Any], dict[str, Any]]] = {
    IssueCertificate: card_effects.issue,
    ReplaceCertificate: card_effects.replace,
    MoveCertificate: card_effects.move,
    CancelCertificate: card_effects.cancel,
    ReopenRefused: objection_effects.reopen,
    GrantBenefit: benefit_effects.grant,
    ChangeBenefit: benefit_effects.change,
}
"""What each kind of effect does; the facts that it gives to the notice."""
