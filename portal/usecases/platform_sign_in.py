"""Signing in through the state's identity platform: what it vouches for makes an account proven."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.identity import IdentityGateway, VerifiedPerson
from portal.rules.errors import Conflict
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.own_files import find_self_file
from portal.usecases.resident_accounts import new_account, owner_of
from portal.usecases.sessions import open_session
from portal.usecases.sign_in import Opened
from portal.usecases.turns import take_turn


class PlatformFailed(Exception):
    """The platform cannot be reached, or its answer cannot be believed; the text says which, and no more."""


@dataclass(frozen=True)
class PlatformQuestion:
    """What we asked the platform; the secrets stay with the person's browser until the answer."""

    url: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def ask_platform(identity: IdentityGateway, return_address: str) -> PlatformQuestion:
    """Begin: where to send the person, and what to remember. Raises PlatformFailed."""
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    try:
        asked = identity.authorize(return_address, state, nonce)
    except (PermanentFailure, TemporaryFailure) as failure:
        raise PlatformFailed(str(failure)) from None
    return PlatformQuestion(asked.url, state, nonce, asked.verifier)


def hear_platform(
    identity: IdentityGateway, return_address: str, asked: PlatformQuestion, state: str, code: str
) -> VerifiedPerson:
    """Finish: whom the platform vouches for, in answer to what this browser asked. Raises PlatformFailed."""
    if not (code and hmac.compare_digest(asked.state.encode(), state.encode("utf-8", "replace"))):
        raise PlatformFailed("not an answer to our question")
    try:
        return identity.exchange(code, return_address, asked.verifier, asked.nonce)
    except (PermanentFailure, TemporaryFailure) as failure:
        raise PlatformFailed(str(failure)) from None


def sign_in_with_platform(
    db: Session, actor: Actor, verified: VerifiedPerson, *, is_shared: bool = False
) -> Opened:
    """Open the account of a person that the platform vouches for, or make one; it is proven from now on.

    Someone who is signed in already proves the account that is open. Raises Conflict, for staff to sort out:
    ``proven_elsewhere`` (another proven account holds this ID number), ``other_person`` (the account is, or
    says it is, somebody else's).
    """
    id_index = blind_index(db, "id_number", verified.id_number)
    subject = blind_index(db, "platform_subject", f"{verified.issuer}\0{verified.subject}")
    take_turn(db, "platform", subject)
    take_turn(db, "id_number", id_index)
    account = db.scalar(select(Account).where(Account.platform_subject == subject))
    if actor.kind == "resident" and (account is None or account.id == actor.account_id):
        account = db.get_one(Account, actor.signed_in_id)
    if account is not None and account.disabled_at is not None:
        raise Conflict("closed")
    if account is not None and account.platform_subject not in (None, subject):
        raise Conflict("other_person")
    holder = db.scalar(
        select(Person.claimed_by_id).where(
            Person.id_number_index == id_index, Person.is_self.is_(True), Person.is_proven.is_(True)
        )
    )
    if holder is not None and (account is None or account.id != holder):
        raise Conflict("proven_elsewhere")
    is_new = account is None
    account = account or new_account(db)
    _prove(db, account, verified, subject, id_index)
    return Opened(open_session(db, account, "platform", is_shared=is_shared), account.id, is_new=is_new)


def _prove(db: Session, account: Account, verified: VerifiedPerson, subject: str, id_index: str) -> None:
    person = find_self_file(db, account.id)
    if person is None:
        person = Person(claimed_by_id=account.id, is_self=True, created_at=clock.now())
        db.add(person)
    elif person.id_number_index not in (None, id_index):
        raise Conflict("other_person")
    was_proven = account.identity_level == "proven"
    person.name = verified.name
    person.id_number = verified.id_number
    person.id_number_index = id_index
    person.is_proven = True
    account.platform_subject = subject
    if not was_proven:
        account.identity_level = "proven"
        account.proven_at = verified.verified_at
        account.proven_by = "platform"
    db.flush()
    if not was_proven:
        record_event(db, owner_of(account), f"account:{account.id}", "identity:prove", person_id=person.id)
