"""What the queue of the office keeps besides the entries: keys to search by, and views that people saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted

SEARCH_KINDS = "'name','phone','id_number','certificate'"


class SearchKey(Base):
    """An exact private value of an application, as a blind index: it finds, and shows nothing."""

    __tablename__ = "search_keys"
    __table_args__ = (
        UniqueConstraint("kind", "value_index", "application_id"),
        CheckConstraint(f"kind IN ({SEARCH_KINDS})", name="kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    kind: Mapped[str]
    value_index: Mapped[str]


class SavedView(Base):
    """A list with its filters under a name of one's own; at most one of a front is where work begins."""

    __tablename__ = "saved_views"
    __table_args__ = (
        Index(
            "uq_saved_views_start",
            "account_id",
            "front",
            unique=True,
            sqlite_where=text("is_start"),
            postgresql_where=text("is_start"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("saved_views.name"))
    front: Mapped[str]  # office, desk
    which: Mapped[str]
    filters: Mapped[dict[str, Any]]
    is_start: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
