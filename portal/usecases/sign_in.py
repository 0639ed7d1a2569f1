"""Signing up and signing in, which are one act: by code, by link, by password.

Nothing here tells a stranger whether a contact has an account: what is wrong is always ``wrong``. An account
that a code made is unproven: it sees only what it typed itself (experience.md 5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.accounts import Account
from portal.usecases.account_messages import PASSWORD_CHANGED, Voice, queue_message
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.audit import record_event
from portal.usecases.codes import address_of, use_code, use_link
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import (
    find_contact,
    is_old_number,
    list_contacts,
    move_contact,
    new_contact,
    release_contact,
)
from portal.usecases.resident_accounts import new_account, owner_of
from portal.usecases.sessions import open_session
from portal.usecases.slips import find_by_slip

Refusal = Literal["wrong", "old_number", "given_up"]
"""``old_number``: right, but not used here for 90 days. ``given_up``: right, but its account said that it is
somebody else's. Either opens nothing old; it can begin a new account (`start_anew`). What only the holder of
before has opens the account of an old number: a receipt (`sign_in_with_receipt`), password or mailbox."""


@dataclass(frozen=True)
class Opened:
    """A session that has begun: its token for the cookie, and whose it is."""

    token: str = field(repr=False)
    account_id: int
    is_staff: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class KeptPassword:
    """What a typed password is compared with; without an account, nothing, in the same time."""

    account_id: int | None
    hash: str | None = field(repr=False)


def sign_in_with_code(
    db: Session, typed: TypedContact, code: str, *, is_shared: bool = False
) -> Opened | Refusal:
    """Open the account of a contact whose code is right, or make one.

    ``wrong``: the code is not right, not right any more, or opens nothing. Commit either way: the tries are
    counted.
    """
    if not use_code(db, typed, "sign_in", code):
        return "wrong"
    return _enter(db, typed, "code", is_shared=is_shared)


def sign_in_with_link(db: Session, token: str, *, is_shared: bool = False) -> Opened | Refusal:
    """Open the account that a one-time link was sent to, or made for; the link works once."""
    row = use_link(db, token)
    if row is None:
        return "wrong"
    if row.account_id is not None:
        account = db.get_one(Account, row.account_id)
        return "wrong" if account.disabled_at else _open(db, account, "link", is_shared=is_shared)
    typed = address_of(db, row)
    return _enter(db, typed, "link", is_shared=is_shared) if typed else "wrong"


def sign_in_with_receipt(
    db: Session, typed: TypedContact, reference: str, code: str, *, is_shared: bool = False
) -> Opened | Refusal:
    """Open the account of an old number to who has just shown a right code for it, and now the receipt of one
    of its applications.

    ``wrong`` is the same for another account's receipt, one that is switched off and one that there is not.
    Count the tries before (``slips.TRIED``), by the number and by the reference; commit either way: what was
    refused is on record.
    """
    contact, application = find_contact(db, typed), find_by_slip(db, reference, code)
    if contact is None or contact.frozen_at is not None or contact.account.disabled_at is not None:
        return "wrong"
    account = contact.account
    if account.kind == "staff" or application is None or application.account_id != account.id:
        record_event(db, VISITOR, f"account:{account.id}", "session:refuse_receipt")
        return "wrong"
    return _open(db, account, "receipt", is_shared=is_shared)


def start_anew(
    db: Session, typed: TypedContact, voice: Voice, *, is_shared: bool = False
) -> Opened | Refusal:
    """A new account for the new owner of an old or given up number, who has just shown a right code for it.

    The old account keeps everything but an old number; its other contacts are told. A number that it gave up
    it keeps too, frozen as it is.
    """
    contact = find_contact(db, typed)
    if contact is None or contact.account.disabled_at is not None:
        return "wrong"
    is_given_up = contact.frozen_at is not None
    if not is_given_up and not is_old_number(contact):
        return "wrong"
    account = new_account(db)
    if is_given_up:
        release_contact(db, owner_of(account), contact)
        contact = new_contact(db, account, typed)
    else:
        move_contact(db, owner_of(account), contact, account, voice)
    record_event(
        db, owner_of(account), f"account:{account.id}", "contact:add", details={"contact": contact.id}
    )
    return _open(db, account, "code", is_shared=is_shared, is_new=True)


def find_password(db: Session, typed: TypedContact) -> KeptPassword:
    """What to compare a password with. The comparing is slow and belongs outside every transaction."""
    contact = find_contact(db, typed)
    if contact is None or contact.frozen_at is not None or contact.account.disabled_at is not None:
        return KeptPassword(None, None)
    if contact.account.kind == "staff":
        return KeptPassword(None, None)  # a password alone opens no post
    return KeptPassword(contact.account_id, contact.account.password_hash)


def sign_in_with_password(db: Session, kept: KeptPassword, *, is_shared: bool = False) -> Opened | Refusal:
    """Open the account whose password was just found right, unless it was changed or closed meanwhile."""
    account = db.get(Account, kept.account_id) if kept.account_id else None
    if account is None or account.disabled_at or kept.hash is None or account.password_hash != kept.hash:
        return "wrong"
    return _open(db, account, "password", is_shared=is_shared)


def set_password(db: Session, actor: Actor, password_hash: str | None, voice: Voice) -> None:
    """Set, change or (None) remove the password of one's own account; every contact is told.

    The hash (``passwords.hash_password``) is made before the transaction, because that takes its time.
    """
    account = db.get_one(Account, actor.signed_in_id)
    account.password_hash = password_hash
    event = record_event(
        db, actor, f"account:{account.id}", "password:set" if password_hash else "password:remove"
    )
    for contact in list_contacts(db, actor):
        if contact.frozen_at is None:
            queue_message(
                db,
                voice,
                PASSWORD_CHANGED,
                kind=contact.kind,
                to=contact.value,
                unique_key=f"password-{event.id}-{contact.id}",
                account_id=account.id,
            )


def has_password(db: Session, actor: Actor) -> bool:
    kept = select(Account.password_hash).where(Account.id == actor.signed_in_id)
    return db.scalar(kept) is not None


def _enter(
    db: Session, typed: TypedContact, way: Literal["code", "link"], *, is_shared: bool
) -> Opened | Refusal:
    contact = find_contact(db, typed)
    if contact is None:
        account = new_account(db)
        contact = new_contact(db, account, typed)
        record_event(
            db, owner_of(account), f"account:{account.id}", "contact:add", details={"contact": contact.id}
        )
        return _open(db, account, way, is_shared=is_shared, is_new=True)
    if contact.account.disabled_at is not None:
        return "wrong"
    if contact.frozen_at is not None:
        record_event(db, VISITOR, f"account:{contact.account_id}", "session:refuse_given_up")
        return "given_up"
    if is_old_number(contact):
        record_event(db, VISITOR, f"account:{contact.account_id}", "session:refuse_old_number")
        return "old_number"
    if contact.account.kind == "staff":
        return "wrong"  # a code alone opens no post
    contact.last_used_at = clock.now()
    return _open(db, contact.account, way, is_shared=is_shared)


def _open(db: Session, account: Account, way: str, *, is_shared: bool, is_new: bool = False) -> Opened:
    token = open_session(db, account, way, is_shared=is_shared)
    return Opened(token, account.id, account.kind == "staff", is_new)
