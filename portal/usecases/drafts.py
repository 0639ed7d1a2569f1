"""Drafts: found again by who started them, thrown away at once or when their time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, literal, or_, select, union_all
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import parse_reference
from portal.store.applications import AnswerPage, Application
from portal.store.audit import AuditEvent
from portal.store.deaths import Death
from portal.store.evidence import EvidenceCheck
from portal.store.people import AccessNeeds, Fact, Person
from portal.store.representations import Invitation, Mandate, Representation
from portal.store.voices import PersonSlip
from portal.usecases.actor import Actor
from portal.usecases.applications import get_own, list_own
from portal.usecases.audit import record_event
from portal.usecases.timers import drop_timers


def list_drafts(db: Session, actor: Actor, service_code: str) -> Sequence[Application]:
    """Drafts of one service: people come back to these instead of starting again."""
    return [row for row in list_own(db, actor) if row.state == "draft" and row.service_code == service_code]


def delete_draft(db: Session, actor: Actor, reference: str) -> None:
    """Throw a draft away at once; twice is once. Raises Conflict for anything that was submitted."""
    try:
        application = get_own(db, actor, reference, "delete", lock=True)
    except NotFound:
        if _was_own_draft(db, actor, reference):
            return
        raise
    if application.state != "draft":
        raise Conflict("only_drafts_can_be_deleted", what=application.state)
    remove_draft(db, actor, application)


def _was_own_draft(db: Session, actor: Actor, reference: str) -> bool:
    """Whether the actor once began it: of a draft that is gone only the audit knows."""
    try:
        wanted = parse_reference(reference)
    except FieldError:
        return False
    began = select(AuditEvent.id).where(
        AuditEvent.stream == f"application:{wanted}",
        AuditEvent.tag == "application:start",
        AuditEvent.actor_id == actor.signed_in_id,
    )
    return db.scalar(began) is not None


def remove_draft(db: Session, actor: Actor, application: Application) -> None:
    """Delete a draft with everything that was typed into it; the audit keeps that there was one."""
    record_event(db, actor, f"account:{application.account_id}", "draft:delete")
    drop_timers(db, "draft_expiry", application.id)
    db.execute(delete(AnswerPage).where(AnswerPage.application_id == application.id))
    db.execute(delete(EvidenceCheck).where(EvidenceCheck.application_id == application.id))
    person_id, representation_id = application.person_id, application.representation_id
    db.delete(application)
    db.flush()
    if representation_id is not None:
        _drop_claim(db, representation_id, person_id)


def _drop_claim(db: Session, representation_id: int, person_id: int) -> None:
    """A claim made for a draft alone goes with it, and what this account said of the person; one that was
    shown, or is named elsewhere, stays."""
    kept = db.get_one(Representation, representation_id)
    if kept.state != "claimed" or kept.agreed_at is not None or _is_named(db, representation_id, person_id):
        return
    for said in (Fact, AccessNeeds):
        db.execute(delete(said).where(said.person_id == person_id, said.account_id == kept.account_id))
    db.delete(kept)
    db.flush()
    db.execute(delete(Person).where(Person.id == person_id, Person.is_self.is_(False)))


def _is_named(db: Session, representation_id: int, person_id: int) -> bool:
    """Whether anything else leans on the record or the file: another application, what somebody was asked,
    a text for signing, a slip, what the family said."""
    naming = [
        select(literal(1)).where(
            or_(model.representation_id == representation_id, model.person_id == person_id)
        )
        for model in (Application, Invitation, Death)
    ]
    naming.append(select(literal(1)).where(Mandate.representation_id == representation_id))
    naming.append(select(literal(1)).where(PersonSlip.person_id == person_id))
    return db.scalar(union_all(*naming).limit(1)) is not None


def draft_days_left(application: Application, today: date) -> int:
    """Whole days until the draft is deleted by itself."""
    return (application.draft_until_on - today).days
