"""Receive a visitor: by the original of an identity document, by a slip, by a code to their own phone, or as
somebody of whom nothing is known yet. Applying never needs any of it (experience.md 5).

Who has neither phone nor account gets an account without contacts: nobody can sign in to it, the counter and
the slip open it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError, IdType
from portal.catalogue.model import Region
from portal.rules.errors import Conflict, NotAllowed
from portal.rules.references import parse_reference, parse_slip_code
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.people import Person
from portal.store.visits import Visit
from portal.store.voices import PersonSlip
from portal.usecases.account_messages import Voice
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.card_seen import count_in_visit
from portal.usecases.codes import send_code, use_code
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import find_contact, is_old_number, new_contact
from portal.usecases.identity import Found, prove_identity, read_id_number, refuse_oneself, require_counter
from portal.usecases.person_slips import person_of_slip
from portal.usecases.resident_accounts import new_account
from portal.usecases.slips import find_by_slip
from portal.usecases.turns import take_turn
from portal.usecases.visits import (
    Begun,
    IdentitySeen,
    OpenVisit,
    VisitChannel,
    VisitorStanding,
    begin_visit,
    beside,
    refuse_related,
)

NotReceived = Literal["wrong", "old_number", "given_up", "of_representative"]
"""Why nobody was received: the paper or the code does not fit; the number was not used here for 90 days, or
its account said that it is somebody else's; the paper is of whoever acts for this person."""


@dataclass(frozen=True)
class Reception:
    """At which counter somebody is received, and how they came."""

    actor: Actor
    session_id: int
    channel: VisitChannel
    standing: VisitorStanding

    @property
    def clerk(self) -> Actor:
        return replace(self.actor, channel=self.channel)


def receive_by_document(
    db: Session, at: Reception, id_type: IdType, name: str, id_number: str, region: Region
) -> Begun:
    """The original was seen. Whose number it is already is received as such; anybody else gets an account
    that is proven by it.

    Raises Invalid for a number that cannot be; NotAllowed ``own_identity``, ``own_visitor`` for the clerk's
    own document or a relative's, ``not_by_phone`` where nothing can be seen; Conflict ``account_closed``.
    """
    require_counter(at.actor)
    if at.channel == "phone":
        raise NotAllowed("not_by_phone")
    number = read_id_number(id_type, id_number)
    refuse_oneself(db, at.actor, name)
    index = blind_index(db, "id_number", number)
    refuse_related(db, at.actor, index)
    take_turn(db, "id_number", index)  # two counters at once: one account
    holder = db.execute(
        select(Account.id, Account.disabled_at)
        .join(Person, Person.claimed_by_id == Account.id)
        .where(Person.id_number_index == index, Person.is_self.is_(True), Person.is_proven.is_(True))
        .order_by(Person.id)
        .limit(1)
    ).first()
    if holder is not None and holder.disabled_at is not None:
        raise Conflict("account_closed", when=holder.disabled_at)
    if holder is not None:
        return _begin(db, at, holder.id, "document")
    account = new_account(db, by=at.clerk)
    prove_identity(db, at.clerk, account.id, name, id_type, number, region)
    return _begin(db, at, account.id, "document")


def receive_by_slip(db: Session, at: Reception, reference: str, code: str) -> Begun | NotReceived:
    """Who shows the paper with a code: a receipt opens the account that applied, 本人联系单 the person's own.

    The receipt of somebody who acts for another opens nothing to a person who comes for themselves.
    """
    require_counter(at.actor)
    try:
        number, typed = parse_reference(reference), parse_slip_code(code)
    except FieldError:
        return "wrong"
    found = find_by_slip(db, number, typed)
    if found is not None:
        if found.acting == "proxy" and at.standing == "self":
            return "of_representative"
        return _begin(db, at, found.account_id, "slip")
    slip = db.scalar(select(PersonSlip).where(PersonSlip.number == number, PersonSlip.off_at.is_(None)))
    account_id = None
    if slip is not None and slip.code == typed:
        own = person_of_slip(db, slip.id)
        account_id = own.claimed_by_id if own.is_self else own.own_account_id
    return _begin(db, at, account_id, "slip") if account_id is not None else "wrong"


def send_visit_code(db: Session, actor: Actor, typed: TypedContact, voice: Voice) -> None:
    """A code to the visitor's own phone or e-mail, good at this clerk's counter only: it signs nobody in."""
    require_counter(actor)
    send_code(db, typed, "visit", voice, account_id=actor.signed_in_id)


def receive_by_code(db: Session, at: Reception, typed: TypedContact, code: str) -> Begun | NotReceived:
    """Who reads out the code that was sent to their phone or e-mail; a new contact begins a new account.

    Commit whatever it says: the tries are counted.
    """
    require_counter(at.actor)
    if not use_code(db, typed, "visit", code, account_id=at.actor.signed_in_id):
        return "wrong"
    contact = find_contact(db, typed)
    if contact is None:
        account = new_account(db, by=at.clerk)
        contact = new_contact(db, account, typed)
        _record(db, at.clerk, account.id, "contact:add", {"contact": contact.id})
        return _begin(db, at, account.id, "code")
    if contact.account.kind != "resident" or contact.account.disabled_at is not None:
        return "wrong"
    if contact.frozen_at is not None:
        return "given_up"
    if is_old_number(contact):
        return "old_number"
    contact.last_used_at = clock.now()
    return _begin(db, at, contact.account_id, "code")


def receive_unknown(db: Session, at: Reception) -> Begun:
    """Who has no document, paper or phone with them: begins all the same, and brings a document later."""
    require_counter(at.actor)
    account = new_account(db, by=at.clerk)
    return _begin(db, at, account.id, None)


def see_document(
    db: Session, actor: Actor, visit: OpenVisit, id_type: IdType, name: str, id_number: str, region: Region
) -> Found:
    """The visitor's original was seen during the visit: their account is proven by it (``prove_identity``).

    Raises what that raises, and NotAllowed ``own_visitor``, ``not_by_phone``.
    """
    if visit.channel == "phone":
        raise NotAllowed("not_by_phone")
    clerk = replace(actor, channel=visit.channel)
    refuse_related(db, actor, blind_index(db, "id_number", read_id_number(id_type, id_number)))
    outcome = prove_identity(db, clerk, visit.account_id, name, id_type, id_number, region)
    if outcome == "second_claim":
        return outcome
    db.execute(update(Visit).where(Visit.id == visit.id).values(identity_seen="document"))
    if outcome == "already_proven":
        _record(db, clerk, visit.account_id, "identity:see", {"visit": visit.id})
    count_in_visit(db, beside(clerk, visit), visit.id)
    return outcome


def _begin(db: Session, at: Reception, account_id: int, seen: IdentitySeen | None) -> Begun:
    return begin_visit(
        db,
        at.actor,
        at.session_id,
        account_id,
        channel=at.channel,
        standing=at.standing,
        identity_seen=seen,
    )


def _record(db: Session, clerk: Actor, account_id: int, tag: str, details: dict[str, int]) -> None:
    record_event(db, clerk, f"account:{account_id}", tag, authority="office", details=details)
