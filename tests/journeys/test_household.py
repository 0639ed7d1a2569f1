"""The household's own word on a plan: on the web, or written down by two members of staff. Both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.applications import Application, Decision
from portal.store.audit import AuditEvent
from portal.store.visits import Entering
from portal.usecases.actor import SYSTEM
from portal.usecases.decision_checks import Deciding
from portal.usecases.transitions import close_entry, move
from tests.support.client import CheckingClient
from tests.support.journeys import Office, begin, hand_in, walk
from tests.support.made_up import fillings_for
from tests.support.people import make_officer, parts_of
from tests.support.visits import staff_at

GZ = load_catalogue().definition("gz-01", "demo")
ROWS = [
    {"item": "ramp", "quantity": "1个", "cost": 9_000_00},
    {"item": "doorbell", "quantity": "1个", "cost": 500_00},
]
VISITORS = {"visitor_1": "示例工作人员甲", "visitor_2": "示例工作人员乙"}
CHECKED = {"found_certificate": "valid", "found_grade": "2", "found_components": ["limb"]}
CHOOSE, CONFIRM = "选好了，往下", "确认，告诉工作人员"


def eligible(group: str = "ordinary") -> Deciding:
    return Deciding("eligible", form={**CHECKED, "share_group": group, "priority": ["severe", "alone"]})


def visited() -> Deciding:
    found = {
        "visited_on": "2026-11-20",
        "visit_measures": "门口台阶高15厘米。",
        "visit_needs": "想自己出门。",
    }
    return Deciding("visited", form={**VISITORS, **found})


def planned(rows: list[dict[str, object]] = ROWS) -> Deciding:
    form = {"plan_items": rows, "plan_words": "门口做坡道，右边装扶手。", "plan_days": 10}
    return Deciding("propose", form=form)


@pytest.fixture
def office(office: Office) -> Office:
    """With whoever looks first in the township, and whoever builds."""
    with parts_of(office.app).store.transaction() as db:
        for role, unit in ((Role.TOWNSHIP_CLERK, "desk_dongfeng"), (Role.CONTRACTOR, "contractor_care")):
            office.posts[role, unit] = make_officer(db, role, unit, f"{role}-{unit}")
    return office


def asked(
    office: Office, group: str = "ordinary", account: Account | None = None
) -> tuple[CheckingClient, str]:
    """Somebody whose plan is written, at work in their browser."""
    client = office.browser(account or office.resident())
    reference = begin(client, "self", "gz-01")
    walk(client, fillings_for(GZ, load_catalogue().regions["demo"]))
    hand_in(client, declarations=[one.id for one in GZ.service.declarations])
    office.lead(reference, Deciding("accept"), eligible(group), visited(), planned())
    return client, reference


def own_page(reference: str) -> str:
    return f"/account/applications/{reference}"


def newest_decision(office: Office) -> Decision:
    with parts_of(office.app).store.reading() as db:
        return db.scalars(select(Decision).order_by(Decision.id.desc())).first()


def test_household_reads_the_plan_with_its_money_and_agrees(office: Office) -> None:
    client, reference = asked(office)
    client.get(own_page(reference))
    client.follow("看一看，告诉我们怎么定")
    assert "坡道" in client.text
    for label, amount in (
        ("一共多少钱", "9500元"),
        ("政府补贴多少钱", "8550元"),
        ("家里自己付多少钱", "950元"),
    ):
        assert f"{label} {amount}" in " ".join(client.text.split())
    client.submit(CHOOSE, {"outcome": "agree"})
    client.submit(CONFIRM, expect=422)
    assert "我同意付" in client.text
    client.submit(CONFIRM, {"pay_agreed": "yes"})
    assert client.path == own_page(reference)
    assert office.standing(reference) == ("county_reviewer", "federation_shili")
    decision = newest_decision(office)
    assert (decision.outcome, decision.kind, decision.form) == ("agree", "advance", {"pay_agreed": True})
    with parts_of(office.app).store.reading() as db:
        application = db.scalars(select(Application)).one()
        assert decision.decided_by_id == application.account_id
        assert [one.step for one in application.entries][-1] == "public_notice"
        events = select(AuditEvent).where(AuditEvent.stream == f"application:{reference}")
        moved = [one for one in db.scalars(events) if one.tag == "application:advance"][-1]
        assert moved.actor_kind == "resident"
    reviewer = office.at_post(reference)
    assert "申请人在网上" in reviewer.text
    office.check()


def test_what_is_asked_for_leads_to_another_plan_and_the_old_one_is_not_agreed_to(office: Office) -> None:
    account = office.resident()
    client, reference = asked(office, "destitute", account)
    client.get(f"{own_page(reference)}/answer")
    other = office.browser(account)
    other.get(f"{own_page(reference)}/answer")
    other.submit(CHOOSE, {"outcome": "agree"})
    client.submit(CHOOSE, {"outcome": "change"})
    client.submit(CONFIRM, expect=422)
    client.submit(CONFIRM, {"change_wanted": "扶手装低一点。"})
    assert newest_decision(office).form == {"change_wanted": "扶手装低一点。"}
    assert "扶手装低一点" in office.at_post(reference).text
    office.go_to(date(2026, 11, 23), hour=8)
    office.lead(reference, planned(ROWS[:1]))
    other.submit(CONFIRM, expect=409)
    client.get(f"{own_page(reference)}/answer")
    assert "9000元" in client.text
    assert "门铃" not in client.text
    client.submit(CHOOSE, {"outcome": "agree"})
    client.submit(CONFIRM)
    assert newest_decision(office).outcome == "agree"
    office.check()


def test_who_declines_ends_it_and_may_begin_again(office: Office) -> None:
    client, reference = asked(office)
    client.get(f"{own_page(reference)}/answer")
    client.submit(CHOOSE, {"outcome": "decline"})
    client.submit(CONFIRM)
    assert "撤回" in client.text
    client.get(f"{own_page(reference)}/answer", 404)
    office.check()


def test_two_of_the_staff_write_down_what_the_household_said(office: Office) -> None:
    _client, reference = asked(office)
    reviewer = office.at_post(reference)
    reviewer.submit("领取这件申请")
    reviewer.submit("选这一种，往下填", {"outcome": "agree"})
    told = {"told_on": "2026年11月23日", "pay_agreed": "yes", "visitor_1": "示例甲", "visitor_2": "示例甲"}
    reviewer.submit("看看申请人会读到什么", told, expect=422)
    assert "同一个人" in reviewer.text
    reviewer.submit("看看申请人会读到什么", {"visitor_2": "示例乙"})
    reviewer.submit("确认，现在生效")
    assert newest_decision(office).form["visitor_2"] == "示例乙"
    office.check()


@pytest.mark.one_database
def test_nobody_else_and_nothing_odd_answers_for_the_household(office: Office) -> None:
    client, reference = asked(office)
    stranger = office.browser(office.resident("19900000002"))
    stranger.get(f"{own_page(reference)}/answer", 404)
    client.get(f"{own_page(reference)}/answer")
    client.submit(CHOOSE, expect=422)
    assert "怎么定" in client.text
    client.submit(CHOOSE, {"outcome": "decline"})
    client.submit(CONFIRM, {"mark": "9" * 30}, expect=409)
    client.get(f"{own_page(reference)}/answer")
    client.get(own_page(reference))
    assert "请在2026年" in client.text


@pytest.mark.one_database
def test_whoever_builds_reads_the_plan_and_the_address_and_nothing_of_the_person(office: Office) -> None:
    client, reference = asked(office, "destitute")
    client.get(f"{own_page(reference)}/answer")
    client.submit(CHOOSE, {"outcome": "agree"})
    client.submit(CONFIRM)
    office.lead(reference, "no_objection", Deciding("approve"))
    assert office.standing(reference) == ("contractor", "contractor_care")
    builder = office.at_post(reference)
    assert "坡道" in builder.text
    assert "示例东风镇" in builder.text
    for secret in (
        "8800 0019 9001 0100 11",
        "880000199001010011",
        "特困",
        "独自生活",
        "肢体",
        "台阶高15厘米",
    ):
        assert secret not in builder.text, secret
    builder.get(f"/office/applications/{reference}/evidence/identity", 404)
    done = {"work_from_on": "2026-11-24", "work_to_on": "2026-11-25", "work_notes": ""}
    office.lead(reference, Deciding("done", form=done))
    assert office.standing(reference)[0] == "county_reviewer"
    office.check()


@pytest.mark.one_database
def test_who_typed_it_at_the_counter_is_told_that_the_household_has_to_answer(office: Office) -> None:
    client, reference = asked(office)
    clerk = staff_at(office.app, "typed-it")
    with parts_of(office.app).store.transaction() as db:
        clerk_id = db.scalars(select(Account.id).where(Account.login_name == "typed-it")).one()
        application = db.scalars(select(Application).where(Application.reference == reference)).one()
        own = {"account_id": clerk_id, "unit_code": "desk_dongfeng", "entered_at": clock.now()}
        db.add(Entering(application_id=application.id, **own))
    clerk.get("/desk/visits/waiting")
    assert "等家里人答复：家里决定方案" in clerk.text
    assert "从什么时候开始等" in clerk.text
    assert "两位工作人员当面记下家里人的话" in clerk.text
    client.get(f"{own_page(reference)}/answer")
    client.submit(CHOOSE, {"outcome": "decline"})
    client.submit(CONFIRM)
    clerk.get("/desk/visits/waiting")
    assert "现在没有等本人补材料的" in clerk.text


@pytest.mark.one_database
def test_home_that_was_done_lately_is_told_from_when_it_may_be_done_again(office: Office) -> None:
    client, fillings = office.browser(office.resident()), fillings_for(GZ, load_catalogue().regions["demo"])
    all_of_them = [one.id for one in GZ.service.declarations]
    earlier = begin(client, "self", "gz-01")
    walk(client, fillings)
    hand_in(client, declarations=all_of_them)
    with parts_of(office.app).store.transaction() as db:
        done = db.scalars(select(Application)).one()
        done.entries[0].step = "acceptance"
        close_entry(db, done.entries[0], "passed")
        move(db, SYSTEM, done, "approve")
        again_on = clock.today().replace(year=clock.today().year + 5)
    begin(client, "self", "gz-01")
    walk(client, fillings)
    hand_in(client, expect=409, declarations=all_of_them)
    assert client.heading() == "现在申请太早"
    assert f"从{again_on.year}年{again_on.month}月{again_on.day}日" in client.text
    assert GZ.service.citations["cost_example"].title in client.text
    assert client.page.select_one(f"main a[href='{own_page(earlier)}']") is not None
