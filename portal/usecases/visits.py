"""The counter: one visitor at a time. A visit begins when it is known who stands there, and ends for good.

Its token stands in every address and is kept as a hash only. It opens nothing outside the session of the
clerk who began it, and nothing any more once the visit is over (experience.md 7: 下一位).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Gone, NotAllowed, NotFound
from portal.store.accounts import Account, SignInSession
from portal.store.people import Person
from portal.store.recusals import Relative
from portal.store.visits import Visit
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.identity import require_counter
from portal.usecases.own_files import find_self_file
from portal.usecases.sessions import IDLE, TOUCH_EVERY, new_token, token_hash
from portal.usecases.visit_ends import end_visits

VisitChannel = Literal["counter", "home_visit", "phone"]
VisitorStanding = Literal["self", "representative"]
"""Whether who stands there came for themselves or for somebody else; says nothing of what they may do."""
IdentitySeen = Literal["document", "slip", "code"]
"""How it is known who stands there: an original with a photo, paper with a code, a code to their phone."""


@dataclass(frozen=True)
class OpenVisit:
    """What the pages of a visit need to know of it."""

    id: int
    account_id: int
    channel: VisitChannel
    standing: VisitorStanding
    identity_seen: IdentitySeen | None
    is_proven: bool
    """Whether the visitor's identity was verified, now or before."""
    opened_at: datetime
    last_seen_at: datetime
    name: str = field(default="", repr=False)
    """The visitor's, as far as it is known; for the page, never for a title, an address or a log."""
    is_reported_dead: bool = False
    """Somebody said that this person has died, and here they stand: the report is undone today."""


@dataclass(frozen=True)
class Begun:
    visit: OpenVisit
    token: str = field(repr=False)


def begin_visit(
    db: Session,
    actor: Actor,
    session_id: int,
    account_id: int,
    *,
    channel: VisitChannel,
    standing: VisitorStanding,
    identity_seen: IdentitySeen | None,
) -> Begun:
    """Receive the holder of an account; whoever was there before in this session has gone.

    Raises NotFound for accounts that are no resident's, NotAllowed away from a counter, and ``own_visitor``
    where the ID number is the clerk's own or a relative's (回避).
    """
    require_counter(actor)
    account = db.get(Account, account_id)
    if account is None or account.kind != "resident" or account.disabled_at is not None:
        raise NotFound("account")
    if actor.unit_code is None:
        raise NotAllowed("counter_only")
    own = find_self_file(db, account.id)
    refuse_related(db, actor, own.id_number_index if own is not None else None)
    # Of two begun at once in one session the second waits here, and ends the first.
    db.execute(select(SignInSession.id).where(SignInSession.id == session_id).with_for_update())
    end_visits(db, actor, session_id, "next")
    token, now = new_token(), clock.now()
    visit = Visit(
        token_hash=token_hash(token),
        clerk_id=actor.signed_in_id,
        session_id=session_id,
        unit_code=actor.unit_code,
        channel=channel,
        account_id=account.id,
        standing=standing,
        identity_seen=identity_seen,
        opened_at=now,
        last_seen_at=now,
    )
    db.add(visit)
    db.flush()
    record_event(
        db,
        replace(actor, channel=channel),
        f"account:{account.id}",
        "visit:begin",
        person_id=own.id if own is not None else None,
        authority="office",
        details={"standing": standing, "identity_seen": identity_seen},
    )
    return Begun(_as_open(visit, account.identity_level, own), token)


def refuse_related(db: Session, actor: Actor, id_number_index: str | None) -> None:
    """Raises NotAllowed ``own_visitor`` where an ID number is one that the clerk keeps away from."""
    if id_number_index is None:
        return
    kept_away = select(Relative.id).where(
        Relative.account_id == actor.signed_in_id, Relative.id_index == id_number_index
    )
    if db.scalar(kept_away.limit(1)) is not None:
        raise NotAllowed("own_visitor")


def find_visit(db: Session, actor: Actor, session_id: int | None, token: str) -> OpenVisit:
    """The visit of an address.

    Raises Gone when it is over, whoever asks; NotFound for a token that never was, and for an open visit of
    another session: a colleague's, or one's own at another computer.
    """
    row = db.execute(
        select(
            Visit,
            Account.identity_level,
            SignInSession.revoked_at,
            SignInSession.locked_at,
            SignInSession.expires_at,
            Person,
        )
        .join(Account, Account.id == Visit.account_id)
        .outerjoin(Person, (Person.claimed_by_id == Visit.account_id) & Person.is_self.is_(True))
        .outerjoin(SignInSession, SignInSession.id == Visit.session_id)
        .where(Visit.token_hash == token_hash(token))
    ).first()
    if row is None:
        raise NotFound("visit")
    visit, now = row.Visit, clock.now()
    is_over = visit.ended_at is not None or visit.last_seen_at + IDLE["staff"] < now
    is_left = row.expires_at is None or row.expires_at < now or row.revoked_at or row.locked_at
    if is_over or is_left:
        raise Gone("visit_over")
    if visit.session_id != session_id or visit.clerk_id != actor.account_id:
        raise NotFound("visit")
    if visit.unit_code != actor.unit_code:
        raise Gone("visit_over")  # the clerk has sat down at another post
    return _as_open(visit, row.identity_level, row.Person)


def touch_visit(db: Session, visit: OpenVisit) -> None:
    """Note that the visitor is still there; written now and then, not with every page."""
    db.execute(update(Visit).where(Visit.id == visit.id).values(last_seen_at=clock.now()))


def is_touch_due(visit: OpenVisit) -> bool:
    return clock.now() - visit.last_seen_at > TOUCH_EVERY


def beside(actor: Actor, visit: OpenVisit) -> Actor:
    """The clerk as who acts beside the visitor: what is looked for is the visitor's, what is recorded says
    that the clerk did it, through this channel."""
    return replace(
        actor,
        channel=visit.channel,
        behalf_of_id=visit.account_id,
        visit_id=visit.id,
        is_proven=visit.is_proven,
    )


def has_open_visit(db: Session, session_id: int, *, but_of: int | None = None) -> bool:
    """Whether somebody, other than the holder of the account ``but_of``, is being received in this session.
    Their address is known to its own pages only."""
    is_open = select(Visit.id).where(
        Visit.session_id == session_id,
        Visit.ended_at.is_(None),
        Visit.last_seen_at >= clock.now() - IDLE["staff"],
    )
    if but_of is not None:
        is_open = is_open.where(Visit.account_id != but_of)
    return db.scalar(is_open.limit(1)) is not None


def end_visit(db: Session, actor: Actor, session_id: int) -> None:
    """下一位: the visit of this session is over, for good. Pressed twice it is over once."""
    end_visits(db, actor, session_id, "next")


def _as_open(visit: Visit, identity_level: str, own: Person | None) -> OpenVisit:
    return OpenVisit(
        visit.id,
        visit.account_id,
        cast(VisitChannel, visit.channel),
        cast(VisitorStanding, visit.standing),
        cast(IdentitySeen | None, visit.identity_seen),
        identity_level == "proven",
        visit.opened_at,
        visit.last_seen_at,
        (own.name or "") if own is not None else "",
        own is not None and own.death_reported_at is not None,
    )
