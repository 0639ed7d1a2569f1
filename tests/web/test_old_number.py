"""The page after a right code for an old number: the ways back, and that it gives nothing away."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from portal import clock
from portal.usecases.contact_values import read_contact
from portal.usecases.contacts import find_contact, new_contact
from portal.usecases.passwords import hash_password
from tests.support.client import CheckingClient
from tests.support.receiving import handed_in
from tests.usecases.sign_in_support import MAIL, PHONE, link_in, messages
from tests.web.account_support import newest_code, sign_in, store_of

pytestmark = pytest.mark.one_database

START = "2026-11-23T09:00:00+08:00"
LATER = "2027-02-23T09:00:00+08:00"
PASSWORD = "山高水长2026"
EMPTY_PHONE = "19900000002"
"""Whose account has nothing: no application, no password, no mailbox."""


@pytest.fixture
def receipt(app: Flask, clock_at: Callable[..., None]) -> tuple[str, str]:
    """Of the account of PHONE, which has a password and a mailbox too; both numbers are old by now."""
    clock_at(START)
    sign_in(app, CheckingClient(app), EMPTY_PHONE)
    sign_in(app, CheckingClient(app))
    store = store_of(app)
    with store.transaction() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        contact.account.password_hash = hash_password(PASSWORD)
        new_contact(db, contact.account, read_contact(MAIL))
        account_id = contact.account_id
    found = handed_in(store, account_id)
    clock_at(LATER)
    return found


@pytest.fixture
def caller(app: Flask, receipt: tuple[str, str]) -> CheckingClient:
    """Who has shown a right code for the old number, on a shared computer, on the way to the contacts."""
    return shown_code(app, PHONE)


def shown_code(app: Flask, phone: str) -> CheckingClient:
    client = CheckingClient(app)
    client.get("/sign-in?next=/account/contacts")
    client.submit("发验证码", {"contact": phone, "is_shared": True})
    client.submit("登录", {"code": newest_code(app)})
    assert client.heading() == "这个号码很久没有用过"
    return client


def opens_by_code(app: Flask) -> bool:
    """Whether the number opens its account by a code alone."""
    client = CheckingClient(app)
    sign_in(app, client)
    return client.path == "/account"


def without_token(client: CheckingClient) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", client.answer.text)  # type: ignore[union-attr]


def told_to(app: Flask, address: str) -> list[str]:
    with store_of(app).reading() as db:
        return [one.subject or "" for one in messages(db) if one.to == address]


def test_receipt_opens_the_account_and_the_number_is_in_use_again(
    app: Flask, caller: CheckingClient, receipt: tuple[str, str]
) -> None:
    caller.follow("用收件凭证登录")
    caller.submit("登录", {"reference": receipt[0], "code": receipt[1]})
    assert caller.path == "/account/contacts"
    assert MAIL in caller.text
    assert "很久没有用" not in caller.text
    caller.get("/account")
    assert receipt[0] in caller.text.replace(" ", "")
    assert told_to(app, MAIL) == ["示例市残疾人服务：很久没用的号码又登录了"]
    assert opens_by_code(app)


def test_password_opens_the_account_without_typing_the_number_again(
    app: Flask, caller: CheckingClient
) -> None:
    caller.follow("用密码登录")
    assert caller.one("#contact")["value"] == PHONE
    assert caller.one("#is-shared").has_attr("checked")
    caller.submit("登录", {"password": PASSWORD})
    assert caller.path == "/account/contacts"
    assert opens_by_code(app)


def test_password_without_a_code_for_the_number_leaves_it_old(app: Flask, receipt: tuple[str, str]) -> None:
    client = CheckingClient(app)
    client.get("/sign-in/password")
    client.submit("登录", {"contact": PHONE, "password": PASSWORD})
    assert client.path == "/account"
    assert not opens_by_code(app)


@pytest.mark.parametrize("is_link", [False, True])
def test_mailbox_opens_the_account_by_code_and_by_link(
    app: Flask, caller: CheckingClient, is_link: bool
) -> None:
    caller.follow("用邮箱登录")
    assert caller.one("#is-shared").has_attr("checked")
    caller.submit("发验证码", {"contact": MAIL})
    if is_link:
        with store_of(app).reading() as db:
            token = link_in(messages(db)[-1])
        caller.get(f"/sign-in/link/{token}")
        caller.submit("登录")
    else:
        caller.submit("登录", {"code": newest_code(app)})
    assert caller.path == "/account/contacts"
    assert opens_by_code(app)


def test_every_way_looks_the_same_whether_the_account_has_it_or_not(
    app: Flask, caller: CheckingClient, receipt: tuple[str, str]
) -> None:
    empty = shown_code(app, EMPTY_PHONE)
    assert without_token(caller) == without_token(empty)
    wrong = {"reference": receipt[0], "code": "22222222"}
    for client in (caller, empty):
        client.follow("用收件凭证登录")
        client.submit("登录", wrong, expect=422)
    assert without_token(caller) == without_token(empty)
    assert "打不开原来的账户" in caller.text
    empty.submit("登录", {"reference": receipt[0], "code": receipt[1]}, expect=422)
    assert "打不开原来的账户" in empty.text
    empty.get("/account")
    assert empty.path == "/sign-in"


def test_eleventh_receipt_within_the_hour_has_to_wait(
    caller: CheckingClient, receipt: tuple[str, str]
) -> None:
    caller.follow("用收件凭证登录")
    for number in range(10):
        caller.submit("登录", {"reference": f"26112204573{number}", "code": "22222222"}, expect=422)
    caller.submit("登录", {"reference": receipt[0], "code": receipt[1]}, expect=429)


def test_tries_of_one_reference_count_at_both_doors(
    app: Flask, caller: CheckingClient, receipt: tuple[str, str]
) -> None:
    stranger = CheckingClient(app)
    stranger.get("/status")
    for _ in range(10):
        stranger.submit("查进度", {"reference": receipt[0], "code": "22222222"}, expect=422)
    caller.follow("用收件凭证登录")
    caller.submit("登录", {"reference": receipt[0], "code": receipt[1]}, expect=429)


def test_receipt_is_asked_only_of_who_has_shown_a_right_code_within_half_an_hour(
    app: Flask, caller: CheckingClient, receipt: tuple[str, str], clock_at: Callable[..., None]
) -> None:
    stranger = CheckingClient(app)
    stranger.get("/sign-in")
    stranger.submit("发验证码", {"contact": PHONE})
    stranger.post("/sign-in/old-number/receipt", {"reference": receipt[0], "code": receipt[1]})
    assert stranger.path == "/sign-in"
    clock_at("2027-02-23T09:20:00+08:00")
    caller.follow("用邮箱登录")
    caller.submit(
        "发验证码", {"contact": MAIL}
    )  # what is remembered goes on for half an hour: the proof does not
    clock_at("2027-02-23T09:31:00+08:00")
    caller.get("/sign-in/old-number/receipt")
    assert caller.path == "/sign-in"


def test_number_given_up_is_not_asked_for_a_receipt(app: Flask, receipt: tuple[str, str]) -> None:
    with store_of(app).transaction() as db:
        contact = find_contact(db, read_contact(PHONE))
        assert contact is not None
        contact.frozen_at = clock.now()
    client = CheckingClient(app)
    sign_in(app, client)
    assert client.heading() == "这个号码（邮箱）已经停用"
    assert "用收件凭证登录" not in client.text
    client.get("/sign-in/old-number/receipt")
    assert client.path == "/sign-in"
