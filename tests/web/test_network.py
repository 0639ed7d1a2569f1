"""Limits for each network: wide, counted for public addresses only, and with words that say what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.app import create_app
from portal.catalogue.model import Role
from portal.config import Settings
from portal.store.accounts import Account, AttemptCount
from portal.usecases.rates import Limit
from portal.web import network
from portal.web.network import network_of
from tests.support.client import CheckingClient
from tests.support.workers import make_worker
from tests.support.workers import sign_in as sign_in_staff
from tests.web.account_support import bodies, newest_code, store_of

pytestmark = pytest.mark.one_database

ADDRESS = "39.156.66.10"
TWO = Limit("two_for_a_test", 2, timedelta(hours=1))


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch, clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T09:00:00+08:00")
    monkeypatch.setattr(network, "CODES", TWO)


def comes_from(client: CheckingClient, address: str) -> CheckingClient:
    client.browser.environ_base["REMOTE_ADDR"] = address
    return client


def ask(client: CheckingClient, number: int, expect: int = 200) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": f"1990000{number:04}"}, expect)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("39.156.66.10", "39.156.66.0/24"),
        ("::ffff:39.156.66.10", "39.156.66.0/24"),
        ("2408:8756:c5e:1::7", "2408:8756:c5e::/48"),
        ("127.0.0.1", None),
        ("192.168.3.4", None),
        ("fd00::1", None),
        ("", None),
        (None, None),
        ("nonsense", None),
    ],
)
def test_network_is_the_first_part_of_a_public_address(address: str | None, found: str | None) -> None:
    assert network_of(address) == found


def test_network_that_asked_for_too_many_codes_is_told_what_else_helps(
    app: Flask, client: CheckingClient
) -> None:
    comes_from(client, ADDRESS)
    ask(client, 1)
    ask(client, 2)
    comes_from(client, "39.156.66.200")
    ask(client, 3, 429)
    assert client.heading() == "这个网络用的次数太多了"
    assert client.page.select("main a[href='/sign-in/password']")
    assert len(bodies(app)) == 2
    comes_from(client, "39.156.67.10")
    ask(client, 3)
    assert len(bodies(app)) == 3


def test_addresses_that_say_nothing_of_the_network_are_not_counted(
    app: Flask, client: CheckingClient
) -> None:
    for number in range(4):
        ask(client, number)
    assert len(bodies(app)) == 4


def test_account_too_many_is_not_made_and_its_code_stays_good(
    app: Flask, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "SIGN_UPS", Limit("one_for_a_test", 1, timedelta(hours=1)))
    monkeypatch.setattr(network, "CODES", Limit("many_for_a_test", 9, timedelta(hours=1)))
    comes_from(client, ADDRESS)
    ask(client, 1)
    client.submit("登录", {"code": newest_code(app)})
    another = comes_from(CheckingClient(app), ADDRESS)
    ask(another, 2)
    code = newest_code(app)
    another.submit("登录", {"code": code}, 429)
    with store_of(app).reading() as db:
        assert db.scalar(select(func.count()).select_from(Account)) == 1
    comes_from(another, "39.156.67.10")
    another.get("/sign-in/code")
    another.submit("登录", {"code": code})
    assert another.path == "/account"


def test_staff_at_their_own_computer_are_never_held_up(app: Flask, client: CheckingClient) -> None:
    with store_of(app).transaction() as db:
        clerk = make_worker(db, Role.DESK_CLERK)
    sign_in_staff(app, client, clerk)
    comes_from(client, ADDRESS)
    for number in range(4):
        ask(client, number)
    assert len(bodies(app)) == 4


def test_no_address_is_kept(app: Flask, client: CheckingClient) -> None:
    ask(comes_from(client, ADDRESS), 1)
    with store_of(app).reading() as db:
        assert not [key for key in db.scalars(select(AttemptCount.key)) if "39." in key]


@pytest.mark.parametrize(("proxies", "allowed"), [(0, 4), (1, 2), (2, 4)])
def test_only_declared_proxies_are_believed(settings: Settings, proxies: int, allowed: int) -> None:
    app = create_app(replace(settings, trusted_proxies=proxies))
    client = CheckingClient(app)
    client.browser.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.0.0.9, {ADDRESS}"
    for number in range(4):
        ask(client, number, 200 if number < allowed else 429)
    store_of(app).close()
