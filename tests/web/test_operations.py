"""Health, and the pages of the demonstration: its people, its messages; both are nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

import portal.app
import portal.store.accounts
from portal import clock
from portal.config import Settings
from portal.store.audit import AuditEvent
from portal.usecases.demo_people import make_demo_resident, make_demo_staff
from tests.support.client import CheckingClient
from tests.support.people import furnish, parts_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def demo(settings: Settings) -> Flask:
    """The demonstration with its people and one message of each kind."""
    app = portal.app.create_app(replace(settings, env="demo"))
    furnish(app)
    parts = parts_of(app)
    with parts.store.transaction() as db:
        make_demo_staff(db, parts.region)
        for number in range(1, 5):
            make_demo_resident(db, number, seed=1)
    parts.gateways.sms.send("19900000001", "【示例市一窗通办】验证码123456。", message_id="one")
    parts.gateways.mail.send("li@example.org", "标题<b>", "第一行\n第二行 <script>", message_id="two")
    return app


def test_health_is_good_when_the_schema_is_current(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_is_bad_with_another_release_s_schema(app: Flask) -> None:
    with parts_of(app).store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_health_is_bad_without_a_database(settings: Settings, tmp_path: Path) -> None:
    empty = replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    assert portal.app.create_app(empty).test_client().get("/healthz").status_code == 503


def test_people_of_the_demonstration_are_listed_with_their_posts(demo: Flask) -> None:
    client = CheckingClient(demo)
    client.get("/demo")
    assert "窗口工作人员，示例东风镇便民服务中心" in client.text
    assert "示例王小明" in client.text
    assert "身份已核实" in client.text


@pytest.mark.parametrize(
    ("button", "home"),
    [
        ("用示例李芳（19900000002）登录", "/account"),
        ("clerk-dongfeng", "/desk/start"),
        ("approver-shili", "/office/start"),
    ],
)
def test_button_signs_in_and_leaves_a_trace(demo: Flask, button: str, home: str) -> None:
    client = CheckingClient(demo)
    client.get("/demo")
    label = next(one.get_text(strip=True) for one in client.page.select("main button") if button in one.text)
    account = next(
        str(form.select_one("input[name=account]")["value"])
        for form in client.page.select("main form")
        if label in form.get_text()
    )
    token = str(client.page.select_one("input[name=csrf_token]")["value"])
    answer = client.browser.post("/demo/sign-in", data={"account": account, "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, home)
    assert "session=" in answer.headers["Set-Cookie"]
    with parts_of(demo).store.reading() as db:
        event = db.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.tag, event.stream) == ("session:open", f"account:{account}")


def test_resident_of_the_demonstration_sees_where_they_are_signed_in(demo: Flask) -> None:
    client = CheckingClient(demo)
    client.get("/demo")
    form = next(one for one in client.page.select("main form") if "示例李芳" in one.get_text())
    sent = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    client.browser.post("/demo/sign-in", data=sent)
    client.get("/account/sessions")
    assert "示例人员" in client.text


@pytest.mark.parametrize("account", ["", "0", "999999", "-1", "１", "1" * 40, "x\0"])
def test_nobody_else_can_be_signed_in(demo: Flask, account: str) -> None:
    client = CheckingClient(demo)
    client.get("/demo")
    token = str(client.page.select_one("input[name=csrf_token]")["value"])
    answer = client.browser.post("/demo/sign-in", data={"account": account, "csrf_token": token})
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers or "session=" not in answer.headers["Set-Cookie"]


def test_real_account_cannot_be_entered_through_the_demonstration(demo: Flask) -> None:
    parts = parts_of(demo)
    with parts.store.transaction() as db:
        account = portal.store.accounts.Account(kind="resident", created_at=clock.now())
        db.add(account)
        db.flush()
    client = CheckingClient(demo)
    client.get("/demo")
    token = str(client.page.select_one("input[name=csrf_token]")["value"])
    answer = client.browser.post("/demo/sign-in", data={"account": str(account.id), "csrf_token": token})
    assert answer.status_code == 404


def test_sent_messages_are_shown_as_text(demo: Flask) -> None:
    client = CheckingClient(demo)
    client.get("/demo/messages")
    assert "短信，发给19900000001" in client.text
    assert "验证码123456" in client.text
    assert "第二行 <script>" in client.text


@pytest.mark.parametrize("env", ["test", "production"])
def test_demonstration_exists_nowhere_else(settings: Settings, env: str) -> None:
    app = portal.app.create_app(replace(settings, env=env))  # type: ignore[arg-type]
    client = app.test_client()
    assert client.get("/demo").status_code == 404
    assert client.get("/demo/messages").status_code == 404
