"""A visit at home, from the wish to the door; a form on paper from a village without network."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store.accounts import StaffRole
from portal.store.applications import Application, Submission
from portal.store.visits import Visit
from portal.usecases.visits import find_visit
from tests.support.client import ORIGIN, CheckingClient
from tests.support.journeys import Office
from tests.support.office import DESK
from tests.support.people import make_officer, officer, parts_of, sign_in
from tests.support.visits import Counter

MONDAY = date(2026, 11, 23)
pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def office(app: Flask) -> Office:
    opened = Office(app)
    opened.open()
    return opened


def hired(office: Office, role: Role, name: str) -> StaffRole:
    with parts_of(office.app).store.transaction() as db:
        return make_officer(db, role, DESK, name)


def at_desk(office: Office, post: StaffRole) -> CheckingClient:
    with parts_of(office.app).store.reading() as db:
        account = db.get_one(StaffRole, post.id).account
    return sign_in(office.app, account, role_id=post.id)


def test_visit_goes_from_the_wish_to_the_door(office: Office, clock_at: Callable[[str], None]) -> None:
    person = office.browser(office.resident())
    person.get("/account/appointments")
    person.submit("请人上门", {"purpose": "", "address": "示例路1号"}, expect=422)
    assert person.one("#address")["value"] == "示例路1号"
    wish = {"purpose": "办残疾人证（示例）", "address": "示例路1号", "good_times": ["afternoon"]}
    person.submit("请人上门", wish)
    assert "等着约时间" in person.text
    clerk = at_desk(office, hired(office, Role.DESK_CLERK, "another-clerk"))
    post = hired(office, Role.LIAISON, "liaison")
    liaison = at_desk(office, post)
    liaison.get("/desk/appointments")
    assert "现在没有约好的上门" in liaison.text  # nobody gave it to them yet
    clerk.get("/desk/appointments")
    here = str(clerk.page.select("main .lines a")[0]["href"])
    liaison.get(here, expect=404)
    clerk.get(here)
    hour = {"day": "2026-11-25", "hour": "10", "officer": str(post.account_id)}
    clerk.submit("请本人同意这个时间", hour, expect=422)
    assert "这不是本人说方便的时间" in clerk.text
    clerk.submit("请本人同意这个时间", {"hour": "15"})
    assert "已完成：提出了时间" in clerk.one("main .notice").get_text()
    liaison.get("/desk/appointments")
    assert [one["href"] for one in liaison.page.select("main .lines a")] == [here]
    liaison.get(here)
    assert "开始上门办理" not in liaison.text  # nobody is visited unannounced
    person.get("/account/appointments")
    assert "示例东风镇便民服务中心的村（社区）残疾人专职委员" in person.text
    assert "liaison（示例）" not in person.text, "unit and post, not the name"
    person.submit("同意这个时间")
    assert "约好了" in person.text
    assert "已完成：您同意了：2026年11月25日15时00分上门" in person.one("main .notice").get_text()
    liaison.get("/desk/appointments")
    link = str(liaison.page.select("main .lines a")[0].get_text())
    assert link == "15时00分，第1家：办残疾人证（示例）", "the day stands over it"
    clock_at("2026-11-25T15:05+08:00")
    liaison = at_desk(office, post)
    liaison.get(here)
    begun = liaison.browser.post(here, data={"csrf_token": liaison.token, "do": "begin"}, base_url=ORIGIN)
    assert begun.headers["Location"].startswith("/desk/visits/")
    assert begun.headers["Clear-Site-Data"] == '"cache"'  # of whoever was there before
    with parts_of(office.app).store.reading() as db:
        visit = db.scalars(select(Visit)).one()
        assert (visit.channel, visit.clerk_id, visit.ended_at) == ("home_visit", post.account_id, None)


def test_visit_that_the_person_calls_off_is_the_first_that_the_liaison_reads(office: Office) -> None:
    person = office.browser(office.resident())
    person.get("/account/appointments")
    person.submit("请人上门", {"purpose": "办残疾人证（示例）", "address": "示例路1号"})
    clerk = at_desk(office, hired(office, Role.DESK_CLERK, "another-clerk"))
    post = hired(office, Role.LIAISON, "liaison")
    clerk.get("/desk/appointments")
    clerk.get(str(clerk.page.select("main .lines a")[0]["href"]))
    clerk.submit("请本人同意这个时间", {"day": "2026-11-25", "hour": "10", "officer": str(post.account_id)})
    person.get("/account/appointments")
    person.submit("同意这个时间")
    person.submit("不用上门了")
    assert "已完成：这次不上门了：办残疾人证（示例）。" in person.one("main .notice").get_text()
    liaison = at_desk(office, post)
    liaison.get("/desk/appointments")
    first = liaison.page.select("main h2")[0]
    assert first.get_text() == "取消了"
    assert "办残疾人证（示例）" in liaison.text
    assert "第1家" not in liaison.text


def test_paper_from_a_village_without_network_counts_from_the_day_it_was_handed_over(
    office: Office, clock_at: Callable[[str], None]
) -> None:
    post = hired(office, Role.LIAISON, "liaison")
    liaison = at_desk(office, post)
    liaison.get("/services/zj-01/form")
    liaison.submit("做一张表", {"acting": "self", "size": "large"})
    serial = liaison.path.rsplit("/", 1)[1]
    clock_at("2026-11-26T10:00+08:00")  # handed over on Monday; the network is back on Thursday
    liaison = at_desk(office, post)
    visit = receive(liaison)
    liaison.get(f"{visit}/paper")
    wrong = {"serial": serial, "received_on": "2026-11-20"}
    liaison.submit("开始录入", wrong, expect=422)
    assert "表还没有打印出来" in liaison.text
    liaison.submit(
        "开始录入", {"serial": f"{serial[:4]} {serial[4:8]} {serial[8:]}", "received_on": "2026-11-23"}
    )
    reference = liaison.path.rsplit("/", 1)[1]
    assert liaison.path == f"{visit}/apply/zj-01/{reference}"
    type_and_hand_in(liaison, post, visit, reference)
    with parts_of(office.app).store.reading() as db:
        application = db.scalars(select(Application)).one()
        submission = db.scalars(select(Submission)).one()
        [entry] = application.entries
        assert (application.state, application.channel, submission.channel) == ("in_review", "paper", "paper")
        assert (application.submitted_on, entry.counted_from_on) == (MONDAY, MONDAY)
        assert entry.due_on == date(2026, 11, 24)  # one working day from Monday, not from Thursday
    second = receive(liaison)
    liaison.get(f"{second}/paper")
    liaison.submit("开始录入", {"serial": serial, "received_on": "2026-11-23"}, expect=409)
    assert "这张表已经录入过" in liaison.text
    assert reference in str(liaison.one("main a.numbers")["href"])


def type_and_hand_in(client: CheckingClient, post: StaffRole, visit: str, reference: str) -> None:
    """What stands on the paper, part after part; the paper is signed."""
    client.get(f"{visit}/apply/zj-01/{reference}/part/who")
    token = visit.rsplit("/", 1)[1]
    with parts_of(client.browser.application).store.reading() as db:
        session_id = db.scalars(select(Visit.session_id).where(Visit.ended_at.is_(None))).one()
        here = find_visit(db, officer(post), session_id, token)
    Counter(client, officer(post), here, token).walk()
    client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
    client.submit("替来人提交")


def receive(client: CheckingClient) -> str:
    """Somebody with nothing in their hands; the address of the visit."""
    client.get("/desk/visits")
    chosen = {"channel": "counter", "standing": "self", "is_related": "no", "way": "none"}
    client.submit("接待", chosen)
    client.submit("开始接待", {"is_sure": "yes"})
    return "/".join(client.path.split("/")[:4])
