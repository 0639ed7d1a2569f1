"""The office and the counter as officers meet them: queue, application, decision. No script."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.catalogue.model import Role
from portal.labels import WHY_NOT_ISSUE, label
from portal.store import Store
from portal.store.applications import Application, Correction, Decision
from portal.store.audit import AuditEvent
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.claims import claim, release
from portal.usecases.decisions import Deciding
from portal.usecases.demo_applications import see_originals
from portal.usecases.review import decide
from tests.support.chain import BELOW, GRANTED, HOSPITAL, POSTS, WHO, lead, up_to
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
from tests.support.pages import HOSTILE_TEXT

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CHOOSE, PREVIEW, CONFIRM = "选这一种，往下填", "看看申请人会读到什么", "确认，现在生效"
WITHOUT_NUMBER = label(WHY_NOT_ISSUE, "no_id_number", "zh")


@pytest.fixture
def reference(house: Store) -> str:
    """An application that has just come to the counter."""
    with house.transaction() as db:
        return submitted(db, resident(db)).reference


def officer(app: Flask, house: Store, name: str, role: Role, unit: str) -> tuple[CheckingClient, Actor]:
    with house.transaction() as db:
        actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client, actor


@pytest.fixture
def clerk(app: Flask, house: Store) -> CheckingClient:
    return officer(app, house, "clerk", Role.DESK_CLERK, DESK)[0]


def officer_of(app: Flask, house: Store, step: str) -> CheckingClient:
    """Who decides this step, at their post, with the application in hand."""
    role, unit = POSTS[WHO[step]]
    client, _actor = officer(app, house, f"{step}-officer", role, unit)
    client.get("/office")
    client.submit("领取下一件")
    return client


def led(house: Store, outcomes: tuple[str, ...]) -> None:
    """Let others bring the application so far."""
    with house.transaction() as db:
        staff = {name: staff_account(db, f"{name}-before", *post)[0] for name, post in POSTS.items()}
        lead(db, staff, db.scalars(select(Application)).one(), outcomes)


def test_counter_takes_the_next_and_sends_it_on(clerk: CheckingClient, house: Store, reference: str) -> None:
    clerk.get("/desk")
    assert clerk.heading() == "我的待办（0件）"
    clerk.submit("领取下一件")
    assert clerk.path == f"/desk/applications/{reference}"
    assert "您领取了这件申请。" in clerk.text
    assert SUBJECT in clerk.text
    assert "不要打电话" in clerk.text
    clerk.submit(CHOOSE, {"outcome": "forward"})
    clerk.submit(PREVIEW)
    assert clerk.heading() == "请核对：材料齐，送县残联"
    assert "县残联正在看申请" in clerk.text
    clerk.submit(CONFIRM)
    assert "您的处理已经生效" in clerk.text
    with house.reading() as db:
        assert [entry.step for entry in db.scalars(select(Application)).one().entries] == [
            "intake",
            "acceptance",
        ]
    clerk.submit("领取下一件")
    assert "现在没有可以领取的申请" in clerk.text
    clerk.get("/desk/done")
    assert "材料齐，送县残联" in clerk.text


def test_queue_lists_with_a_masked_name_and_the_unmasked_one_is_never_in_a_title(
    clerk: CheckingClient, reference: str
) -> None:
    clerk.get("/desk/unit")
    assert clerk.heading() == "本单位（1件）"
    assert "示某" in clerk.text
    assert SUBJECT not in clerk.text
    assert "没有人领取" in clerk.text
    clerk.follow(f"{reference[:4]} {reference[4:8]} {reference[8:]}")
    assert SUBJECT in clerk.text
    assert SUBJECT not in str(clerk.page.title)


def test_an_application_leads_back_to_the_list_it_was_opened_from_narrowed_as_it_was(
    clerk: CheckingClient, reference: str
) -> None:
    address = f"/desk/applications/{reference}"
    for before, back in {
        "http://localhost/desk/unit?channel=counter&all=1": "/desk/unit?channel=counter",
        "http://localhost/desk/tasks": "/desk",
        "http://[": "/desk",
        "": "/desk",
    }.items():
        page = clerk.browser.get(address, headers={"Referer": before}).get_data(as_text=True)
        assert f'<a class="tap" href="{back}">回到' in page
        clerk.browser.delete_cookie("list", path=address)


def test_way_back_to_the_list_holds_through_what_is_posted_on_the_page(
    clerk: CheckingClient, reference: str
) -> None:
    narrowed = "/desk/unit?channel=counter"
    address = f"/desk/applications/{reference}"
    clerk.browser.get(address, headers={"Referer": f"http://localhost{narrowed}&all=1"})
    clerk.get(address)
    clerk.submit("#claim")
    assert clerk.page.select_one(f'a[href="{narrowed}"]')
    clerk.follow("写内部便条")
    clerk.submit("保存便条", {"note": "问过窗口。"})
    assert clerk.page.select_one(f'a[href="{narrowed}"]')
    clerk.submit("#release")
    assert clerk.answer is not None
    assert clerk.answer.url.endswith(f"{narrowed}&done=given_back")


def test_list_that_a_browser_kept_leads_to_no_list_of_another_post(
    clerk: CheckingClient, reference: str
) -> None:
    path = f"/desk/applications/{reference}"
    for kept in ("//evil.example/desk", "/office/coming", "/desk/unit/stand-in", "/desk\\x00"):
        clerk.browser.set_cookie("list", kept, path=path)
        page = clerk.browser.get(path).get_data(as_text=True)
        assert '<a class="tap" href="/desk">回到' in page


def test_empty_queue_says_so_and_taking_from_it_too(clerk: CheckingClient) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    assert "现在没有可以领取的申请" in clerk.text


def test_filters_keep_what_was_chosen(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk/unit")
    clerk.submit("#filters", {"due": "late"})
    assert "没有符合条件的申请" in clerk.text
    assert clerk.one("#due option[selected]")["value"] == "late"
    clerk.get("/desk/unit?due=HOSTILE&service=x&step=y&after=z")
    assert clerk.heading() == "本单位（1件）"


def test_correction_asks_for_each_page_its_reason_and_keeps_what_was_typed(
    clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.submit(CHOOSE, {"outcome": "ask_more"})
    clerk.submit(PREVIEW, expect=422)
    assert len(clerk.page.select("#errors a")) == 1
    clerk.submit(PREVIEW, {"points": ["person-name", "hukou-place"], "summary": "请补两样"})
    assert "还有几个问题要填" in clerk.text
    assert clerk.one("#summary")["value"] == "请补两样"
    clerk.submit(
        PREVIEW,
        {"reason--person-name": "C03", "reason--hukou-place": "C02", "words--hukou-place": HOSTILE_TEXT},
    )
    assert "请补两样" in clerk.text
    assert HOSTILE_TEXT.split("<")[0] in clerk.text
    clerk.submit("回去改")
    assert clerk.one("#words--hukou-place").get_text().strip() == HOSTILE_TEXT
    clerk.submit(PREVIEW, {"words--hukou-place": "请带户口簿"})
    clerk.submit(CONFIRM)
    with house.reading() as db:
        points = db.scalars(select(Correction)).one().points
        assert [(one.page, one.reason, one.words) for one in points] == [
            ("person-name", "C03", ""),
            ("hukou-place", "C02", "请带户口簿"),
        ]
    clerk.get("/desk/unit/waiting")
    assert clerk.heading() == "等申请人补正（1件）"


def test_own_words_need_one_simple_sentence(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.submit(CHOOSE, {"outcome": "ask_more"})
    clerk.submit(PREVIEW, {"points": ["person-name"]})
    filled = {"reason--person-name": "C03", "words--person-name": "请照身份证写"}
    clerk.submit(PREVIEW, filled, expect=422)
    assert "请再用一句话告诉申请人" in clerk.text
    clerk.submit(PREVIEW, {"summary": "长" * 31}, expect=422)
    clerk.submit(PREVIEW, {"summary": "请改姓名"})
    assert clerk.heading() == "请核对：请申请人补材料"


def test_county_refers_to_a_hospital_that_assesses_what_was_named(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, ("forward",))
    client = officer_of(app, house, "acceptance")
    client.submit(CHOOSE, {"outcome": "accept"})
    client.submit(PREVIEW, expect=422)
    wrong = {str(link["href"]) for link in client.page.select("#errors a")}
    assert wrong == {"#referred-hospital", "#assess-at"}
    client.submit(PREVIEW, {"referred_hospital": "hospital_calm", "assess_at": "hospital"}, expect=422)
    assert "这家医院不能评定" in client.text
    client.submit(PREVIEW, {"referred_hospital": HOSPITAL})
    assert client.heading() == "请核对：受理，转去评定"
    client.submit(CONFIRM)
    with house.reading() as db:
        assert db.scalars(select(Application)).one().entries[-1].unit_code == HOSPITAL


def test_hospital_writes_a_row_for_each_category_and_the_last_row_stays(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, up_to(GRANTED, "accept"))
    client = officer_of(app, house, "assessment")
    client.submit(CHOOSE, {"outcome": "met"})
    client.submit("再加一个", {"assessed-1-category": "visual", "assessed-1-grade": "3"})
    assert not client.page.select("#errors")
    client.submit(PREVIEW, {"assessed-2-category": "visual", "assessed-2-grade": "1"}, expect=422)
    filled = {"assess_on": "2026年11月20日", "assess_doctor_1": "示例甲", "assess_doctor_2": "示例乙"}
    client.submit(PREVIEW, filled, expect=422)
    assert "请每一类只写一行" in client.text
    client.submit(PREVIEW, {"assessed-2-category": "limb"})
    assert client.heading() == "请核对：达到残疾标准"
    client.submit("回去改")
    client.submit("删除残疾类别和等级第1个")
    client.submit("删除残疾类别和等级第1个")
    assert len(client.page.select("fieldset.entry")) == 1
    client.submit(PREVIEW, {"assessed-1-category": "limb", "assessed-1-grade": "2"})
    client.submit(CONFIRM)
    with house.reading() as db:
        form = db.scalars(select(Decision).order_by(Decision.id.desc())).first().form
    assert form["assessed"] == [{"category": "limb", "grade": "2"}]


def test_hospital_sees_who_it_assesses_and_not_the_papers_of_the_household(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, up_to(GRANTED, "accept"))
    client = officer_of(app, house, "assessment")
    shown = {str(tag.get_text()) for tag in client.page.select("main h3")}
    assert {"申请人信息", "残疾情况和评定", "联系和沟通"} <= shown
    assert not {"户口和住址", "材料和领取"} & shown


def test_unstable_illness_needs_a_day_and_stops_the_clock(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(GRANTED, "accept"))
    client = officer_of(app, house, "assessment")
    client.submit(CHOOSE, {"outcome": "unstable"})
    client.submit(
        PREVIEW,
        {"assess_doctor_1": "示例甲", "resume_on": "2026年11月1日", "summary": "等病好些再评"},
        expect=422,
    )
    client.submit(PREVIEW, {"resume_on": "2027年1月22日"})
    client.submit(CONFIRM)
    assert "时限现在暂停" in client.text


def test_public_notice_ends_by_itself_and_not_by_a_hand_that_is_too_quick(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, up_to(GRANTED, "met"))
    client = officer_of(app, house, "public_notice")
    client.submit(CHOOSE, {"outcome": "no_objection"})
    client.submit(PREVIEW, expect=422)
    assert "期限到2026年11月30日才满" in client.text


def test_approver_reads_what_was_found_and_what_stands_against_a_certificate(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, up_to(GRANTED, "propose_grant"))
    with house.transaction() as db:
        looker, _account = staff_account(db, "looker", Role.DESK_CLERK, DESK)
        see_originals(db, looker, db.scalars(select(Application)).one())
        db.scalars(select(Person)).one().id_number = None
    client = officer_of(app, house, "decision")
    assert "示例医生甲" in client.text
    assert WITHOUT_NUMBER in client.one("#decision").get_text()
    client.submit(CHOOSE, {"outcome": "approve"})
    client.submit(PREVIEW, expect=409)
    with house.reading() as db:
        assert db.scalars(select(Application.state)).one() == "in_review"


def test_nothing_is_granted_before_every_original_was_seen(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(GRANTED, "propose_grant"))
    client = officer_of(app, house, "decision")
    assert (
        "还没有核对过：身份证、户口簿、两寸白底照片3张。核对以前不能同意。"
        in client.one("#decision").get_text()
    )
    client.submit(CHOOSE, {"outcome": "approve"})
    client.submit(PREVIEW, expect=422)
    assert "还有材料没有核对过，现在不能同意" in client.text
    with house.transaction() as db:
        looker, _account = staff_account(db, "looker", Role.DESK_CLERK, DESK)
        see_originals(db, looker, db.scalars(select(Application)).one())
    client.get(f"/office/applications/{reference}")
    assert "还没有核对过" not in client.text
    client.submit(CHOOSE, {"outcome": "approve"})
    client.submit(PREVIEW)


def test_what_is_done_shows_no_days_left(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    assert "还剩" in clerk.text
    clerk.submit(CHOOSE, {"outcome": "forward"})
    clerk.submit(PREVIEW)
    clerk.submit(CONFIRM)
    clerk.get(f"/desk/applications/{reference}")
    assert "这一步已经办好" in clerk.text
    assert "还剩" not in clerk.text


def test_refusal_needs_a_reason_and_a_simple_sentence(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(BELOW, "propose_refusal"))
    client = officer_of(app, house, "decision")
    client.submit(CHOOSE, expect=422)
    client.submit(CHOOSE, {"outcome": "refuse"})
    client.submit(PREVIEW, expect=422)
    wrong = {str(link["href"]) for link in client.page.select("#errors a")}
    assert {"#reasons", "#summary"} <= wrong


def test_four_eyes_are_said_in_words(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(GRANTED, "propose_grant"))
    client, actor = officer(app, house, "third", Role.COUNTY_APPROVER, COUNTY)
    client.get(f"/office/applications/{reference}")
    assert "您还没有领取这件申请" in client.text
    with house.transaction() as db:
        review = db.scalars(select(Decision).order_by(Decision.id.desc())).first()
        review.decided_by_id = actor.account_id
    client.get(f"/office/applications/{reference}")
    assert "这一步要由另一个人处理" in client.text
    assert not client.page.select("#decision")
    client.get("/office")
    client.post(f"/office/applications/{reference}/claim", {}, expect=403)


def test_late_decision_gets_409_with_who_and_the_typed_words(
    app: Flask, house: Store, reference: str
) -> None:
    client, actor = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    client.get("/desk")
    client.submit("领取下一件")
    client.submit(CHOOSE, {"outcome": "not_ours"})
    with house.transaction() as db:
        version = db.scalars(select(Application.version)).one()
        decide(db, actor, reference, REGION, version=version, deciding=Deciding("forward"))
    written = {"reasons": ["J01"], "words": "请到南湖镇办", "summary": "请到南湖镇"}
    client.submit(PREVIEW, written, expect=409)
    assert "clerk（示例）" in client.text
    assert "请到南湖镇办" in client.text
    assert client.href("先打开这件申请，看看现在到了哪一步。").endswith(f"/desk/applications/{reference}")
    with house.reading() as db:
        assert db.scalar(select(func.count(Decision.id))) == 1


def test_stale_version_gets_409_and_the_form_again_with_the_typed_words(
    clerk: CheckingClient, reference: str
) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.submit(CHOOSE, {"outcome": "not_ours"})
    stale = {
        "do": "preview",
        "outcome": "not_ours",
        "version": "0",
        "shown": "reasons ask_unit ask_where words summary",
    }
    stale |= {"reasons": "J01", "words": "请到南湖镇办", "summary": "请到南湖镇"}
    clerk.post(f"/desk/applications/{reference}", stale, expect=409)
    assert clerk.one("#words").get_text().strip() == "请到南湖镇办"
    clerk.submit(PREVIEW)
    assert clerk.heading() == "请核对：不归这里办"


def test_what_a_colleague_took_is_shown_but_cannot_be_decided(
    app: Flask, house: Store, clerk: CheckingClient, reference: str
) -> None:
    _client, colleague = officer(app, house, "colleague", Role.DESK_CLERK, DESK)
    clerk.get("/desk")
    clerk.submit("领取下一件")
    with house.transaction() as db:
        own = db.scalars(select(Application)).one().entries[0].claimed_by_id
        assert own is not None
        release(db, Actor("staff", own, True, Role.DESK_CLERK, DESK), reference)
        claim(db, colleague, reference)
    clerk.submit(CHOOSE, {"outcome": "forward"})
    assert "已经由colleague（示例）领取" in clerk.text
    clerk.get("/desk")
    clerk.post(f"/desk/applications/{reference}/claim", {}, expect=409)
    assert "colleague（示例）" in clerk.text


def test_giving_back_returns_it_to_the_unit(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.submit("退回给本单位")
    assert clerk.heading() == "我的待办（0件）"
    clerk.get("/desk/unit")
    assert "没有人领取" in clerk.text


@pytest.mark.parametrize("shape", ["{reference}", "000000000000", "x", "１２"])
def test_forged_references_are_404_and_recorded(app: Flask, house: Store, reference: str, shape: str) -> None:
    client, _actor = officer(app, house, "stranger", Role.COUNTY_REVIEWER, "federation_yangben")
    address = f"/office/applications/{shape.format(reference=reference)}"
    client.get(address, expect=404)
    client.get("/office")
    client.post(address, {"do": "confirm", "outcome": "approve", "version": "1"}, expect=404)
    client.get("/office")
    client.post(f"{address}/claim", {}, expect=404)
    client.get("/office")
    client.post(f"{address}/release", {}, expect=404)
    with house.reading() as db:
        tries = select(func.count()).where(AuditEvent.tag == "application:read_refused")
        assert db.scalar(tries) == 4


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "confirm"},
        {"do": "confirm", "outcome": "nonsense"},
        {"do": "confirm", "outcome": "forward", "version": "-1"},
        {"do": "confirm", "outcome": "forward", "version": "9" * 30},
        {"do": "confirm", "outcome": "approve", "version": "2"},
        {"outcome": "ask_more", "points": HOSTILE_TEXT},
        {"do": "confirm", "outcome": "ask_more", "points": "person-name", "shown": "points"},
        {"do": "confirm", "outcome": "ask_more", "points": " consent-notice ", "shown": "points summary"},
        {
            "do": "\x00",
            "outcome": "not_ours",
            "shown": "reasons ask_unit ask_where words summary",
            "words": "\ud7ff\x00" * 50,
        },
    ],
)
def test_odd_posts_never_fail_the_portal_nor_decide(
    clerk: CheckingClient, house: Store, reference: str, sent: dict[str, str]
) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    response = clerk.browser.post(f"/desk/applications/{reference}", data={**sent, "csrf_token": clerk.token})
    assert response.status_code < 500
    with house.reading() as db:
        assert db.scalar(select(func.count(Decision.id))) == 0


def test_typed_decision_survives_an_ended_session(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    stale = {"do": "preview", "outcome": "not_ours", "words": "请到南湖镇办", "csrf_token": "old"}
    answer = clerk.post(f"/desk/applications/{reference}", stale, has_token=False)
    assert "kept=" in answer.url
    assert clerk.one("#words").get_text().strip() == "请到南湖镇办"


def test_pages_are_complete_in_english(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.use_language("en")
    for address in (
        "/desk",
        "/desk/unit",
        "/desk/unit/waiting",
        "/desk/done",
        f"/desk/applications/{reference}",
    ):
        clerk.get(address)
