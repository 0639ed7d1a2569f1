"""One-time codes and links: made, sent, and used once. Only keyed hashes are kept."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Literal

from sqlalchemy import false, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.store import blind_index
from portal.store.accounts import Account, Contact, SignInCode
from portal.store.messages import Message
from portal.usecases.account_messages import (
    CODE,
    CONTACT_CODE,
    VISIT_CODE,
    AccountMessage,
    Voice,
    queue_message,
)
from portal.usecases.contact_values import TypedContact, contact_index

Purpose = Literal["sign_in", "add_contact", "visit"]
"""``visit``: shown to the clerk at the counter; ``account_id`` is the clerk's, and it signs nobody in."""
MESSAGES: dict[Purpose, AccountMessage] = {
    "sign_in": CODE,
    "add_contact": CONTACT_CODE,
    "visit": VISIT_CODE,
}

LIFE = timedelta(minutes=30)
MOST_TRIES = 5
"""Wrong guesses that a code survives; one digit in a million, five times."""


def send_code(
    db: Session, typed: TypedContact, purpose: Purpose, voice: Voice, *, account_id: int | None = None
) -> None:
    """Make a code and put it into the outbox. Nothing goes to a contact of a closed account, and nobody is
    told that; to one that was given up, only what lets its holder begin anew.

    How often is the caller's to limit (``rates.CODE_ASKED``). Earlier codes stay good: messages arrive late.
    """
    index = contact_index(db, typed)
    code = f"{secrets.randbelow(10**6):06d}"
    link = secrets.token_urlsafe(32)
    row = _keep(db, index, purpose, account_id, code, link)
    is_frozen = Contact.frozen_at.is_not(None) if purpose == "add_contact" else false()
    closed = (
        select(Contact.id)
        .join(Account)
        .where(Contact.value_index == index, is_frozen | Account.disabled_at.is_not(None))
    )
    if db.scalar(closed) is None:
        queue_message(
            db,
            voice,
            MESSAGES[purpose],
            kind=typed.kind,
            to=typed.value,
            unique_key=_message_key(row),
            account_id=None if purpose == "visit" else account_id,
            words={"code": code, "link": f"{voice.base_url}/sign-in/link/{link}"},
            is_quiet_exempt=True,
        )


def use_code(
    db: Session, typed: TypedContact, purpose: Purpose, code: str, *, account_id: int | None = None
) -> bool:
    """Whether ``code`` is right now; then it and every other code of this contact is used up.

    A wrong one costs each live code a try. Never raises, so that the caller's transaction keeps the count.
    Of several at once exactly one wins: the rows are locked until the commit.
    """
    index = contact_index(db, typed)
    live = db.scalars(
        select(SignInCode)
        .where(
            SignInCode.contact_index == index,
            SignInCode.purpose == purpose,
            SignInCode.account_id == account_id if account_id else SignInCode.account_id.is_(None),
            SignInCode.used_at.is_(None),
            SignInCode.tries < MOST_TRIES,
            SignInCode.expires_at > clock.now(),
        )
        .order_by(SignInCode.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    wanted = _code_hash(db, index, code)
    is_right = sum(hmac.compare_digest(row.code_hash, wanted) for row in live) > 0  # every one, always
    for row in live:
        row.tries += 1
        row.used_at = clock.now() if is_right else None
    return is_right


def make_link(db: Session, account: Account, life: timedelta) -> str:
    """A one-time sign-in link for an account, made by the operator or an administrator: its token."""
    token = secrets.token_urlsafe(32)
    row = _keep(db, f"account:{account.id}", "staff_link", account.id, secrets.token_hex(16), token)
    row.expires_at = row.created_at + life
    return token


def use_link(db: Session, token: str) -> SignInCode | None:
    """The row of a live link, now used up; None when it is unknown, used or too old."""
    row = db.scalar(
        select(SignInCode)
        .where(
            SignInCode.link_hash == _link_hash(db, token),
            SignInCode.purpose.in_(("sign_in", "staff_link")),
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > clock.now(),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is not None:
        db.execute(
            update(SignInCode)
            .where(
                SignInCode.contact_index == row.contact_index,
                SignInCode.purpose == row.purpose,
                SignInCode.used_at.is_(None),
            )
            .values(used_at=clock.now())
            .execution_options(synchronize_session="fetch")
        )
    return row


def address_of(db: Session, row: SignInCode) -> TypedContact | None:
    """Where a code was sent: only the message knows, since codes keep a fingerprint."""
    message = db.scalar(select(Message).where(Message.unique_key == _message_key(row)))
    if message is None:
        return None
    return TypedContact("email" if message.channel == "mail" else "phone", message.to)


def _keep(db: Session, index: str, purpose: str, account_id: int | None, code: str, link: str) -> SignInCode:
    now = clock.now()
    row = SignInCode(
        contact_index=index,
        purpose=purpose,
        account_id=account_id,
        code_hash=_code_hash(db, index, code),
        link_hash=_link_hash(db, link),
        created_at=now,
        expires_at=now + LIFE,
    )
    db.add(row)
    db.flush()
    return row


def _code_hash(db: Session, index: str, code: str) -> str:
    return blind_index(db, "sign_in_code", f"{index}:{code}")


def _link_hash(db: Session, token: str) -> str:
    return blind_index(db, "sign_in_link", token)


def _message_key(row: SignInCode) -> str:
    return f"code-{row.id}"
