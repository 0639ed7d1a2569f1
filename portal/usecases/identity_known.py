"""How it is known who holds an account: where it was seen, how and when, for the person and who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.store.units import UnitRow


@dataclass(frozen=True)
class IdentityKnown:
    """What is known of an identity now, whatever it was when an application was handed in."""

    is_proven: bool
    how: str | None = None
    """``desk``, ``liaison``, ``hospital``, ``letter`` or ``platform``; None while nothing was seen."""
    at: datetime | None = None
    unit: Mapping[str, Any] | None = None
    """Names of the unit that saw the original, by language; None where it was none."""


def identity_of_account(db: Session, account_id: int) -> IdentityKnown:
    """The unit is that of the newest event that raised the account: nobody is named who works there."""
    found = db.execute(
        select(Account.identity_level, Account.proven_by, Account.proven_at, UnitRow.names)
        .select_from(Account)
        .outerjoin(
            AuditEvent,
            (AuditEvent.stream == f"account:{account_id}") & (AuditEvent.tag == "identity:prove"),
        )
        .outerjoin(UnitRow, UnitRow.code == AuditEvent.unit_code)
        .where(Account.id == account_id)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).one()
    if found.identity_level != "proven":
        return IdentityKnown(is_proven=False)
    return IdentityKnown(True, found.proven_by, found.proven_at, found.names)
