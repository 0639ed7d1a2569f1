"""Sessions: who is signed in at this browser, since when, and until when. The cookie holds only a token."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store.accounts import Account, SignInSession, StaffRole
from portal.store.prepared import Prepared
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.visit_ends import end_visits

IDLE = {"resident": timedelta(hours=4), "staff": timedelta(minutes=30)}
"""How long nothing may happen (rules.md 8.4: staff short, residents long; experience.md 4). Then a resident's
session ends, and one of staff locks."""
LONGEST = {"resident": timedelta(days=30), "staff": timedelta(hours=12)}
SHARED = timedelta(hours=4)
TOUCH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """What a request needs to know of its session, read in one query."""

    session_id: int
    account_id: int
    kind: str
    display_name: str | None
    preferences: dict[str, Any]
    is_proven: bool
    is_shared_computer: bool
    role: Role | None
    unit_code: str | None
    unit_names: dict[str, Any] | None
    county: str | None
    last_seen_at: datetime
    proved_at: datetime
    """When password or passkey was last shown."""
    way: str

    @property
    def actor(self) -> Actor:
        return Actor(
            "staff" if self.kind == "staff" else "resident",
            self.account_id,
            self.is_proven,
            self.role,
            self.unit_code,
            self.county,
        )


@dataclass(frozen=True)
class LockedSession:
    """A session of staff in which nothing happened for too long, or that was locked by hand: until its owner
    shows password or passkey again it is nobody's."""

    session_id: int
    account_id: int
    login_name: str
    display_name: str


def new_token() -> str:
    """What a session's cookie holds; the database holds its hash."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def holds_today(role: StaffRole) -> bool:
    """Whether someone holds a post on this Shanghai day."""
    return _lies_in(clock.today(), role.from_on, role.to_on)


def _lies_in(day: date, from_on: date, to_on: date | None) -> bool:
    return from_on <= day and (to_on is None or day <= to_on)


def open_session(
    db: Session, account: Account, way: str, *, role_id: int | None = None, is_shared: bool = False
) -> str:
    """Sign ``account`` in and return the token for the cookie. ``way``: as ``SignInSession`` lists it."""
    token = new_token()
    now = clock.now()
    posts = [role.id for role in account.roles if holds_today(role)]
    if role_id is None and len(posts) == 1:
        role_id = posts[0]  # nothing to choose
    life = SHARED if is_shared else LONGEST[account.kind]
    db.add(
        SignInSession(
            token_hash=token_hash(token),
            account_id=account.id,
            role_id=role_id,
            way=way,
            is_shared_computer=is_shared,
            created_at=now,
            last_seen_at=now,
            expires_at=now + life,
            proved_at=now,
        )
    )
    actor = Actor(
        "staff" if account.kind == "staff" else "resident", account.id, account.identity_level == "proven"
    )
    record_event(db, actor, f"account:{account.id}", "session:open", details={"way": way})
    return token


def find_session(db: Session, token: str) -> SignedIn | None:
    """The live session of a token; None when it ended, was revoked, is locked, or the account is disabled."""
    found = _find_row(db, token)
    if found is None or _is_silent(found):
        return None
    return SignedIn(
        session_id=found.session_id,
        account_id=found.account_id,
        kind=found.kind,
        display_name=found.display_name,
        preferences=found.preferences,
        is_proven=found.identity_level == "proven",
        is_shared_computer=found.is_shared_computer,
        role=Role(found.role) if found.role else None,
        unit_code=found.unit_code,
        unit_names=found.names,
        county=found.county,
        last_seen_at=found.last_seen_at,
        proved_at=found.proved_at or found.created_at,
        way=found.way,
    )


def find_locked_session(db: Session, token: str) -> LockedSession | None:
    """The session of staff behind a token that ``find_session`` did not give, if only silence locked it.

    Who came in without password or passkey (a demonstration person) has nothing to unlock it with.
    """
    found = _find_row(db, token)
    if found is None or not _is_silent(found) or found.kind != "staff" or found.way == "demo":
        return None
    return LockedSession(found.session_id, found.account_id, found.login_name, found.display_name or "")


def _find_row(db: Session, token: str) -> Any:
    """A session that has not ended, whether or not somebody is there."""
    rows = _SESSION.ask(db, token_hash=token_hash(token))
    found = rows[0] if rows else None
    if found is None or found.revoked_at or found.expires_at < clock.now() or found.disabled_at:
        return None
    if found.role is not None and not _lies_in(clock.today(), found.from_on, found.to_on):
        return None
    return found


def _is_silent(found: Any) -> bool:
    return bool(found.locked_at) or found.last_seen_at + IDLE[found.kind] < clock.now()


_SESSION = Prepared(
    select(
        SignInSession.id.label("session_id"),
        SignInSession.account_id,
        SignInSession.is_shared_computer,
        SignInSession.last_seen_at,
        SignInSession.expires_at,
        SignInSession.revoked_at,
        SignInSession.created_at,
        SignInSession.proved_at,
        SignInSession.locked_at,
        SignInSession.way,
        Account.kind,
        Account.login_name,
        Account.display_name,
        Account.preferences,
        Account.identity_level,
        Account.disabled_at,
        StaffRole.role,
        StaffRole.unit_code,
        StaffRole.from_on,
        StaffRole.to_on,
        UnitRow.names,
        UnitRow.county,
    )
    .join(Account, Account.id == SignInSession.account_id)
    .outerjoin(StaffRole, StaffRole.id == SignInSession.role_id)
    .outerjoin(UnitRow, UnitRow.code == StaffRole.unit_code)
    .where(SignInSession.token_hash == bindparam("token_hash"))
)
"""Only the columns that are looked at."""


def find_owner_of_ended_session(db: Session, token: str) -> int | None:
    """Whose session a token was, even if it has ended: unsent text is kept for that account only."""
    return db.scalar(select(SignInSession.account_id).where(SignInSession.token_hash == token_hash(token)))


def touch_session(db: Session, session_id: int) -> None:
    """Note that the person is still there."""
    db.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=clock.now()))


def close_session(db: Session, actor: Actor, session_id: int) -> None:
    """Sign out of one session of the actor's own account. Whoever stood at its counter has gone."""
    if actor.kind == "staff":
        end_visits(db, actor, session_id, "sign_out")
    db.execute(
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.account_id == actor.signed_in_id,
            SignInSession.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    record_event(db, actor, f"account:{actor.account_id}", "session:close")
