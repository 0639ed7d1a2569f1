"""Who may change units, staff and calendar; and that there is always somebody who can."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.accounts import Account, StaffRole
from portal.usecases.actor import Actor
from portal.usecases.sessions import holds_today


def require_administrator(actor: Actor) -> None:
    """Raises NotAllowed for everyone but an administrator at their post, and the operator's command line."""
    is_administrator = actor.kind == "staff" and actor.role is Role.ADMINISTRATOR
    if not is_administrator and actor.kind != "system":
        raise NotAllowed("administrators_only")


def require_other(actor: Actor, account_id: int) -> None:
    """Nobody changes their own posts or closes their own account. Raises NotAllowed."""
    if actor.account_id == account_id:
        raise NotAllowed("own_account")


def get_staff_account(db: Session, account_id: int) -> Account:
    """Raises NotFound, also for the account of a resident."""
    account = db.get(Account, account_id)
    if account is None or account.kind != "staff":
        raise NotFound("staff")
    return account


def list_administrators(db: Session) -> list[Account]:
    """Administrators who can sign in today, in the order in which they came."""
    return [account for account in _holders(db, lock=False) if can_sign_in(account)]


def keep_an_administrator(db: Session, actor: Actor, *, without: int) -> None:
    """Raises Conflict when nobody could administer any more without this account.

    The rows are locked until the commit, so that two administrators cannot remove each other at once.
    """
    holders = _holders(db, lock=True)
    is_one = any(account.id == without for account in holders)
    others = [account for account in holders if account.id != without and account.disabled_at is None]
    if is_one and not any(can_sign_in(account) or account.id == actor.account_id for account in others):
        raise Conflict("last_administrator")


def can_sign_in(account: Account) -> bool:
    """Whether a member of staff is enrolled, with an authenticator or a card, and not disabled."""
    has_second = account.totp_secret is not None or account.has_card
    return account.password_hash is not None and has_second and account.disabled_at is None


def _holders(db: Session, *, lock: bool) -> list[Account]:
    posts = db.scalars(select(StaffRole).where(StaffRole.role == Role.ADMINISTRATOR))
    ids = {post.account_id for post in posts if holds_today(post)}
    query = select(Account).where(Account.id.in_(ids)).order_by(Account.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(db.scalars(query))
