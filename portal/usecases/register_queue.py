"""Questions to the registers of the state: who may be asked about, and the rows that wait for the worker.

About somebody whose identity nobody has confirmed no register is asked: the answer would reveal who they are
to whoever typed their number (experience.md 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Answers, Definition
from portal.gateways.registers import Register
from portal.rules.errors import NotAllowed
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.evidence import RegisterCheck
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.evidence import EvidenceState, list_evidence
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.turns import take_turn

REGISTERS: tuple[Register, ...] = get_args(Register)
WhyNotAsk = Literal["identity_first", "original_first", "no_id_number"]


def queue_after_submission(db: Session, application: Application, definition: Definition) -> None:
    """What registers know must not be asked of people (令716 art. 7): ask them, where that is allowed.

    Call it once, when the application has arrived and its evidence was read.
    """
    if why_not_ask(db, application, definition) is None:
        for register in REGISTERS:
            queue_check(db, SYSTEM, application, definition, register)


def queue_check(
    db: Session, actor: Actor, application: Application, definition: Definition, register: Register
) -> RegisterCheck:
    """Put one question in; one that waits already is given back. Raises NotAllowed with why not."""
    refusal = why_not_ask(db, application, definition)
    if refusal is not None:
        raise NotAllowed(refusal)
    take_turn(db, "registers", application.reference)
    waiting = db.scalar(
        select(RegisterCheck).where(
            RegisterCheck.application_id == application.id,
            RegisterCheck.register == register,
            RegisterCheck.state == "queued",
        )
    )
    if waiting is not None:
        return waiting
    check = RegisterCheck(
        application_id=application.id,
        person_id=application.person_id,
        register=register,
        state="queued",
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
        is_simulated=False,
    )
    db.add(check)
    db.flush()
    record_event(
        db,
        actor,
        stream_of(application),
        "register:ask",
        person_id=application.person_id,
        authority=actor.authority(),
        details={"register": register, "check": check.id},
    )
    return check


def why_not_ask(
    db: Session,
    application: Application,
    definition: Definition,
    answers: Answers | None = None,
    evidence: Sequence[EvidenceState] | None = None,
) -> WhyNotAsk | None:
    """Why no register may be asked about this person; None when it may.

    Both must be known for sure: the account that applied, and the person it is for. Whoever has read the
    newest answers and their evidence already brings them along.
    """
    if answers is None:
        answers = newest_answers_of(db, application)
    if identity_of(application, definition, answers) is None:
        return "no_id_number"
    account = db.get_one(Account, application.account_id)
    if account.identity_level != "proven":
        return "identity_first"
    if application.person.is_proven:
        return None
    if evidence is None:
        evidence = list_evidence(db, application, definition, answers)
    return None if _was_seen(definition, evidence) else "original_first"


def identity_of(application: Application, definition: Definition, answers: Answers) -> tuple[str, str] | None:
    """(ID number, name) to ask about: as proven, else as answered; None without a number."""
    person = application.person
    if person.is_proven and person.id_number:
        return person.id_number, person.name or ""
    number = answers.get(definition.service.subject_id_field)
    name = answers.get(definition.service.subject_name_field)
    if not isinstance(number, str) or number in ("", UNKNOWN):
        return None
    return number, str(name or "")


def list_register_checks(db: Session, application: Application) -> Sequence[RegisterCheck]:
    """Every question about this application, newest first."""
    return db.scalars(
        select(RegisterCheck)
        .where(RegisterCheck.application_id == application.id)
        .order_by(RegisterCheck.id.desc())
    ).all()


def _was_seen(definition: Definition, evidence: Sequence[EvidenceState]) -> bool:
    """Whether an original that names the person was seen."""
    number = definition.service.subject_id_field
    return any(number in state.evidence.proves and state.level in ("A", "B") for state in evidence)
