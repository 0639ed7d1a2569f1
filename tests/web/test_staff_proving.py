"""In the browser: passkeys, cards, recovery codes; the lock; acts with weight; own sessions."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import Account
from portal.store.certificates import Certificate
from portal.usecases.claims import claim
from portal.usecases.demo_applications import see_originals
from portal.usecases.rates import PASSWORD as PASSWORD_LIMIT
from portal.usecases.sessions import open_session
from tests.support.certificates import prove
from tests.support.chain import GRANTED, chain_staff, lead, up_to
from tests.support.client import CheckingClient
from tests.support.office import prepare, resident, submitted
from tests.support.passkeys import Device
from tests.support.workers import PASSWORD, Worker, code_now, make_worker, sign_in

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:10+08:00")


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["portal"].store
    return found


@pytest.fixture
def chief(store: Store) -> Worker:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "second")
        return make_worker(db, Role.ADMINISTRATOR, "chief")


@pytest.fixture
def clerk(store: Store, chief: Worker) -> Worker:
    with store.transaction() as db:
        return make_worker(db, Role.DESK_CLERK, "clerk")


def later(clock_at: Callable[..., None], **time: int) -> None:
    clock_at(clock.now() + timedelta(**time))


def options(client: CheckingClient) -> str:
    return str(client.one("form[data-passkey]")["data-options"])


def add_passkey(client: CheckingClient, device: Device) -> None:
    client.get("/staff/security/passkeys/new")
    client.post(
        "/staff/security/passkeys/new", {"name": "办公室电脑", "passkey": device.make(options(client))}
    )


def printed(client: CheckingClient) -> list[str]:
    return [code.get_text().replace(" ", "") for code in client.page.select("ol.codes code")]


def password_given(client: CheckingClient, login_name: str) -> None:
    client.get("/staff/sign-in")
    client.submit("下一步", {"login_name": login_name, "password": PASSWORD})


def test_passkey_is_added_signs_in_and_is_removed(app: Flask, client: CheckingClient, clerk: Worker) -> None:
    device = Device()
    sign_in(app, client, clerk)
    add_passkey(client, device)
    assert client.path == "/staff/security"
    assert "办公室电脑" in client.text
    other = CheckingClient(app)
    other.get("/staff/sign-in?next=/desk/unit")
    other.post("/staff/sign-in?next=/desk/unit", {"passkey": device.show(options(other))})
    assert other.path == "/desk/unit"
    client.submit("删除通行密钥：办公室电脑")
    third = CheckingClient(app)
    third.get("/staff/sign-in")
    third.post("/staff/sign-in", {"passkey": device.show(options(third))}, 422)
    assert third.one("#errors a[href='#passkey-form']")


@pytest.mark.parametrize("answer", ["x", "{}", "[]", '{"id":1}', "\0", "😀" * 5000])
def test_odd_answers_of_a_device_are_explained(client: CheckingClient, chief: Worker, answer: str) -> None:
    client.get("/staff/sign-in")
    client.post("/staff/sign-in", {"passkey": answer}, 422)
    assert "没有认出这个通行密钥" in client.text


def test_passkey_without_a_name_or_without_a_device_is_not_added(
    app: Flask, client: CheckingClient, clerk: Worker
) -> None:
    sign_in(app, client, clerk)
    client.get("/staff/security/passkeys/new")
    client.post("/staff/security/passkeys/new", {"name": "", "passkey": ""}, 422)
    assert client.one("#errors a[href='#name']")
    client.post("/staff/security/passkeys/new", {"name": "电脑", "passkey": ""}, 422)
    assert client.one("#errors a[href='#passkey-form']")


def test_recovery_code_opens_and_the_page_says_how_many_are_left(
    app: Flask, client: CheckingClient, clerk: Worker
) -> None:
    sign_in(app, client, clerk)
    client.get("/staff/security")
    client.submit("生成新的恢复码")
    codes = printed(client)
    assert len(codes) == 10
    assert client.page.select_one("section.help") is None  # a sheet with codes says nothing else
    other = CheckingClient(app)
    password_given(other, "clerk")
    other.follow("用恢复码")
    other.submit("登录", {"code": "AAAA-AAAA-AAAA"}, 422)
    other.submit("登录", {"code": codes[3].lower()})
    assert other.path == "/staff/security"
    assert "还有9个没有用过" in other.text
    other.get("/desk")


def test_card_is_printed_by_an_administrator_and_opens_code_by_code(
    app: Flask, client: CheckingClient, store: Store, chief: Worker, clerk: Worker
) -> None:
    sign_in(app, client, chief)
    client.get(f"/manage/staff/{clerk.account_id}")
    client.submit("打印新的一次码卡")
    codes = printed(client)
    for number in (1, 2):
        other = CheckingClient(app)
        password_given(other, "clerk")
        other.follow("用一次码卡")
        assert f"请填写卡上的第{number}个码" in other.text
        other.submit("登录", {"code": codes[number - 1]})
        assert other.path == "/desk/today"
    client.follow("打印好了，回到这个人的账户")
    assert "58个" in client.text
    client.submit("收回这张卡")
    assert "现在没有能用的卡" in client.text


def test_newcomer_without_telephone_enrols_with_a_card(
    app: Flask, client: CheckingClient, store: Store, chief: Worker
) -> None:
    sign_in(app, client, chief)
    client.get("/manage/staff/new")
    fields = {
        "display_name": "示例新人",
        "login_name": "newcomer",
        "role": "desk_clerk",
        "unit": "desk_dongfeng",
    }
    client.submit(client.one("main form .actions button").text, fields)
    link = re.search(r"/staff/enrol/[\w-]+", client.text)
    assert link
    with store.reading() as db:
        account_id = db.query(Account.id).filter_by(login_name="newcomer").scalar()
    client.get(f"/manage/staff/{account_id}")
    client.submit("打印新的一次码卡")
    codes = printed(client)
    other = CheckingClient(app)
    other.get(link[0])
    other.follow("我有一次码卡，不用验证器")
    wrong = "000000" if codes[0] != "000000" else "111111"
    other.submit("完成登记", {"password": PASSWORD, "again": PASSWORD, "code": wrong}, 422)
    other.submit("完成登记", {"password": PASSWORD, "again": PASSWORD, "code": codes[0]})
    assert other.path == "/staff/post"
    third = CheckingClient(app)
    password_given(third, "newcomer")
    assert third.path == "/staff/sign-in/card"
    third.submit("登录", {"code": codes[1]})
    assert third.path == "/desk/today"


def test_code_pages_without_the_password_begin_again(client: CheckingClient) -> None:
    for path in ("/staff/sign-in/card", "/staff/sign-in/recovery"):
        client.get(path)
        assert client.path == "/staff/sign-in"


def test_lock_after_silence_gives_back_what_was_typed(
    app: Flask, client: CheckingClient, chief: Worker, clock_at: Callable[..., None]
) -> None:
    sign_in(app, client, chief)
    client.get("/manage/staff/new")
    later(clock_at, minutes=31)
    typed = {"display_name": "示例写到一半", "login_name": "half"}
    client.submit(client.one("main form .actions button").text, typed)
    assert client.path == "/staff/unlock"
    assert "chief" in client.text
    client.submit("继续", {"password": "not the password"}, 422)
    client.submit("继续", {"password": PASSWORD})
    assert client.path == "/manage/staff/new"
    assert client.one("#display-name")["value"] == "示例写到一半"
    assert client.one("#login-name")["value"] == "half"


def test_unlocked_session_has_another_token_and_other_windows_lose_nothing(
    app: Flask, client: CheckingClient, chief: Worker
) -> None:
    sign_in(app, client, chief)
    client.get("/manage/calendar")
    of_other_window = client.token
    before = client.browser.get_cookie("session")
    client.get("/staff/security")
    client.submit("现在锁定")
    client.submit("继续", {"password": PASSWORD})
    after = client.browser.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = CheckingClient(app)
    thief.browser.set_cookie("session", before.value)
    thief.get("/manage")
    assert thief.path == "/staff/sign-in"
    typed = {"csrf_token": of_other_window, "display_name": "示例另一个窗口", "login_name": "window"}
    client.post("/manage/staff/new", typed)
    assert client.one("#display-name")["value"] == "示例另一个窗口"
    assert client.one("#login-name")["value"] == "window"


def test_page_that_is_opened_behind_the_lock_comes_after_the_proof(
    app: Flask, client: CheckingClient, chief: Worker, clock_at: Callable[..., None]
) -> None:
    sign_in(app, client, chief)
    later(clock_at, hours=2)
    client.get("/manage/units")
    assert client.path == "/staff/unlock"
    client.submit("继续", {"password": PASSWORD})
    assert client.path == "/manage/units"


def test_lock_opens_with_a_passkey_too(
    app: Flask, client: CheckingClient, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    device = Device()
    sign_in(app, client, clerk)
    add_passkey(client, device)
    later(clock_at, hours=1)
    client.get("/desk")
    client.post("/staff/unlock", {"passkey": "x"}, 422)
    client.post("/staff/unlock", {"passkey": device.show(options(client))})
    assert client.path == "/desk/today"


def test_locked_by_hand_nothing_is_shown_until_the_owner_is_back(
    app: Flask, client: CheckingClient, clerk: Worker
) -> None:
    sign_in(app, client, clerk)
    client.get("/staff/security")
    client.submit("现在锁定")
    assert client.heading() == "已经锁定"
    client.get("/desk")
    assert client.path == "/staff/unlock"
    client.get("/")
    assert "示例职员" not in client.text


def test_somebody_else_signs_in_at_a_locked_browser_and_the_locked_session_ends(
    app: Flask, client: CheckingClient, chief: Worker, clerk: Worker, store: Store
) -> None:
    sign_in(app, client, clerk)
    client.get("/staff/security")
    locked = client.browser.get_cookie("session")
    client.submit("现在锁定")
    client.follow("不是您：换一个人登录")
    client.submit("下一步", {"login_name": "chief", "password": PASSWORD})
    client.submit("登录", {"code": code_now()})
    assert client.path == "/manage"
    assert locked is not None
    other = CheckingClient(app)
    other.browser.set_cookie("session", locked.value)
    other.get("/desk")
    assert other.path == "/staff/sign-in"


def test_guesses_at_the_lock_are_counted_with_those_at_the_door(
    app: Flask, client: CheckingClient, clerk: Worker
) -> None:
    sign_in(app, client, clerk)
    client.get("/staff/security")
    client.submit("现在锁定")
    for _ in range(PASSWORD_LIMIT.times):
        client.get("/staff/unlock")
        client.submit("继续", {"password": "wrong password"}, 422)
    client.get("/staff/unlock")
    client.submit("继续", {"password": PASSWORD}, 429)


def test_unlock_without_a_locked_session_leads_to_the_door(client: CheckingClient) -> None:
    client.get("/staff/unlock")
    assert client.path == "/staff/sign-in"


def test_act_with_weight_asks_again_after_ten_minutes_and_does_nothing_by_itself(
    app: Flask, client: CheckingClient, chief: Worker, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    sign_in(app, client, chief)
    address = f"/manage/staff/{clerk.account_id}"
    client.get(address)
    later(clock_at, minutes=11)
    client.submit("停用这个账户")
    assert client.heading() == "请确认是您本人"
    client.submit("继续", {"password": "not the password"}, 422)
    client.submit("继续", {"password": PASSWORD})
    assert client.path == address
    assert "可以登录" in client.text
    client.submit("停用这个账户")
    assert "已停用" in client.text


def test_what_was_typed_before_the_recheck_is_shown_again(
    app: Flask, client: CheckingClient, chief: Worker, clock_at: Callable[..., None]
) -> None:
    sign_in(app, client, chief)
    client.get("/manage/staff/new")
    later(clock_at, minutes=11)
    client.submit(
        client.one("main form .actions button").text, {"display_name": "示例新人", "login_name": "newcomer"}
    )
    client.submit("继续", {"password": PASSWORD})
    assert client.path == "/manage/staff/new"
    assert client.one("#display-name")["value"] == "示例新人"


def test_decision_about_a_certificate_asks_again_and_keeps_the_form(
    app: Flask, client: CheckingClient, store: Store, clock_at: Callable[..., None]
) -> None:
    with store.transaction() as db:
        prepare(db)
        applicant = resident(db)
        application = submitted(db, applicant)
        prove(db, applicant)
        staff = chain_staff(db)
        lead(db, staff, application, up_to(GRANTED, "propose_grant"))
        see_originals(db, staff["clerk"], application)
        approver = make_worker(db, Role.COUNTY_APPROVER, "approver")
        claim(db, approver.actor, application.reference)
        reference = application.reference
    sign_in(app, client, approver)
    address = f"/office/applications/{reference}"
    client.get(f"{address}?outcome=approve")
    client.submit("看看申请人会读到什么")
    later(clock_at, minutes=11)
    client.submit("确认，现在生效")
    assert client.heading() == "请确认是您本人"
    client.submit("继续", {"password": PASSWORD})
    assert client.path == address
    with store.reading() as db:
        assert db.scalars(select(Certificate)).all() == []
    client.submit("看看申请人会读到什么")
    client.submit("确认，现在生效")
    with store.reading() as db:
        assert len(db.scalars(select(Certificate)).all()) == 1


def test_work_mail_of_somebody_is_kept_changed_and_taken_away(
    app: Flask, client: CheckingClient, chief: Worker, clerk: Worker
) -> None:
    sign_in(app, client, chief)
    client.get(f"/manage/staff/{clerk.account_id}")
    client.submit("保存工作邮箱", {"work_mail": "no address"}, 422)
    assert client.one("#errors a[href='#work-mail']")
    client.submit("保存工作邮箱", {"work_mail": "clerk@example.org"})
    assert client.one("#work-mail")["value"] == "clerk@example.org"
    client.submit("保存工作邮箱", {"work_mail": ""})
    assert client.one("#work-mail")["value"] == ""


def test_demonstration_person_is_not_asked_for_what_it_has_not_got(
    app: Flask, client: CheckingClient, chief: Worker, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    with app.extensions["portal"].store.transaction() as db:
        account = db.get_one(Account, chief.account_id)
        token = open_session(db, account, "demo", role_id=chief.role_id)
    client.browser.set_cookie("session", token)
    client.get(f"/manage/staff/{clerk.account_id}")
    later(clock_at, minutes=20)
    client.submit("停用这个账户")
    assert "已停用" in client.text


def test_own_sessions_are_listed_and_ended_one_by_one_or_all(
    app: Flask, client: CheckingClient, clerk: Worker
) -> None:
    others = [CheckingClient(app) for _ in range(3)]
    for one in (*others, client):
        sign_in(app, one, clerk)
    client.get("/staff/security/sessions")
    assert len(client.page.select("tbody tr")) == 4
    client.submit("退出第2处")
    assert "已经退出" in client.text
    assert len(client.page.select("tbody tr")) == 3
    client.submit("除了这里，都退出")
    assert len(client.page.select("tbody tr")) == 1
    for one in others:
        one.get("/desk")
        assert one.path == "/staff/sign-in"


def test_session_of_a_colleague_is_not_found(
    app: Flask, client: CheckingClient, chief: Worker, clerk: Worker, store: Store
) -> None:
    sign_in(app, client, chief)
    sign_in(app, client, clerk)
    client.get("/staff/security/sessions")
    client.post("/staff/security/sessions/1/end", {}, 404)
    client.post("/staff/security/passkeys/1/remove", {}, 404)
