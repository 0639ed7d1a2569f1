"""Identity at the counter: who holds an account is seen on an original document, and the account is raised.

Applying never needs this; the person file, certificates and the reading log do (experience.md 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import (
    FIELD_TYPES,
    FieldContext,
    FieldError,
    FieldOptions,
    IdType,
    same_name,
)
from portal.catalogue.model import Region, Role
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.messages import Message
from portal.store.people import Fact, Person
from portal.usecases.actor import Actor
from portal.usecases.alerts import tell_account
from portal.usecases.audit import record_event
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import find_contact
from portal.usecases.own_files import find_self_file
from portal.usecases.rates import Limit
from portal.usecases.slips import find_by_slip
from portal.usecases.turns import take_turn

COUNTER_ROLES = frozenset({Role.DESK_CLERK, Role.TOWNSHIP_CLERK, Role.LIAISON})
"""Who may say that they saw an original: at the counter, or at home (experience.md 5)."""

LOOKED_UP = Limit("identity_lookup", 60, timedelta(hours=1))
"""Accounts looked up by one clerk: a counter has no more visitors, a curious person has."""

ORIGINAL_SEEN = "B"
"""Evidence level of what window staff verified against the original (rules.md 5.3)."""

Found = Literal["proven", "already_proven", "second_claim"]


@dataclass(frozen=True)
class AccountAtDesk:
    """What the counter may see of an account: enough to know that it is the visitor's, and no more."""

    account_id: int
    contact_ends: tuple[tuple[str, str], ...]
    """Kind and the last characters of each contact: the last four digits, or the part from the @ on."""
    is_proven: bool
    proven_at: datetime | None


def find_account_by_contact(db: Session, actor: Actor, typed: TypedContact) -> int | None:
    """The resident's account that the phone or e-mail opens. Looking is recorded. Raises NotAllowed."""
    require_counter(actor)
    contact = find_contact(db, typed)
    return _looked_up(db, actor, contact.account_id if contact else None, "contact")


def find_account_by_slip(db: Session, actor: Actor, reference: str, code: str) -> int | None:
    """The account that made an application, by its reference and the code on its slip."""
    require_counter(actor)
    found = find_by_slip(db, reference, code)
    return _looked_up(db, actor, found.account_id if found else None, "slip")


def get_account_at_desk(db: Session, actor: Actor, account_id: int) -> AccountAtDesk:
    """Raises NotFound for staff accounts and closed ones, NotAllowed away from a counter."""
    require_counter(actor)
    account = _resident(db, account_id)
    ends = tuple(
        (one.kind, one.value[one.value.index("@") :] if one.kind == "email" else one.value[-4:])
        for one in account.contacts
        if one.frozen_at is None
    )
    return AccountAtDesk(account.id, ends, account.identity_level == "proven", account.proven_at)


def prove_identity(
    db: Session,
    actor: Actor,
    account_id: int,
    name: str,
    id_type: IdType,
    id_number: str,
    region: Region,
) -> Found:
    """Raise an account to proven, with name and number as the original document shows them.

    A number that another proven account holds already raises nothing: the claim is recorded in both audits
    and the first holder is told (``second_claim``). Raises Invalid for a number that cannot be, NotAllowed
    for one's own identity, Conflict ``proven_as_another`` when the account was proven with another number.
    """
    require_counter(actor)
    number = read_id_number(id_type, id_number)
    account = _resident(db, account_id, lock=True)
    refuse_oneself(db, actor, name)
    index = blind_index(db, "id_number", number)
    take_turn(db, "id_number", index)  # two counters, or a counter and the platform
    own = find_self_file(db, account.id)
    if account.identity_level == "proven":
        if own is not None and own.is_proven and own.id_number_index == index:
            return "already_proven"
        raise Conflict("proven_as_another", when=account.proven_at)
    holder = _first_holder(db, account, index)
    if holder is not None:
        _second_claim(db, actor, account, holder, region)
        return "second_claim"
    person = own or Person(claimed_by_id=account.id, is_self=True, created_at=clock.now())
    person.name, person.id_number, person.id_number_index = name, number, index
    person.is_proven = True
    db.add(person)
    seen_by = "liaison" if actor.role is Role.LIAISON else "desk"
    account.identity_level, account.proven_by, account.proven_at = "proven", seen_by, clock.now()
    db.flush()
    _keep_facts(db, actor, person, {"p_name": name, "p_id_type": id_type, "p_id_no": number})
    record_event(
        db,
        actor,
        f"account:{account.id}",
        "identity:prove",
        person_id=person.id,
        authority="office",
        details={"id_type": id_type},
    )
    return "proven"


