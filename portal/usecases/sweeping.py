"""Throw away, once a day, what has served its purpose: ended sessions, used codes, kept posts, counts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.accounts import KeptPost, SignInCode, SignInSession
from portal.usecases.rates import sweep_attempts

SESSIONS_KEPT = timedelta(days=30)
"""After their end: what is sent from a page of an ended session is still kept for its account that long."""
CODES_KEPT = timedelta(days=2)


def sweep(db: Session) -> None:
    """Delete what nobody looks at any more."""
    now = clock.now()
    ended = now - SESSIONS_KEPT
    db.execute(
        delete(SignInSession).where(or_(SignInSession.expires_at < ended, SignInSession.revoked_at < ended))
    )
    # The newest row stays: on SQLite its number would be given out again, and messages are named after it.
    newest = select(func.max(SignInCode.id)).scalar_subquery()
    db.execute(delete(SignInCode).where(SignInCode.expires_at < now - CODES_KEPT, SignInCode.id < newest))
    db.execute(delete(KeptPost).where(KeptPost.expires_at < now))
    sweep_attempts(db)
