"""Decisions that wait for a second officer before they take effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted, EncryptedJson


class ProposedDecision(Base):
    """What one officer would decide; another agrees, or sends it back with words. One waits at a time."""

    __tablename__ = "proposed_decisions"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) "
            "AND (answered_at IS NULL) = (is_agreed IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("is_agreed IS NULL OR is_agreed = (decision_id IS NOT NULL)", name="agreed_decides"),
        CheckConstraint(
            "answered_by_id IS NULL OR NOT is_agreed OR answered_by_id <> proposed_by_id", name="other_person"
        ),
        Index(
            "uq_proposed_decisions_open",
            "entry_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_proposed_decisions_waiting", "unit_code", "role", "answered_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    role: Mapped[str]
    outcome: Mapped[str]
    deciding: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("proposed_decisions.deciding"))
    version: Mapped[int]  # of the application as the proposer saw it
    seen: Mapped[str]  # and what lay beside it (usecases/shown.py)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    is_agreed: Mapped[bool | None]
    words: Mapped[str | None] = mapped_column(Encrypted("proposed_decisions.words"))  # why it goes back
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
