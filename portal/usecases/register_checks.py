"""Asking the registers: staff put a question in, the worker asks it outside any transaction, and what comes
back is kept with its source and time.

A register that vouches for the person makes evidence needless; one that knows of a death only says so: people
decide what follows (rules.md 11.2).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import same_name
from portal.catalogue.model import Answers, Definition, Evidence, Region
from portal.gateways.registers import Register, RegisterAnswer, RegisterGateway
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.permissions import WITHOUT_REGISTERS
from portal.rules.places import county_of
from portal.rules.states import ENDED
from portal.store.applications import Application
from portal.store.evidence import EvidenceCheck, RegisterCheck
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.claims import get_seen
from portal.usecases.evidence import list_evidence, proved_answers, raise_facts
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.register_queue import (
    REGISTERS,
    identity_of,
    queue_check,
    why_not_ask,
)
from portal.usecases.tasks import open_task
from portal.usecases.transitions import open_entry

log = logging.getLogger("portal.registers")

LEASE = timedelta(minutes=2)
"""A question in the hand of a worker that died is asked again after this."""
DEATH_TASK = "register:death"
"""What the task is about that a death on record opens."""


@dataclass(frozen=True)
class Asking:
    """One question in the worker's hand."""

    check_id: int
    register: Register
    id_number: str = field(repr=False)
    name: str = field(repr=False)
    place: str = field(default="", repr=False)
    """The code of the place that the application names."""


def ask_register(db: Session, actor: Actor, reference: str, register: str) -> RegisterCheck:
    """Staff want to know. Raises NotFound (another post's application, no such register), NotAllowed with why
    not (``identity_first``, ``original_first``, ``no_id_number``, ``recused``; hospitals and builders have no
    need of it), Conflict where it has ended."""
    application = get_seen(db, actor, reference, lock=True)
    if actor.role in WITHOUT_REGISTERS:
        raise NotAllowed("not_for_this_post")
    wanted = next((one for one in REGISTERS if one == register), None)
    if wanted is None:
        raise NotFound("register")
    if application.state in ENDED:
        raise Conflict("application_has_ended", what=application.state, when=application.changed_at)
    return queue_check(db, actor, application, definition_of(db, application), wanted)


