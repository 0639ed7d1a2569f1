"""The counter: one visitor at a time, who of the staff entered what, what was confirmed by mouth."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted

OPEN = text("ended_at IS NULL")


class Visit(Base):
    """Somebody stands at a counter, is visited at home, or is on the telephone. One open visit a session of
    staff: its token is part of every address, and dies with it."""

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("channel IN ('counter', 'home_visit', 'phone')", name="channel"),
        CheckConstraint("standing IN ('self', 'representative')", name="standing"),
        Index("uq_visits_open", "session_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    clerk_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(  # empty once the ended session is swept away
        ForeignKey("sessions.id", ondelete="SET NULL"), index=True
    )
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    channel: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)  # the visitor's
    standing: Mapped[str] = mapped_column(default="self")
    identity_seen: Mapped[str | None]  # document, slip, code; empty: nothing yet
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]  # next, leave, idle, lock, sign_out


class Entering(Base):
    """Who of the staff typed answers of an application for somebody: they decide nothing of it."""

    __tablename__ = "enterings"
    __table_args__ = (
        UniqueConstraint("application_id", "account_id"),
        Index("ix_enterings_clerk", "account_id", "application_id"),
        Index("ix_enterings_unit", "unit_code", "application_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # at which counter
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    entered_at: Mapped[datetime]


class SpokenConfirmation(Base):
    """What was read back to a person at the counter, and how they said yes: on paper, or, where they cannot
    sign, by word, gesture or thumbprint before two of the staff (rules.md 5.7: signing). It holds for exactly
    these answers."""

    __tablename__ = "spoken_confirmations"
    __table_args__ = (
        CheckConstraint("way IN ('signed', 'spoken', 'gesture', 'thumbprint')", name="way"),
        CheckConstraint("second_id IS NULL OR second_id != first_id", name="two_of_the_staff"),
        CheckConstraint("(second_id IS NULL) = (second_at IS NULL)", name="second_has_time"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    way: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted("spoken_confirmations.text"))  # what was read out
    answers_hash: Mapped[str]
    declarations: Mapped[list[str]]  # those to which the person said yes, each asked aloud
    words: Mapped[str | None] = mapped_column(Encrypted("spoken_confirmations.words"))
    document: Mapped[str | None]  # the key of the scan: of the signed paper, of the thumbprint
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # who was there as well
    second_at: Mapped[datetime | None]
