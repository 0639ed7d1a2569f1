"""Words from anyone: a barrier that was met, a question. No account needed, a way to answer is optional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.rules.deadlines import Due, due
from portal.rules.errors import NotFound
from portal.rules.references import new_reference, parse_reference
from portal.store.messages import VisitorMessage
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.calendar import get_calendar
from portal.usecases.rates import Limit

Kind = Literal["barrier", "question"]

ANSWER_DAYS = 5
"""Working days until an answer (words.md 6; barriers: 无障碍环境建设法 art. 62 asks for an answer)."""

LEFT = Limit("visitor_message", 300, timedelta(hours=1))
"""Messages of all visitors together: keeps a flood from filling the disk without knowing who anyone is."""
EVERYONE = "everyone"


@dataclass(frozen=True)
class Receipt:
    """What may be said of a message to whoever has its reference: never what was written."""

    reference: str
    kind: Kind
    received_on: date
    due: Due
    is_answered: bool
    has_contact: bool


def leave_message(
    db: Session, actor: Actor, kind: Kind, body: str, *, path: str | None = None, contact: str | None = None
) -> str:
    """Keep a message encrypted and return its reference. ``path`` is the page that a barrier is about."""
    message = VisitorMessage(
        reference=new_reference(),
        kind=kind,
        path=path,
        body=body,
        contact=contact or None,
        account_id=actor.account_id,
        created_at=clock.now(),
    )
    db.add(message)
    db.flush()
    record_event(db, actor, f"visitor_message:{message.id}", f"{kind}:report")
    return message.reference


def get_receipt(db: Session, kind: Kind, typed: str) -> Receipt:
    """When a message came and when it is due. Raises NotFound, also for a reference of the other kind."""
    try:
        reference = parse_reference(typed)
    except FieldError as fault:
        raise NotFound("message") from fault
    message = db.scalar(
        select(VisitorMessage).where(VisitorMessage.reference == reference, VisitorMessage.kind == kind)
    )
    if message is None:
        raise NotFound("message")
    received_on = clock.shanghai(message.created_at).date()
    return Receipt(
        reference=reference,
        kind=kind,
        received_on=received_on,
        due=due(received_on, ANSWER_DAYS, "working", (), get_calendar(db)),
        is_answered=message.answered_at is not None,
        has_contact=message.contact is not None or message.account_id is not None,
    )
