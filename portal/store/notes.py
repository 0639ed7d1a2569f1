"""Notes that staff leave on an application for their colleagues. The applicant does not read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Encrypted("notes.words"))
