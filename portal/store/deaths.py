"""Who was reported dead, by whom and on whose word; a wrong report is undone and stays on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Death(Base):
    __tablename__ = "deaths"
    __table_args__ = (
        CheckConstraint("(undone_by_id IS NULL) = (undone_at IS NULL)", name="undone"),
        CheckConstraint("application_id IS NOT NULL OR representation_id IS NOT NULL", name="said_somewhere"),
        Index(
            "uq_deaths_standing",
            "person_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(  # seen there by staff
        ForeignKey("applications.id"), index=True
    )
    representation_id: Mapped[int | None] = mapped_column(ForeignKey("representations.id"), index=True)
    """By which the family said it; staff look before anything ends."""
    died_on: Mapped[str | None] = mapped_column(Encrypted("deaths.died_on"))  # ISO day, where it is known
    source: Mapped[str]
    words: Mapped[str | None] = mapped_column(Encrypted("deaths.words"))
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reported_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[datetime | None]
