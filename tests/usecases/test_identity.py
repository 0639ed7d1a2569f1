"""Identity at the counter: only counters, never oneself, one number for one proven account."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Slip
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.people import Fact, Person
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.identity import (
    find_account_by_contact,
    find_account_by_slip,
    get_account_at_desk,
    prove_identity,
)
from tests.support import office
from tests.support.workers import Worker, demo_region, make_worker

REGION = demo_region()


def checked(seventeen: str) -> str:
    """A demo number with its check digit (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True))
    return seventeen + "10X98765432"[total % 11]


FIRST, SECOND = checked("88000019500101001"), checked("88000019500101002")


def resident(db: Session, phone: str = "19900000101") -> int:
    account = Account(kind="resident", preferences={}, created_at=clock.now())
    db.add(account)
    db.flush()
    new_contact(db, account, TypedContact("phone", phone))
    return account.id


def prove(db: Session, actor: Actor, account_id: int, name: str = "示例王小明", number: str = FIRST) -> str:
    return prove_identity(db, actor, account_id, name, "resident", number, REGION)


@pytest.fixture
def clerk(db: Session) -> Worker:
    return make_worker(db, Role.DESK_CLERK)


def test_original_seen_at_the_counter_proves_the_account(db: Session, clerk: Worker) -> None:
    account_id = resident(db)
    assert prove(db, clerk.actor, account_id) == "proven"
    account = db.get_one(Account, account_id)
    assert (account.identity_level, account.proven_by) == ("proven", "desk")
    assert account.proven_at is not None
    person = db.scalars(select(Person)).one()
    assert (person.is_self, person.is_proven, person.name, person.id_number) == (
        True,
        True,
        "示例王小明",
        FIRST,
    )
    facts = {fact.field: (fact.value, fact.level) for fact in db.scalars(select(Fact))}
    assert facts == {
        "p_name": ("示例王小明", "B"),
        "p_id_type": ("resident", "B"),
        "p_id_no": (FIRST, "B"),
    }
    assert "identity:prove" in db.scalars(select(AuditEvent.tag)).all()


def test_claim_that_was_typed_before_becomes_the_proven_person(db: Session, clerk: Worker) -> None:
    account_id = resident(db)
    claim = Person(
        claimed_by_id=account_id, is_self=True, name="王晓明", id_number=SECOND, created_at=clock.now()
    )
    db.add(claim)
    db.flush()
    assert prove(db, clerk.actor, account_id) == "proven"
    assert db.scalars(select(Person)).all() == [claim]
    assert (claim.name, claim.id_number, claim.is_proven) == ("示例王小明", FIRST, True)


def test_fact_of_a_register_is_not_overwritten_at_the_counter(db: Session, clerk: Worker) -> None:
    account_id = resident(db)
    person = Person(claimed_by_id=account_id, is_self=True, created_at=clock.now())
    db.add(person)
    db.flush()
    db.add(
        Fact(
            person_id=person.id,
            account_id=account_id,
            field="p_name",
            value="登记姓名",
            source="register",
            level="A",
            saved_at=clock.now(),
        )
    )
    db.flush()
    prove(db, clerk.actor, account_id)
    name = db.scalars(select(Fact).where(Fact.field == "p_name")).one()
    assert (name.value, name.level) == ("登记姓名", "A")


def test_same_number_again_is_proven_already_and_another_is_a_conflict(db: Session, clerk: Worker) -> None:
    account_id = resident(db)
    prove(db, clerk.actor, account_id)
    assert prove(db, clerk.actor, account_id) == "already_proven"
    with pytest.raises(Conflict, match="proven_as_another"):
        prove(db, clerk.actor, account_id, number=SECOND)


def test_second_claim_raises_nothing_and_the_first_holder_is_told(db: Session, clerk: Worker) -> None:
    first, second = resident(db, "19900000101"), resident(db, "19900000102")
    prove(db, clerk.actor, first)
    assert prove(db, clerk.actor, second) == "second_claim"
    assert prove(db, clerk.actor, second) == "second_claim"
    assert db.get_one(Account, second).identity_level == "unproven"
    told = db.scalars(select(Message)).all()
    assert [(message.account_id, message.to) for message in told] == [(first, "19900000101")]
    assert len(told[0].body) <= 70
    assert FIRST not in told[0].body
    streams = db.scalars(
        select(AuditEvent.stream).where(AuditEvent.tag == "identity:second_claim").distinct()
    )
    assert set(streams) == {f"account:{first}", f"account:{second}"}


