"""Lists of the office as officers use them, without script: filters, views, search, several at once."""

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.field_types.names import mask_name
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import StaffRole
from portal.store.applications import Application, Decision
from portal.store.audit import AuditEvent
from portal.store.thread import ThreadMessage
from portal.usecases.actor import Actor
from portal.usecases.assigning import assign
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding
from portal.usecases.review import decide
from tests.support.chain import GRANTED, POSTS, lead, up_to
from tests.support.client import CheckingClient
from tests.support.office import (
    COUNTY,
    DESK,
    REGION,
    SUBJECT,
    resident,
    sign_in_staff,
    staff_account,
    submitted,
)
from tests.support.pages import words

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CHOOSE = "一起处理选中的"


def at_post(app: Flask, house: Store, name: str, role: Role, unit: str) -> tuple[CheckingClient, Actor]:
    with house.transaction() as db:
        actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client, actor


@pytest.fixture
def clerk(app: Flask, house: Store) -> tuple[CheckingClient, Actor]:
    return at_post(app, house, "clerk", Role.DESK_CLERK, DESK)


@pytest.fixture
def head(app: Flask, house: Store) -> CheckingClient:
    return at_post(app, house, "head", Role.LEAD, DESK)[0]


def arrive(house: Store, count: int) -> list[str]:
    """So many applications at the counter, each of somebody else."""
    with house.transaction() as db:
        return [submitted(db, resident(db), own={"p_id_no": "unknown"}).reference for _ in range(count)]


def grouped(reference: str) -> str:
    return f"{reference[:4]} {reference[4:8]} {reference[8:]}"


def ticks(client: CheckingClient) -> list[str]:
    return [str(one["value"]) for one in client.page.select("input[name=rows]")]


