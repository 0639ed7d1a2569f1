"""The identity platform, end to end against a provider on this machine."""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from portal.app import create_app
from portal.config import Settings
from portal.store.accounts import Account
from portal.store.people import Person
from tests.support.client import CheckingClient
from tests.support.stores import settings_for
from tests.web.account_support import sign_in, store_of

with warnings.catch_warnings():
    # The mock still imports a part of Authlib that is going away.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore")  # the mock's own warnings

LI = {"name": "示例李明", "id_number": "880000199001011237"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    people = [User(sub="li", claims={**LI}), User(sub="li-again", claims={**LI})]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, issuer: str) -> Settings:
    return replace(
        settings_for(tmp_path, sqlite_url),
        oidc_issuer=issuer,
        oidc_client_id="portal",
        oidc_client_secret="client-secret",
    )


def leave(client: CheckingClient, target: str = "/account/sessions") -> str:
    """Press the link; the address of the platform."""
    sent = client.browser.get("/sign-in/platform", query_string={"next": target})
    assert sent.status_code == 303
    return str(sent.headers["Location"])


def answer_of(platform_page: str, subject: str) -> dict[str, str]:
    """The person signs in at the platform; what it sends back."""
    answer = requests.post(platform_page, data={"sub": subject}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    query = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def come_back(client: CheckingClient, answer: dict[str, str], expect: int = 200) -> None:
    client.get(f"/sign-in/platform/return?{urlencode(answer)}", expect)


def visit(client: CheckingClient, subject: str = "li", expect: int = 200) -> None:
    come_back(client, answer_of(leave(client), subject), expect)


def test_person_comes_back_proven_and_where_they_wanted_to_go(app: Flask, client: CheckingClient) -> None:
    client.get("/sign-in")
    assert client.href("用身份认证平台登录").startswith("http://localhost/sign-in/platform")
    visit(client)
    assert client.path == "/account/sessions"
    client.get("/account")
    assert "您的身份还没有核实" not in client.text
    with store_of(app).reading() as db:
        account = db.scalars(select(Account)).one()
        person = db.scalars(select(Person)).one()
        assert (account.identity_level, account.proven_by) == ("proven", "platform")
        assert (person.name, person.id_number, person.is_proven) == (LI["name"], LI["id_number"], True)


def test_same_person_comes_back_to_the_same_account(app: Flask, client: CheckingClient) -> None:
    visit(client)
    visit(CheckingClient(app))
    with store_of(app).reading() as db:
        assert len(db.scalars(select(Account)).all()) == 1


def test_open_account_is_proven_in_place(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client)
    visit(client)
    with store_of(app).reading() as db:
        assert db.scalars(select(Account)).one().identity_level == "proven"
    assert client.page.select("h2")[0].get_text() == "现在这里"
    assert "除了这里，都退出" not in client.text


def test_id_number_that_is_proven_elsewhere_is_explained(app: Flask, client: CheckingClient) -> None:
    visit(client)
    other = CheckingClient(app)
    visit(other, "li-again", expect=409)
    assert other.heading() == "要请工作人员核对"
    assert LI["id_number"] not in other.text
    other.get("/account")
    assert other.path == "/sign-in"


def test_answer_to_another_browsers_question_is_not_taken(app: Flask, client: CheckingClient) -> None:
    answer = answer_of(leave(client), "li")
    victim = CheckingClient(app)
    come_back(victim, answer)
    assert victim.path == "/sign-in"
    assert "身份认证平台没有办成" in victim.text
    leave(victim)
    come_back(victim, answer)
    assert victim.path == "/sign-in"


def test_answer_is_taken_once(client: CheckingClient) -> None:
    answer = answer_of(leave(client), "li")
    come_back(client, answer)
    client.submit("退出")
    come_back(client, answer)
    assert client.path == "/sign-in"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"error": "access_denied"},
        {"code": "x"},
        {"code": "x", "state": "😀"},
        {"code": "\0", "state": "x"},
    ],
)
def test_any_other_answer_leads_back_in_words(client: CheckingClient, answer: dict[str, str]) -> None:
    leave(client)
    come_back(client, answer)
    assert client.path == "/sign-in"
    assert "身份认证平台没有办成" in client.text


def test_platform_that_is_silent_leaves_the_other_ways_open(settings: Settings, tmp_path: Path) -> None:
    silent = CheckingClient(create_app(replace(settings, oidc_issuer="http://127.0.0.1:9")))
    silent.get("/sign-in/platform")
    assert silent.path == "/sign-in"
    assert "请过一会儿再试，或者用验证码" in silent.text


def test_region_without_platform_offers_none(settings: Settings) -> None:
    without = CheckingClient(create_app(replace(settings, oidc_issuer=None)))
    without.get("/sign-in")
    assert "身份认证平台" not in without.text
    without.get("/sign-in/platform", expect=404)
    without.get("/sign-in/platform/return", expect=404)
