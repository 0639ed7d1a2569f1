"""The outbox: put in what is to be sent, take what is due, hand it to a gateway, note how it went.

A message is put in by the transaction that causes it, and handed over outside any transaction.

A row is taken by a lease. Whoever is killed in the middle loses it when the lease ends, and the row is sent
again: at least once, and once as people see it, because gateways know the row's ``message_id``.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.gateways import Gateways
from portal.gateways.errors import GatewayFailure, PermanentFailure, TemporaryFailure
from portal.store.accounts import Contact
from portal.store.messages import Message
from portal.usecases.actor import SYSTEM
from portal.usecases.audit import record_event
from portal.usecases.deliveries import note_message
from portal.usecases.living import holder_has_died

log = logging.getLogger("portal.outbox")

LEASE = timedelta(minutes=5)
"""Longer than any gateway keeps us waiting."""
MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)
"""Doubled with each attempt: the tenth comes after about nine hours."""
LIFE_OF_URGENT = timedelta(minutes=30)
"""What is sent at night too is a code, and a code is worth nothing once it has run out."""
NO_SUCH_MAILBOX = frozenset({"mail server answered 550", "mail server answered 551"})
"""RFC 5321 section 4.2.3: the mailbox is not there, or not there any more."""

CHANNELS = {"phone": "sms", "email": "mail"}
"""Kind of contact to the channel that reaches it."""

QuietHours = tuple[int, int]
"""From the first hour to the second, Shanghai time; the same hour twice: never."""


@dataclass(frozen=True)
class Outgoing:
    """A message in hand. ``attempt`` tells this lease from a later one of the same row."""

    id: int
    attempt: int
    message_id: str
    channel: str
    to: str
    subject: str
    body: str


def queue_message(
    db: Session,
    *,
    unique_key: str,
    channel: str,
    to: str,
    subject: str,
    body: str,
    account_id: int | None = None,
    notice_id: int | None = None,
    is_quiet_exempt: bool = False,
) -> None:
    """Put one message in, due at once. Text messages have no subject; ``unique_key`` names it for ever.

    Whoever has died is sent nothing but codes that somebody asks for.
    """
    if account_id is not None and not is_quiet_exempt and holder_has_died(db, account_id):
        return
    now = clock.now()
    db.add(
        Message(
            unique_key=unique_key,
            notice_id=notice_id,
            account_id=account_id,
            channel=channel,
            to=to,
            subject=subject if channel == "mail" else "",
            body=body,
            is_quiet_exempt=is_quiet_exempt,
            state="queued",
            created_at=now,
            due_at=now,
        )
    )


def take_message(db: Session, quiet: QuietHours) -> Outgoing | None:
    """Lease the message that is due longest; None when nothing is due."""
    now = clock.now()
    _give_back_lost_leases(db, now)
    _let_sleep(db, now, quiet)
    due = (
        select(Message.id)
        .where(Message.state == "queued", Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    message = db.scalar(
        update(Message)
        .where(Message.id == due.scalar_subquery())
        .values(state="sending", leased_until=now + LEASE, attempts=Message.attempts + 1)
        .returning(Message)
    )
    if message is None:
        return None
    # A fixed shape that every gateway takes, whatever the unique key looks like.
    message_id = hashlib.sha256(message.unique_key.encode()).hexdigest()[:40]
    return Outgoing(
        message.id, message.attempts, message_id, message.channel, message.to, message.subject, message.body
    )


def deliver(gateways: Gateways, outgoing: Outgoing) -> GatewayFailure | None:
    """Hand over; None when it was taken. No transaction may be open meanwhile."""
    try:
        if outgoing.channel == "sms":
            gateways.sms.send(outgoing.to, outgoing.body, message_id=outgoing.message_id)
        else:
            gateways.mail.send(outgoing.to, outgoing.subject, outgoing.body, message_id=outgoing.message_id)
    except GatewayFailure as failure:
        return failure
    except Exception as defect:
        # Our own defect must not stop the others' messages; its words may hold what was sent.
        log.error("message %s: %s in the gateway", outgoing.id, type(defect).__name__)
        return TemporaryFailure(f"defect ({type(defect).__name__})")
    return None


def note_outcome(db: Session, outgoing: Outgoing, failure: GatewayFailure | None) -> None:
    """Write down how it went, unless the lease was lost and somebody else has the row."""
    message = db.scalar(
        select(Message)
        .where(Message.id == outgoing.id, Message.state == "sending", Message.attempts == outgoing.attempt)
        .with_for_update()
    )
    if message is None:
        return
    now = clock.now()
    message.leased_until = None
    if failure is None:
        message.state, message.sent_at, message.last_error = "sent", now, None
        note_message(db, message)
        return
    message.last_error = str(failure)
    if isinstance(failure, PermanentFailure):
        message.state = "failed"
        if message.last_error in NO_SUCH_MAILBOX:
            _freeze_contact(db, message)
    elif message.attempts >= MOST_ATTEMPTS or (
        message.is_quiet_exempt and now >= message.created_at + LIFE_OF_URGENT
    ):
        message.state = "failed"
    else:
        message.state, message.due_at = "queued", now + wait_after(message.attempts)
    if message.state == "failed":
        log.warning("message %s failed for good: %s", message.id, message.last_error)
    note_message(db, message)


def wait_after(attempts: int) -> timedelta:
    """How long until the next attempt, a quarter more or less, so that a crowd does not come back at once."""
    spread = 0.75 + secrets.randbelow(501) / 1000
    return FIRST_WAIT * float(2 ** (attempts - 1)) * spread


def quiet_until(now: datetime, quiet: QuietHours) -> datetime | None:
    """The end of the quiet hours when ``now`` lies in them."""
    first, last = quiet
    local = clock.shanghai(now)
    is_quiet = first <= local.hour < last if first < last else local.hour >= first or local.hour < last
    if first == last or not is_quiet:
        return None
    end = local.replace(hour=last, minute=0, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def _give_back_lost_leases(db: Session, now: datetime) -> None:
    lost = (Message.state == "sending", Message.leased_until < now)
    for message in db.scalars(select(Message).where(*lost, Message.attempts >= MOST_ATTEMPTS)):
        message.state, message.leased_until = "failed", None
        message.last_error = "the worker died each time"
        note_message(db, message)
    db.flush()
    db.execute(update(Message).where(*lost).values(state="queued", leased_until=None))


def _let_sleep(db: Session, now: datetime, quiet: QuietHours) -> None:
    """Put off text messages until the morning (words.md 5)."""
    end = quiet_until(now, quiet)
    if end is not None:
        db.execute(
            update(Message)
            .where(
                Message.state == "queued",
                Message.due_at <= now,
                Message.channel == "sms",
                Message.is_quiet_exempt.is_(False),
            )
            .values(due_at=end)
        )


def _freeze_contact(db: Session, message: Message) -> None:
    """Nothing more goes to an address that is gone, and it opens no account."""
    contacts = db.scalars(
        select(Contact).where(Contact.account_id == message.account_id, Contact.frozen_at.is_(None))
    )
    for contact in contacts:
        if contact.value == message.to:
            contact.frozen_at = clock.now()
            record_event(
                db,
                SYSTEM,
                f"account:{contact.account_id}",
                "contact:freeze",
                authority="system",
                details={"contact": contact.id},
            )
