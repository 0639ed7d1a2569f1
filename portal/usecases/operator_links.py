"""A door for the operator: a one-time address that signs somebody in, never without a trace."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.usecases.actor import SYSTEM
from portal.usecases.audit import record_event
from portal.usecases.codes import make_link
from portal.usecases.contact_values import read_contact
from portal.usecases.contacts import find_contact

LIFE = timedelta(minutes=10)


def make_sign_in_link(db: Session, name: str, base_url: str, reason: str) -> str:
    """The address that signs in the account of a login name, a phone or an e-mail address; it works once.

    ``reason`` goes to the details of the audit. Raises NotFound when there is no such open account.
    """
    account = _find_account(db, name)
    if account is None or account.disabled_at is not None:
        raise NotFound("account")
    record_event(
        db,
        SYSTEM,
        f"account:{account.id}",
        "session:offer_link",
        authority="system",
        details={"reason": reason},
    )
    return f"{base_url}/sign-in/link/{make_link(db, account, LIFE)}"


def _find_account(db: Session, name: str) -> Account | None:
    found = db.scalar(select(Account).where(Account.login_name == name))
    if found is not None:
        return found
    try:
        contact = find_contact(db, read_contact(name))
    except FieldError:
        return None
    return contact.account if contact else None
