"""The front of inspectors as they use it, without script."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.audit import AuditEvent
from portal.store.inspections import InspectionRemark
from tests.support.client import CheckingClient
from tests.support.office import DESK, SUBJECT, resident, sign_in_staff, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


def at_post(app: Flask, house: Store, name: str, role: Role, unit: str) -> CheckingClient:
    with house.transaction() as db:
        token = sign_in_staff(db, name, role, unit)[1]
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


@pytest.fixture
def inspector(app: Flask, house: Store) -> CheckingClient:
    return at_post(app, house, "inspector", Role.INSPECTOR, "federation_city")


@pytest.fixture
def reference(house: Store) -> str:
    with house.transaction() as db:
        return submitted(db, resident(db)).reference


def draw(client: CheckingClient, **changes: str) -> None:
    client.get("/inspect/new")
    asked = {
        "purpose": "年度抽查",
        "which": "all",
        "from_on": "2026-11-01",
        "to_on": "2026-11-30",
        "size": "5",
    }
    client.submit("抽取", {**asked, **changes})


def test_draw_read_give_a_reason_and_remark(
    app: Flask, inspector: CheckingClient, house: Store, reference: str
) -> None:
    inspector.get("/inspect")
    assert "还没有抽查" in inspector.page.get_text()
    draw(inspector)
    assert "随机种子" in inspector.page.get_text()
    inspector.get("/inspect/1/again")
    assert "结果一样" in inspector.page.get_text()
    address = f"/inspect/1/applications/{reference}"
    inspector.get(address)
    text = inspector.page.get_text()
    assert SUBJECT not in text
    assert "填了，不显示" in text
    inspector.get(f"{address}/answers")
    inspector.submit("记下原因，看内容", {"cause": ""}, expect=422)
    inspector.submit("记下原因，看内容", {"cause": "核对姓名"})
    assert SUBJECT in inspector.page.get_text()
    inspector.get(f"{address}/remark")
    inspector.submit("发给这个单位的负责人", {"unit_code": DESK, "words": "原件没有登记看过"})
    assert "还没有答复" in inspector.page.get_text()
    assert "意见已经交给这个单位。" in inspector.one("#remarks + .notice").get_text()
    head = at_post(app, house, "head", Role.LEAD, DESK)
    head.get("/office/inspection-remarks")
    head.get("/office/inspection-remarks/1")
    head.submit("发出答复", {"answer": ""}, expect=422)
    head.submit("发出答复", {"answer": "已经补登记"})
    with house.reading() as db:
        assert db.scalars(select(InspectionRemark)).one().answer == "已经补登记"
    inspector.get(address)
    assert "已经补登记" in inspector.page.get_text()
    assert "监督员看填写的内容" in inspector.page.get_text()


def test_the_proof_is_said_in_words_and_the_file_verifies(inspector: CheckingClient, reference: str) -> None:
    draw(inspector)
    inspector.get("/inspect/1/proof")
    assert "和写入时一样" in inspector.page.get_text()
    answer = inspector.browser.get("/inspect/1/audit.jsonl")
    assert answer.status_code == 200
    assert f"application:{reference}" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purpose": ""}, "为什么抽查"),
        ({"size": "900"}, "请填1到200"),
        ({"to_on": "2026-10-01"}, "最后一天不能早于第一天"),
        ({"from_on": "2020-01-01"}, "最多366天"),
        ({"from_on": "2026-11-24"}, "没有符合的申请"),
    ],
    ids=["purpose", "size", "order", "long", "nothing"],
)
def test_what_draws_nothing_is_said_and_kept(
    inspector: CheckingClient, reference: str, changes: dict[str, str], said: str
) -> None:
    inspector.get("/inspect/new")
    asked = {"purpose": "抽查", "which": "all", "from_on": "2026-11-01", "to_on": "2026-11-30", "size": "5"}
    inspector.submit("抽取", {**asked, **changes}, expect=422)
    assert said in inspector.page.get_text()


def test_another_sample_or_application_is_not_found_and_noted(
    inspector: CheckingClient, house: Store, reference: str
) -> None:
    draw(inspector)
    for address in ("/inspect/9", "/inspect/9/proof", "/inspect/1/applications/000000000000"):
        inspector.get(address, expect=404)
    with house.reading() as db:
        refused = db.scalars(select(AuditEvent).where(AuditEvent.tag == "inspection:read_refused")).all()
    assert len(refused) == 3
