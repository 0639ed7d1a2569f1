"""The person's own voice where somebody acts for them: their slip (本人联系单), what they said with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted

LIVE = text("off_at IS NULL")


class PersonSlip(Base):
    """本人联系单: a number and a code that open, at any counter, by telephone or on the web, what is done in
    the name of one person. It never goes through the hands of who acts."""

    __tablename__ = "person_slips"
    __table_args__ = (
        Index("uq_person_slips_live", "person_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)  # twelve digits, as a reference
    code: Mapped[str] = mapped_column(Encrypted("person_slips.code"))
    given_way: Mapped[str]  # account, sms, mail, post, liaison, counter, home_visit
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    # whose people bring it, where no message does; and by which application it is known where to
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), index=True
    )
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    used_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]


class OwnWords(Base):
    """What the person said of an application that somebody else has in hand."""

    __tablename__ = "own_words"
    __table_args__ = (
        CheckConstraint("kind IN ('words', 'objection', 'takeover', 'end', 'hide', 'show')", name="kind"),
        CheckConstraint("(settled_at IS NULL) OR kind = 'objection'", name="only_objections_settle"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    words: Mapped[str | None] = mapped_column(Encrypted("own_words.words"))
    representation_id: Mapped[int | None] = mapped_column(  # who acted then
        ForeignKey("representations.id"), index=True
    )
    way: Mapped[str]  # web, slip, counter, phone, home_visit
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # staff who wrote it down
    said_at: Mapped[datetime]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # the officer who took note
    seen_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Encrypted("own_words.answer"))  # what the officer wrote then
    settled_at: Mapped[datetime | None]  # the person took the objection back, or staff heard both
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
