"""我的事: contacts, sessions and the password, as their owner uses them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.store.accounts import Contact
from tests.support.client import CheckingClient
from tests.support.pages import HOSTILE_TEXT
from tests.usecases.sign_in_support import MAIL, PHONE, other_than
from tests.web.account_support import bodies, newest_code, sign_in, store_of

pytestmark = pytest.mark.one_database

START = "2026-11-22T09:00:00+08:00"
OTHER = "19900000002"


@pytest.fixture
def resident(app: Flask, client: CheckingClient) -> CheckingClient:
    sign_in(app, client)
    return client


def add(app: Flask, resident: CheckingClient, contact: str) -> None:
    resident.get("/account/contacts/add")
    resident.submit("发验证码", {"contact": contact})
    resident.submit("确认", {"code": newest_code(app)})


@pytest.mark.parametrize(
    "path",
    ["/account", "/account/contacts", "/account/contacts/1", "/account/sessions", "/account/password"],
)
@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_every_page_stands_in_every_language(resident: CheckingClient, path: str, language: str) -> None:
    resident.language = language
    resident.get(f"{path}?language={language}")
    assert resident.path == path


@pytest.mark.parametrize("chosen", ["language=zh", "language=easy", "language=zh&elder=1"])
def test_own_affairs_stand_under_headings_with_at_most_five_ways_each(
    resident: CheckingClient, chosen: str
) -> None:
    resident.language = "easy" if "easy" in chosen else "zh"
    resident.get(f"/account?{chosen}")
    under: dict[str, list[str]] = {}
    for link in resident.page.select("main ul.tap a"):
        heading = link.find_previous("h2")
        assert heading is not None
        under.setdefault(heading.get_text(), []).append(str(link["href"]))
    assert len(under) == 4
    assert all(len(ways) <= 5 for ways in under.values())
    assert ["/account/password", "/account/sessions"] in under.values()


@pytest.mark.parametrize(
    "path",
    [
        "/account",
        "/account/contacts",
        "/account/contacts/1",
        "/account/contacts/add",
        "/account/contacts/code",
        "/account/sessions",
        "/account/password",
    ],
)
def test_nobody_enters_without_signing_in(client: CheckingClient, path: str) -> None:
    client.get(path)
    assert client.path == "/sign-in"
    assert client.one("input[name=next]")["value"] == path


def test_home_says_that_identity_is_not_proven_and_what_that_means(resident: CheckingClient) -> None:
    resident.get("/account")
    assert "您的身份还没有核实。现在可以填表和提交。" in resident.text
    assert "您还没有申请过。" in resident.text


def test_added_address_is_listed_and_both_are_told(app: Flask, resident: CheckingClient) -> None:
    add(app, resident, MAIL)
    assert resident.path == "/account/contacts"
    assert MAIL in resident.text
    assert sum("联系方式刚才改了" in body for body in bodies(app)) == 2


def test_wrong_code_for_a_contact_stays_on_the_page(app: Flask, resident: CheckingClient) -> None:
    resident.get("/account/contacts/add")
    resident.submit("发验证码", {"contact": MAIL})
    resident.submit("确认", {"code": other_than(newest_code(app))}, expect=422)
    resident.submit("再发一个验证码")
    resident.submit("确认", {"code": newest_code(app)})
    assert MAIL in resident.text


def test_changed_number_takes_the_place_of_the_old_one(app: Flask, resident: CheckingClient) -> None:
    resident.get("/account/contacts")
    resident.follow("修改199 0000 0001")
    resident.submit("发验证码给新的", {"contact": OTHER})
    resident.submit("确认", {"code": newest_code(app)})
    assert "199 0000 0002" in resident.text
    assert "199 0000 0001" not in resident.text


def test_bad_new_number_is_asked_again_with_what_was_typed(resident: CheckingClient) -> None:
    resident.get("/account/contacts/1")
    resident.submit("发验证码给新的", {"contact": HOSTILE_TEXT}, expect=422)
    assert resident.one("#contact")["value"] == HOSTILE_TEXT


def test_only_contact_cannot_be_removed_and_the_page_says_why(resident: CheckingClient) -> None:
    resident.get("/account/contacts/1")
    resident.submit("删除199 0000 0001", expect=409)
    assert "请先加一个新的" in resident.text


def test_contact_is_removed_or_said_not_to_be_mine(app: Flask, resident: CheckingClient) -> None:
    add(app, resident, MAIL)
    add(app, resident, OTHER)
    resident.get("/account/contacts/1")
    resident.submit("删除199 0000 0001")
    assert "199 0000 0001" not in resident.text
    resident.follow("修改199 0000 0002")
    resident.submit("这不是我的号码")
    assert "已经停用" in resident.text
    resident.follow("修改199 0000 0002")
    assert "这不是我的号码" not in resident.text


def test_contact_of_another_account_is_not_taken_over(app: Flask, resident: CheckingClient) -> None:
    sign_in(app, CheckingClient(app), OTHER)
    resident.get("/account/contacts/add")
    resident.submit("发验证码", {"contact": OTHER})
    resident.submit("确认", {"code": newest_code(app)}, expect=409)
    assert resident.heading() == "它已经在另一个账户里"


def test_own_old_number_is_confirmed_with_one_code(
    app: Flask, client: CheckingClient, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    sign_in(app, client, MAIL)
    add(app, client, PHONE)
    clock_at(clock.now() + timedelta(days=91))
    sign_in(app, client, MAIL)
    client.get("/account/contacts")
    assert "很久没有用过" in client.text
    client.follow("修改199 0000 0001")
    client.submit("还在用，发验证码")
    client.submit("确认", {"code": newest_code(app)})
    assert "很久没有用过" not in client.text


def test_contacts_of_others_are_not_found(app: Flask, resident: CheckingClient) -> None:
    sign_in(app, CheckingClient(app), OTHER)
    with store_of(app).reading() as db:
        foreign = db.scalars(select(Contact.id).order_by(Contact.id.desc())).first()
    resident.get(f"/account/contacts/{foreign}", expect=404)
    resident.get("/account/password")
    for act in ("change", "confirm", "remove", "not-mine"):
        resident.get("/account/password")
        resident.post(f"/account/contacts/{foreign}/{act}", {"contact": MAIL}, expect=404)


def test_code_asked_for_by_one_account_is_not_used_by_the_next_at_this_browser(
    app: Flask, resident: CheckingClient
) -> None:
    resident.get("/account/contacts/add")
    resident.submit("发验证码", {"contact": MAIL})
    started = resident.browser.get_cookie("sign-in")
    resident.submit("退出")
    sign_in(app, resident, OTHER)
    resident.browser.set_cookie("sign-in", started.value)
    resident.get("/account/contacts/code")
    assert resident.path == "/account/contacts"


def test_sessions_are_listed_and_ended(app: Flask, resident: CheckingClient) -> None:
    second, third = CheckingClient(app), CheckingClient(app)
    sign_in(app, second)
    sign_in(app, third)
    resident.get("/account/sessions")
    assert "现在这里" in resident.text
    resident.submit("退出第1处")
    third.get("/account")
    assert third.path == "/sign-in"
    resident.submit("除了这里，都退出")
    second.get("/account")
    assert second.path == "/sign-in"
    resident.get("/account")
    assert resident.path == "/account"


def test_session_of_another_account_is_not_found(app: Flask, resident: CheckingClient) -> None:
    sign_in(app, CheckingClient(app), OTHER)
    resident.get("/account/sessions")
    resident.post("/account/sessions/2/end", {}, expect=404)


def test_new_password_ends_the_other_sessions_and_is_never_shown(
    app: Flask, resident: CheckingClient
) -> None:
    other = CheckingClient(app)
    sign_in(app, other)
    resident.get("/account/password")
    resident.submit("设密码", {"password": "山高水长2026"})
    assert "密码已经改好" in resident.text
    other.get("/account")
    assert other.path == "/sign-in"
    resident.submit("删除密码")
    assert "密码已经删除" in resident.text
    assert not any("山高水长" in body for body in bodies(app))


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "请填写密码"),
        ("短", "密码太短"),
        ("password123", "太容易猜"),
        ("x" * 201, "最多200个字"),
        ("x" * 10_000_000, "最多200个字"),
    ],
)
def test_weak_password_is_asked_again_in_words(resident: CheckingClient, password: str, said: str) -> None:
    resident.get("/account/password")
    resident.post("/account/password", {"password": password}, expect=422)
    assert said in resident.text
    assert resident.page.title.get_text().startswith("错误：")
