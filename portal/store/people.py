"""Person files: who someone is, what is known of them and how well, and who may act for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.base import Base, Key
from portal.store.types import Encrypted, EncryptedJson

OPEN = text("undone_at IS NULL")


class Person(Base):
    """The person an application is for. Until proven, a claim: it belongs to the account that typed it."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claimed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    is_self: Mapped[bool]
    is_proven: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(Encrypted("people.name"))
    id_number: Mapped[str | None] = mapped_column(Encrypted("people.id_number"))
    id_number_index: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    death_reported_at: Mapped[datetime | None]  # from then on nothing is sent or offered
    # where somebody else wrote the file: the person's own account, often one without contacts
    own_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    # the files that were joined to this one, and still are; written by PersonMerge alone
    joined: Mapped[list[Person]] = relationship(
        secondary="person_merges",
        primaryjoin="and_(Person.id == PersonMerge.kept_id, PersonMerge.undone_at.is_(None))",
        secondaryjoin="Person.id == PersonMerge.merged_id",
        viewonly=True,
    )


class Fact(Base):
    """One thing known of a person, by the account that typed it or from whom it was seen: value, source,
    evidence level A to D (rules.md 5.3). What one account typed no other account is shown."""

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("person_id", "account_id", "field"),
        CheckConstraint("level IN ('A', 'B', 'C', 'D')", name="level"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    field: Mapped[str]
    value: Mapped[Any] = mapped_column(EncryptedJson("facts.value"))
    source: Mapped[str]  # the reference of the application it was typed in, or a register
    level: Mapped[str]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    verified_at: Mapped[datetime | None]
    valid_until_on: Mapped[date | None]
    saved_at: Mapped[datetime]


class AccessNeeds(Base):
    """How a person is reached and met (experience.md 6), as one account said it: asked once, travels with
    everything. The person's own word counts before that of whoever acts for them."""

    __tablename__ = "access_needs"
    __table_args__ = (UniqueConstraint("person_id", "account_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    needs: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("access_needs.needs"))  # by meaning
    saved_at: Mapped[datetime]


class PersonMerge(Base):
    """Two files found to be of one person: what moved to the file that is kept, so that it can move back."""

    __tablename__ = "person_merges"
    __table_args__ = (
        Index("uq_person_merges_open", "merged_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    moved: Mapped[dict[str, Any]]  # table -> ids
    cause: Mapped[str]
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    merged_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[datetime | None]
