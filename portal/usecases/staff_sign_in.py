"""How staff sign in: login name and password, then a code; or a passkey alone. Each code opens once.

The code is the authenticator's, the next one of a card, or a recovery code. Between password and code stands
a ticket: it says that the password was right, for ten minutes and one browser. The caller counts tries
(``rates``), in a transaction of its own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store import blind_index
from portal.store.accounts import Account, SignInCode
from portal.usecases.actor import Actor
from portal.usecases.administrators import can_sign_in
from portal.usecases.audit import record_event
from portal.usecases.passkeys import Site, use_passkey
from portal.usecases.printed_codes import SheetLeft, find_left, use_code
from portal.usecases.rates import PASSWORD, Limit, forget_attempts
from portal.usecases.sessions import open_session
from portal.usecases.totp import matching_step

TICKET_LIFE = timedelta(minutes=10)
PURPOSE = "staff_code"

STAFF_CODE = Limit("staff_code", 10, timedelta(hours=1))
"""Codes of any kind typed for one account."""

CodeKind = Literal["authenticator", "card", "recovery"]
WAYS: dict[CodeKind, str] = {"authenticator": "password", "card": "card", "recovery": "recovery"}
"""How a session says that it was opened."""


@dataclass(frozen=True)
class Credentials:
    """What a password is compared with. Both None: the name cannot sign in, which nobody is told."""

    account_id: int | None
    password_hash: str | None


@dataclass(frozen=True)
class Codes:
    """Which codes an account can give after its password."""

    has_authenticator: bool
    card: SheetLeft
    recovery: SheetLeft


def password_key(login_name: str) -> str:
    """Who is counted when passwords are tried for a login name, known or not."""
    return f"staff:{_plain(login_name)}"


def find_credentials(db: Session, login_name: str) -> Credentials:
    account = db.scalar(
        select(Account).where(Account.kind == "staff", Account.login_name == _plain(login_name))
    )
    if account is None or not can_sign_in(account):
        return Credentials(None, None)
    return Credentials(account.id, account.password_hash)


def refuse_password(db: Session, account_id: int | None) -> None:
    """Note a wrong password in the audit of the account it was tried for."""
    if account_id is not None:
        _refused(db, account_id, "password")


def accept_password(db: Session, account_id: int) -> str:
    """The password was right: returns the ticket with which the code may be given."""
    ticket = secrets.token_urlsafe(32)
    now = clock.now()
    db.add(
        SignInCode(
            contact_index=f"account:{account_id}",
            purpose=PURPOSE,
            account_id=account_id,
            code_hash="",
            link_hash=_ticket_hash(db, ticket),
            created_at=now,
            expires_at=now + TICKET_LIFE,
        )
    )
    return ticket


def find_ticket_owner(db: Session, ticket: str) -> int | None:
    """Whose code is awaited; None when the ticket is unknown, used or too old."""
    found = _ticket(db, ticket)
    return found.account_id if found else None


def find_codes(db: Session, account_id: int) -> Codes:
    """What its owner may be asked for; only told after the password."""
    account = db.get_one(Account, account_id)
    return Codes(
        account.totp_secret is not None,
        find_left(db, account_id, "card"),
        find_left(db, account_id, "recovery"),
    )


def sign_in_staff(db: Session, ticket: str, code: str, kind: CodeKind = "authenticator") -> str | None:
    """Open a session with a code and return its token; None when ticket or code does not fit.

    Never raises, so that the note in the audit stays. Of two with one code exactly one wins: the account's
    row is locked until the commit.
    """
    waiting = _ticket(db, ticket)
    account = _locked(db, waiting.account_id) if waiting else None
    if waiting is None or account is None or not can_sign_in(account):
        return None
    if not is_code(db, account, code, kind):
        _refused(db, account.id, "code" if kind == "authenticator" else f"{kind}_code")
        return None
    waiting.used_at = clock.now()
    forget_attempts(db, PASSWORD, password_key(account.login_name or ""))
    forget_attempts(db, STAFF_CODE, code_key(account.id))
    return open_session(db, account, WAYS[kind])


def sign_in_with_passkey(db: Session, site: Site, answer: str) -> str | None:
    """Open a session for the owner of the passkey that was shown and return its token; None where it is
    not good."""
    account_id = use_passkey(db, site, "sign_in", answer)
    account = _locked(db, account_id)
    if account is None or account.kind != "staff" or account.disabled_at is not None:
        return None
    return open_session(db, account, "passkey")


def is_code(db: Session, account: Account, code: str, kind: CodeKind) -> bool:
    """Whether a code opens now; it is used up. The caller holds the lock on the account's row."""
    if kind != "authenticator":
        return use_code(db, account, kind, code)
    step = matching_step(account.totp_secret or "", code, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
    return step is not None


def code_key(account_id: int) -> str:
    """Who is counted when authenticator codes are tried for an account."""
    return f"account:{account_id}"


def _locked(db: Session, account_id: int | None) -> Account | None:
    return db.scalar(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _ticket(db: Session, ticket: str) -> SignInCode | None:
    return db.scalar(
        select(SignInCode).where(
            SignInCode.link_hash == _ticket_hash(db, ticket),
            SignInCode.purpose == PURPOSE,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at >= clock.now(),
        )
    )


def _ticket_hash(db: Session, ticket: str) -> str:
    return blind_index(db, "staff_ticket", ticket)


def _refused(db: Session, account_id: int, why: str) -> None:
    record_event(db, Actor("visitor"), f"account:{account_id}", "session:refuse", details={"why": why})


def _plain(login_name: str) -> str:
    return login_name.strip().lower()
