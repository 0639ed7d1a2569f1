"""What the portal says and when: notices in the account, the outbox, timers, and words from visitors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted, EncryptedJson


class NoticeRow(Base):
    """One notice to one account: which text, and the frozen facts that fill it."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    key: Mapped[str]
    number: Mapped[str | None]  # 文号
    facts: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("notices.facts"))
    facts_hash: Mapped[str]
    definition_hash: Mapped[str] = mapped_column(ForeignKey("definitions.hash"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Message(Base):
    """An outbox row: written with the change that causes it, sent later by the worker."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("channel IN ('sms', 'mail')", name="channel"),
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_date"),
        Index("ix_messages_due", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unique_key: Mapped[str] = mapped_column(unique=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str]
    to: Mapped[str] = mapped_column(Encrypted("messages.to"))
    subject: Mapped[str] = mapped_column(Encrypted("messages.subject"))
    body: Mapped[str] = mapped_column(Encrypted("messages.body"))
    is_quiet_exempt: Mapped[bool] = mapped_column(default=False)  # codes are sent at night too
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None]  # the kind of failure, never its text
    sent_at: Mapped[datetime | None]


class Timer(Base):
    """Something that becomes due: written with the change that creates its reason, taken by the worker."""

    __tablename__ = "timers"
    __table_args__ = (Index("ix_timers_due", "done_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unique_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[int] = mapped_column(Key)  # the id of the row that it is about
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]  # put off after a failure
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # done, failed


class VisitorMessage(Base):
    """A barrier report or a question from anyone, with or without a way to answer."""

    __tablename__ = "visitor_messages"
    __table_args__ = (CheckConstraint("kind IN ('barrier', 'question')", name="kind"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    path: Mapped[str | None]
    body: Mapped[str] = mapped_column(Encrypted("visitor_messages.body"))
    contact: Mapped[str | None] = mapped_column(Encrypted("visitor_messages.contact"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Encrypted("visitor_messages.answer"))
    answered_at: Mapped[datetime | None]
