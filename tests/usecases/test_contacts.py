"""Contacts: added, changed, given up, somebody else's; whoever had them before is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.rules.errors import Conflict, NotFound
from portal.store import Store
from portal.usecases.actor import Actor
from portal.usecases.codes import send_code
from portal.usecases.contact_values import read_contact
from portal.usecases.contacts import (
    confirm_contact,
    freeze_contact,
    get_contact,
    list_contacts,
    remove_contact,
)
from portal.usecases.own_sessions import list_sessions, revoke_others, revoke_session
from tests.usecases.sign_in_support import (
    MAIL,
    PHONE,
    VOICE,
    ask,
    code_in,
    enter,
    messages,
    other_than,
    sign_up,
)

START = "2026-11-22T09:00:00+08:00"
OTHER = "19900000002"


def ask_to_add(store: Store, actor: Actor, contact: str) -> str:
    with store.transaction() as db:
        send_code(db, read_contact(contact), "add_contact", VOICE, account_id=actor.account_id)
    with store.reading() as db:
        return code_in(messages(db)[-1])


def add(store: Store, actor: Actor, contact: str, replaces: int | None = None) -> str:
    code = ask_to_add(store, actor, contact)
    with store.transaction() as db:
        return confirm_contact(db, actor, read_contact(contact), code, VOICE, replaces=replaces)


def values(store: Store, actor: Actor) -> list[str]:
    with store.reading() as db:
        return [contact.value for contact in list_contacts(db, actor)]


def first_id(store: Store, actor: Actor) -> int:
    with store.reading() as db:
        return list_contacts(db, actor)[0].id


def told(store: Store) -> list[str]:
    """Who was told of a change, in alphabetical order."""
    with store.reading() as db:
        return sorted(message.to for message in messages(db) if "联系方式" in message.body)


@pytest.mark.parametrize(
    "typed", ["", "  ", "12345", "0571-87654321", "1990000000", "a@", "@b.cn", "a b", "\0", "😀"]
)
def test_what_is_no_contact_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_contact(typed)


def test_added_contact_opens_the_account_and_both_are_told(store: Store) -> None:
    actor = sign_up(store)
    assert add(store, actor, MAIL) == "added"
    assert values(store, actor) == [PHONE, MAIL]
    assert told(store) == [PHONE, MAIL]
    opened = enter(store, ask(store, MAIL), MAIL)
    assert not isinstance(opened, str)
    assert opened.account_id == actor.account_id


def test_code_for_adding_does_not_sign_in_and_the_other_way_round(store: Store) -> None:
    actor = sign_up(store)
    assert enter(store, ask_to_add(store, actor, MAIL), MAIL) == "wrong"
    code = ask(store, MAIL)
    with store.transaction() as db:
        assert confirm_contact(db, actor, read_contact(MAIL), code, VOICE) == "wrong"
    assert values(store, actor) == [PHONE]


def test_code_of_one_account_adds_nothing_to_another(store: Store) -> None:
    actor, other = sign_up(store), sign_up(store, OTHER)
    code = ask_to_add(store, actor, MAIL)
    with store.transaction() as db:
        assert confirm_contact(db, other, read_contact(MAIL), code, VOICE) == "wrong"


def test_wrong_code_adds_nothing(store: Store) -> None:
    actor = sign_up(store)
    code = other_than(ask_to_add(store, actor, MAIL))
    with store.transaction() as db:
        assert confirm_contact(db, actor, read_contact(MAIL), code, VOICE) == "wrong"


def test_changed_number_replaces_the_old_one_and_both_are_told(store: Store) -> None:
    actor = sign_up(store)
    add(store, actor, OTHER, replaces=first_id(store, actor))
    assert values(store, actor) == [OTHER]
    assert told(store) == [PHONE, OTHER]
    assert enter(store, ask(store, OTHER), OTHER) != "wrong"


def test_contact_that_another_account_uses_is_a_conflict(store: Store) -> None:
    actor = sign_up(store)
    sign_up(store, OTHER)
    with pytest.raises(Conflict, match="contact_taken"):
        add(store, actor, OTHER)
    assert values(store, actor) == [PHONE]


def test_number_that_another_account_no_longer_uses_comes_over_and_that_account_is_told(
    store: Store, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    before = sign_up(store, OTHER)
    add(store, before, MAIL)
    clock_at(clock.now() + timedelta(days=91))
    actor = sign_up(store)
    assert add(store, actor, OTHER) == "added"
    assert sorted(values(store, actor)) == [PHONE, OTHER]
    assert values(store, before) == [MAIL]
    assert told(store).count(MAIL) == 2


def test_own_old_number_is_confirmed_anew(store: Store, clock_at: Callable[..., None]) -> None:
    clock_at(START)
    actor = sign_up(store)
    clock_at(clock.now() + timedelta(days=91))
    assert add(store, actor, PHONE) == "added"
    assert values(store, actor) == [PHONE]
    assert not isinstance(enter(store, ask(store)), str)


def test_removed_contact_opens_nothing_of_the_account_and_is_told(store: Store) -> None:
    actor = sign_up(store)
    add(store, actor, MAIL)
    with store.transaction() as db:
        remove_contact(db, actor, list_contacts(db, actor)[0].id, VOICE)
    assert values(store, actor) == [MAIL]
    assert told(store).count(PHONE) == 2
    opened = enter(store, ask(store))
    assert not isinstance(opened, str)
    assert opened.account_id != actor.account_id


def test_last_contact_cannot_be_removed(store: Store) -> None:
    actor = sign_up(store)
    with pytest.raises(Conflict, match="last_contact"), store.transaction() as db:
        remove_contact(db, actor, list_contacts(db, actor)[0].id, VOICE)


def test_number_said_to_be_somebody_elses_opens_nothing_and_is_written_to_no_more(store: Store) -> None:
    actor = sign_up(store)
    add(store, actor, MAIL)
    code = ask(store)
    number = first_id(store, actor)
    with store.transaction() as db:
        freeze_contact(db, actor, number, VOICE)
        freeze_contact(db, actor, number, VOICE)
    assert enter(store, code) == "given_up"
    assert told(store).count(PHONE) == 1
    assert told(store).count(MAIL) == 2
    with pytest.raises(Conflict, match="last_contact"), store.transaction() as db:
        remove_contact(db, actor, list_contacts(db, actor)[1].id, VOICE)


def test_contacts_and_sessions_of_others_are_not_found(store: Store) -> None:
    actor, other = sign_up(store), sign_up(store, OTHER)
    contact = first_id(store, other)
    with store.reading() as db:
        session = list_sessions(db, other)[0].id
    with store.transaction() as db:
        with pytest.raises(NotFound):
            get_contact(db, actor, contact)
        with pytest.raises(NotFound):
            remove_contact(db, actor, contact, VOICE)
        with pytest.raises(NotFound):
            freeze_contact(db, actor, contact, VOICE)
        with pytest.raises(NotFound):
            revoke_session(db, actor, session)


def test_own_sessions_are_listed_and_ended_one_or_all_others(store: Store) -> None:
    actor = sign_up(store)
    for _ in range(3):
        enter(store, ask(store))
    with store.transaction() as db:
        sessions = list_sessions(db, actor)
        assert len(sessions) == 4
        revoke_session(db, actor, sessions[0].id)
        assert revoke_others(db, actor, sessions[1].id) == 2
        assert [one.id for one in list_sessions(db, actor)] == [sessions[1].id]
        assert revoke_others(db, actor, sessions[1].id) == 0
