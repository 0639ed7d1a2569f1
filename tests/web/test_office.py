"""The office and the counter as officers meet them: queue, application, decision. No script."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.applications import Application, Correction, Decision
from portal.store.audit import AuditEvent
from portal.usecases.actor import Actor
from portal.usecases.claims import claim, release
from portal.usecases.decisions import Deciding
from portal.usecases.review import decide
from tests.support.client import CheckingClient
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DESK,
    REGION,
    SUBJECT,
    prepare,
    resident,
    sign_in_staff,
    submitted,
)
from tests.support.pages import HOSTILE_TEXT

WORK = "我的待办"


@pytest.fixture
def engine_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-23T09:00+08:00")


@pytest.fixture
def house(app: Flask) -> Store:
    store: Store = app.extensions["portal"].store
    with store.transaction() as db:
        prepare(db)
    return store


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


def accept(app: Flask, house: Store, reference: str) -> None:
    """Bring the application through the counter and acceptance, to the approver."""
    for name, role, unit, outcome in (
        ("first", Role.DESK_CLERK, DESK, "forward"),
        ("second", Role.COUNTY_REVIEWER, COUNTY, "accept"),
    ):
        _client, actor = officer(app, house, name, role, unit)
        with house.transaction() as db:
            claim(db, actor, reference)
        with house.transaction() as db:
            version = db.scalars(select(Application.version)).one()
            decide(db, actor, reference, REGION, version=version, deciding=Deciding(outcome))


def test_odd_answer_is_pointed_out_to_the_office(app: Flask, house: Store, clerk: CheckingClient) -> None:
    with house.transaction() as db:
        own = {**ANSWERS, "p_id_no": "00010119900101001X"}
        odd = submitted(db, resident(db), own=own).reference
    clerk.get(f"/desk/applications/{odd}")
    assert "请核对：号码前六位不是常见的地区" in clerk.text


def test_counter_takes_the_next_and_sends_it_on(clerk: CheckingClient, house: Store, reference: str) -> None:
    clerk.get("/desk")
    assert clerk.heading() == "我的待办（0件）"
    clerk.submit("领取下一件")
    assert clerk.path == f"/desk/applications/{reference}"
    assert SUBJECT in clerk.text
    assert "不要打电话" in clerk.text
    clerk.submit("选这一种，往下填", {"outcome": "forward"})
    clerk.submit("看看申请人会读到什么")
    assert clerk.heading() == "请核对：材料齐，送县残联"
    assert "县残联正在看申请" in clerk.text
    clerk.submit("确认，现在生效")
    assert "您的处理已经生效" in clerk.text
    with house.reading() as db:
        assert [entry.step for entry in db.scalars(select(Application)).one().entries] == [
            "intake",
            "acceptance",
        ]
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
    clerk.submit("选这一种，往下填", {"outcome": "ask_more"})
    clerk.submit("看看申请人会读到什么", expect=422)
    assert len(clerk.page.select("#errors a")) == 1
    clerk.submit("看看申请人会读到什么", {"points": ["person-name", "hukou-place"], "summary": "请补两样"})
    assert "还有几个问题要填" in clerk.text
    assert clerk.one("#summary")["value"] == "请补两样"
    clerk.submit(
        "看看申请人会读到什么",
        {"reason--person-name": "C03", "reason--hukou-place": "C02", "words--hukou-place": HOSTILE_TEXT},
    )
    assert "请补两样" in clerk.text
    assert HOSTILE_TEXT.split("<")[0] in clerk.text
    clerk.submit("回去改")
    assert clerk.one("#words--hukou-place").get_text().strip() == HOSTILE_TEXT
    clerk.submit("看看申请人会读到什么", {"words--hukou-place": "请带户口簿"})
    clerk.submit("确认，现在生效")
    with house.reading() as db:
        points = db.scalars(select(Correction)).one().points
        assert [(one.page, one.reason, one.words) for one in points] == [
            ("person-name", "C03", ""),
            ("hukou-place", "C02", "请带户口簿"),
        ]
    clerk.get("/desk/waiting")
    assert clerk.heading() == "待申请人补正（1件）"


def test_own_words_need_one_simple_sentence(clerk: CheckingClient, reference: str) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.submit("选这一种，往下填", {"outcome": "ask_more"})
    clerk.submit("看看申请人会读到什么", {"points": ["person-name"]})
    filled = {"reason--person-name": "C03", "words--person-name": "请照身份证写"}
    clerk.submit("看看申请人会读到什么", filled, expect=422)
    assert "请再用一句话告诉申请人" in clerk.text
    clerk.submit("看看申请人会读到什么", {"summary": "长" * 31}, expect=422)
    clerk.submit("看看申请人会读到什么", {"summary": "请改姓名"})
    assert clerk.heading() == "请核对：请申请人补材料"


def test_approver_is_asked_details_only_after_the_conclusion(
    app: Flask, house: Store, reference: str
) -> None:
    accept(app, house, reference)
    client, _actor = officer(app, house, "approver", Role.COUNTY_APPROVER, COUNTY)
    client.get("/office")
    client.submit("领取下一件")
    client.submit("选这一种，往下填", {"outcome": "approve"})
    assert not client.page.select("[name=assessment_grade]")
    hospital = next(unit.code for unit in REGION.units if unit.kind == "hospital")
    client.submit(
        "看看申请人会读到什么",
        {
            "assessment_institution": hospital,
            "assessment_on": "2026年11月20日",
            "assessment_conclusion": "met",
        },
    )
    assert "还有几个问题要填" in client.text
    client.submit("看看申请人会读到什么", expect=422)
    client.submit("看看申请人会读到什么", {"assessment_categories": ["limb"], "assessment_grade": "2"})
    assert client.heading() == "请核对：同意办理"
    client.submit("确认，现在生效")
    with house.reading() as db:
        assert db.scalars(select(Application)).one().state == "approved"
        form = db.scalars(select(Decision).order_by(Decision.id.desc())).first().form
    assert (form["assessment_categories"], form["assessment_grade"]) == (["limb"], "2")


def test_refusal_needs_a_reason_and_a_simple_sentence(app: Flask, house: Store, reference: str) -> None:
    accept(app, house, reference)
    client, _actor = officer(app, house, "approver", Role.COUNTY_APPROVER, COUNTY)
    client.get("/office")
    client.submit("领取下一件")
    client.submit("选这一种，往下填", expect=422)
    client.submit("选这一种，往下填", {"outcome": "refuse"})
    client.submit("看看申请人会读到什么", expect=422)
    wrong = {str(link["href"]) for link in client.page.select("#errors a")}
    assert {"#reasons", "#summary"} <= wrong


def test_four_eyes_are_said_in_words(app: Flask, house: Store, reference: str) -> None:
    accept(app, house, reference)
    with house.transaction() as db:
        application = db.scalars(select(Application)).one()
        application.entries[-1].role = Role.COUNTY_REVIEWER
    client, _actor = officer(app, house, "third", Role.COUNTY_REVIEWER, COUNTY)
    client.get(f"/office/applications/{reference}")
    assert "您还没有领取这件申请" in client.text
    with house.transaction() as db:
        decision = db.scalars(select(Decision).order_by(Decision.id.desc())).first()
        decision.decided_by_id = _actor.account_id
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
    client.submit("选这一种，往下填", {"outcome": "not_ours"})
    with house.transaction() as db:
        version = db.scalars(select(Application.version)).one()
        decide(db, actor, reference, REGION, version=version, deciding=Deciding("forward"))
    written = {"reasons": ["J01"], "words": "请到南湖镇办", "summary": "请到南湖镇"}
    client.submit("看看申请人会读到什么", written, expect=409)
    assert "clerk（示例）" in client.text
    assert "请到南湖镇办" in client.text
    with house.reading() as db:
        assert db.scalar(select(func.count(Decision.id))) == 1


def test_stale_version_gets_409_and_the_form_again_with_the_typed_words(
    clerk: CheckingClient, reference: str
) -> None:
    clerk.get("/desk")
    clerk.submit("领取下一件")
    clerk.submit("选这一种，往下填", {"outcome": "not_ours"})
    stale = {"do": "preview", "outcome": "not_ours", "version": "0", "shown": "reasons words summary"}
    stale |= {"reasons": "J01", "words": "请到南湖镇办", "summary": "请到南湖镇"}
    clerk.post(f"/desk/applications/{reference}", stale, expect=409)
    assert clerk.one("#words").get_text().strip() == "请到南湖镇办"
    clerk.submit("看看申请人会读到什么")
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
    clerk.submit("选这一种，往下填", {"outcome": "forward"})
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
        {"do": "\x00", "outcome": "not_ours", "shown": "reasons words summary", "words": "\ud7ff\x00" * 50},
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
    for address in ("/desk", "/desk/unit", "/desk/waiting", "/desk/done", f"/desk/applications/{reference}"):
        clerk.get(address)
