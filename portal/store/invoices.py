"""Which invoices were handed in with what, so that one that comes a second time is noticed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class Invoice(Base):
    """The invoice that an application names, in its answers or in the form of one of its steps. The digests
    find it again and say nothing of it."""

    __tablename__ = "invoices"
    __table_args__ = (UniqueConstraint("application_id", "step"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    step: Mapped[str]  # whose form names it; empty: the answers of the applicant
    number_index: Mapped[str] = mapped_column(index=True)
    whole_index: Mapped[str | None]  # number, date and amount together, where all three were said
