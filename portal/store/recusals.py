"""Who of the staff keeps away from whose application (回避, rules.md 10.0.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Recusal(Base):
    """One officer's own word that somebody else has to decide this application. It is never taken back."""

    __tablename__ = "recusals"
    __table_args__ = (
        UniqueConstraint("application_id", "account_id"),
        CheckConstraint("cause IN ('own', 'relative', 'interest')", name="cause"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    cause: Mapped[str]
    words: Mapped[str | None] = mapped_column(Encrypted("recusals.words"))
    declared_at: Mapped[datetime]
    noted_at: Mapped[datetime | None]  # the head of the unit has read it
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class Relative(Base):
    """An ID number that an officer keeps away from: the officer's own, or a relative's. Only its index."""

    __tablename__ = "relatives"
    __table_args__ = (
        UniqueConstraint("account_id", "id_index"),
        CheckConstraint("relation IN ('self', 'relative')", name="relation"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    relation: Mapped[str]
    id_index: Mapped[str] = mapped_column(index=True)
    ending: Mapped[str] = mapped_column(Encrypted("relatives.ending"))  # four characters, to tell them apart
    added_at: Mapped[datetime]
