"""How the person reads what is said to them where somebody else applies: never through who acts for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.store.accounts import Contact
from portal.store.applications import Application
from portal.usecases.contact_values import read_contact
from portal.usecases.definitions import get_definition
from portal.usecases.handed_in import newest_answers_of

BARRED_BY = {"sms": "sms", "mail": "email"}
"""Channels, and the answer to ``contact_do_not`` that rules them out."""


def own_ways(db: Session, application: Application, needs: Mapping[str, Any]) -> dict[str, str]:
    """The person's own telephone and mailbox by channel, as they were given with the answers.

    Without what must not be used, what takes no text messages, and what the representative has too: what is
    said there is said to them.
    """
    barred = set(needs.get("contact_do_not") or ())
    shared = _of_representative(db, application)
    phone = needs.get("phone_own") if needs.get("phone_whose") == "own" else None
    found: dict[str, str] = {}
    for channel, given in (("sms", phone), ("mail", needs.get("contact_email"))):
        if not isinstance(given, str) or BARRED_BY[channel] in barred:
            continue
        try:
            typed = read_contact(given)
        except FieldError:
            continue  # a landline
        if typed.key not in shared:
            found[channel] = typed.value
    return found


def by_hand_for(needs: Mapping[str, Any]) -> tuple[str, ...]:
    """How people bring something to a person whom no message reaches: by post, or through the liaison where
    the person wishes that or wants no post at home."""
    wished = set(needs.get("contact_channels") or ())
    if "liaison" in wished or "post" in set(needs.get("contact_do_not") or ()):
        return ("committee",)
    return ("post",)


def _of_representative(db: Session, application: Application) -> set[str]:
    contacts = db.scalars(select(Contact.value).where(Contact.account_id == application.account_id))
    shared = {one.casefold() for one in contacts}
    definition = get_definition(db, application.definition_hash)
    typed = definition.meant(newest_answers_of(db, application)).get("representative_phone")
    return shared | {typed.casefold()} if isinstance(typed, str) else shared
