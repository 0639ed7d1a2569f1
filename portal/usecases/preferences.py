"""Keep display settings with the account, so that they follow the person to another browser."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.store.accounts import Account
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event


def save_preferences(db: Session, actor: Actor, wanted: Mapping[str, str]) -> None:
    """Replace the account's settings by ``wanted`` (only what differs from the default)."""
    account_id = actor.signed_in_id
    db.execute(update(Account).where(Account.id == account_id).values(preferences=dict(wanted)))
    record_event(db, actor, f"account:{account_id}", "preferences:save")
