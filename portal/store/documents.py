"""Documents: files that people handed in. Here is what they are; their bytes are in the file gateway."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Document(Base):
    """One file, made anew when it came: its bytes never change. ``key`` names the whole, ``key-1`` and so on
    the images of the pages of a PDF; the whole of a photo is the image of its only page.

    One with an ``entry_id`` is a copy that staff made of a paper, while the application stood at that step.
    Without application it is nobody's any more, and its bytes are deleted at the next sweeping.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("state IN ('arriving', 'here')", name="state"),
        CheckConstraint("scan IN ('unscanned', 'waiting', 'clean', 'infected')", name="scan"),
        CheckConstraint("rotation IN (0, 90, 180, 270)", name="rotation"),
        Index("ix_documents_waiting", "scan", "id"),
        Index(
            "ix_documents_entry_id",
            "entry_id",
            sqlite_where=text("entry_id IS NOT NULL"),
            postgresql_where=text("entry_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), index=True
    )
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("step_entries.id"))
    evidence: Mapped[str]  # the id of the thing that it proves, or of the paper of a step
    state: Mapped[str] = mapped_column(default="arriving")
    sent_sha256: Mapped[str]  # of the file as it was sent: sent twice, it is kept once
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # of whoever made a copy
    uploaded_at: Mapped[datetime]
    channel: Mapped[str]
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes of the whole
    pages: Mapped[int] = mapped_column(default=0)
    pictures: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # of each page, width and height
    quality: Mapped[list[list[str]]] = mapped_column(JSON, default=list)  # codes for each page
    notes: Mapped[list[str]] = mapped_column(default=list)  # codes: what was left out when it was made anew
    scan: Mapped[str] = mapped_column(default="waiting")
    rotation: Mapped[int] = mapped_column(default=0)  # degrees to the right at which it is looked at
    own_name: Mapped[str | None] = mapped_column(Encrypted("documents.own_name"))
    description: Mapped[str | None] = mapped_column(Encrypted("documents.description"))
    described_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    described_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    is_submitted: Mapped[bool] = mapped_column(default=False)  # found in a submission: it stays

    @property
    def is_here(self) -> bool:
        return self.state == "here" and self.removed_at is None

    @property
    def is_viewable(self) -> bool:
        """Whether anybody may look at it: a scanner that is there has found nothing."""
        return self.state == "here" and self.scan in ("unscanned", "clean")

    @property
    def is_copy(self) -> bool:
        """Whether staff made it; otherwise the applicant handed it in."""
        return self.entry_id is not None

    @property
    def is_pdf(self) -> bool:
        return self.media_type == "application/pdf"
