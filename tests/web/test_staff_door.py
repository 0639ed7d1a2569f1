"""The door for staff in the browser: two steps, lock-out in words, enrolment, choosing the post."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import StaffRole
from portal.usecases.actor import SYSTEM
from portal.usecases.staff import create_staff, disable_staff
from portal.usecases.units import load_region
from portal.web.staff_entry import HOMES
from tests.support.client import CheckingClient
from tests.support.pages import HOSTILE_TEXT
from tests.support.workers import PASSWORD, code_now, demo_region, give_post, make_worker, sign_in

pytestmark = pytest.mark.one_database

START = "2026-11-23T12:00:10+08:00"


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at(START)


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["portal"].store
    return found


def give_password(
    client: CheckingClient, login_name: str, password: str = PASSWORD, expect: int = 200
) -> None:
    client.submit("下一步", {"login_name": login_name, "password": password}, expect)


def invite(db: Session) -> str:
    load_region(db, demo_region())
    return create_staff(db, SYSTEM, "clerk", "示例新人", Role.DESK_CLERK, "desk_dongfeng")


def test_administrator_signs_in_with_password_and_authenticator(client: CheckingClient, store: Store) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    client.get("/staff/sign-in")
    give_password(client, " Chief ")
    assert client.path == "/staff/sign-in/code"
    client.submit("登录", {"code": "０" + code_now()[1:] if code_now()[0] == "0" else code_now()})
    assert client.path == "/manage"


def test_page_that_was_asked_for_is_shown_after_signing_in(client: CheckingClient, store: Store) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    client.get("/manage/units")
    assert client.path == "/staff/sign-in"
    give_password(client, "chief")
    client.submit("登录", {"code": code_now()})
    assert client.path == "/manage/units"


@pytest.mark.parametrize(
    "wanted", ["//elsewhere.example/", "https://elsewhere.example", "/account", "/manage\\x", "/managers"]
)
def test_only_pages_of_staff_are_gone_on_to(client: CheckingClient, store: Store, wanted: str) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    client.get(f"/staff/sign-in?next={wanted}")
    give_password(client, "chief")
    client.submit("登录", {"code": code_now()})
    assert client.path == "/manage"


@pytest.mark.parametrize(
    ("login_name", "password"),
    [
        ("chief", "wrong password"),
        ("nobody", PASSWORD),
        (HOSTILE_TEXT, HOSTILE_TEXT),
        ("chief", PASSWORD + " "),
    ],
)
def test_wrong_name_and_wrong_password_look_alike(
    client: CheckingClient, store: Store, login_name: str, password: str
) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    client.get("/staff/sign-in")
    give_password(client, login_name, password, expect=422)
    assert "登录名或密码不对" in client.text
    assert PASSWORD not in client.text


def test_empty_boxes_are_named_in_the_summary(client: CheckingClient) -> None:
    client.get("/staff/sign-in")
    client.submit("下一步", {}, 422)
    assert client.one("a[href='#login-name']")
    assert client.one("a[href='#password']")


def test_eleventh_password_within_the_hour_waits_and_the_page_says_how_long(
    client: CheckingClient, store: Store, clock_at: Callable[..., None]
) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    for _ in range(10):
        client.get("/staff/sign-in")
        give_password(client, "chief", "wrong password", expect=422)
    client.get("/staff/sign-in")
    give_password(client, "CHIEF", PASSWORD, expect=429)
    assert "分钟" in client.text
    clock_at(clock.now() + timedelta(minutes=66))
    client.get("/staff/sign-in")
    give_password(client, "chief")
    assert client.path == "/staff/sign-in/code"


def test_eleventh_authenticator_code_waits_even_with_new_tickets(
    client: CheckingClient, store: Store
) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    client.get("/staff/sign-in")
    give_password(client, "chief")
    for _ in range(10):
        client.submit("登录", {"code": "000000" if code_now() != "000000" else "111111"}, 422)
    client.get("/staff/sign-in")
    give_password(client, "chief")
    client.submit("登录", {"code": code_now()}, 429)


def test_code_that_was_used_does_not_open_a_second_browser(app: Flask, store: Store) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
    code = code_now()
    for expect in (200, 422):
        client = CheckingClient(app)
        client.get("/staff/sign-in")
        give_password(client, "chief")
        client.submit("登录", {"code": code}, expect)
    assert "已经用过" in client.text
    client.get("/manage")
    assert client.path == "/staff/sign-in"


def test_second_step_without_the_first_begins_again(client: CheckingClient) -> None:
    client.get("/staff/sign-in/code")
    assert client.path == "/staff/sign-in"
    client.browser.set_cookie("staff-ticket", "made-up")
    client.get("/staff/sign-in/code")
    assert client.path == "/staff/sign-in"


def test_enrolment_from_link_to_work_and_the_link_is_gone(client: CheckingClient, store: Store) -> None:
    with store.transaction() as db:
        link = invite(db)
    client.get(f"/staff/enrol/{link}")
    address = str(client.one("a[href^='otpauth:']")["href"])
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    assert "".join(part.get_text() for part in client.page.select(".numbers span")) == secret
    assert client.one("svg.qr")["aria-hidden"] == "true"
    fields = {"password": PASSWORD, "again": PASSWORD, "code": code_now(secret)}
    client.submit("完成登记", fields)
    assert client.path == "/staff/post"
    assert "窗口工作人员" in client.text
    client.get(f"/staff/enrol/{link}", expect=404)


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("clerk", "clerk", "password"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "password"),
        ("123456123456", "123456123456", "password"),
        (PASSWORD, PASSWORD + "?", "again"),
        ("", "", "password"),
    ],
)
def test_weak_or_differing_passwords_are_explained_and_nothing_is_set(
    client: CheckingClient, store: Store, password: str, again: str, field: str
) -> None:
    with store.transaction() as db:
        link = invite(db)
    client.get(f"/staff/enrol/{link}")
    secret = parse_qs(urlsplit(str(client.one("a[href^='otpauth:']")["href"])).query)["secret"][0]
    client.submit("完成登记", {"password": password, "again": again, "code": code_now(secret)}, 422)
    assert client.one(f"#errors a[href='#{field}']")
    client.get(f"/staff/enrol/{link}")


def test_enrolment_with_a_wrong_code_shows_the_same_secret_again(
    client: CheckingClient, store: Store
) -> None:
    with store.transaction() as db:
        link = invite(db)
    client.get(f"/staff/enrol/{link}")
    before = client.one("a[href^='otpauth:']")["href"]
    client.submit("完成登记", {"password": PASSWORD, "again": PASSWORD, "code": "000000"}, 422)
    assert client.one("a[href^='otpauth:']")["href"] == before


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "%F0%9F%98%80"])
def test_enrolment_link_that_is_none_is_explained_with_404(client: CheckingClient, token: str) -> None:
    client.get(f"/staff/enrol/{token}", expect=404)


def test_several_posts_are_chosen_and_switched(app: Flask, client: CheckingClient, store: Store) -> None:
    with store.transaction() as db:
        worker = make_worker(db, Role.ADMINISTRATOR)
        make_worker(db, Role.ADMINISTRATOR, "other")
        second = StaffRole(
            account_id=worker.account_id,
            role=Role.ADMINISTRATOR,
            unit_code="federation_shili",
            from_on=clock.today(),
        )
        db.add(second)
        db.flush()
        second_id = second.id
    client.get("/staff/sign-in")
    give_password(client, "administrator")
    client.submit("登录", {"code": code_now()})
    assert client.path == "/staff/post"
    client.submit("用这个岗位工作", {}, 422)
    client.submit("用这个岗位工作", {"post": str(second_id)})
    assert client.path == "/manage"
    client.get("/staff/post")
    assert "示例县残疾人联合会" in client.text
    with store.transaction() as db:
        foreign = make_worker(db, Role.HOSPITAL).role_id
    client.post("/staff/post", {"post": str(foreign)}, expect=422)


def test_someone_without_a_post_is_told_whom_to_ask(app: Flask, client: CheckingClient, store: Store) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, name="示例管理员")
        worker = make_worker(db, None)
    sign_in(app, client, worker)
    client.get("/staff/post")
    assert client.heading() == "您现在没有岗位"
    assert "示例管理员" in client.text
    for path in ("/manage", "/manage/staff"):
        client.get(path, expect=403)


@pytest.mark.parametrize("role", Role)
def test_every_post_has_a_home_that_opens(
    app: Flask, client: CheckingClient, store: Store, role: Role
) -> None:
    with store.transaction() as db:
        worker = make_worker(db, role)
    sign_in(app, client, worker)
    client.get("/staff")
    assert client.path.startswith(HOMES[role].removesuffix("/start"))  # from there on to the list of the post


def test_disabled_member_of_staff_is_out_with_the_next_request(
    app: Flask, client: CheckingClient, store: Store
) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
        worker = make_worker(db, Role.ADMINISTRATOR, "second")
        give_post(db, make_worker(db, None).account_id, Role.HOSPITAL)
    sign_in(app, client, worker)
    client.get("/manage")
    with store.transaction() as db:
        disable_staff(db, SYSTEM, worker.account_id)
    client.get("/manage")
    assert client.path == "/staff/sign-in"


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/enrol/nothing"])
def test_door_speaks_english(client: CheckingClient, path: str) -> None:
    client.language = "en"
    client.get(f"{path}?language=en", expect=404 if "enrol" in path else 200)
