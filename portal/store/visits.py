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
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    channel: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)  # the visitor's
    standing: Mapped[str] = mapped_column(default="self")
    identity_seen: Mapped[str | None]  # which document was seen, or slip; empty: nothing yet
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]  # next, leave, idle, lock, sign_out


class Entering(Base):
    """Who of the staff typed answers of an application for somebody: they decide nothing of it."""

    __tablename__ = "enterings"
    __table_args__ = (UniqueConstraint("application_id", "account_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    entered_at: Mapped[datetime]


class SpokenConfirmation(Base):
    """What was read back to a person who cannot sign, and their word or thumbprint, before two of the staff
    (rules.md 5.7: signing)."""

    __tablename__ = "spoken_confirmations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    way: Mapped[str]  # spoken, signed, gesture, thumbprint
    text: Mapped[str] = mapped_column(Encrypted("spoken_confirmations.text"))  # what was read out
    answers_hash: Mapped[str]
    words: Mapped[str | None] = mapped_column(Encrypted("spoken_confirmations.words"))
    first_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
