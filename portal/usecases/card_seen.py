"""The identity document by which a visitor was received is their evidence too: nobody looks at one card twice
in one visit.

It counts for the visitor's own application only, and only for what the card was compared with: an answer
that says something else has still to be shown (rules.md 5.3: level B is what staff saw as an original).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.evidence_pages import page_of, way_of
from portal.catalogue.model import Answers, Definition, Evidence
from portal.rules.journey import Journey
from portal.store.applications import AnswerPage, Application
from portal.store.audit import AuditEvent
from portal.store.evidence import EvidenceCheck
from portal.store.people import Fact, Person
from portal.store.visits import Entering, Visit
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, journey_of, load_answers
from portal.usecases.audit import record_office_event
from portal.usecases.evidence import SEEN_LEVELS, list_evidence, proved_answers
from portal.usecases.evidence_tasks import close_evidence_tasks
from portal.usecases.own_files import find_self_file

WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "counter": ("desk", "desk"),
    "home_visit": ("home_visit", "home"),
}
"""By channel of the visit: how the applicant shows it, and how it was seen. By telephone nothing is."""
SEEING: Final = ("identity:prove", "identity:see")


def count_seen_card(db: Session, actor: Actor, application: Application, journey: Journey) -> bool:
    """The look at the visitor's document, by the clerk of this visit, as a look at the evidence that it is:
    question answered, level B, task closed. Returns whether it was counted now; twice is once.

    Not where a copy was handed in: that has to be compared with the card, which is another look.
    """
    visit = _visit_of(db, actor)
    if visit is None or application.acting != "self":
        return False
    person = find_self_file(db, visit.account_id)
    if person is None or not person.is_proven or person.id != application.person_id:
        return False
    definition, answers = journey.definition, journey.answers
    evidence = _card_in(journey)
    if evidence is None or not _is_on_card(db, person, definition, evidence, answers):
        return False
    way, how = WAYS[visit.channel]
    answers = _with_way(db, application, evidence, answers, way)
    state = next(
        (
            one
            for one in list_evidence(db, application, definition, answers)
            if one.evidence.id == evidence.id
        ),
        None,
    )
    if state is None or state.is_enough or state.documents or state.copies:
        return False
    check = _look(db, visit, application, evidence, proved_answers(evidence, answers), how)
    close_evidence_tasks(db, actor, application, evidence.id)
    record_office_event(
        db,
        actor,
        application,
        "evidence:see",
        details={"evidence": evidence.id, "level": check.level, "how": how, "check": check.id},
    )
    return True


def count_in_visit(db: Session, actor: Actor, visit_id: int) -> None:
    """The same for everything that is being filled in beside this visitor, once their card was seen."""
    filled = (
        select(Application)
        .join(Entering, Entering.application_id == Application.id)
        .where(Entering.visit_id == visit_id, Application.state.in_(("draft", "returned")))
        .order_by(Application.id)
    )
    for application in db.scalars(filled).all():
        definition = definition_of(db, application)
        journey = journey_of(definition, application, load_answers(db, application))
        count_seen_card(db, actor, application, journey)


def is_from_reception(check: EvidenceCheck | None) -> bool:
    """Whether a look is the one with which the visitor was received."""
    return check is not None and "visit" in check.recorded


def _visit_of(db: Session, actor: Actor) -> Visit | None:
    """The visit in which the clerk acts, where the visitor's document was seen in it."""
    visit = db.get(Visit, actor.visit_id) if actor.is_beside and actor.visit_id else None
    if visit is None or visit.identity_seen != "document" or visit.channel not in WAYS:
        return None
    return visit


def _card_in(journey: Journey) -> Evidence | None:
    """What proves the number of whom it is for, where it is asked for."""
    service = journey.definition.service
    return next(
        (
            one
            for one in service.evidence
            if service.subject_id_field in one.proves and journey.page(page_of(one.id)) is not None
        ),
        None,
    )


def _is_on_card(
    db: Session, person: Person, definition: Definition, evidence: Evidence, answers: Answers
) -> bool:
    """Whether everything that it has to prove was read from an original, or said by a register."""
    proved = proved_answers(evidence, answers)
    seen = select(Fact.field, Fact.value).where(
        Fact.person_id == person.id,
        Fact.account_id == person.claimed_by_id,
        Fact.level.in_(SEEN_LEVELS),
        Fact.field.in_(evidence.proves),
    )
    known: dict[str, Any] = {row.field: row.value for row in db.execute(seen)}
    is_number_there = proved.get(definition.service.subject_id_field) == person.id_number
    return is_number_there and all(known.get(name) == value for name, value in proved.items())


def _with_way(
    db: Session, application: Application, evidence: Evidence, answers: Answers, way: str
) -> Answers:
    """The answers, with how it is shown where that was not answered yet: it was shown."""
    field = way_of(evidence.id)
    if answers.get(field) or all(one.way != way for one in evidence.alternatives):
        return answers
    page = page_of(evidence.id)
    row = db.scalar(
        select(AnswerPage).where(AnswerPage.application_id == application.id, AnswerPage.page == page)
    )
    if row is None:
        row = AnswerPage(application_id=application.id, page=page)
        db.add(row)
    row.answers, row.typed, row.saved_at = {field: way}, None, clock.now()
    return {**answers, field: way}


def _look(
    db: Session,
    visit: Visit,
    application: Application,
    evidence: Evidence,
    proved: Mapping[str, Any],
    how: str,
) -> EvidenceCheck:
    """By whoever received the visitor, when they did."""
    person = db.get_one(Person, application.person_id)
    check = EvidenceCheck(
        application_id=application.id,
        evidence=evidence.id,
        level="B",
        seen_how=how,
        seen_by_id=visit.clerk_id,
        unit_code=visit.unit_code,
        seen_at=_seen_at(db, visit),
        documents=[],
        recorded={"name": person.name, "number": person.id_number, "proved": proved, "visit": visit.id},
    )
    db.add(check)
    db.flush()
    return check


def _seen_at(db: Session, visit: Visit) -> datetime:
    """When the visit began with it; or later in the visit, when it was shown."""
    newest = select(func.max(AuditEvent.at)).where(
        AuditEvent.stream == f"account:{visit.account_id}",
        AuditEvent.tag.in_(SEEING),
        AuditEvent.actor_id == visit.clerk_id,
    )
    at = db.scalar(newest)
    return max(visit.opened_at, at) if at is not None else visit.opened_at
