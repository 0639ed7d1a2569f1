"""What the page of an application says of proof: evidence, tasks, registers, and whether the person lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.states import ENDED
from portal.store.evidence import RegisterCheck
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import get_seen
from portal.usecases.deaths import DeathReport, find_death_report
from portal.usecases.evidence import EvidenceState, list_evidence
from portal.usecases.evidence_tasks import EVIDENCE_TASKS
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.register_queue import (
    REGISTERS,
    WhyNotAsk,
    list_register_checks,
    why_not_ask,
)
from portal.usecases.review_queue import names_of
from portal.usecases.tasks import tasks_of


@dataclass(frozen=True)
class Proof:
    evidence: tuple[EvidenceState, ...]
    tasks: Mapping[str, Task]
    """The open task of each piece of evidence."""
    registers: Mapping[str, RegisterCheck | None]
    """The newest question to each register; empty for those who have no need of it."""
    why_not_ask: WhyNotAsk | None
    death: DeathReport | None
    names: Mapping[int, str]
    is_open: bool
    """Whether anything can still be written down."""


def get_proof(db: Session, actor: Actor, reference: str) -> Proof:
    """Raises NotFound for another post's application."""
    application = get_seen(db, actor, reference)
    definition = definition_of(db, application)
    evidence = list_evidence(db, application, definition, newest_answers_of(db, application))
    looks = [look for one in evidence for look in (one.check, one.outdated) if look is not None]
    checks = list_register_checks(db, application)
    newest: dict[str, RegisterCheck | None] = {register: _newest(checks, register) for register in REGISTERS}
    return Proof(
        evidence=evidence,
        tasks={
            one.about: one
            for one in tasks_of(db, application)
            if one.state == "open" and one.kind in EVIDENCE_TASKS
        },
        registers={} if actor.role is Role.HOSPITAL else newest,
        why_not_ask=why_not_ask(db, application, definition),
        death=find_death_report(db, application),
        names=names_of(db, [one.seen_by_id for one in looks] + [one.asked_by_id for one in checks]),
        is_open=application.state not in ENDED,
    )


def _newest(checks: Sequence[RegisterCheck], register: str) -> RegisterCheck | None:
    return next((one for one in checks if one.register == register), None)
