"""Someone of the staff has seen the original: who, when, how, and what it says (rules.md 5.3).

What is written down of it is the text alternative of the document for whoever cannot see the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FieldError, same_name
from portal.catalogue.field_types.normalise import compact
from portal.catalogue.model import Answers, Definition
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.rules.states import ENDED
from portal.rules.steps import knows_person, step_of
from portal.store.applications import Application
from portal.store.documents import Document
from portal.store.evidence import EvidenceCheck
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own, journey_of, load_answers
from portal.usecases.audit import record_office_event
from portal.usecases.claims import entry_of, get_seen
from portal.usecases.evidence import EvidenceState, list_checks, list_evidence, proved_answers, raise_facts
from portal.usecases.evidence_tasks import close_evidence_tasks
from portal.usecases.submission import newest_submission

Seal = Literal["yes", "no", "none"]
"""Whether the seal was seen: it is there, it is missing, or this kind of paper has none."""
SeenHow = Literal["desk", "home", "post", "register"]
LEVEL_OF: dict[SeenHow, str] = {"desk": "B", "home": "B", "post": "B", "register": "A"}


@dataclass(frozen=True)
class Seen:
    """What the person who looked writes down. What the paper does not have stays empty."""

    how: SeenHow
    name: str
    number: str = ""
    valid_to: date | None = None
    seal: Seal = "none"
    note: str = ""


@dataclass(frozen=True)
class EvidenceAtWork:
    """One piece of evidence with everything that the form of looking at it shows."""

    application: Application
    definition: Definition
    answers: Answers
    state: EvidenceState


@dataclass(frozen=True)
class SeenOriginal:
    """For the applicant: what was seen, where and on which day."""

    evidence: str
    how: str
    unit: UnitRow | None
    seen_on: date


def get_evidence(
    db: Session, actor: Actor, reference: str, evidence_id: str, *, lock: bool = False
) -> EvidenceAtWork:
    """Beside a visitor that of the application that is being filled in, else of what was handed in.

    Raises NotFound for another post's application, and for what this one does not ask for.
    """
    if actor.is_beside:
        application, answers = _filled_in(db, actor, reference, lock=lock)
    else:
        application, answers = _handed_in(db, actor, reference, lock=lock)
    definition = definition_of(db, application)
    if not actor.is_beside and not knows_person(
        definition, step_of(definition, entry_of(application, actor).step)
    ):
        raise NotFound("evidence")
    for state in list_evidence(db, application, definition, answers):
        if state.evidence.id == evidence_id:
            return EvidenceAtWork(application, definition, answers, state)
    raise NotFound("evidence")


def _handed_in(db: Session, actor: Actor, reference: str, *, lock: bool) -> tuple[Application, Answers]:
    application = get_seen(db, actor, reference, lock=lock)
    submission = newest_submission(db, application)
    if submission is None:
        raise NotFound("submission")
    return application, submission.answers


def _filled_in(db: Session, actor: Actor, reference: str, *, lock: bool) -> tuple[Application, Answers]:
    """What was brought is looked at while the questions are asked. Raises Conflict once it is handed in."""
    application = get_own(db, actor, reference, "fill", lock=lock)
    if application.state not in ("draft", "returned"):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    definition = definition_of(db, application)
    return application, journey_of(definition, application, load_answers(db, application)).answers


def record_seen(db: Session, actor: Actor, reference: str, evidence_id: str, seen: Seen) -> EvidenceCheck:
    """与原件核对无误: the evidence, and the answers that it proves, are known at level B (A: a register).

    Closes the task of it. Raises NotFound as ``get_evidence``, Conflict for an application that has ended,
    Invalid when name or number are not those of the application: then it is no proof of it.
    """
    work = get_evidence(db, actor, reference, evidence_id, lock=True)
    application, evidence = work.application, work.state.evidence
    if application.state in ENDED:
        raise Conflict("application_has_ended", what=application.state, when=application.changed_at)
    _refuse_other_person(work, seen)
    proved = proved_answers(evidence, work.answers)
    check = EvidenceCheck(
        application_id=application.id,
        evidence=evidence.id,
        level=LEVEL_OF[seen.how],
        seen_how=seen.how,
        seen_by_id=actor.signed_in_id,
        unit_code=actor.unit_code,
        seen_at=clock.now(),
        documents=[*work.state.documents, *work.state.copies],
        recorded={
            "name": seen.name,
            "number": seen.number,
            "valid_to": seen.valid_to.isoformat() if seen.valid_to else "",
            "seal": seen.seal,
            "note": seen.note,
            "proved": proved,
        },
    )
    db.add(check)
    db.flush()
    raise_facts(
        db,
        application,
        proved,
        check.level,
        application.reference,
        by=actor,
        valid_until_on=seen.valid_to,
    )
    close_evidence_tasks(db, actor, application, evidence.id)
    record_office_event(
        db,
        actor,
        application,
        "evidence:see",
        details={"evidence": evidence.id, "level": check.level, "how": seen.how, "check": check.id},
    )
    return check


def find_look_at(db: Session, document: Document) -> EvidenceCheck | None:
    """The newest look at an original with which a file was compared: what it says in words."""
    looks = db.scalars(
        select(EvidenceCheck)
        .where(
            EvidenceCheck.application_id == document.application_id,
            EvidenceCheck.evidence == document.evidence,
        )
        .order_by(EvidenceCheck.id.desc())
    )
    return next((one for one in looks if document.key in one.documents), None)


def list_seen_originals(db: Session, application: Application) -> Sequence[SeenOriginal]:
    """What the applicant is told: originals that were seen and registers that answered, oldest first."""
    return [
        SeenOriginal(
            one.evidence,
            one.seen_how,
            db.get(UnitRow, one.unit_code) if one.unit_code else None,
            clock.shanghai(one.seen_at).date(),
        )
        for one in list_checks(db, application)
        if one.seen_how != "promise"
    ]


def _refuse_other_person(work: EvidenceAtWork, seen: Seen) -> None:
    """What proves who the person is must show the name and the number of the application."""
    service, proves = work.definition.service, work.state.evidence.proves
    faults: dict[str, list[FieldError]] = {}
    name, number = work.answers.get(service.subject_name_field), work.answers.get(service.subject_id_field)
    if service.subject_name_field in proves and name and not same_name(str(name), seen.name):
        faults["name"] = [FieldError("not_as_applied")]
    is_other_number = number and seen.number and compact(seen.number).upper() != str(number).upper()
    if service.subject_id_field in proves and is_other_number and number != UNKNOWN:
        faults["number"] = [FieldError("not_as_applied")]
    if faults:
        raise Invalid(faults)
