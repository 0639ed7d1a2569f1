"""What waits for a second pair of eyes: one list for the head of a unit, and for officers of the same post.

Decisions that ask for a second officer, requests for more days, decisions drawn to be looked at again,
officers who keep away, and public notices that the head wants given up. Oldest first; each list ends after
``MOST`` rows, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.applications import Application, Decision, StepEntry
from portal.store.extensions import Extension
from portal.store.public_notices import NoticeWaiver
from portal.store.rechecks import Recheck
from portal.store.recusals import Recusal
from portal.store.second_persons import ProposedDecision
from portal.usecases.actor import Actor
from portal.usecases.staff_names import names_of

Kind = Literal["proposal", "extension", "recheck", "recusal", "waiver"]
MOST: Final = 50
"""Rows of each kind on one page: who has more begins with the oldest."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody else than who did it."""

    kind: Kind
    id: int
    reference: str
    subject_name: str | None
    definition_hash: str
    step: str
    by: str
    at: datetime


def list_waiting(db: Session, actor: Actor) -> tuple[list[Waiting], bool]:
    """What the actor may answer, each kind oldest first; whether there is more of any kind."""
    rows = [row for query in _queries(actor) for row in db.execute(query.limit(MOST + 1)).all()[: MOST + 1]]
    names = names_of(db, [row.by_id for row in rows])
    by_kind: dict[str, list[Waiting]] = {}
    for row in rows:
        by_kind.setdefault(row[0], []).append(_waiting(row, names))
    has_more = any(len(found) > MOST for found in by_kind.values())
    return [one for found in by_kind.values() for one in found[:MOST]], has_more


def _waiting(row: Sequence[Any], names: Mapping[int, str]) -> Waiting:
    kind, number, reference, name, definition_hash, step, by_id, at = row
    return Waiting(kind, number, reference, name, definition_hash, step, names[by_id], at)


def _queries(actor: Actor) -> Sequence[Select[Any]]:
    if actor.kind != "staff" or actor.unit_code is None:
        return ()
    if actor.role is Role.LEAD:
        return (_extensions(actor), _rechecks(actor), _recusals(actor))
    if actor.role is Role.COUNTY_REVIEWER:
        return (_proposals(actor), _waivers(actor))
    return (_proposals(actor),)


def _proposals(actor: Actor) -> Select[Any]:
    row = ProposedDecision
    waiting = _of_entries(
        actor, "proposal", row, row.proposed_at, by=row.proposed_by_id, answered=row.answered_at
    )
    return waiting.where(row.role == actor.role)


def _extensions(actor: Actor) -> Select[Any]:
    row = Extension
    return _of_entries(actor, "extension", row, row.asked_at, by=row.asked_by_id, answered=row.decided_at)


def _waivers(actor: Actor) -> Select[Any]:
    row = NoticeWaiver
    return _of_entries(actor, "waiver", row, row.proposed_at, by=row.proposed_by_id, answered=row.answered_at)


def _of_entries(actor: Actor, kind: Kind, row: Any, at: Any, *, by: Any, answered: Any) -> Select[Any]:
    """What somebody else asked about an open step of the unit, and nobody has answered."""
    return (
        select(*_columns(kind, row, at))
        .join(StepEntry, StepEntry.id == row.entry_id)
        .join(Application, Application.id == StepEntry.application_id)
        .join(Account, Account.id == by)
        .where(
            row.unit_code == actor.unit_code,
            answered.is_(None),
            by != actor.account_id,
            StepEntry.closed_at.is_(None),
        )
        .order_by(row.id)
    )


def _rechecks(actor: Actor) -> Select[Any]:
    columns = _columns("recheck", Recheck, Recheck.drawn_at)
    return (
        select(*columns)
        .join(Decision, Decision.id == Recheck.decision_id)
        .join(StepEntry, StepEntry.id == Decision.entry_id)
        .join(Application, Application.id == StepEntry.application_id)
        .join(Account, Account.id == Decision.decided_by_id)
        .where(
            Recheck.unit_code == actor.unit_code,
            Recheck.checked_at.is_(None),
            Decision.decided_by_id != actor.account_id,
        )
        .order_by(Recheck.id)
    )


def _recusals(actor: Actor) -> Select[Any]:
    columns = _columns("recusal", Recusal, Recusal.declared_at)
    standing = (StepEntry.application_id == Application.id) & StepEntry.closed_at.is_(None)
    return (
        select(*columns)
        .join(Application, Application.id == Recusal.application_id)
        .join(StepEntry, standing)
        .join(Account, Account.id == Recusal.account_id)
        .where(Recusal.unit_code == actor.unit_code, Recusal.noted_at.is_(None))
        .order_by(Recusal.id)
    )


def _columns(kind: Kind, row: Any, at: Any) -> tuple[Any, ...]:
    return (
        literal(kind),
        row.id,
        Application.reference,
        Application.subject_name,
        Application.definition_hash,
        StepEntry.step,
        Account.id.label("by_id"),
        at,
    )
