"""Signing in by code, link and password: who gets in, who does not, and what is kept of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.catalogue.model import Role
from portal.catalogue.texts import LANGUAGES
from portal.gateways.sms import LONGEST_SMS, sms_length
from portal.store import Store
from portal.store.accounts import Account, Contact, SignInCode
from portal.store.audit import AuditEvent
from portal.usecases import account_messages
from portal.usecases.account_messages import Voice, queue_message
from portal.usecases.actor import Actor
from portal.usecases.codes import MOST_TRIES, make_link, send_code
from portal.usecases.contact_values import read_contact
from portal.usecases.contacts import find_contact, freeze_contact, list_contacts, new_contact
from portal.usecases.passwords import hash_password
from portal.usecases.sessions import find_session
from portal.usecases.sign_in import (
    KeptPassword,
    Opened,
    find_password,
    set_password,
    sign_in_with_link,
    sign_in_with_password,
    start_anew,
)
from tests.support.workers import make_worker
from tests.usecases.sign_in_support import (
    MAIL,
    PHONE,
    VOICE,
    account_of,
    ask,
    enter,
    link_in,
    messages,
    other_than,
    sign_up,
)

START = "2026-11-22T09:00:00+08:00"


def tags(store: Store) -> list[str]:
    with store.reading() as db:
        return list(db.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


def test_right_code_makes_an_unproven_account_and_a_session(store: Store) -> None:
    opened = enter(store, ask(store))
    assert isinstance(opened, Opened)
    assert opened.is_new
    with store.reading() as db:
        found = find_session(db, opened.token)
    assert found is not None
    assert not found.is_proven
    assert found.account_id == opened.account_id
    assert tags(store) == ["account:create", "contact:add", "session:open"]


def test_asking_for_a_code_makes_no_account(store: Store) -> None:
    ask(store)
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Account)) == 0


def test_second_sign_in_opens_the_same_account(store: Store) -> None:
    first = enter(store, ask(store))
    second = enter(store, ask(store, "+86 １９９ ００００ ０００１"), "199-0000-0001")
    assert isinstance(first, Opened)
    assert isinstance(second, Opened)
    assert second.account_id == first.account_id
    assert not second.is_new


def test_wrong_code_opens_nothing(store: Store) -> None:
    assert enter(store, other_than(ask(store))) == "wrong"


def test_code_works_once(store: Store) -> None:
    code = ask(store)
    assert isinstance(enter(store, code), Opened)
    assert enter(store, code) == "wrong"


def test_code_of_one_contact_does_not_open_another(store: Store) -> None:
    code = ask(store)
    ask(store, "19900000002")
    assert enter(store, code, "19900000002") in ("wrong",)


def test_code_lasts_thirty_minutes_and_not_longer(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at(START)
    late, good = ask(store), ask(store, MAIL)
    clock_at(clock.now() + timedelta(minutes=29, seconds=59))
    assert isinstance(enter(store, good, MAIL), Opened)
    clock_at(clock.now() + timedelta(seconds=1))
    assert enter(store, late) == "wrong"


def test_fifth_wrong_try_ends_the_code(store: Store) -> None:
    code = ask(store)
    for _ in range(MOST_TRIES - 1):
        assert enter(store, other_than(code)) == "wrong"
    other = ask(store, MAIL)
    assert enter(store, other_than(code)) == "wrong"
    assert enter(store, code) == "wrong"
    assert isinstance(enter(store, other, MAIL), Opened)


def test_right_code_on_the_fifth_try_still_opens(store: Store) -> None:
    code = ask(store)
    for _ in range(MOST_TRIES - 1):
        enter(store, other_than(code))
    assert isinstance(enter(store, code), Opened)


def test_earlier_code_that_arrives_late_still_opens_and_ends_the_others(store: Store) -> None:
    first, second = ask(store), ask(store)
    assert isinstance(enter(store, first), Opened)
    assert enter(store, second) == "wrong"


def test_codes_and_links_are_kept_as_keyed_hashes(store: Store) -> None:
    code = ask(store, MAIL)
    with store.reading() as db:
        (row,) = db.scalars(select(SignInCode))
        token = link_in(messages(db)[0])
        kept = f"{row.code_hash} {row.link_hash} {row.contact_index}"
    assert code not in kept
    assert token not in kept
    assert MAIL not in kept
    assert [len(part) for part in kept.split()] == [64, 64, 64]


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_of_many_who_use_one_code_at_once_one_gets_in(store: Store) -> None:
    code = ask(store)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: enter(store, code), range(6)))
    assert sum(isinstance(outcome, Opened) for outcome in outcomes) == 1
    assert outcomes.count("wrong") == 5


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_guesses_at_once_are_all_counted(store: Store) -> None:
    code = ask(store)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: enter(store, other_than(code)), range(5)))
    assert enter(store, code) == "wrong"


def test_link_opens_once_and_makes_the_account(store: Store) -> None:
    code = ask(store, MAIL)
    with store.reading() as db:
        token = link_in(messages(db)[0])
    with store.transaction() as db:
        opened = sign_in_with_link(db, token)
    assert isinstance(opened, Opened)
    assert opened.is_new
    with store.transaction() as db:
        assert sign_in_with_link(db, token) == "wrong"
    assert enter(store, code, MAIL) == "wrong"


@pytest.mark.parametrize("token", ["", "x", "\0", "😀", "a" * 5000])
def test_unknown_link_opens_nothing(store: Store, token: str) -> None:
    with store.transaction() as db:
        assert sign_in_with_link(db, token) == "wrong"


def test_link_made_for_an_account_lasts_as_long_as_said(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at(START)
    actor = sign_up(store)
    with store.transaction() as db:
        first, second = (make_link(db, account_of(db, actor), timedelta(minutes=10)) for _ in range(2))
    clock_at(clock.now() + timedelta(minutes=10))
    with store.transaction() as db:
        assert sign_in_with_link(db, second) == "wrong"
    clock_at(clock.now() - timedelta(minutes=1))
    with store.transaction() as db:
        opened = sign_in_with_link(db, first)
        assert isinstance(opened, Opened)
        assert opened.account_id == actor.account_id


def test_number_unused_for_ninety_days_is_not_opened_by_a_code(
    store: Store, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    sign_up(store)
    clock_at(clock.now() + timedelta(days=90))
    assert isinstance(enter(store, ask(store)), Opened)
    clock_at(clock.now() + timedelta(days=90, seconds=1))
    assert enter(store, ask(store)) == "old_number"
    assert tags(store)[-1] == "session:refuse_old_number"


def test_mail_address_unused_for_long_is_still_opened_by_a_code(
    store: Store, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    sign_up(store, MAIL)
    clock_at(clock.now() + timedelta(days=400))
    assert isinstance(enter(store, ask(store, MAIL), MAIL), Opened)


def test_new_owner_of_an_old_number_starts_anew_and_sees_nothing_old(
    store: Store, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    before = sign_up(store)
    clock_at(clock.now() + timedelta(days=91))
    assert enter(store, ask(store)) == "old_number"
    with store.transaction() as db:
        opened = start_anew(db, read_contact(PHONE), VOICE)
        assert isinstance(opened, Opened)
        assert opened.account_id != before.account_id
    with store.reading() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        assert contact.account_id == opened.account_id
    with store.transaction() as db:
        assert start_anew(db, read_contact(PHONE), VOICE) == "wrong"


def given_up(store: Store) -> Actor:
    """Somebody who said of their telephone number that it is not theirs."""
    actor = sign_up(store)
    with store.transaction() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        freeze_contact(db, actor, contact.id, VOICE)
    return actor


def test_number_that_was_given_up_opens_nothing_old_with_the_right_code(store: Store) -> None:
    given_up(store)
    assert enter(store, ask(store)) == "given_up"
    assert tags(store)[-1] == "session:refuse_given_up"
    assert enter(store, other_than(ask(store))) == "wrong"


def test_new_owner_of_a_number_that_was_given_up_starts_anew_and_sees_nothing_old(store: Store) -> None:
    before = given_up(store)
    assert enter(store, ask(store)) == "given_up"
    with store.transaction() as db:
        opened = start_anew(db, read_contact(PHONE), VOICE)
        assert isinstance(opened, Opened)
        assert opened.account_id != before.account_id
    with store.transaction() as db:
        kept = list_contacts(db, before)
        assert [(one.value, one.frozen_at is None) for one in kept] == [(PHONE, False)]
        own = list_contacts(db, Actor("resident", opened.account_id))
        assert [(one.value, one.frozen_at is None) for one in own] == [(PHONE, True)]
        assert start_anew(db, read_contact(PHONE), VOICE) == "wrong"
    again = enter(store, ask(store))
    assert isinstance(again, Opened)
    assert again.account_id == opened.account_id


def test_number_that_was_given_up_is_added_to_no_account(store: Store) -> None:
    given_up(store)
    other = sign_up(store, MAIL)
    with store.transaction() as db:
        sent = len(messages(db))
        send_code(db, read_contact(PHONE), "add_contact", VOICE, account_id=other.account_id)
        assert len(messages(db)) == sent


def test_closed_account_receives_nothing_and_opens_nothing(store: Store) -> None:
    actor = sign_up(store)
    code = ask(store)
    with store.transaction() as db:
        account_of(db, actor).disabled_at = clock.now()
        sent = len(messages(db))
        account_of(db, actor).password_hash = "hash"
        assert find_password(db, read_contact(PHONE)) == KeptPassword(None, None)
        token = make_link(db, account_of(db, actor), timedelta(minutes=10))
    assert enter(store, code) == "wrong"
    with store.transaction() as db:
        assert sign_in_with_link(db, token) == "wrong"
    ask(store)
    with store.reading() as db:
        assert len(messages(db)) == sent


def test_account_of_staff_is_not_opened_by_a_code_or_a_password_alone(store: Store) -> None:
    with store.transaction() as db:
        worker = make_worker(db, Role.DESK_CLERK)
        new_contact(db, db.get_one(Account, worker.account_id), read_contact(MAIL))
    with store.reading() as db:
        assert find_password(db, read_contact(MAIL)) == KeptPassword(None, None)
    assert enter(store, ask(store, MAIL), MAIL) == "wrong"


def test_password_is_found_by_every_contact_and_only_while_it_holds(store: Store) -> None:
    actor = sign_up(store)
    kept_hash = hash_password("shan-gao-shui-chang")
    with store.transaction() as db:
        set_password(db, actor, kept_hash, VOICE)
    with store.reading() as db:
        kept = find_password(db, read_contact(PHONE))
        assert kept == KeptPassword(actor.account_id, kept_hash)
        assert find_password(db, read_contact(MAIL)) == KeptPassword(None, None)
        assert "密码" in messages(db)[-1].body
    with store.transaction() as db:
        assert isinstance(sign_in_with_password(db, kept), Opened)
        set_password(db, actor, None, VOICE)
        assert sign_in_with_password(db, kept) == "wrong"
        assert sign_in_with_password(db, KeptPassword(None, None)) == "wrong"
    assert tags(store)[-3:] == ["password:set", "session:open", "password:remove"]


def test_password_does_not_make_an_old_number_new(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at(START)
    actor = sign_up(store)
    clock_at(clock.now() + timedelta(days=91))
    with store.transaction() as db:
        set_password(db, actor, "hash", VOICE)
        assert isinstance(sign_in_with_password(db, find_password(db, read_contact(PHONE))), Opened)
    assert enter(store, ask(store)) == "old_number"


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_messages_fit_one_message_without_link_in_every_language(store: Store, language: str) -> None:
    voice = Voice(VOICE.signature, VOICE.site_name, language, VOICE.base_url)  # type: ignore[arg-type]
    said = [
        one for one in vars(account_messages).values() if isinstance(one, account_messages.AccountMessage)
    ]
    with store.transaction() as db:
        for number, message in enumerate(said):
            queue_message(
                db,
                voice,
                message,
                kind="phone",
                to=PHONE,
                unique_key=str(number),
                words={"code": "482913", "link": "x"},
            )
    with store.reading() as db:
        bodies = [message.body for message in messages(db)]
    assert len(bodies) == 6
    for body in bodies:
        assert body.startswith("【示例市一窗通办】")
        assert sms_length(body) <= LONGEST_SMS, body
        assert "{" not in body
        assert "http" not in body
        assert "残疾" not in body


def test_code_is_sent_at_night_too_and_its_digits_stand_unbroken(store: Store) -> None:
    ask(store)
    with store.reading() as db:
        (message,) = messages(db)
        assert message.is_quiet_exempt
        assert (message.channel, message.to) == ("sms", PHONE)


@pytest.mark.parametrize("typed", ["REN@example.cn", "ren@EXAMPLE.cn", "ｒｅｎ＠example。cn"])
def test_mail_address_is_the_same_in_capitals_and_full_width(store: Store, typed: str) -> None:
    actor = sign_up(store, MAIL)
    opened = enter(store, ask(store, typed), typed)
    assert isinstance(opened, Opened)
    assert opened.account_id == actor.account_id
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Contact)) == 1
