"""By which of their contacts somebody is written to, and one notice as the message that each takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition
from portal.letters import as_text, mail_subject, render_notice, sms_text
from portal.store.accounts import Account, Contact
from portal.store.messages import NoticeRow
from portal.usecases.access_needs import Written
from portal.usecases.outbox import CHANNELS, queue_message

MADE_BY_STAFF = frozenset({"phone", "post", "liaison"})
"""Wishes of ``c_channels`` that people fulfil, not the outbox."""


def queue_notice(
    db: Session,
    definition: Definition,
    notice: NoticeRow,
    ways: Mapping[str, str],
    written: Written,
) -> list[str]:
    """One message a channel of ``ways`` (to what it goes). The channels that have one."""
    queued = []
    for channel, to in ways.items():
        if channel == "sms":
            subject, body = "", sms_text(definition, notice, written.language)
        else:
            letter = render_notice(
                definition, notice, written.language, has_digits_apart=written.has_digits_apart
            )
            subject, body = mail_subject(letter), as_text(letter)
        if body is None:
            continue
        queue_message(
            db,
            unique_key=f"notice-{notice.id}-{channel}",
            channel=channel,
            to=to,
            subject=subject,
            body=body,
            account_id=notice.account_id,
            notice_id=notice.id,
        )
        queued.append(channel)
    return queued


def allowed_contacts(db: Session, account: Account, needs: Mapping[str, Any]) -> dict[str, Contact]:
    """Contact by channel. What must never be used never is; wishes choose among the rest.

    Who wishes only ways that this account has no contact for is written to through what there is, unless
    staff tell them (by telephone, post or liaison): a term that nobody hears of would be worse.
    """
    contacts = db.scalars(_CONTACTS, {"account_id": account.id})
    barred = set(needs.get("contact_do_not") or ())
    found = {CHANNELS[contact.kind]: contact for contact in contacts}
    found = {channel: contact for channel, contact in found.items() if channel not in barred}
    wished = set(needs.get("contact_channels") or ("unknown",))
    if "unknown" in wished:
        return found
    names = {"sms": "sms", "email": "mail"}
    chosen = {names[wish] for wish in wished & names.keys()}
    liked = {channel: contact for channel, contact in found.items() if channel in chosen}
    return liked if liked or wished & MADE_BY_STAFF else found


_CONTACTS = (
    select(Contact)
    .where(Contact.account_id == bindparam("account_id"), Contact.frozen_at.is_(None))
    .order_by(Contact.last_used_at, Contact.id)
)
"""Written once: to put it together takes longer than to answer it."""
