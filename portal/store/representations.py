"""Who may act for whom, on what that leans, what was signed, and the invitations by which it comes about."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.rules.acting import Basis, Kept
from portal.store.base import Base, Key
from portal.store.types import Encrypted

BASES = ", ".join(f"'{one}'" for one in get_args(Basis))
STATES = ", ".join(f"'{one}'" for one in get_args(Kept))


class Representation(Base):
    """The record that lets one act for another: relation, basis, powers, services, from and to (rules.md
    5.7).

    ``claimed`` is what somebody says; ``active`` is what a proof, or the person's own yes, has shown.
    """

    __tablename__ = "representations"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(f"basis IN ({BASES})", name="basis"),
        CheckConstraint("proof_level IS NULL OR proof_level IN ('B', 'C')", name="proof_level"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_date"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)  # who acts
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  # for whom
    relation: Mapped[str]
    basis: Mapped[str] = mapped_column(default="claimed")
    powers: Mapped[list[str]]
    services: Mapped[list[str] | None]  # codes; every service where empty
    state: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    proof_level: Mapped[str | None]  # C: a copy; B: staff saw the original. Seen once, good for everything
    proof_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proof_seen_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]  # the person said yes, in their own way
    agreed_way: Mapped[str | None]  # web, slip, counter, phone, home_visit, paper
    wish: Mapped[str | None] = mapped_column(Encrypted("representations.wish"))  # what the person wants
    is_informed: Mapped[bool | None]  # whether the person was told
    not_informed_why: Mapped[str | None] = mapped_column(Encrypted("representations.not_informed_why"))
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    suspended_for: Mapped[str | None]  # death, dispute
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]  # person, slip, representative, staff, system
    ended_for: Mapped[str | None]  # revoked, laid_down, over, of_age, death, replaced


class Mandate(Base):
    """授权委托书 as it was made for signing: its exact text, for ever (民法典 art. 165)."""

    __tablename__ = "mandates"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    representation_id: Mapped[int] = mapped_column(ForeignKey("representations.id"), index=True)
    language: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted("mandates.text"))
    text_hash: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    signed_way: Mapped[str | None]  # signature, thumbprint, spoken (two of the staff wrote it down)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    seen_at: Mapped[datetime | None]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class Invitation(Base):
    """``invite``: a person asks somebody to act; ``ask``: somebody asks the person. Open until answered."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("kind IN ('invite', 'ask')", name="kind"),
        CheckConstraint("state IN ('open', 'accepted', 'declined', 'withdrawn', 'over')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_has_date"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    representation_id: Mapped[int | None] = mapped_column(ForeignKey("representations.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    relation: Mapped[str]
    agent_name: Mapped[str] = mapped_column(Encrypted("invitations.agent_name"))  # of who is to act
    powers: Mapped[list[str]]
    services: Mapped[list[str] | None]
    for_days: Mapped[int | None]  # how long the mandate holds from the yes on; no end where empty
    code_index: Mapped[str] = mapped_column(unique=True)  # a keyed hash of what is read aloud
    told: Mapped[str | None] = mapped_column(Encrypted("invitations.told"))  # the contact it was sent to
    state: Mapped[str] = mapped_column(default="open")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_way: Mapped[str | None]
