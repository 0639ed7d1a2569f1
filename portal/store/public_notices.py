"""Public notices of results (公示), what people object to them, and when one had to come down for safety,
and when it is never posted again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.applications import Application
from portal.store.base import Base, Key
from portal.store.types import Encrypted


class PublicNotice(Base):
    """What is posted of one person for the term of one step: public by purpose, so its words are in clear."""

    __tablename__ = "public_notices"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="order"),
        CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name="ended_has_kind"),
        Index("ix_public_notices_posted", "region", "county", "place", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)  # its address; says nothing of the application
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"), unique=True)
    masked_name: Mapped[str]
    village: Mapped[str]  # town and village in words, no house number
    place: Mapped[str]  # its code, to put it under its heading
    county: Mapped[str]
    region: Mapped[str]
    service_code: Mapped[str]
    definition_hash: Mapped[str] = mapped_column(ForeignKey("definitions.hash"))
    days: Mapped[int]  # working days
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))  # who posts it
    posted_at: Mapped[datetime]
    from_on: Mapped[date]  # the day after it was posted
    to_on: Mapped[date]  # the last day on which it is up
    ended_at: Mapped[datetime | None]
    end_kind: Mapped[str | None]  # why the step was left: completed, died ...; or taken_down, waived

    application: Mapped[Application] = relationship()
    objections: Mapped[list[Objection]] = relationship(back_populates="notice", order_by="Objection.id")
    takedowns: Mapped[list[Takedown]] = relationship(back_populates="notice", order_by="Takedown.id")
    waivers: Mapped[list[NoticeWaiver]] = relationship(back_populates="notice", order_by="NoticeWaiver.id")


class Objection(Base):
    """What somebody says against a result. Who it was is known only as far as they say."""

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer IS NULL) "
            "AND (answered_at IS NULL) = (is_upheld IS NULL)",
            name="answered_whole",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_notice_id: Mapped[int] = mapped_column(ForeignKey("public_notices.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)  # twelve digits, for whoever objects
    body: Mapped[str] = mapped_column(Encrypted("objections.body"))
    contact: Mapped[str | None] = mapped_column(Encrypted("objections.contact"))
    created_at: Mapped[datetime]
    due_on: Mapped[date]
    is_upheld: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(Encrypted("objections.answer"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]

    notice: Mapped[PublicNotice] = relationship(back_populates="objections")


class Takedown(Base):
    """A notice came down before its time, because it put somebody in danger or said something wrong."""

    __tablename__ = "takedowns"
    __table_args__ = (
        CheckConstraint("(reposted_by_id IS NULL) = (reposted_at IS NULL)", name="reposted"),
        Index(
            "uq_takedowns_standing",
            "public_notice_id",
            unique=True,
            sqlite_where=text("reposted_at IS NULL"),
            postgresql_where=text("reposted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_notice_id: Mapped[int] = mapped_column(ForeignKey("public_notices.id"), index=True)
    reason: Mapped[str]
    words: Mapped[str | None] = mapped_column(Encrypted("takedowns.words"))
    taken_down_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taken_down_at: Mapped[datetime]
    reposted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reposted_at: Mapped[datetime | None]

    notice: Mapped[PublicNotice] = relationship(back_populates="takedowns")


class NoticeWaiver(Base):
    """A notice that is down is given up: the head of the unit wants it, a second officer agrees or not."""

    __tablename__ = "notice_waivers"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) "
            "AND (answered_at IS NULL) = (is_agreed IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint(
            "answered_by_id IS NULL OR NOT is_agreed OR answered_by_id <> proposed_by_id", name="other_person"
        ),
        Index(
            "uq_notice_waivers_open",
            "public_notice_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_notice_waivers_waiting", "unit_code", "answered_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    public_notice_id: Mapped[int] = mapped_column(ForeignKey("public_notices.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    cause: Mapped[str] = mapped_column(Encrypted("notice_waivers.cause"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    is_agreed: Mapped[bool | None]
    words: Mapped[str | None] = mapped_column(Encrypted("notice_waivers.words"))  # why it goes back
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]

    notice: Mapped[PublicNotice] = relationship(back_populates="waivers")