def test_filters_stand_in_the_address_and_lead_back(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, actor = clerk
    first, _second = arrive(house, 2)
    with house.transaction() as db:
        claim(db, actor, first)
    client.get("/desk/unit")
    client.follow("更多筛选")
    client.submit("#filters", {"taker": "nobody"})
    assert client.heading() == "本单位（1件）"
    client.submit("#filters", {"taker": str(actor.account_id), "service": "zj-01"})
    assert client.heading() == "本单位（1件）"
    assert [one.split(":")[0] for one in ticks(client)] == [first]
    client.get("/desk/unit?taker=99999&township=x&due=never&channel=moon&needs=all")
    assert client.heading() == "本单位（2件）"


@pytest.mark.parametrize(
    "which", ["", "/returned", "/unit", "/unit/late", "/unit/waiting", "/unit/paused", "/done"]
)
def test_every_list_opens_and_takes_any_filter(clerk: tuple[CheckingClient, Actor], which: str) -> None:
    client, _actor = clerk
    client.get(f"/desk{which}")
    client.get(f"/desk{which}?service=zj-01&step=intake&due=soon&township=880001001&needs=yes&channel=online")
    client.get(f"/desk{which}?taker=nobody&all=1&after=1-1&full=5")


def test_full_hands_are_said_in_words(clerk: tuple[CheckingClient, Actor]) -> None:
    client, _actor = clerk
    client.get("/desk?full=100")
    assert "您手里已经有100件，到了上限。" in client.text


def test_view_is_saved_opened_made_the_start_and_removed(clerk: tuple[CheckingClient, Actor]) -> None:
    client, _actor = clerk
    client.get("/desk/unit?due=soon")
    client.follow("保存现在的筛选，管理视图")
    assert "本单位；时限：快到期" in client.text
    client.submit("保存视图", {"name": ""}, expect=422)
    client.submit("保存视图", {"name": "急的"})
    client.submit("登录后先看“急的”")
    client.get("/desk/start")
    assert client.path == "/desk/unit"
    assert client.one("#due option[selected]")["value"] == "soon"
    client.follow("视图：急的")
    client.get("/desk/views")
    client.submit("登录后不再先看“急的”")
    client.get("/desk/start")
    assert client.path == "/desk/today"
    client.get("/desk/views")
    client.submit("删除视图“急的”")
    assert "您还没有存视图。" in client.text


def test_page_of_views_leads_back_to_the_list_one_came_from_whatever_is_done_there(
    clerk: tuple[CheckingClient, Actor],
) -> None:
    client, _actor = clerk
    client.get("/desk/unit?due=soon")
    client.follow("保存现在的筛选，管理视图")
    for act in (
        lambda: None,
        lambda: client.submit("保存视图", {"name": "急的"}),
        lambda: client.submit("登录后先看“急的”"),
        lambda: client.submit("登录后不再先看“急的”"),
        lambda: client.submit("删除视图“急的”"),
    ):
        act()
        assert client.href("回到本单位").endswith("/desk/unit?due=soon")
    for forged in ("https://example.org", "//x", "/manage", "/desk/unit\nx"):
        client.get(f"/desk/views?done=saved&list={quote(forged)}")
        assert client.href("回到我的待办").endswith("/desk")


def test_search_posts_what_is_typed_and_shows_only_the_posts_own(
    app: Flask, clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, _actor = clerk
    (reference,) = arrive(house, 1)
    client.get("/desk/search")
    client.submit("查找", {"words": ""}, expect=422)
    client.submit("查找", {"words": grouped(reference)})
    assert client.path == "/desk/search"
    assert "找到的（1件）" in client.text
    client.follow(grouped(reference))
    assert client.path == f"/desk/applications/{reference}"
    other, _who = at_post(app, house, "other", Role.DESK_CLERK, "desk_xishan")
    other.get("/desk/search")
    other.submit("查找", {"words": reference})
    assert "您的岗位没有这样的申请。" in other.text


def test_search_tells_two_people_of_one_name_apart(clerk: tuple[CheckingClient, Actor], house: Store) -> None:
    client, _actor = clerk
    with house.transaction() as db:
        for number in ("880000198811020014", "880000196504100021", "unknown"):
            submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": number})
    client.get("/desk/search")
    client.submit("查找", {"words": SUBJECT})
    shown = {words(row.select("td")[1]) for row in client.page.select("#queue tbody tr")}
    name = f"申请人： {mask_name(SUBJECT)}"
    assert shown == {
        f"{name}，证件号码最后四位0014",
        f"{name}，证件号码最后四位0021",
        f"{name}，没有写证件号码",
    }


def test_nothing_ticked_is_said_and_nothing_breaks(clerk: tuple[CheckingClient, Actor], house: Store) -> None:
    client, _actor = clerk
    arrive(house, 1)
    client.get("/desk/unit")
    client.submit(CHOOSE, expect=422)
    assert "没有选中您能处理的申请。" in client.text
    for rows in ("x", "000000000000:1", "1:1:1"):
        client.get("/desk/unit")
        client.post("/desk/bulk", {"rows": rows, "do": "assign"}, expect=422)


def test_all_of_a_page_can_be_ticked_without_script(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, _actor = clerk
    arrive(house, 2)
    client.get("/desk/unit")
    client.follow("选中这一页的全部")
    client.submit(CHOOSE)
    assert client.heading() == "一起处理2件"


def test_head_hands_out_takes_back_and_is_told_what_could_not_be_done(
    head: CheckingClient, clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    _client, actor = clerk
    first, second = arrive(house, 2)
    head.get("/office/unit?all=1")
    head.submit(CHOOSE)
    with house.transaction() as db:  # meanwhile one moves on
        claim(db, actor, second)
        version = db.scalars(select(Application).where(Application.reference == second)).one().version
        decide(db, actor, second, REGION, version=version, deciding=Deciding("forward"))
    head.submit("交给这位同事", {"to": str(actor.account_id)})
    assert head.heading() == "办好1件，没有办成1件"
    assert "刚才有变化：clerk（示例）在" in head.text
    head.get(f"/office/unit?taker={actor.account_id}&all=1")
    assert [one.split(":")[0] for one in ticks(head)] == [first]
    head.submit(CHOOSE)
    head.submit("收回到本单位")
    assert head.heading() == "办好1件"
    with house.reading() as db:
        entry = db.scalars(select(Application).where(Application.reference == first)).one().entries[0]
        assert entry.claimed_by_id is None


def test_several_at_once_lead_back_to_the_list_that_they_were_ticked_in(
    head: CheckingClient, clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    _client, actor = clerk
    arrive(house, 1)
    head.get("/office/unit?taker=nobody&all=1")
    head.submit(CHOOSE)
    assert head.href("回到本单位").endswith("/office/unit?taker=nobody")
    head.submit("交给这位同事", {}, expect=422)
    head.submit("交给这位同事", {"to": str(actor.account_id)})
    head.follow("回到本单位")
    assert head.path == "/office/unit"
    for forged in ("https://example.org", "/manage", "/office", "//x", "/office/unit\nx"):
        head.get("/office/unit")
        head.post("/office/bulk", {"do": "choose", "list": forged}, expect=422)
        assert head.href("回到本单位").endswith("/office/unit")


def test_who_gives_one_back_or_leaves_it_reads_that_it_is_done(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, actor = clerk
    [reference] = arrive(house, 1)
    with house.transaction() as db:
        claim(db, actor, reference)
    client.get(f"/desk/applications/{reference}")
    client.submit("退回给本单位")
    assert client.path == "/desk"
    assert "这件申请放回去了" in client.text
    client.get(f"/desk/applications/{reference}")
    client.submit("#leave")
    assert client.path == "/desk"
    assert "离开了这件申请" in client.text
    client.get("/desk?done=anything")
    assert not client.page.select("main .notice")


def test_officer_hands_on_own_work_and_nothing_else(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, actor = clerk
    with house.transaction() as db:
        colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    own, _free = arrive(house, 2)
    with house.transaction() as db:
        claim(db, actor, own)
    client.get("/desk/unit?all=1")
    client.submit(CHOOSE)
    client.submit("交给这位同事", {"to": str(colleague.account_id)})
    assert client.heading() == "办好1件，没有办成1件"
    assert "这件不在您手里" in client.text
    with house.reading() as db:
        entry = db.scalars(select(Application).where(Application.reference == own)).one().entries[0]
        assert entry.claimed_by_id == colleague.account_id


def test_another_posts_row_is_not_found_and_noted(clerk: tuple[CheckingClient, Actor], house: Store) -> None:
    client, actor = clerk
    with house.transaction() as db:
        elsewhere = submitted(db, resident(db), own={"p_id_no": "unknown"})
        elsewhere.entries[0].unit_code = "desk_xishan"
        reference = elsewhere.reference
    arrive(house, 1)
    client.get("/desk/unit?all=1")
    rows = [*ticks(client), f"{reference}:1"]
    client.post("/desk/bulk", {"rows": rows, "do": "message", "words": "请看看。"})
    assert client.heading() == "办好1件，没有办成1件"
    assert "您的岗位没有这件申请。" in client.text
    with house.reading() as db:
        refused = select(AuditEvent).where(AuditEvent.tag == "application:read_refused")
        assert db.scalars(refused).one().actor_id == actor.account_id
        assert [one.words for one in db.scalars(select(ThreadMessage))] == ["请看看。"]


def test_another_posts_row_that_is_only_shown_is_noted_too(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, actor = clerk
    with house.transaction() as db:
        elsewhere = submitted(db, resident(db), own={"p_id_no": "unknown"})
        elsewhere.entries[0].unit_code = "desk_xishan"
        reference = elsewhere.reference
    client.get("/desk/unit")
    client.post("/desk/bulk", {"rows": f"{reference}:1", "do": "choose"}, expect=422)
    assert reference[:4] not in client.text
    with house.reading() as db:
        refused = select(AuditEvent).where(AuditEvent.tag == "application:read_refused")
        assert db.scalars(refused).one().actor_id == actor.account_id


def test_number_of_somebody_elsewhere_chosen_in_a_form_is_not_found_and_noted(
    head: CheckingClient, house: Store
) -> None:
    (reference,) = arrive(house, 1)
    with house.transaction() as db:
        stranger = staff_account(db, "stranger", Role.DESK_CLERK, "desk_xishan")[0].account_id
    head.get("/office/unit?all=1")
    head.submit(CHOOSE)
    head.post("/office/bulk", {"rows": ticks(head), "do": "assign", "to": str(stranger)}, expect=404)
    head.get("/office/hand-over")
    head.post("/office/hand-over", {"who": str(stranger), "to": str(stranger)}, expect=404)
    head.get(f"/office/applications/{reference}/consultations")
    head.post(f"/office/applications/{reference}/consultations", {"unit": "desk_nowhere"}, expect=404)
    with house.reading() as db:
        refused = (
            select(AuditEvent.tag).where(AuditEvent.tag.endswith(":read_refused")).order_by(AuditEvent.id)
        )
        assert list(db.scalars(refused)) == ["chosen_account:read_refused"] * 2 + ["chosen_unit:read_refused"]


def test_cards_are_handed_over_together_each_recorded_by_itself(app: Flask, house: Store) -> None:
    role, unit = POSTS["reviewer"]
    client, reviewer = at_post(app, house, "issuer", role, unit)
    with house.transaction() as db:
        staff = {name: staff_account(db, f"{name}-before", *post)[0] for name, post in POSTS.items()}
        made = []
        for number in ("880000198811020014", "880000199001010011"):
            application = submitted(db, resident(db), own={"p_id_no": number})
            lead(db, staff, application, up_to(GRANTED, "approve"))
            made.append(application.reference)
        for reference in made:
            claim(db, reviewer, reference)
    client.get("/office?all=1")
    client.submit(CHOOSE)
    button = "制证发放：证已经交给本人"
    client.submit(button, {}, expect=422)
    client.submit(button, {"handed_over_by": "liaison", "handed_over_on": "2026-11-23"})
    assert client.heading() == "办好2件"
    with house.reading() as db:
        decided = db.scalars(select(Decision).where(Decision.outcome == "handed_over")).all()
        assert [one.decided_by_id for one in decided] == [reviewer.account_id] * 2


def test_head_is_not_offered_a_list_of_work_in_hand(head: CheckingClient) -> None:
    head.get("/office/unit")
    offered = [link["href"] for link in head.page.select("header nav a")]
    assert "/office/unit" in offered
    assert "/office" not in offered


def test_head_sees_who_has_how_much_and_says_what_each_takes(
    head: CheckingClient, clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    _client, actor = clerk
    (reference,) = arrive(house, 1)
    with house.transaction() as db:
        lead_actor = staff_account(db, "second_head", Role.LEAD, DESK)[0]
        assign(db, lead_actor, reference, actor.signed_in_id)
    head.get("/office/people")
    assert head.heading() == "人员和工作量（1人）"
    head.follow("clerk（示例），窗口工作人员")
    head.submit("保存", {"skills": ["zj-01/intake"]})
    with house.reading() as db:
        assert db.scalars(select(StaffRole.skills).where(StaffRole.account_id == actor.account_id)).one() == [
            "zj-01/intake"
        ]
    head.get("/office/people/999999", expect=404)
    head.get(f"/office/unit?taker={actor.account_id}")
    assert head.heading() == "本单位（1件）"


def test_county_has_lists_of_its_own(app: Flask, house: Store) -> None:
    client, _actor = at_post(app, house, "reviewer", Role.COUNTY_REVIEWER, COUNTY)
    client.get("/office/unit")
    client.follow("替别的单位办")
    assert client.heading() == "替别的单位办（0件）"
    client.get("/office/coming")
    assert client.heading() == "将要转来的（0件）"


def test_one_application_is_handed_on_from_its_page(
    app: Flask, head: CheckingClient, clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, actor = clerk
    (reference,) = arrive(house, 1)
    client.get(f"/desk/applications/{reference}")
    assert client.page.select("#hand-on") == []
    head.get(f"/office/applications/{reference}")
    head.submit("交给同事")
    head.submit("交给这位同事", {"to": str(actor.account_id)})
    assert head.heading() == "办好1件"
    client.get(f"/desk/applications/{reference}")
    client.submit("交给同事")
    assert "现在没有别的同事在办这些步骤的岗位上。" in client.text


def test_a_head_narrows_by_steps_that_can_stand_in_their_unit(app: Flask, house: Store) -> None:
    client, _actor = at_post(app, house, "head-of-county", Role.LEAD, COUNTY)
    client.get("/office/unit?service=zj-01")
    offered = [one.get_text(strip=True) for one in client.page.select("#step option")]
    assert "县残联审核" in offered
    assert "医院评定" not in offered


def test_long_filters_are_passed_by_a_link_to_the_list_where_there_is_one(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, _actor = clerk
    client.get("/desk/unit")
    assert client.page.select("a[href='#queue']") == []
    arrive(house, 1)
    client.get("/desk/unit")
    assert client.page.select("main a")[0]["href"] == "#queue"
    client.one("#queue")


def test_who_has_taken_it_and_looks_at_it_is_named_once(
    clerk: tuple[CheckingClient, Actor], head: CheckingClient, house: Store
) -> None:
    client, actor = clerk
    (reference,) = arrive(house, 1)
    with house.transaction() as db:
        claim(db, actor, reference)
    client.get(f"/desk/applications/{reference}")
    head.get("/office/unit")
    cells = [one.get_text(" ", strip=True) for one in head.page.select("#queue td")]
    assert [one for one in cells if "clerk（示例）" in one] == ["领取人： clerk（示例），正在看"]


def test_title_of_a_search_says_first_how_many_were_found(
    clerk: tuple[CheckingClient, Actor], house: Store
) -> None:
    client, _actor = clerk
    (reference,) = arrive(house, 1)
    client.get("/desk/search")
    client.submit("查找", {"words": reference})
    assert str(client.one("title").get_text()).startswith("找到的（1件） - 找一件申请")
