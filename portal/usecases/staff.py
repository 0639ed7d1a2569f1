"""Accounts of staff: made and closed by administrators, without any password that somebody else knows."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region, Role, UnitKind
from portal.rules.errors import Conflict, Invalid
from portal.store.accounts import Account, SignInSession
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.administrators import (
    can_sign_in,
    get_staff_account,
    keep_an_administrator,
    require_administrator,
    require_other,
)
from portal.usecases.audit import record_event
from portal.usecases.leaving import give_back_all
from portal.usecases.posts import Post, add_role, posts_by_account
from portal.usecases.sessions import token_hash
from portal.usecases.units import unit_for

LINK_LIFE = timedelta(days=3)
"""How long an enrolment link is good for."""

LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
"""Small letters, digits and . _ - so that nobody has to ask how a name was written."""

StaffState = Literal["invited", "link_expired", "active", "disabled"]


@dataclass(frozen=True)
class StaffMember:
    """One person of the staff as administrators see them: never what they work on."""

    account_id: int
    login_name: str
    display_name: str
    state: StaffState
    posts: tuple[Post, ...]
    has_open_link: bool
    link_until: datetime | None
    work_mail: str | None

    @property
    def held(self) -> tuple[Post, ...]:
        return tuple(post for post in self.posts if post.is_held)


def create_staff(
    db: Session, actor: Actor, login_name: str, display_name: str, role: Role, unit_code: str
) -> str:
    """A new account with its first post; returns the token of the one-time enrolment link.

    Raises Invalid ``login_name_shape``, Conflict ``login_name_taken`` or ``role_not_in_unit``.
    """
    require_administrator(actor)
    login_name = login_name.strip().lower()
    if not LOGIN_NAME.fullmatch(login_name):
        raise Invalid({"login_name": [FieldError("login_name_shape")]}, "login_name_shape")
    if db.scalar(select(Account.id).where(Account.login_name == login_name)) is not None:
        raise Conflict("login_name_taken")
    account = Account(
        kind="staff",
        login_name=login_name,
        display_name=display_name,
        preferences={},
        created_at=clock.now(),
    )
    db.add(account)
    db.flush()
    record_event(db, actor, _stream(account), "staff:create", authority="office")
    add_role(db, actor, account.id, role, unit_code)
    return renew_enrolment(db, actor, account.id)


def create_administrator(db: Session, login_name: str, region: Region) -> str:
    """The operator's way in (``portal init --admin NAME``): returns the token of an enrolment link.

    For a name that is an administrator's already it is a new link, so that nobody is locked out for good.
    Raises Conflict ``login_name_taken`` when the name is somebody else's.
    """
    known = db.scalar(select(Account).where(Account.login_name == login_name.strip().lower()))
    if known is None:
        unit = unit_for(db, UnitKind.CITY_FEDERATION, region, region.default_place)
        return create_staff(db, SYSTEM, login_name, login_name, Role.ADMINISTRATOR, unit.code)
    member = get_staff(db, SYSTEM, known.id) if known.kind == "staff" else None
    if member is None or not any(post.role is Role.ADMINISTRATOR for post in member.held):
        raise Conflict("login_name_taken")
    return renew_enrolment(db, SYSTEM, known.id)


def renew_enrolment(db: Session, actor: Actor, account_id: int) -> str:
    """A one-time link that sets a new password and a new authenticator; an earlier link stops working.

    Password and authenticator of now stay good until the link is used. Raises NotFound, Conflict, NotAllowed.
    """
    require_administrator(actor)
    require_other(actor, account_id)
    account = get_staff_account(db, account_id)
    if account.disabled_at is not None:
        raise Conflict("account_disabled")
    token = secrets.token_urlsafe(32)
    account.enrolment_hash = token_hash(token)
    account.enrolment_until = clock.now() + LINK_LIFE
    record_event(db, actor, _stream(account), "staff:invite", authority="office")
    return token


def set_work_mail(db: Session, actor: Actor, account_id: int, work_mail: str | None) -> None:
    """Where somebody is written to about work that needs them; None for nowhere. It signs nobody in."""
    require_administrator(actor)
    require_other(actor, account_id)
    account = get_staff_account(db, account_id)
    account.work_mail = work_mail
    record_event(db, actor, _stream(account), "staff:set_work_mail", authority="office")


def disable_staff(db: Session, actor: Actor, account_id: int) -> None:
    """Close an account: every session and every enrolment link of it ends at once, what was in its hands goes
    back to its post, and the unit's head is told.

    Raises NotAllowed for one's own account, Conflict ``last_administrator``.
    """
    require_administrator(actor)
    require_other(actor, account_id)
    keep_an_administrator(db, actor, without=account_id)
    account = get_staff_account(db, account_id)
    if account.disabled_at is not None:
        return
    account.disabled_at = clock.now()
    account.enrolment_hash = None  # its day stays: who never enrolled has still to, after a restoring
    revoke_sessions(db, account.id)
    record_event(db, actor, _stream(account), "staff:disable", authority="office")
    give_back_all(db, actor, account.id)


def enable_staff(db: Session, actor: Actor, account_id: int) -> None:
    """Open a closed account again, with the password and posts that it had."""
    require_administrator(actor)
    require_other(actor, account_id)
    account = get_staff_account(db, account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        record_event(db, actor, _stream(account), "staff:enable", authority="office")


def revoke_sessions(db: Session, account_id: int) -> None:
    """Sign an account out everywhere."""
    db.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def list_staff(db: Session, actor: Actor) -> list[StaffMember]:
    """All staff by login name (ASCII, so that every database sorts it alike)."""
    require_administrator(actor)
    accounts = db.scalars(select(Account).where(Account.kind == "staff").order_by(Account.login_name))
    return _members(db, accounts.all())


def get_staff(db: Session, actor: Actor, account_id: int) -> StaffMember:
    """One member of staff. Raises NotFound, also for the account of a resident."""
    require_administrator(actor)
    return _members(db, [get_staff_account(db, account_id)])[0]


def _members(db: Session, accounts: Sequence[Account]) -> list[StaffMember]:
    posts = posts_by_account(db, [account.id for account in accounts])
    return [_member(account, posts[account.id]) for account in accounts]


def _member(account: Account, posts: list[Post]) -> StaffMember:
    until = account.enrolment_until if account.enrolment_hash is not None else None
    has_open_link = until is not None and until >= clock.now()
    state: StaffState = "link_expired"
    if account.disabled_at is not None:
        state = "disabled"
    elif can_sign_in(account):
        state = "active"
    elif has_open_link:
        state = "invited"
    return StaffMember(
        account_id=account.id,
        login_name=account.login_name or "",
        display_name=account.display_name or "",
        state=state,
        posts=tuple(posts),
        has_open_link=has_open_link,
        link_until=until if has_open_link else None,
        work_mail=account.work_mail,
    )


def _stream(account: Account) -> str:
    return f"account:{account.id}"
