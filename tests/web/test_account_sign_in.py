"""The door's pages: one answer for every contact, codes, links, passwords, shared computers."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.store.accounts import Account, Contact
from portal.usecases.codes import make_link
from tests.support.client import CheckingClient
from tests.support.pages import HOSTILE_TEXT
from tests.usecases.sign_in_support import MAIL, PHONE, other_than
from tests.web.account_support import bodies, newest_code, sign_in, store_of

pytestmark = pytest.mark.one_database

START = "2026-11-22T09:00:00+08:00"


def cookies(client: CheckingClient) -> str:
    assert client.answer is not None
    return "\n".join(client.answer.response.headers.getlist("Set-Cookie"))


def accounts(app: Flask) -> int:
    with store_of(app).reading() as db:
        return db.scalar(select(func.count()).select_from(Account)) or 0


def without_token(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def test_first_visit_signs_up_and_leads_where_the_person_wanted_to_go(
    app: Flask, client: CheckingClient
) -> None:
    client.get("/account/contacts")
    assert client.path == "/sign-in"
    client.submit("发验证码", {"手机号码或者邮箱": "１９９ 0000-0001"})
    assert client.heading() == "填写验证码"
    assert "199 0000 0001" in client.text
    client.submit("登录", {"code": newest_code(app)})
    assert client.path == "/account/contacts"
    assert "199 0000 0001" in client.text


def test_code_is_taken_with_full_width_digits_and_spaces(app: Flask, client: CheckingClient) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE})
    code = newest_code(app)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert client.one("#code")["autocomplete"] == "one-time-code"
    client.submit("登录", {"code": f" {wide[:3]} {wide[3:]} "})
    assert client.path == "/account"


def test_known_unknown_and_frozen_contacts_get_the_same_answer(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client)
    sign_in(app, CheckingClient(app), "19900000002")
    with store_of(app).transaction() as db:
        db.scalars(select(Contact).order_by(Contact.id.desc())).first().frozen_at = clock.now()
    seen = []
    for contact in (PHONE, "19900000002", "19900000003"):
        stranger = CheckingClient(app)
        stranger.get("/sign-in")
        stranger.submit("发验证码", {"contact": contact})
        page = without_token(stranger.answer.text)
        stranger.submit("登录", {"code": "000000"}, expect=422)
        seen.append((page + without_token(stranger.answer.text)).replace(contact[-4:], ""))
    assert seen[0] == seen[1] == seen[2]


def test_fourth_code_within_the_hour_is_not_sent_and_the_page_says_when(
    app: Flask, client: CheckingClient, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE})
    client.submit("再发一个验证码")
    client.submit("再发一个验证码")
    assert len(bodies(app)) == 3
    client.submit("再发一个验证码")
    assert len(bodies(app)) == 3
    assert "2026年11月22日10时05分以后可以再发" in client.text
    client.submit("登录", {"code": newest_code(app)})
    assert client.path == "/account"


def test_wrong_code_stays_on_the_page_and_counts(app: Flask, client: CheckingClient) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE})
    code = newest_code(app)
    for _ in range(5):
        client.submit("登录", {"code": other_than(code)}, expect=422)
        assert client.page.title.get_text().startswith("错误：")
        assert client.one("#code")["aria-invalid"] == "true"
    client.submit("登录", {"code": code}, expect=422)
    assert accounts(app) == 0


def test_sixteenth_guess_within_the_hour_has_to_wait(app: Flask, client: CheckingClient) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE})
    for _ in range(15):
        client.submit("登录", {"code": "000000"}, expect=422)
    client.submit("登录", {"code": "000000"}, expect=429)
    assert "分钟再试" in client.text


@pytest.mark.parametrize(
    "typed", ["", "12345", "0571-87654321", "\0", "😀", "a@b", HOSTILE_TEXT, "九" * 199, "x" * 10_000_000]
)
def test_what_is_no_contact_is_asked_again_in_words(app: Flask, client: CheckingClient, typed: str) -> None:
    client.get("/sign-in")
    client.post("/sign-in", {"contact": typed}, expect=422)
    assert client.heading() == "登录或者注册"
    assert bodies(app) == []


@pytest.mark.parametrize("typed", ["", "12345", "\0" * 6, "😀" * 6, HOSTILE_TEXT, "1" * 10_000_000])
def test_what_is_no_code_is_asked_again_in_words(app: Flask, client: CheckingClient, typed: str) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE})
    client.post("/sign-in/code", {"code": typed}, expect=422)
    assert client.heading() == "填写验证码"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.cn/",
        "//evil.example.cn/",
        "/\\evil.example.cn",
        "\\\\evil.example.cn",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x",
        "///evil.example.cn",
        "/sign-out",
        "/sign-in",
        "http://[broken",
        "/" + "a" * 2000,
        "\0",
    ],
)
def test_nobody_is_led_to_another_site(app: Flask, client: CheckingClient, target: str) -> None:
    client.get("/sign-in")
    client.post("/sign-in", {"contact": PHONE, "next": target})
    sent = client.browser.post("/sign-in/code", data={"csrf_token": client.token, "code": newest_code(app)})
    assert sent.status_code == 303
    assert sent.headers["Location"] in ("/account", "/%0d%0aSet-Cookie:x")


def test_ended_session_is_explained_and_what_was_typed_comes_back(client: CheckingClient) -> None:
    client.get("/sign-in?next=/apply/zj-01?kept=abc&ended=1")
    assert "您刚才填写的内容还在" in client.text
    assert client.one("input[name=next]")["value"] == "/apply/zj-01?kept=abc"


def test_code_page_without_a_question_leads_back(client: CheckingClient) -> None:
    for path in ("/sign-in/code", "/sign-in/old-number"):
        client.get(path)
        assert client.path == "/sign-in"
    client.browser.set_cookie("sign-in", "not ours")
    client.get("/sign-in/code")
    assert client.path == "/sign-in"


def test_cookie_between_the_pages_shows_nobody_the_number(client: CheckingClient) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE})
    cookie = client.browser.get_cookie("sign-in")
    assert cookie is not None
    assert cookie.http_only
    assert PHONE not in cookie.value


def test_shared_computer_keeps_no_cookie_and_ends_after_four_hours(
    app: Flask, client: CheckingClient, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    client.get("/sign-in")
    client.submit("发验证码", {"contact": PHONE, "这是公用电脑": True})
    client.submit("登录", {"code": newest_code(app)})
    cookie = client.browser.get_cookie("session")
    assert cookie is not None
    assert cookie.max_age is None
    for _ in range(4):
        clock_at(clock.now() + timedelta(minutes=59))
        client.get("/account")
        assert client.path == "/account"
    clock_at(clock.now() + timedelta(minutes=5))
    client.get("/account")
    assert client.path == "/sign-in"


def test_own_computer_keeps_the_cookie(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client)
    cookie = client.browser.get_cookie("session")
    assert cookie is not None
    assert cookie.max_age == 30 * 24 * 3600


def test_signing_out_ends_the_session_and_clears_the_browser(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client)
    token = client.browser.get_cookie("session").value
    sent = client.browser.post("/sign-out", data={"csrf_token": client.token})
    assert sent.status_code == 303
    assert sent.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.browser.get_cookie("session") is None
    client.get("/sign-out")
    assert client.heading() == "您已经退出"
    client.browser.set_cookie("session", token)
    client.get("/account")
    assert client.path == "/sign-in"


def test_looking_at_the_sign_out_page_signs_nobody_out(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client)
    client.get("/sign-out")
    assert client.heading() == "现在退出吗？"
    client.get("/account")
    assert client.path == "/account"


def test_link_of_a_letter_signs_in_only_when_the_button_is_pressed(
    app: Flask, client: CheckingClient
) -> None:
    client.get("/sign-in?next=/account/contacts")
    client.submit("发验证码", {"contact": MAIL})
    found = re.search(r"http://localhost(/sign-in/link/\S+)", bodies(app)[-1])
    assert found
    for _ in range(3):
        CheckingClient(app).get(found[1])
    assert accounts(app) == 0
    client.get(found[1])
    client.submit("登录")
    assert client.path == "/account/contacts"
    again = CheckingClient(app)
    again.get(found[1])
    again.submit("登录", expect=410)
    assert again.heading() == "这个地址不能再用了"
    assert accounts(app) == 1


@pytest.mark.parametrize("token", ["x", "%00", "%F0%9F%98%80", "%FF", "a" * 3000, "%22%3E%3Cb%3E"])
def test_link_that_we_never_sent_is_answered_in_words(client: CheckingClient, token: str) -> None:
    client.get(f"/sign-in/link/{token}")
    client.submit("登录", expect=410)


def test_link_made_for_an_account_opens_it(app: Flask, client: CheckingClient) -> None:
    sign_in(app, CheckingClient(app))
    with store_of(app).transaction() as db:
        token = make_link(db, db.scalars(select(Account)).one(), timedelta(minutes=10))
    client.get(f"/sign-in/link/{token}")
    client.submit("登录", {"is_shared": True})
    assert client.path == "/account"
    assert client.browser.get_cookie("session").max_age is None


def test_password_signs_in_and_a_wrong_one_says_the_same_of_everyone(
    app: Flask, client: CheckingClient
) -> None:
    sign_in(app, client)
    client.get("/account/password")
    client.submit("设密码", {"password": "山高水长2026"})
    sign_in(app, CheckingClient(app), "19900000002")
    seen = []
    for contact in (PHONE, "19900000002", "19900000003"):
        other = CheckingClient(app)
        other.get("/sign-in/password")
        other.submit("登录", {"contact": contact, "password": "山低水短2026"}, expect=422)
        seen.append(without_token(other.answer.text).replace(contact, ""))
        assert "山低水短" not in other.answer.text
    assert seen[0] == seen[1] == seen[2]
    other.get("/sign-in/password?next=/account/sessions")
    other.submit("登录", {"contact": PHONE, "password": "山高水长２０２６"})
    assert other.path == "/account/sessions"


def test_eleventh_password_within_the_hour_has_to_wait(app: Flask, client: CheckingClient) -> None:
    client.get("/sign-in/password")
    for _ in range(10):
        client.submit("登录", {"contact": PHONE, "password": "wrong"}, expect=422)
    client.submit("登录", {"contact": PHONE, "password": "wrong"}, expect=429)


def test_old_number_opens_nothing_old_and_its_new_owner_starts_anew(
    app: Flask, client: CheckingClient, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    sign_in(app, client)
    clock_at(clock.now() + timedelta(days=91))
    newcomer = CheckingClient(app)
    sign_in(app, newcomer, start="/sign-in?next=/account/contacts")
    assert newcomer.heading() == "这个号码很久没有用过"
    newcomer.get("/account")
    assert newcomer.path == "/sign-in"
    newcomer.get("/sign-in/old-number")
    newcomer.submit("我是新主人，新开一个账户")
    assert newcomer.path == "/account/contacts"
    assert accounts(app) == 2


def test_number_marked_as_not_ones_own_begins_an_account_of_its_new_owner(
    app: Flask, client: CheckingClient
) -> None:
    sign_in(app, client)
    client.get("/account/contacts")
    with store_of(app).transaction() as db:
        db.scalars(select(Contact)).one().frozen_at = clock.now()
    newcomer = CheckingClient(app)
    newcomer.get("/sign-in")
    newcomer.submit("发验证码", {"contact": PHONE})
    newcomer.submit("登录", {"code": newest_code(app)})
    assert newcomer.heading() == "这个号码（邮箱）已经停用"
    newcomer.submit("我是新主人，新开一个账户")
    assert newcomer.path == "/account"
    assert accounts(app) == 2


def test_old_number_page_needs_the_right_code_first(
    app: Flask, client: CheckingClient, clock_at: Callable[..., None]
) -> None:
    clock_at(START)
    sign_in(app, client)
    clock_at(clock.now() + timedelta(days=91))
    thief = CheckingClient(app)
    thief.get("/sign-in")
    thief.submit("发验证码", {"contact": PHONE})
    thief.post("/sign-in/old-number", {})
    assert thief.path == "/sign-in"
    assert accounts(app) == 1


def test_signed_in_person_is_led_on(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client)
    client.get("/sign-in?next=/account/sessions")
    assert client.path == "/account/sessions"


def test_no_page_of_the_door_says_who_is_typed_in_its_title_or_address(
    app: Flask, client: CheckingClient
) -> None:
    client.get("/sign-in")
    client.submit("发验证码", {"contact": MAIL})
    assert MAIL not in client.answer.url
    assert MAIL not in client.page.title.get_text()
