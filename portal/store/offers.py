"""What people were told that may be open to them (主动服务告知), and what they said to that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class Offer(Base):
    """One service that somebody was told of, once for each cause. It opens nothing and decides nothing."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("answer IN ('declined', 'no_more')", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at"),
        UniqueConstraint("person_id", "service_code", "cause"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    service_code: Mapped[str]
    cause: Mapped[str]  # what was on record, as codes: of a card its components, of payments the benefit
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    offered_at: Mapped[datetime]
    answer: Mapped[str | None]  # no_more: the person wants no such letters
    answered_at: Mapped[datetime | None]
