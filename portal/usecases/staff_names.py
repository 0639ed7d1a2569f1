"""What colleagues are called wherever one reads of them: by name, and two of one name not as one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from portal.store.accounts import Account, StaffRole


def names_of(db: Session, account_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of staff to show, in one query.

    Who shares theirs with somebody of a unit of theirs, whether or not both are asked for, carries the login
    name on every page: a note signed by one is never read as the other's.
    """
    wanted = {one for one in account_ids if one is not None}
    if not wanted:
        return {}
    units = select(StaffRole.unit_code).where(StaffRole.account_id.in_(wanted))
    near = select(StaffRole.account_id).where(StaffRole.unit_code.in_(units))
    named = select(Account.id, Account.display_name, Account.login_name)
    # Two halves, each by its key: where either would do, PostgreSQL reads every account, residents' too.
    rows = db.execute(union(named.where(Account.id.in_(wanted)), named.where(Account.id.in_(near)))).all()
    called = Counter(row.display_name for row in rows)
    return {row.id: _told_apart(row, called) for row in rows if row.id in wanted}


def name_of(db: Session, account_id: int | None) -> str | None:
    """The name of one of the staff, told apart like ``names_of``; None where nobody is meant."""
    return names_of(db, [account_id]).get(account_id or 0)


def _told_apart(row: Any, called: Counter[str | None]) -> str:
    name = row.display_name or ""
    return f"{name}（{row.login_name}）" if row.login_name and called[row.display_name] > 1 else name
