"""The person's own notice (本人通知) where somebody else applied: said to them, in their own way and format.

It stands in the person's own account, often one without contacts, and goes past who acts for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition
from portal.rules.acting import why_not_act
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.own_accounts import keep_own_account
from portal.usecases.standing import authority_from

TOLD: Final = frozenset({"N01", "N03", "N04", "N09", "N10", "N11", "N12", "N15", "N18", "N21"})
"""What the person hears too (rules.md 5.7): that somebody applied, what is asked, how it was decided, what
stops or changes, that it ended; what was paid, what may be open to them, that something of theirs is looked
at again. What only moves it on is read where it stands."""

YOUNGEST: Final = 8
"""Whole years from which on a child is written to: younger ones have no capacity of their own (民法典
art. 20). That a notice begins there is ours."""


def make_own_copy(
    db: Session, application: Application, definition: Definition, notice: NoticeRow
) -> NoticeRow | None:
    """The same notice for the person's account, in the words for them; None where the person is not told.

    The caller adds it, with its hash, messages and deliveries.
    """
    if application.acting != "proxy" or notice.key not in TOLD:
        return None
    if notice.facts.get("event") == "death_undone" or not is_to_be_told(db, application, definition):
        return None  # who was not told that they died is not told that it was wrong
    return NoticeRow(
        account_id=keep_own_account(db, application.person),
        application_id=application.id,
        key=notice.key,
        number=notice.number,
        facts={**notice.facts, "acting": "self"},
        definition_hash=notice.definition_hash,
        created_at=clock.now(),
    )


def may_tell_representative(application: Application, facts: Mapping[str, Any]) -> bool:
    """Whether who acts is written to: not once their authority is over, nor what the person keeps to
    themselves. Of a death, or of the mistake, they hear although their record is suspended."""
    if application.acting != "proxy" or application.representation is None:
        return True
    if application.is_hidden:
        return False
    if facts.get("is_death") or facts.get("event") == "death_undone":
        return True
    authority = authority_from(application.representation)
    code, today = application.service_code, clock.today()
    return why_not_act("letters", "representative", authority, code, today) is None


def own_needs(needs: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of reaching the person, without a telephone that is somebody else's."""
    if needs.get("phone_whose") == "own":
        return dict(needs)
    wished = [one for one in needs.get("contact_channels") or () if one not in ("phone", "sms")]
    barred = {*(needs.get("contact_do_not") or ()), "call", "sms"}
    return {**needs, "contact_channels": wished, "contact_do_not": sorted(barred)}


def is_to_be_told(db: Session, application: Application, definition: Definition) -> bool:
    """Whether anything is said to the person past who acts: not after a reported death, nor to a small
    child."""
    if application.person.death_reported_at is not None:
        return False
    age = Journey(definition, newest_answers_of(db, application), "proxy", clock.today()).age
    return age is None or age >= YOUNGEST
