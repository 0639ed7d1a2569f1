"""What was seen of an original, by whom and when; what a register said of a person (rules.md 5.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import EncryptedJson


class EvidenceCheck(Base):
    """One look at what proves something. Nothing is overwritten: the best of the newest counts."""

    __tablename__ = "evidence_checks"
    __table_args__ = (
        CheckConstraint("level IN ('A', 'B', 'C', 'D')", name="level"),
        CheckConstraint("seen_how IN ('desk', 'home', 'post', 'register', 'promise')", name="seen_how"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    evidence: Mapped[str]
    level: Mapped[str]
    seen_how: Mapped[str]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # none: a register, a promise
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    seen_at: Mapped[datetime]
    documents: Mapped[list[str]]  # keys of the copies that were compared with the original
    recorded: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("evidence_checks.recorded"))


class RegisterCheck(Base):
    """One question to a register about one person: queued by a change, asked by the worker."""

    __tablename__ = "register_checks"
    __table_args__ = (
        CheckConstraint("register IN ('household', 'certificate', 'death')", name="register"),
        CheckConstraint("state IN ('queued', 'done', 'failed')", name="state"),
        CheckConstraint("(state = 'queued') = (answered_at IS NULL)", name="answered_has_date"),
        Index("ix_register_checks_queued", "state", "id"),
        Index(
            "uq_register_checks_queued",
            "application_id",
            "register",
            unique=True,
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    register: Mapped[str]
    state: Mapped[str]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # none: after submission
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson("register_checks.result"))
    source: Mapped[str | None]
    is_simulated: Mapped[bool] = mapped_column(default=False)
