"""How the portal stands, in numbers: for administrators, without anything about an application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.store.accounts import Account
from portal.store.amendments import Amendment
from portal.store.audit import AuditEvent, AuditSeal
from portal.store.base import Base
from portal.store.letters import LetterFile
from portal.store.messages import Message, VisitorMessage
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.administrators import require_administrator
from portal.usecases.audit_verify import Verdict, verify_audit

MOST_CHECKED = 20_000
"""Audit events that a page may check while someone waits; beyond, the operator runs the check."""


@dataclass(frozen=True)
class Overview:
    amendments: int
    """Changes that another administrator proposed and the actor may answer."""
    units: int
    staff: int
    unanswered: int
    unsent: int
    failed: int
    failed_letters: int
    audit_events: int
    sealed_at: datetime | None

    @property
    def may_check(self) -> bool:
        return self.audit_events <= MOST_CHECKED


def get_overview(db: Session, actor: Actor) -> Overview:
    """What the actor has to answer, open units, staff who are not disabled, what waits for an answer or for
    sending, and the audit."""
    require_administrator(actor)

    def count(model: type[Base], *conditions: ColumnElement[bool]) -> int:
        return db.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    waiting = select(func.count()).select_from(Amendment)
    waiting = waiting.where(Amendment.decided_at.is_(None), Amendment.proposed_by_id != actor.signed_in_id)
    units = select(func.count()).select_from(UnitRow).where(UnitRow.closed_on.is_(None))
    both = db.execute(select(waiting.scalar_subquery(), units.scalar_subquery())).one()
    return Overview(
        amendments=both[0],
        units=both[1],
        staff=count(Account, Account.kind == "staff", Account.disabled_at.is_(None)),
        unanswered=count(VisitorMessage, VisitorMessage.answered_at.is_(None)),
        unsent=count(Message, Message.state.in_(("queued", "sending"))),
        failed=count(Message, Message.state == "failed"),
        failed_letters=count(LetterFile, LetterFile.state == "failed"),
        audit_events=count(AuditEvent),
        sealed_at=db.scalar(select(func.max(AuditSeal.sealed_at))),
    )


def check_audit(db: Session, actor: Actor) -> Verdict | None:
    """Look at every chain and seal; None when there is too much for a page."""
    return verify_audit(db) if get_overview(db, actor).may_check else None


def list_units(db: Session, actor: Actor) -> Sequence[UnitRow]:
    """All units, by county and code."""
    require_administrator(actor)
    return db.scalars(select(UnitRow).order_by(UnitRow.county, UnitRow.code)).all()
