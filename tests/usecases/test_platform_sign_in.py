"""What the state's identity platform vouches for: one proven account a person, conflicts for staff."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.gateways.identity import VerifiedPerson
from portal.rules.errors import Conflict
from portal.store import Store
from portal.store.accounts import Account
from portal.store.people import Person
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.platform_sign_in import sign_in_with_platform
from portal.usecases.sessions import find_session
from portal.usecases.sign_in import Opened
from tests.usecases.sign_in_support import account_of, sign_up

LI = VerifiedPerson("li", "示例李明", "880000199001011237", "https://id.example.cn", clock.now())


def arrive(store: Store, verified: VerifiedPerson = LI, actor: Actor = VISITOR) -> Opened:
    with store.transaction() as db:
        return sign_in_with_platform(db, actor, verified)


def test_person_vouched_for_gets_a_proven_account(store: Store) -> None:
    opened = arrive(store)
    with store.reading() as db:
        found = find_session(db, opened.token)
        account = db.get_one(Account, opened.account_id)
        person = db.scalars(select(Person)).one()
        assert found is not None
        assert found.is_proven
        assert account.proven_by == "platform"
        assert account.platform_subject != "li"
        assert (person.is_self, person.is_proven, person.id_number) == (True, True, LI.id_number)


def test_same_person_again_opens_the_same_account(store: Store) -> None:
    assert arrive(store).account_id == arrive(store).account_id


def test_other_person_gets_another_account(store: Store) -> None:
    other = replace(LI, subject="wang", id_number="880000199001011253")
    assert arrive(store).account_id != arrive(store, other).account_id


def test_open_account_becomes_proven(store: Store) -> None:
    actor = sign_up(store)
    assert arrive(store, actor=actor).account_id == actor.account_id
    with store.reading() as db:
        assert account_of(db, actor).identity_level == "proven"


def test_id_number_of_another_proven_account_is_a_conflict_and_changes_nothing(store: Store) -> None:
    arrive(store)
    actor = sign_up(store)
    with pytest.raises(Conflict, match="proven_elsewhere"):
        arrive(store, replace(LI, subject="li-at-another-platform"), actor)
    with pytest.raises(Conflict, match="proven_elsewhere"):
        arrive(store, replace(LI, issuer="https://other.example.cn"))
    with store.reading() as db:
        assert account_of(db, actor).identity_level == "unproven"
        assert db.scalar(select(func.count()).select_from(Account)) == 2


def test_open_account_of_somebody_else_is_left_for_the_persons_own(store: Store) -> None:
    first = arrive(store)
    other = sign_up(store)
    assert arrive(store, actor=other).account_id == first.account_id


def test_account_that_says_it_is_somebody_else_is_a_conflict(store: Store) -> None:
    actor = sign_up(store)
    with store.transaction() as db:
        db.add(
            Person(
                claimed_by_id=actor.signed_in_id,
                is_self=True,
                id_number="880000199001011253",
                id_number_index="another",
                created_at=clock.now(),
            )
        )
    with pytest.raises(Conflict, match="other_person"):
        arrive(store, actor=actor)


def test_account_proven_as_one_person_cannot_become_another(store: Store) -> None:
    first = arrive(store)
    actor = Actor("resident", first.account_id, True)
    with pytest.raises(Conflict, match="other_person"):
        arrive(store, replace(LI, subject="wang", id_number="880000199001011253"), actor)


def test_closed_account_stays_closed(store: Store) -> None:
    first = arrive(store)
    with store.transaction() as db:
        db.get_one(Account, first.account_id).disabled_at = clock.now()
    with pytest.raises(Conflict, match="closed"):
        arrive(store)


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_person_who_arrives_several_times_at_once_has_one_account(store: Store) -> None:
    with ThreadPoolExecutor(6) as pool:
        accounts = {opened.account_id for opened in pool.map(lambda _: arrive(store), range(6))}
    assert len(accounts) == 1
