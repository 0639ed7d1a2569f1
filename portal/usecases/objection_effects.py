"""What an objection that was right does to the refusal before it (残疾人证管理办法 art. 25, ZJ-07).

The refused application goes on from where its new assessment stands, with the public notice and the review
that every certificate has; nobody applies or hands in anything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Definition, ReopenRefused, Step, StepKind
from portal.catalogue.model.effects import ASSESSED
from portal.rules.errors import Conflict, Invalid
from portal.rules.references import grouped
from portal.rules.steps import next_step
from portal.store.applications import Application, Decision
from portal.store.rechecks import Reopening
from portal.usecases.applications import definition_of
from portal.usecases.card_effects import components_in
from portal.usecases.deciders import last_decision
from portal.usecases.deeds import Deed
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.first_results import find_on_record
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.notices import send_notice
from portal.usecases.register_queue import why_not_ask
from portal.usecases.steps import begin_step, facts_of
from portal.usecases.subjects import hold_key_again
from portal.usecases.transitions import close_entry, move, open_step
from portal.usecases.units import get_unit

NOTICE: Final = "N20"
REOPENED_ON: Final = "reopened_on"
"""The question on which day it was opened elsewhere; answered by the portal where it has the application."""
CAUSE: Final = "评定异议（收件号{reference}）有了新的结论"
BASIS: Final = "残疾人证管理办法第二十五条"
SAID_AS: Final[Mapping[str, str]] = {"experts_on": "assess_on", "experts_no": "assess_form_no"}
"""What the experts' form calls what an assessment's form calls otherwise."""


def reopen(db: Session, deed: Deed, effect: ReopenRefused) -> dict[str, Any]:
    """The refused application is handled again, with the new assessment as its own.

    Raises Conflict ``no_components`` where nobody found a disability, ``changed_meanwhile`` where it was
    opened already, Invalid where none is on record and no day is named.
    """
    refused = None
    if why_not_ask(db, deed.application, deed.definition) is None:
        refused = find_on_record(db, deed.application).refused
    if refused is None:
        if not deed.answers.get(REOPENED_ON):
            raise Invalid({REOPENED_ON: [FieldError("required_date")]})
        return {}
    assessed_in = next((one for one in effect.components_from if deed.forms.get(one, {}).get(ASSESSED)), None)
    if assessed_in is None:
        raise Conflict("no_components")
    _take_up(db, deed, refused, assessed_in)
    return {}


def _take_up(db: Session, deed: Deed, refused: Application, assessed_in: str) -> None:
    """Open it, put the new assessment where its own stood, and go on with what follows that."""
    refused = db.scalars(select(Application).where(Application.id == refused.id).with_for_update()).one()
    decision, _entry = last_decision(db, refused)
    if refused.state != "refused" or decision is None or refused.person.death_reported_at is not None:
        raise Conflict("changed_meanwhile", what=refused.state, when=refused.changed_at)
    definition = definition_of(db, refused)
    again = Reopening(
        application_id=refused.id,
        decision_id=decision.id,
        cause=CAUSE.format(reference=grouped(deed.application.reference)),
        basis=BASIS,
        reopened_by_id=deed.actor.signed_in_id,
        reopened_at=clock.now(),
    )
    db.add(again)
    refused.closed_at = None
    step = next(one for one in definition.service.steps if one.kind is StepKind.ASSESSMENT)
    move(db, deed.actor, refused, "reopen", details={"step": step.id, "by": deed.application.id})
    hold_key_again(db, refused)
    _enter_assessment(db, deed, refused, definition, step, assessed_in)
    open_evidence_tasks(db, refused, definition, newest_answers_of(db, refused))
    begun = refused.entries[-1]
    facts = {
        "event": "objection",
        "decided_on": clock.shanghai(decision.decided_at).date(),
        "due_on": begun.due_on,
        "is_due_provisional": begun.is_due_provisional,
        "unit": deed.unit_code,
    }
    send_notice(db, refused, definition, NOTICE, facts)


def _enter_assessment(
    db: Session, deed: Deed, refused: Application, definition: Definition, step: Step, assessed_in: str
) -> None:
    """The visit to the institution that assessed anew, decided already; then what comes after it."""
    form = {SAID_AS.get(name, name): value for name, value in deed.forms[assessed_in].items()}
    components_in(form)  # refuses rows that make no card before anything is written
    met = next(one for one in step.outcomes if ASSESSED in {field.id for field in one.fields_of(step)})
    asked = {field.id for field in met.fields_of(step)}
    visit = next(one for one in reversed(deed.application.entries) if one.step == assessed_in)
    entry = open_step(db, refused, step, get_unit(db, visit.unit_code))
    found = Decision(
        entry_id=entry.id,
        outcome=met.id,
        kind=met.kind,
        reasons=[],
        form={name: value for name, value in form.items() if name in asked},
        decided_by_id=deed.actor.signed_in_id,
        decided_at=clock.now(),
    )
    db.add(found)
    close_entry(db, entry, met.id)
    details = {"step": step.id, "outcome": met.id, "by": deed.application.id}
    move(db, deed.actor, refused, "advance", details=details)
    following = next_step(definition, step.id, met, facts_of(db, refused, definition))
    if following is None:
        raise RuntimeError("nothing follows an assessment")
    begin_step(db, refused, definition, deed.region, following)
