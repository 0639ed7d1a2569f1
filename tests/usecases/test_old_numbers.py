"""A number unused here for 90 days: what opens its account beside a right code, and what does not."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Slip
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.usecases.actor import Actor
from portal.usecases.contact_values import read_contact
from portal.usecases.contacts import (
    find_contact,
    freeze_contact,
    is_old_number,
    new_contact,
    use_again,
)
from portal.usecases.sessions import find_session
from portal.usecases.sign_in import Opened, Refusal, sign_in_with_receipt, start_anew
from portal.usecases.slips import find_by_slip, one_way_to_write
from tests.support.receiving import handed_in
from tests.support.workers import make_worker
from tests.usecases.sign_in_support import (
    MAIL,
    PHONE,
    VOICE,
    account_of,
    ask,
    enter,
    sign_up,
)

START = "2026-11-23T09:00:00+08:00"
LATER = "2027-02-23T09:00:00+08:00"
OTHER_PHONE = "19900000002"


@pytest.fixture
def holder(store: Store, clock_at: Callable[..., None]) -> Actor:
    """Whose number was last used 92 days ago."""
    clock_at(START)
    return sign_up(store)


@pytest.fixture
def receipt(store: Store, holder: Actor, clock_at: Callable[..., None]) -> tuple[str, str]:
    """Reference and code of the holder's application; by now the number is old."""
    found = handed_in(store, holder.signed_in_id)
    clock_at(LATER)
    return found


def show(store: Store, reference: str, code: str, contact: str = PHONE) -> Opened | Refusal:
    with store.transaction() as db:
        return sign_in_with_receipt(db, read_contact(contact), reference, code)


def take_up_again(store: Store, account_id: int, contact: str = PHONE) -> None:
    with store.transaction() as db:
        use_again(db, account_id, read_contact(contact), VOICE)


def is_old(store: Store, contact: str = PHONE) -> bool:
    with store.reading() as db:
        found = find_contact(db, read_contact(contact))
        assert found is not None
        return is_old_number(found)


def tags(store: Store, account_id: int) -> list[str]:
    with store.reading() as db:
        of_account = AuditEvent.stream == f"account:{account_id}"
        return list(db.scalars(select(AuditEvent.tag).where(of_account).order_by(AuditEvent.id)))


def told(store: Store) -> list[tuple[str, str]]:
    """To whom something was said that is no code, and what."""
    with store.reading() as db:
        return [
            (one.to, one.body)
            for one in db.scalars(select(Message).where(Message.unique_key.like("contacts-%"))).all()
        ]


def add_mail(store: Store, actor: Actor) -> None:
    with store.transaction() as db:
        new_contact(db, account_of(db, actor), read_contact(MAIL))


def test_receipt_of_its_account_opens_it(store: Store, holder: Actor, receipt: tuple[str, str]) -> None:
    opened = show(store, *receipt)
    assert isinstance(opened, Opened)
    assert (opened.account_id, opened.is_new) == (holder.account_id, False)
    with store.reading() as db:
        session = find_session(db, opened.token)
        assert session is not None
        assert session.way == "receipt"
    assert tags(store, holder.signed_in_id)[-1] == "session:open"


def test_receipt_is_read_however_it_is_typed(store: Store, receipt: tuple[str, str]) -> None:
    reference, code = receipt
    assert isinstance(show(store, f" {reference[:4]}-{reference[4:]} ", code.lower()), Opened)
    assert one_way_to_write(f"{reference[:4]} {reference[4:]}") == reference
    assert one_way_to_write("many") == "many"


def test_receipt_of_another_account_and_wrong_ones_open_nothing_and_are_on_record(
    store: Store, holder: Actor, receipt: tuple[str, str], clock_at: Callable[..., None]
) -> None:
    reference, code = receipt
    stranger = sign_up(store, MAIL)
    clock_at("2026-11-23T10:00:00+08:00")
    others = handed_in(store, stranger.signed_in_id)
    clock_at(LATER)
    tried = [others, (reference, "22222222"), (others[0], code), ("261122045738", code), ("", ""), ("x", "x")]
    for one in tried:
        assert show(store, *one) == "wrong", one
    assert tags(store, holder.signed_in_id).count("session:refuse_receipt") == len(tried)
    assert is_old(store)
    assert "session:refuse_receipt" not in tags(store, stranger.signed_in_id)


def test_receipt_whose_code_was_switched_off_opens_nothing(store: Store, receipt: tuple[str, str]) -> None:
    with store.transaction() as db:
        application = find_by_slip(db, *receipt)
        assert application is not None
        db.get_one(Slip, application.id).is_off = True
    assert show(store, *receipt) == "wrong"


def test_receipt_opens_nothing_once_the_number_was_given_up_or_has_gone_or_the_account_is_closed(
    store: Store, holder: Actor, receipt: tuple[str, str]
) -> None:
    assert show(store, *receipt, contact=OTHER_PHONE) == "wrong"
    with store.transaction() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        freeze_contact(db, holder, contact.id, VOICE)
    assert show(store, *receipt) == "wrong"
    with store.transaction() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        contact.frozen_at = None
        account_of(db, holder).disabled_at = clock.now()
    assert show(store, *receipt) == "wrong"


def test_receipt_opens_nothing_to_the_new_owner_of_the_number(
    store: Store, holder: Actor, receipt: tuple[str, str]
) -> None:
    assert enter(store, ask(store)) == "old_number"
    with store.transaction() as db:
        assert isinstance(start_anew(db, read_contact(PHONE), VOICE), Opened)
    assert show(store, *receipt) == "wrong"
    assert tags(store, holder.signed_in_id)[-1] == "contact:leave"


def test_receipt_opens_no_account_of_staff(store: Store, receipt: tuple[str, str]) -> None:
    with store.transaction() as db:
        worker = make_worker(db, Role.DESK_CLERK)
        new_contact(db, db.get_one(Account, worker.account_id), read_contact(OTHER_PHONE))
    assert show(store, *receipt, contact=OTHER_PHONE) == "wrong"


def test_number_that_is_used_again_opens_by_a_code_and_the_other_contacts_are_told(
    store: Store, holder: Actor, receipt: tuple[str, str]
) -> None:
    add_mail(store, holder)
    take_up_again(store, holder.signed_in_id)
    assert not is_old(store)
    assert tags(store, holder.signed_in_id)[-1] == "contact:confirm"
    ((to, body),) = told(store)
    assert to == MAIL
    assert "很久没有用过" in body
    assert isinstance(enter(store, ask(store)), Opened)


def test_number_that_is_not_old_or_of_another_account_or_given_up_is_not_touched(
    store: Store, holder: Actor, clock_at: Callable[..., None]
) -> None:
    add_mail(store, holder)
    take_up_again(store, holder.signed_in_id)
    clock_at(LATER)
    stranger = sign_up(store, OTHER_PHONE)
    take_up_again(store, stranger.signed_in_id)
    take_up_again(store, stranger.signed_in_id, "19900000003")
    assert is_old(store)
    assert not told(store)
    with store.transaction() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        freeze_contact(db, holder, contact.id, VOICE)
    take_up_again(store, holder.signed_in_id)
    assert is_old(store)


def test_number_used_again_is_taken_over_by_nobody(
    store: Store, holder: Actor, receipt: tuple[str, str]
) -> None:
    take_up_again(store, holder.signed_in_id)
    with store.transaction() as db:
        assert start_anew(db, read_contact(PHONE), VOICE) == "wrong"
