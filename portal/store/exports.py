"""Lists that somebody of a unit wants as a file: asked for on a page, made by the worker, gone in a week."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class Export(Base):
    """One file: for whom at which post, of which list, how far it is."""

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("form IN ('csv', 'xlsx')", name="form"),
        CheckConstraint("state IN ('queued', 'making', 'ready', 'failed')", name="state"),
        CheckConstraint("(state = 'ready') = (made_at IS NOT NULL)", name="ready_has_date"),
        Index("ix_exports_due", "state", "due_at", "id"),
        Index("ix_exports_own", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    county: Mapped[str | None]
    which: Mapped[str]  # the list
    filters: Mapped[dict[str, Any]]  # codes, no private words
    form: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)  # rows so far
    is_cut: Mapped[bool] = mapped_column(default=False)  # there was more than one file takes
    file_key: Mapped[str | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
