"""Enrolment: a one-time link with which staff set a password and an authenticator, or use a card."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.rules.errors import Invalid, NotFound
from portal.store.accounts import Account
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.passkeys import forget_passkeys
from portal.usecases.printed_codes import find_left, forget_recovery_codes, use_code
from portal.usecases.sessions import open_session, token_hash
from portal.usecases.staff import revoke_sessions
from portal.usecases.totp import matching_step, secret_for


@dataclass(frozen=True)
class Enrolment:
    """Whose link it is, and the secret for their authenticator app; whether a card was given to them."""

    login_name: str
    display_name: str
    secret: str
    card_due: int | None
    """The number of the code that is due on their card; None without a card."""


def get_enrolment(db: Session, token: str) -> Enrolment:
    """Raises NotFound for a link that is unknown, used, replaced or more than three days old."""
    account = _find(db, token)
    return Enrolment(
        account.login_name or "",
        account.display_name or "",
        secret_for(db, token),
        find_left(db, account.id, "card").due,
    )


def enrol(db: Session, token: str, password_hash: str, code: str, *, by_card: bool = False) -> str:
    """Set password and authenticator, use the link up, and sign in: returns the session's token.

    ``code`` is the first one that the authenticator shows, so that nobody finds out too late that it does not
    work; ``by_card``: the one that is due on the card, and there is no authenticator. What opened before,
    passkeys and recovery codes too, opens nothing any more. Raises NotFound, or Invalid ``code_wrong``.
    """
    account = _find(db, token, lock=True)
    secret = secret_for(db, token)
    step = None if by_card else matching_step(secret, code, None)
    if not (use_code(db, account, "card", code) if by_card else step is not None):
        raise Invalid({"code": [FieldError("code_wrong")]}, "code_wrong")
    account.password_hash = password_hash
    account.totp_secret = None if by_card else secret
    account.totp_last_step = step
    account.enrolment_hash = account.enrolment_until = None
    revoke_sessions(db, account.id)
    forget_passkeys(db, account.id)
    forget_recovery_codes(db, account.id)
    record_event(db, Actor("staff", account.id), f"account:{account.id}", "staff:enrol")
    return open_session(db, account, "card" if by_card else "password")


def _find(db: Session, token: str, *, lock: bool = False) -> Account:
    query = select(Account).where(
        Account.enrolment_hash == token_hash(token),
        Account.enrolment_until >= clock.now(),
        Account.disabled_at.is_(None),
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    account = db.scalar(query)
    if account is None:
        raise NotFound("enrolment")
    return account