def test_two_counters_with_one_number_at_once_prove_one_account(store: Store) -> None:
    with store.transaction() as db:
        clerk = make_worker(db, Role.DESK_CLERK)
        accounts = [resident(db, f"1990000010{number}") for number in range(3)]

    def prove_one(account_id: int) -> str:
        with store.transaction() as db:
            return prove(db, clerk.actor, account_id)

    with ThreadPoolExecutor(3) as threads:
        outcomes = sorted(threads.map(prove_one, accounts))
    assert outcomes == ["proven", "second_claim", "second_claim"]


def test_clerk_cannot_prove_someone_of_the_same_name(db: Session) -> None:
    clerk = make_worker(db, Role.DESK_CLERK, name="示例阿里·木")
    account_id = resident(db)
    for name in ("示例阿里·木", " 示例阿里•木 "):
        with pytest.raises(NotAllowed, match="own_identity"):
            prove(db, clerk.actor, account_id, name=name)
    assert db.get_one(Account, account_id).identity_level == "unproven"


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("resident", ""),
        ("resident", "123"),
        ("resident", FIRST[:-1] + ("0" if FIRST[-1] != "0" else "1")),
        ("taiwan", FIRST),
        ("resident", checked("88000020990101001")),
    ],
)
def test_number_that_cannot_be_is_refused(db: Session, clerk: Worker, id_type: str, number: str) -> None:
    with pytest.raises(Invalid):
        prove_identity(db, clerk.actor, resident(db), "示例王小明", id_type, number, REGION)  # type: ignore[arg-type]


def test_staff_and_closed_accounts_cannot_be_proven(db: Session, clerk: Worker) -> None:
    closed = resident(db)
    db.get_one(Account, closed).disabled_at = clock.now()
    db.flush()
    for account_id in (clerk.account_id, closed, 10_000):
        with pytest.raises(NotFound):
            prove(db, clerk.actor, account_id)


@pytest.mark.parametrize(
    "role", [None, Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER, Role.HOSPITAL, Role.ADMINISTRATOR]
)
def test_everyone_away_from_a_counter_is_refused(db: Session, role: Role | None) -> None:
    account_id = resident(db)
    for actor in (make_worker(db, role).actor, VISITOR, Actor("resident", account_id)):
        acts: tuple[Callable[[Actor], object], ...] = (
            lambda who: find_account_by_contact(db, who, TypedContact("phone", "19900000101")),
            lambda who: find_account_by_slip(db, who, "261122045738", "ABCDEFGH"),
            lambda who: get_account_at_desk(db, who, account_id),
            lambda who: prove(db, who, account_id),
        )
        for act in acts:
            with pytest.raises(NotAllowed):
                act(actor)


def test_counter_sees_the_end_of_contacts_and_no_more(db: Session, clerk: Worker) -> None:
    account_id = resident(db)
    new_contact(db, db.get_one(Account, account_id), TypedContact("email", "someone@example.invalid"))
    db.expire_all()
    found = get_account_at_desk(db, clerk.actor, account_id)
    assert found.contact_ends == (("phone", "0101"), ("email", "@example.invalid"))
    assert not found.is_proven


def test_slip_finds_the_account_until_it_is_switched_off(db: Session, clerk: Worker) -> None:
    office.prepare(db)
    applicant = office.resident(db)
    application = office.submitted(db, applicant)
    slip = db.get_one(Slip, application.id)
    typed = f" {slip.code[:4].lower()}-{slip.code[4:]}"
    found = find_account_by_slip(db, clerk.actor, application.reference, typed)
    assert found == applicant.account_id
    wrong = slip.code[:-1] + ("2" if slip.code[-1] != "2" else "3")
    assert find_account_by_slip(db, clerk.actor, application.reference, wrong) is None
    slip.is_off = True
    db.flush()
    assert find_account_by_slip(db, clerk.actor, application.reference, slip.code) is None


def test_looking_up_finds_the_account_and_leaves_a_trace(db: Session, clerk: Worker) -> None:
    account_id = resident(db)
    assert find_account_by_contact(db, clerk.actor, TypedContact("phone", "19900000101")) == account_id
    assert find_account_by_contact(db, clerk.actor, TypedContact("phone", "19900000999")) is None
    assert find_account_by_slip(db, clerk.actor, "not a number", "x") is None
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "account:look_up")).one()
    assert (event.stream, event.actor_id) == (f"account:{account_id}", clerk.account_id)
