"""A resident's account as it begins: unproven, empty, seeing only what it types itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import clock
from portal.store.accounts import Account
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event


def new_account(db: Session, *, by: Actor | None = None) -> Account:
    """An account of a resident; ``by`` is the clerk who opens it for somebody at the counter."""
    account = Account(kind="resident", identity_level="unproven", preferences={}, created_at=clock.now())
    db.add(account)
    db.flush()
    record_event(
        db,
        by or owner_of(account),
        f"account:{account.id}",
        "account:create",
        authority="self" if by is None else "office",
    )
    return account


def owner_of(account: Account) -> Actor:
    """The actor who has just shown that the account is theirs."""
    return Actor("resident", account.id, account.identity_level == "proven")
