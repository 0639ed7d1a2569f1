"""Who holds a post today, and who can work there: asked in one place by all who hand out work, tell of it or
let somebody act for another."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.accounts import Account, StaffRole


def is_held_today() -> ColumnElement[bool]:
    """Of a post that somebody holds it today."""
    return and_(StaffRole.from_on <= clock.today(), is_not_over())


def is_not_over() -> ColumnElement[bool]:
    """Of a post that somebody holds it today, or from a later day on."""
    return or_(StaffRole.to_on.is_(None), StaffRole.to_on >= clock.today())


def may_work() -> ColumnElement[bool]:
    """Of an account that it is open, and not one whose holder has yet to enrol: what was given to them would
    lie where nobody can come."""
    is_enrolled = or_(Account.enrolment_until.is_(None), Account.password_hash.is_not(None))
    return and_(Account.disabled_at.is_(None), is_enrolled)


def holds_post(db: Session, account_id: int, unit_code: str, role: str) -> bool:
    """Whether somebody who can sign in holds a post today."""
    held = (
        select(StaffRole.id)
        .join(Account, Account.id == StaffRole.account_id)
        .where(
            StaffRole.account_id == account_id,
            StaffRole.unit_code == unit_code,
            StaffRole.role == role,
            is_held_today(),
            may_work(),
        )
    )
    return db.scalar(held.limit(1)) is not None