def require_counter(actor: Actor) -> None:
    """Raises NotAllowed for everyone who does not sit at a counter."""
    if actor.kind != "staff" or actor.role not in COUNTER_ROLES:
        raise NotAllowed("counter_only")


def _looked_up(db: Session, actor: Actor, account_id: int | None, by: str) -> int | None:
    account = db.get(Account, account_id) if account_id else None
    if account is None or account.kind != "resident" or account.disabled_at is not None:
        return None
    record_event(
        db, actor, f"account:{account.id}", "account:look_up", authority="office", details={"by": by}
    )
    return account.id


def _resident(db: Session, account_id: int, *, lock: bool = False) -> Account:
    query = select(Account).where(Account.id == account_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    account = db.scalar(query)
    if account is None or account.kind != "resident" or account.disabled_at is not None:
        raise NotFound("account")
    return account


def read_id_number(id_type: IdType, id_number: str) -> str:
    """The number as registers write it. Raises Invalid."""
    kind, options = FIELD_TYPES["id_number"], FieldOptions(id_type=id_type)
    try:
        number: str = kind.parse([id_number], options)
    except FieldError as fault:
        raise Invalid({"id_number": [fault]}) from fault
    if faults := kind.validate(number, options, FieldContext(clock.today())):
        raise Invalid({"id_number": faults})
    return number


def refuse_oneself(db: Session, actor: Actor, name: str) -> None:
    """A clerk's own account is not tied to the staff account; the name is, and a colleague can do it. Raises
    NotAllowed ``own_identity``."""
    clerk = db.get_one(Account, actor.signed_in_id)
    if same_name(clerk.display_name or "", name):
        raise NotAllowed("own_identity")


def _first_holder(db: Session, account: Account, index: str) -> Person | None:
    return db.scalar(
        select(Person)
        .where(
            Person.id_number_index == index,
            Person.is_self.is_(True),
            Person.is_proven.is_(True),
            Person.claimed_by_id != account.id,
        )
        .order_by(Person.id)
        .limit(1)
    )


def _second_claim(db: Session, actor: Actor, account: Account, holder: Person, region: Region) -> None:
    for account_id in (account.id, holder.claimed_by_id):
        record_event(db, actor, f"account:{account_id}", "identity:second_claim", authority="office")
    words = Text(
        zh="有人在窗口用您的证件号码核实另一个账户。我们没有同意。请联系窗口。",
        easy="有人在窗口用您的证件号码。我们没有同意。请联系窗口。",
        en="Your ID number was used for another account. Refused. Tell us.",
    )
    unique = f"identity-{holder.id}-{account.id}-{clock.today().isoformat()}"
    if db.scalar(select(Message.id).where(Message.unique_key.startswith(unique))) is None:
        tell_account(db, region, holder.claimed_by_id, words, unique=unique)  # once a day is enough


def _keep_facts(db: Session, actor: Actor, person: Person, seen: dict[str, str]) -> None:
    """What the original shows is a fact of level B; level A, from a register, stays as it is."""
    own = (Fact.person_id == person.id, Fact.account_id == person.claimed_by_id)
    known = {fact.field: fact for fact in db.scalars(select(Fact).where(*own))}
    for field, value in seen.items():
        fact = known.get(field)
        if fact is not None and fact.level == "A":
            continue
        if fact is None:
            fact = Fact(person_id=person.id, account_id=person.claimed_by_id, field=field)
            db.add(fact)
        fact.value, fact.source, fact.level = value, "desk", ORIGINAL_SEEN
        fact.verified_by_id = actor.account_id
        fact.verified_at = fact.saved_at = clock.now()
