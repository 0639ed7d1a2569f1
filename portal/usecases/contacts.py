"""The contacts of an account: added, changed, given up, found to be somebody else's.

Whoever changes a contact may come from the old or the new channel; both are told. With neither, identity is
proved anew: at the desk, by a liaison or by a letter code (experience.md 5).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict, NotFound
from portal.store.accounts import Account, Contact
from portal.usecases.account_messages import (
    CONTACTS_CHANGED,
    NUMBER_USED_AGAIN,
    AccountMessage,
    Voice,
    queue_message,
)
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.codes import Purpose, use_code
from portal.usecases.contact_values import TypedContact, contact_index
from portal.usecases.resident_accounts import owner_of

UNUSED = timedelta(days=90)
"""After this long without use a number may have a new owner (operators give numbers out again)."""

Confirmed = Literal["added", "wrong"]


def find_contact(db: Session, typed: TypedContact) -> Contact | None:
    return db.scalar(select(Contact).where(Contact.value_index == contact_index(db, typed)))


def is_old_number(contact: Contact) -> bool:
    """Whether the number was not used here for so long that a code alone opens nothing (words.md 6)."""
    return contact.kind == "phone" and contact.last_used_at + UNUSED < clock.now()


def new_contact(db: Session, account: Account, typed: TypedContact) -> Contact:
    """Give ``account`` a contact that it has just shown to hold. The caller records the event."""
    now = clock.now()
    contact = Contact(
        account_id=account.id,
        kind=typed.kind,
        value=typed.value,
        value_index=contact_index(db, typed),
        verified_at=now,
        last_used_at=now,
    )
    db.add(contact)
    db.flush()
    return contact


def list_contacts(db: Session, actor: Actor) -> list[Contact]:
    """The contacts of the actor's own account, or of the visitor's beside whom a clerk stands; oldest
    first."""
    return list(db.scalars(select(Contact).where(Contact.account_id == actor.side_id).order_by(Contact.id)))


def get_contact(db: Session, actor: Actor, contact_id: int) -> Contact:
    """One contact of the actor's own account. Raises NotFound for anyone else's."""
    contact = db.get(Contact, contact_id)
    if contact is None or contact.account_id != actor.account_id:
        raise NotFound("contact")
    return contact


def confirm_contact(
    db: Session,
    actor: Actor,
    typed: TypedContact,
    code: str,
    voice: Voice,
    *,
    replaces: int | None = None,
) -> Confirmed:
    """Add the contact that the code was sent to; ``replaces`` is the one that goes for it. Both are told.

    The account's own contact is confirmed anew. A number that another account has not used for 90 days comes
    over, and that account is told. Beside a visitor the code is one for the counter. Raises Conflict
    ``contact_taken`` when the other account still uses it.
    """
    purpose: Purpose = "visit" if actor.is_beside else "add_contact"
    if not use_code(db, typed, purpose, code, account_id=actor.signed_in_id):
        return "wrong"
    old = get_contact(db, actor, replaces) if replaces else None
    account = db.get_one(Account, actor.side_id)
    found = find_contact(db, typed)
    if found is None:
        contact = new_contact(db, account, typed)
    elif found.account_id == account.id:
        found.last_used_at = clock.now()
        record_event(db, actor, f"account:{account.id}", "contact:confirm", details={"contact": found.id})
        return "added"
    else:
        if not is_old_number(found):
            raise Conflict("contact_taken")
        contact = move_contact(db, actor, found, account, voice)
    record_event(db, actor, f"account:{account.id}", "contact:add", details={"contact": contact.id})
    told = [one for one in list_contacts(db, actor) if one.id != contact.id] + [contact]
    _tell(db, told, voice)
    if old is not None and old.id != contact.id:
        _delete(db, actor, old)
    return "added"


def use_again(db: Session, account_id: int, typed: TypedContact, voice: Voice) -> None:
    """An old number is its account's as before: its holder has just shown a right code for it, and then came
    into the account by something that the number alone does not open. The other contacts are told.

    Nothing happens to any other contact.
    """
    contact = find_contact(db, typed)
    if contact is None or contact.account_id != account_id or contact.frozen_at is not None:
        return
    if not is_old_number(contact):
        return
    contact.last_used_at = clock.now()
    owner = owner_of(contact.account)
    record_event(db, owner, f"account:{account_id}", "contact:confirm", details={"contact": contact.id})
    others = [one for one in contact.account.contacts if one.id != contact.id]
    _tell(db, others, voice, NUMBER_USED_AGAIN)


def move_contact(db: Session, actor: Actor, contact: Contact, account: Account, voice: Voice) -> Contact:
    """Give a number that its account no longer uses to the account of its new owner; the old one is told."""
    left = contact.account_id
    contact.account_id = account.id
    contact.verified_at = contact.last_used_at = clock.now()
    contact.frozen_at = None
    db.flush()
    record_event(db, actor, f"account:{left}", "contact:leave", details={"contact": contact.id})
    others = db.scalars(select(Contact).where(Contact.account_id == left)).all()
    _tell(db, others, voice)
    return contact


def release_contact(db: Session, actor: Actor, contact: Contact) -> None:
    """Let a number that its account gave up (`freeze_contact`) open an account of who holds it now.

    The old account goes on showing it, frozen; nothing finds it there any more.
    """
    contact.value_index = f"released:{contact.id}"
    db.flush()
    record_event(
        db, actor, f"account:{contact.account_id}", "contact:release", details={"contact": contact.id}
    )


def remove_contact(db: Session, actor: Actor, contact_id: int, voice: Voice) -> None:
    """Give a contact up; every contact, that one too, is told.

    Raises Conflict ``last_contact`` when no other would be left to sign in with.
    """
    contact = get_contact(db, actor, contact_id)
    own = list_contacts(db, actor)
    if not any(one.id != contact.id and one.frozen_at is None for one in own):
        raise Conflict("last_contact")
    _tell(db, own, voice)
    _delete(db, actor, contact)


def freeze_contact(db: Session, actor: Actor, contact_id: int, voice: Voice) -> None:
    """“This is not my number”: no message goes there and no code opens this account from there; the
    others are told. Whoever holds it can begin an account of their own with it (`sign_in.start_anew`)."""
    contact = get_contact(db, actor, contact_id)
    if contact.frozen_at is None:
        contact.frozen_at = clock.now()
        record_event(
            db, actor, f"account:{actor.signed_in_id}", "contact:freeze", details={"contact": contact.id}
        )
        _tell(db, list_contacts(db, actor), voice)


def _delete(db: Session, actor: Actor, contact: Contact) -> None:
    record_event(
        db, actor, f"account:{actor.signed_in_id}", "contact:remove", details={"contact": contact.id}
    )
    db.delete(contact)
    db.flush()


def _tell(
    db: Session, contacts: Iterable[Contact], voice: Voice, said: AccountMessage = CONTACTS_CHANGED
) -> None:
    for contact in contacts:
        if contact.frozen_at is None:
            queue_message(
                db,
                voice,
                said,
                kind=contact.kind,
                to=contact.value,
                unique_key=f"contacts-{secrets.token_hex(8)}",
                account_id=contact.account_id,
            )