def take_check(db: Session) -> Asking | None:
    """Lease the question that waits longest; None when none does."""
    now = clock.now()
    while True:
        check = db.scalar(
            select(RegisterCheck)
            .where(
                RegisterCheck.state == "queued",
                or_(RegisterCheck.leased_until.is_(None), RegisterCheck.leased_until <= now),
            )
            .order_by(RegisterCheck.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if check is None:
            return None
        application = db.get_one(Application, check.application_id)
        definition = definition_of(db, application)
        answers = newest_answers_of(db, application)
        about = identity_of(application, definition, answers)
        if about is not None and why_not_ask(db, application, definition) is None:
            check.leased_until = now + LEASE
            place = _place_code(definition, answers)
            return Asking(check.id, cast(Register, check.register), *about, place)
        _answered(db, check, application, RegisterAnswer("unavailable"))  # may no longer be asked


def ask(registers: RegisterGateway, asking: Asking) -> RegisterAnswer:
    """Ask. No transaction may be open meanwhile."""
    try:
        if asking.register == "household":
            return registers.household(asking.id_number, asking.name, asking.place)
        if asking.register == "certificate":
            return registers.certificate(asking.id_number)
        return registers.death(asking.id_number)
    except Exception as defect:
        # Our own defect must not stop the other questions; its words may hold what was asked.
        log.error("register check %s: %s in the gateway", asking.check_id, type(defect).__name__)
        return RegisterAnswer("unavailable")


def note_answer(db: Session, region: Region, asking: Asking, answer: RegisterAnswer) -> None:
    """Keep what the register said, and draw the consequences; nothing when it was noted already."""
    check = db.scalar(
        select(RegisterCheck)
        .where(RegisterCheck.id == asking.check_id, RegisterCheck.state == "queued")
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if check is None:
        return
    application = db.scalars(
        select(Application).where(Application.id == check.application_id).with_for_update()
    ).one()
    _answered(db, check, application, answer)
    if application.state in ENDED or answer.outcome != "hit":
        return
    if asking.register == "household":
        _vouch(db, region, application, asking, answer)
    if asking.register == "death":
        _tell_of_death(db, application)


def _answered(db: Session, check: RegisterCheck, application: Application, answer: RegisterAnswer) -> None:
    check.state = "failed" if answer.outcome == "unavailable" else "done"
    check.answered_at, check.leased_until = clock.now(), None
    check.source, check.is_simulated = answer.source, answer.is_simulated
    check.result = {"outcome": answer.outcome, "facts": dict(answer.facts)}
    record_event(
        db,
        SYSTEM,
        stream_of(application),
        "register:answer",
        person_id=application.person_id,
        authority="system",
        details={"register": check.register, "check": check.id, "outcome": answer.outcome},
    )
    db.flush()


def _vouch(
    db: Session, region: Region, application: Application, asking: Asking, answer: RegisterAnswer
) -> None:
    """What the register confirms is proved at level A: its original need not be seen any more."""
    definition = definition_of(db, application)
    answers = newest_answers_of(db, application)
    confirmed = _confirmed(definition, answers, region, asking, answer.facts)
    for state in list_evidence(db, application, definition, answers):
        if not _is_vouched_for(state.evidence, definition, confirmed) or state.level == "A":
            continue
        proved = proved_answers(state.evidence, answers)
        known = {name: value for name, value in proved.items() if name in confirmed}
        db.add(
            EvidenceCheck(
                application_id=application.id,
                evidence=state.evidence.id,
                level="A",
                seen_how="register",
                seen_at=clock.now(),
                documents=list(state.documents),
                recorded={
                    "name": answer.facts.get("name", ""),
                    "number": asking.id_number,
                    "address": answer.facts.get("address", ""),
                    "source": answer.source,
                    "proved": known,
                },
            )
        )
        raise_facts(db, application, known, "A", answer.source)
    db.flush()
    open_evidence_tasks(db, application, definition, answers)


def _confirmed(
    definition: Definition, answers: Answers, region: Region, asking: Asking, facts: Mapping[str, Any]
) -> set[str]:
    """The answers that the register says too: name and number, and the county of the address."""
    service = definition.service
    found = set()
    if same_name(str(answers.get(service.subject_name_field) or ""), str(facts.get("name", ""))):
        found.add(service.subject_name_field)
    if answers.get(service.subject_id_field) == asking.id_number:
        found.add(service.subject_id_field)
    county = county_of(region, _place_code(definition, answers))
    if county is not None and str(facts.get("place_code", "")).startswith(county):
        found.add(service.place_field)
    return found


def _place_code(definition: Definition, answers: Answers) -> str:
    place = answers.get(definition.service.place_field)
    return str(place.get("code") or "") if isinstance(place, dict) else ""


def _is_vouched_for(evidence: Evidence, definition: Definition, confirmed: set[str]) -> bool:
    """Whether everything that tells one person or home from another is confirmed."""
    service = definition.service
    telling = {service.subject_name_field, service.subject_id_field, service.place_field}
    asked = telling & set(evidence.proves)
    return evidence.vouched_by == "household" and bool(asked) and asked <= confirmed


def _tell_of_death(db: Session, application: Application) -> None:
    """A register says that the person has died: somebody looks into it before anything follows."""
    standing = open_entry(application) or application.entries[-1]
    open_task(
        db,
        application,
        "staff_check",
        unit_code=standing.unit_code,
        role=standing.role,
        about=DEATH_TASK,
        is_at_once=True,  # until somebody has looked, what is sent goes to the dead
    )
