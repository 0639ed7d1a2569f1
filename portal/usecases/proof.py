"""What the page of an application says of proof: evidence, tasks, registers, and whether the person lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.catalogue.model import Answers, Definition
from portal.rules.permissions import WITHOUT_REGISTERS
from portal.rules.states import ENDED
from portal.rules.steps import knows_person, step_of
from portal.store.applications import Application
from portal.store.documents import Document
from portal.store.evidence import EvidenceCheck, RegisterCheck
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.claims import entry_of
from portal.usecases.deaths import DeathReport, find_death_report
from portal.usecases.evidence import EvidenceState, list_checks, list_files_beside, states_of
from portal.usecases.evidence_tasks import list_open_tasks
from portal.usecases.register_queue import (
    REGISTERS,
    WhyNotAsk,
    list_register_checks,
    why_not_ask,
)


@dataclass(frozen=True)
class Proof:
    evidence: tuple[EvidenceState, ...]
    looks: Sequence[EvidenceCheck]
    """Every look at an original, oldest first."""
    copies: tuple[Document, ...]
    """What staff have made of papers, in the order in which it came."""
    open_tasks: Sequence[Task]
    """What somebody has to do about a piece of evidence, oldest first."""
    questions: Sequence[RegisterCheck]
    """Every question to a register, newest first."""
    registers: Mapping[str, RegisterCheck | None]
    """The newest question to each register; empty for those who have no need of it."""
    why_not_ask: WhyNotAsk | None
    death: DeathReport | None
    is_open: bool
    """Whether anything can still be written down."""

    @property
    def tasks(self) -> Mapping[str, Task]:
        """The open task of each piece of evidence."""
        return {one.about: one for one in self.open_tasks}

    @property
    def is_known(self) -> bool:
        """Whether it is sure who holds the account and whom it is for: then registers may be asked."""
        return self.why_not_ask is None

    def staff_ids(self) -> Iterable[int | None]:
        """Everyone of the staff who had a part in it."""
        yield from (one.seen_by_id for one in self.looks)
        yield from (one.asked_by_id for one in self.questions)


def read_proof(
    db: Session, actor: Actor, application: Application, definition: Definition, answers: Answers
) -> Proof:
    """Everything about the proof of the ``answers`` last handed in, as far as the actor needs it."""
    is_known = knows_person(definition, step_of(definition, entry_of(application, actor).step))
    looks = list_checks(db, application) if is_known else []
    files = list_files_beside(db, application)
    evidence = states_of(definition, answers, looks, files) if is_known else ()
    questions = list_register_checks(db, application)
    newest: dict[str, RegisterCheck | None] = {one: _newest(questions, one) for one in REGISTERS}
    return Proof(
        evidence=evidence,
        looks=looks,
        copies=tuple(one for one in files if one.is_copy),
        open_tasks=list_open_tasks(db, application),
        questions=questions,
        registers={} if actor.role in WITHOUT_REGISTERS else newest,
        why_not_ask=why_not_ask(db, application, definition, answers, evidence),
        death=find_death_report(db, application),
        is_open=application.state not in ENDED,
    )


def _newest(questions: Sequence[RegisterCheck], register: str) -> RegisterCheck | None:
    return next((one for one in questions if one.register == register), None)
