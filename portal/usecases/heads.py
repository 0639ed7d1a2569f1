"""Telling whoever leads a unit that something of its work needs them: a mail, where they have an address."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store.accounts import Account, StaffRole
from portal.usecases.held_posts import is_held_today
from portal.usecases.outbox import queue_message


def tell_heads(db: Session, unit_code: str, *, topic: str, subject: str, body: str) -> None:
    """Queue a mail to everyone who leads the unit today. ``topic`` names what it is about, without words of a
    person's; what is told twice at different moments is sent twice."""
    heads = db.scalars(
        select(Account)
        .join(StaffRole, StaffRole.account_id == Account.id)
        .where(
            StaffRole.unit_code == unit_code,
            StaffRole.role == Role.LEAD,
            is_held_today(),
            Account.disabled_at.is_(None),
            Account.work_mail.is_not(None),
        )
        .order_by(Account.id)
    )
    for head in heads:
        queue_message(
            db,
            unique_key=f"{topic}-{head.id}-{clock.now().isoformat()}",
            channel="mail",
            to=head.work_mail or "",
            subject=subject,
            body=body,
            account_id=head.id,
        )
