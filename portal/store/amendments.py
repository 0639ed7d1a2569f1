"""What administrators would change and a second one has to grant; and numbers that hold from a day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted

AMENDED = (
    "'calendar_add','calendar_remove','year_add','year_remove','unit_add','unit_change','unit_close','amount'"
)


class Amendment(Base):
    """One change that waits for another administrator. Of one kind and subject at most one waits."""

    __tablename__ = "amendments"
    __table_args__ = (
        CheckConstraint(f"kind IN ({AMENDED})", name="kind"),
        CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint("is_granted IS NOT TRUE OR decided_by_id <> proposed_by_id", name="other_person"),
        Index(
            "uq_amendments_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]  # a day, a year, the code of a unit, the name of a number
    proposed: Mapped[dict[str, Any]]  # as it would be
    source: Mapped[str]  # the published paper
    from_on: Mapped[date]  # when it takes effect
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    is_granted: Mapped[bool | None]
    words: Mapped[str | None] = mapped_column(Encrypted("amendments.words"))  # why not
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]  # when it was carried out


class DatedAmount(Base):
    """A number of a region that holds from a day on, before what the region's file says."""

    __tablename__ = "dated_amounts"
    __table_args__ = (
        UniqueConstraint("region", "name", "from_on"),
        CheckConstraint("value >= 0", name="value"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    region: Mapped[str]
    name: Mapped[str]
    value: Mapped[int]  # yuan, days, months or pieces, as the name says
    from_on: Mapped[date]
    source: Mapped[str]
    is_verified: Mapped[bool]
    added_at: Mapped[datetime]
