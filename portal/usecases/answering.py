"""Answering what visitors wrote: barriers and questions, the longest waiting first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.gateways.sms import LONGEST_SMS, sms_length
from portal.rules.deadlines import due
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import grouped, parse_reference
from portal.store.messages import VisitorMessage
from portal.usecases.actor import Actor
from portal.usecases.administrators import require_administrator
from portal.usecases.alerts import signature_of, tell_account
from portal.usecases.audit import record_event
from portal.usecases.calendar import get_calendar
from portal.usecases.contact_values import TypedContact, read_contact
from portal.usecases.outbox import CHANNELS, queue_message
from portal.usecases.visitor_messages import ANSWER_DAYS

MOST_WAITING = 200
MOST_ANSWERED = 50

Way = Literal["sent", "by_hand", "nobody"]
"""How an answer reaches the visitor: by message, by the person who answers, or not at all."""


@dataclass(frozen=True)
class Waiting:
    """One line of the list: never what was written."""

    reference: str
    kind: str
    created_at: datetime
    due_on: date
    answered_at: datetime | None


@dataclass(frozen=True)
class Written:
    """What a visitor wrote, to whoever answers it. ``way`` is how an answer would go."""

    reference: str
    kind: str
    path: str | None
    body: str
    contact: str | None
    created_at: datetime
    due_on: date
    answer: str | None
    answered_at: datetime | None
    way: Way


def list_waiting(db: Session, actor: Actor) -> list[Waiting]:
    """Messages without an answer, oldest first."""
    require_administrator(actor)
    rows = db.scalars(
        select(VisitorMessage)
        .where(VisitorMessage.answered_at.is_(None))
        .order_by(VisitorMessage.id)
        .limit(MOST_WAITING)
    )
    return _lines(db, rows.all())


def list_answered(db: Session, actor: Actor) -> list[Waiting]:
    """Messages that were answered, the newest first."""
    require_administrator(actor)
    rows = db.scalars(
        select(VisitorMessage)
        .where(VisitorMessage.answered_at.is_not(None))
        .order_by(VisitorMessage.id.desc())
        .limit(MOST_ANSWERED)
    )
    return _lines(db, rows.all())


def get_written(db: Session, actor: Actor, reference: str, region: Region) -> Written:
    """Raises NotFound."""
    require_administrator(actor)
    row = _get(db, reference)
    return Written(
        reference=row.reference,
        kind=row.kind,
        path=row.path,
        body=row.body,
        contact=row.contact,
        created_at=row.created_at,
        due_on=_lines(db, [row])[0].due_on,
        answer=row.answer,
        answered_at=row.answered_at,
        way=_way(row, region),
    )


def answer_visitor(db: Session, actor: Actor, reference: str, answer: str, region: Region) -> Way:
    """Answer once, and send the answer where the visitor left a phone, an e-mail address or an account.

    Raises Conflict ``answered`` for the second answer, NotFound.
    """
    require_administrator(actor)
    row = _get(db, reference, lock=True)
    if row.answered_at is not None:
        raise Conflict("answered", when=row.answered_at)
    row.answer, row.answered_at = answer, clock.now()
    record_event(db, actor, f"visitor_message:{row.id}", f"{row.kind}:answer", authority="office")
    way = _way(row, region)
    if way == "sent":
        _send(db, row, region)
    return way


def _lines(db: Session, rows: Sequence[VisitorMessage]) -> list[Waiting]:
    calendar = get_calendar(db)
    return [
        Waiting(
            reference=row.reference,
            kind=row.kind,
            created_at=row.created_at,
            due_on=due(clock.shanghai(row.created_at).date(), ANSWER_DAYS, "working", (), calendar).on,
            answered_at=row.answered_at,
        )
        for row in rows
    ]


def _get(db: Session, reference: str, *, lock: bool = False) -> VisitorMessage:
    try:
        number = parse_reference(reference)
    except FieldError as odd:
        raise NotFound("message") from odd
    query = select(VisitorMessage).where(VisitorMessage.reference == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.scalar(query)
    if row is None:
        raise NotFound("message")
    return row


def _way(row: VisitorMessage, region: Region) -> Way:
    """How an answer travels: a text message holds only a short one, the rest is told by people."""
    typed = _reachable(row.contact) if row.contact else None
    if row.contact is None and row.account_id is None:
        return "nobody"
    if row.contact is not None and typed is None:
        return "by_hand"
    if typed is not None and typed.kind == "email":
        return "sent"
    words = signature_of(region) + _words(row).zh
    return "sent" if sms_length(words) <= LONGEST_SMS else "by_hand"


def _words(row: VisitorMessage) -> Text:
    number = grouped(row.reference)
    return Text(
        zh=f"您的留言（编号{number}）有答复了：{row.answer or ''}",
        en=f"Answer to your message {number}: {row.answer or ''}",
    )


def _reachable(contact: str) -> TypedContact | None:
    """The phone or e-mail address, when the contact is just that; anything else is for people to read."""
    try:
        return read_contact(contact)
    except FieldError:
        return None


def _send(db: Session, row: VisitorMessage, region: Region) -> None:
    words = _words(row)
    typed = _reachable(row.contact) if row.contact else None
    if typed is None and row.account_id is not None:
        tell_account(db, region, row.account_id, words, unique=f"answer-{row.id}")
    elif typed is not None:
        queue_message(
            db,
            unique_key=f"answer-{row.id}",
            channel=CHANNELS[typed.kind],
            to=typed.value,
            subject=f"{region.site_name.zh}：{grouped(row.reference)}",
            body=signature_of(region) + words.zh,
            account_id=row.account_id,
        )
