"""Showing again who one is, in a session that is open: after a lock, and before an act with weight.

A session may stay open for a working day. What nobody should do from somebody else's chair asks for password
or passkey again when that was last shown too long ago (OWASP ASVS 5.0, 7.5.3; NIST SP 800-63B-4, 2.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.store.accounts import Account, SignInSession
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.passkeys import Site, has_passkey, use_passkey
from portal.usecases.rates import PASSWORD, forget_attempts
from portal.usecases.sessions import IDLE, SignedIn, new_token, token_hash
from portal.usecases.staff_sign_in import password_key
from portal.usecases.visit_ends import end_visits

PROOF_LIFE = timedelta(minutes=10)
"""How long a proof speaks for acts with weight."""


@dataclass(frozen=True)
class Means:
    """With what the owner of an account can prove who they are."""

    login_name: str
    password_hash: str | None
    has_passkey: bool


def is_proof_fresh(session: SignedIn) -> bool:
    """Whether an act with weight may be done now. Demonstration people have nothing to prove it with."""
    return session.way == "demo" or clock.now() - session.proved_at <= PROOF_LIFE


def find_means(db: Session, account_id: int) -> Means:
    account = db.get_one(Account, account_id)
    return Means(account.login_name or "", account.password_hash, has_passkey(db, account_id))


def accept_proof(db: Session, account_id: int, session_id: int, way: str) -> str:
    """Note in a session that its owner has just proved who they are, unlock it, and return its new token for
    the cookie: whoever has got hold of the old one is left outside (OWASP ASVS 5.0, 7.2.4).

    ``way``: password or passkey.
    """
    now, token = clock.now(), new_token()
    _end_visit_of_silent(db, account_id, session_id)
    db.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.account_id == account_id)
        .values(proved_at=now, last_seen_at=now, locked_at=None, token_hash=token_hash(token))
    )
    login_name = db.scalar(select(Account.login_name).where(Account.id == account_id))
    forget_attempts(db, PASSWORD, password_key(login_name or ""))
    record_event(
        db, Actor("staff", account_id), f"account:{account_id}", "session:prove", details={"way": way}
    )
    return token


def prove_with_passkey(db: Session, site: Site, answer: str, account_id: int, session_id: int) -> str | None:
    """As ``accept_proof``, where the passkey that was shown is the account's own; None where it is not."""
    if use_passkey(db, site, "prove", answer) != account_id:
        return None
    return accept_proof(db, account_id, session_id, "passkey")


def _end_visit_of_silent(db: Session, account_id: int, session_id: int) -> None:
    """Whoever stood at a counter that was silent for so long has gone; a proof in between ends no visit."""
    seen = db.scalar(
        select(SignInSession.last_seen_at).where(
            SignInSession.id == session_id, SignInSession.account_id == account_id
        )
    )
    if seen is not None and seen + IDLE["staff"] < clock.now():
        end_visits(db, Actor("staff", account_id), session_id, "idle")


def lock_session(db: Session, actor: Actor, session_id: int) -> None:
    """Leave the desk without signing out: nothing is shown or done until the owner is back, and the visit of
    who stood there is over."""
    end_visits(db, actor, session_id, "lock")
    db.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.account_id == actor.signed_in_id)
        .values(locked_at=clock.now())
    )
    record_event(db, actor, f"account:{actor.signed_in_id}", "session:lock")
