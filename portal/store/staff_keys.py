"""What opens the door for staff beside password and authenticator: passkeys, and codes on paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Passkey(Base):
    """The public half of a passkey (W3C Web Authentication); the private half never leaves its device."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)  # base64url
    public_key: Mapped[bytes]  # COSE
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(Encrypted("passkeys.name"))  # as its owner calls it
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PrintedCode(Base):
    """A code on paper that opens once, beside the password; kept only as a keyed hash.

    ``recovery``: made by the owner for the day when nothing else is at hand, used in any order. ``card``:
    given out by an administrator to who has no authenticator, used in the order of ``position``.
    """

    __tablename__ = "printed_codes"
    __table_args__ = (
        CheckConstraint("kind IN ('recovery', 'card')", name="kind"),
        UniqueConstraint("account_id", "kind", "position"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    position: Mapped[int]  # 1 is the first on the sheet
    code_hash: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
