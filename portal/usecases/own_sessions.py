"""Where an account is signed in, as its owner sees it, and signing out there from here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import NotFound
from portal.store.accounts import SignInSession
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.sessions import IDLE, LONGEST, close_session


def list_sessions(db: Session, actor: Actor) -> Sequence[SignInSession]:
    """The live sessions of the actor's own account, the one used last first; of staff the locked ones too."""
    now = clock.now()
    silent_for = LONGEST["staff"] if actor.kind == "staff" else IDLE["resident"]
    return db.scalars(
        select(SignInSession)
        .where(
            SignInSession.account_id == actor.signed_in_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.last_seen_at > now - silent_for,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    ).all()


def revoke_session(db: Session, actor: Actor, session_id: int) -> None:
    """Sign out one session of the actor's own account. Raises NotFound for anyone else's."""
    session = db.get(SignInSession, session_id)
    if session is None or session.account_id != actor.account_id:
        raise NotFound("session")
    close_session(db, actor, session_id)


def revoke_others(db: Session, actor: Actor, current_id: int) -> int:
    """Sign out everywhere else; how many sessions ended."""
    others = [session for session in list_sessions(db, actor) if session.id != current_id]
    for session in others:
        session.revoked_at = clock.now()
    if others:
        record_event(
            db, actor, f"account:{actor.signed_in_id}", "session:close_others", details={"count": len(others)}
        )
    return len(others)
