"""What a unit has to do for an application besides its step: see an original, look up, post a letter."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.applications import Application
from portal.store.base import Base, Key
from portal.store.types import Encrypted

TASK_KINDS = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed','infected','rating_contact','rating_mend','message','benefit','card_moved'"
)


class Task(Base):
    """One thing to do. ``about`` says for what (an evidence id, a channel); of one kind it is open once."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(f"kind IN ({TASK_KINDS})", name="kind"),
        CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
        CheckConstraint("(state = 'open') = (done_at IS NULL)", name="closed_has_date"),
        CheckConstraint("state <> 'done' OR done_by_id IS NOT NULL", name="done_has_person"),
        Index("ix_tasks_unit", "unit_code", "state", "urgency", "id"),
        Index(
            "uq_tasks_open",
            "application_id",
            "kind",
            "about",
            "notice_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    notice_key: Mapped[int] = mapped_column(Key, default=0)  # notice_id, or 0: what is empty is never equal
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    role: Mapped[str | None]  # only this role of the unit; any where empty
    county: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    is_nameless: Mapped[bool] = mapped_column(default=False)  # nobody at the unit is told whom it is about
    note: Mapped[str | None] = mapped_column(Encrypted("tasks.note"))
    state: Mapped[str] = mapped_column(default="open")
    urgency: Mapped[int]  # days since 1970 of the due date; without one, after all that have one; 0: at once
    created_at: Mapped[datetime]
    due_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    done_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(Encrypted("tasks.result"))
    why_dropped: Mapped[str | None]  # a code: why nobody has to do it any more

    application: Mapped[Application] = relationship()
