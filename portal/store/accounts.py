"""Accounts, the contacts and codes that open them, their sessions, and the roles of staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Account(Base):
    """Someone who signs in. Residents have contacts, staff have a login name and roles."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("kind IN ('resident', 'staff')", name="kind"),
        CheckConstraint("identity_level IN ('unproven', 'proven')", name="identity_level"),
        CheckConstraint("kind = 'resident' OR login_name IS NOT NULL", name="staff_has_login_name"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    login_name: Mapped[str | None] = mapped_column(unique=True)  # staff only
    display_name: Mapped[str | None] = mapped_column(Encrypted("accounts.display_name"))
    identity_level: Mapped[str] = mapped_column(default="unproven")
    proven_at: Mapped[datetime | None]
    proven_by: Mapped[str | None]  # desk, hospital, liaison, letter, platform
    platform_subject: Mapped[str | None] = mapped_column(unique=True)  # issuer + subject, as a blind index
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None] = mapped_column(Encrypted("accounts.totp_secret"))
    totp_last_step: Mapped[int | None]  # a TOTP code opens once
    work_mail: Mapped[str | None] = mapped_column(Encrypted("accounts.work_mail"))  # staff; opens nothing
    has_card: Mapped[bool] = mapped_column(default=False)  # staff: codes on paper, see ``staff_keys``
    enrolment_hash: Mapped[str | None] = mapped_column(unique=True)
    enrolment_until: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    contacts: Mapped[list[Contact]] = relationship(back_populates="account", order_by="Contact.id")
    roles: Mapped[list[StaffRole]] = relationship(back_populates="account", order_by="StaffRole.id")


class Contact(Base):
    """A phone or e-mail address that opens an account and receives its messages."""

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("kind IN ('phone', 'email')", name="kind"),
        UniqueConstraint("value_index"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(Encrypted("contacts.value"))
    value_index: Mapped[str]
    verified_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]  # bounced, or "not me": no messages, no sign-in

    account: Mapped[Account] = relationship(back_populates="contacts")


class SignInCode(Base):
    """A one-time code or link sent to a contact; kept only as a keyed hash."""

    __tablename__ = "sign_in_codes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    contact_index: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]  # sign_in, add_contact, staff_link, staff_code
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    code_hash: Mapped[str]
    link_hash: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class SignInSession(Base):
    """A signed-in browser. The cookie carries a random token; the table, its hash."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("staff_roles.id"))  # staff: the post they sit at
    way: Mapped[str]  # code, link, receipt, password, platform, passkey, card, recovery, demo
    is_shared_computer: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]  # staff: when password or passkey was last shown in it
    locked_at: Mapped[datetime | None]  # staff: by hand; idleness locks without a mark

    account: Mapped[Account] = relationship()
    role: Mapped[StaffRole | None] = relationship()


class StaffRole(Base):
    """A post: a role in a unit. One person may hold several, and sits at one at a time."""

    __tablename__ = "staff_roles"
    __table_args__ = (UniqueConstraint("account_id", "role", "unit_code"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    skills: Mapped[list[str]] = mapped_column(default=list)  # services, or service/step; all where empty
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    account: Mapped[Account] = relationship(back_populates="roles")


class AttemptCount(Base):
    """How often something was tried in a window; counted in its own transaction, so failures stay counted."""

    __tablename__ = "attempt_counts"

    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class KeptPost(Base):
    """What someone typed into a page whose session or token had ended; shown again, never applied."""

    __tablename__ = "kept_posts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    path: Mapped[str]
    fields: Mapped[str] = mapped_column(Encrypted("kept_posts.fields"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
