"""What somebody had in hand when their account was closed goes back to its post; the unit's head is told."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.store.applications import Application, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.heads import tell_heads
from portal.usecases.transitions import open_entry


def give_back_all(db: Session, actor: Actor, account_id: int) -> int:
    """Free every open step in the hands of an account, each recorded, and tell the heads; how many.

    Clocks run on: only the hands change.
    """
    in_hand = select(StepEntry.application_id).where(
        StepEntry.claimed_by_id == account_id, StepEntry.closed_at.is_(None)
    )
    # Applications are locked before their entries, as everywhere, so that nobody waits in a circle.
    locked = select(Application).where(Application.id.in_(in_hand)).order_by(Application.id).with_for_update()
    freed: Counter[str] = Counter()
    for application in db.scalars(locked.execution_options(populate_existing=True)).all():
        entry = open_entry(application)
        if entry is None or entry.claimed_by_id != account_id:
            continue
        entry.claimed_by_id = entry.claimed_at = None
        freed[entry.unit_code] += 1
        record_office_event(
            db,
            actor,
            application,
            "application:take_back",
            details={
                "step": entry.step,
                "round": entry.round,
                "from": account_id,
                "to": None,
                "why": "account_closed",
            },
        )
    for unit_code, count in sorted(freed.items()):
        tell_heads(
            db,
            unit_code,
            topic=f"account-closed-{account_id}",
            subject=f"{count}件申请要另外安排人办",
            body=f"一位工作人员的账户停用了，手里的{count}件申请已经退回本单位，现在没有人在办。请安排人接着办。\n"
            f"An account was closed: {count} application(s) are back at your unit and in nobody's hands.\n",
        )
    return freed.total()
