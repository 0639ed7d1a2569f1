"""Working on an application, as officers and applicants meet it: notes, messages, opinions, files."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from portal.catalogue.element_words import UNIT_KINDS
from portal.catalogue.model import Role, UnitKind
from portal.store import Store
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.notes import Note
from portal.usecases.actor import Actor
from portal.usecases.claims import claim
from portal.usecases.recusals import add_relative
from portal.usecases.sessions import open_session
from tests.support.client import CheckingClient
from tests.support.documents import put_document
from tests.support.office import ANSWERS, DESK, sign_in_staff, submitted
from tests.support.people import make_resident

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

HOSPITAL = "hospital_first"
FIRST, SECOND = "a" * 32, "b" * 32


@pytest.fixture
def applicant(app: Flask, house: Store) -> CheckingClient:
    """Whoever applied, with two files."""
    files = app.extensions["portal"].gateways.files
    own = {**ANSWERS, "evidence_hukou": "upload", "documents_hukou": [FIRST, SECOND]}
    with house.transaction() as db:
        account = make_resident(db)
        application = submitted(db, Actor("resident", account.id), own=own)
        for key in (FIRST, SECOND):
            put_document(db, files, application, key=key)
        token = open_session(db, account, "code")
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


@pytest.fixture
def reference(house: Store, applicant: CheckingClient) -> str:
    with house.reading() as db:
        return db.scalars(select(Application.reference)).one()


def officer(app: Flask, house: Store, name: str, role: Role, unit: str) -> tuple[CheckingClient, Actor]:
    with house.transaction() as db:
        actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client, actor


@pytest.fixture
def clerk(app: Flask, house: Store, reference: str) -> CheckingClient:
    """With the application in hand."""
    client, actor = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    with house.transaction() as db:
        claim(db, actor, reference)
    return client


@pytest.fixture
def queries(house: Store) -> Iterator[Callable[[], int]]:
    """How many statements the database has been asked so far."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield lambda: len(asked)
    event.remove(house.engine, "before_cursor_execute", note)


def at(reference: str, more: str = "") -> str:
    return f"/desk/applications/{reference}{more}"


def test_the_parts_of_the_page_are_listed_at_its_top_in_their_order(
    clerk: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference))
    links = [link["href"] for link in clerk.page.select("nav.contents a")]
    assert links[:3] == ["#now", "#news", "#needs"]
    assert links[-1] == "#decision"
    wanted = ["#answers", "#documents", "#consultations", "#thread", "#notes", "#history"]
    assert [link for link in links if link in wanted] == wanted
    order = [f"#{one['id']}" for one in clerk.page.select("main h2[id], main section[id]")]
    assert [one for one in order if one in links] == links
    assert [link for link in links if clerk.page.select(f"[id='{link[1:]}']") == []] == []


def test_a_note_is_kept_for_colleagues_and_an_empty_one_is_asked_for_again(
    app: Flask, house: Store, clerk: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference))
    clerk.follow("写内部便条")
    clerk.submit("保存便条", expect=422)
    clerk.submit("保存便条", {"note": "打过电话，星期三上门"})
    assert clerk.path == at(reference)
    said = clerk.one("#notes + .notice")  # where the reader arrives, not at the top of a long page
    assert "便条已经保存。" in said.get_text()
    assert "打过电话，星期三上门" in clerk.text
    colleague, _actor = officer(app, house, "colleague", Role.DESK_CLERK, DESK)
    colleague.get(at(reference))
    assert "打过电话，星期三上门" in colleague.text
    assert "clerk（示例）也打开着这件申请" in colleague.text


def test_a_message_is_read_and_answered_by_the_applicant_and_marked(
    clerk: CheckingClient, applicant: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference, "/messages"))
    clerk.submit("发给申请人", {"message": "星期三下午可以上门吗？"})
    assert "申请人还没有看" in clerk.text
    applicant.get(f"/account/applications/{reference}")
    assert "有1条留言您还没有看" in applicant.text
    applicant.follow("看留言，写留言")
    assert "星期三下午可以上门吗？" in applicant.text
    assert "clerk" not in applicant.text  # the unit writes, not a person
    applicant.submit("发给工作人员", {"message": "可以。"})
    assert "已经发给工作人员" in applicant.text
    clerk.get(at(reference))
    assert "可以。" in clerk.text
    assert "申请人2026年11月23日9时00分看了" in clerk.text
    applicant.get(f"/account/applications/{reference}/messages")
    assert "工作人员2026年11月23日9时00分看了" in applicant.text


def test_an_opinion_is_asked_seen_in_part_answered_and_comes_back(
    app: Flask, house: Store, clerk: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference))
    clerk.follow("向别的单位或专家征询意见")
    clerk.submit("发出征询", expect=422)
    asked = {"unit": HOSPITAL, "question": "算不算稳定？", "documents": [FIRST], "due_on": "2026年12月1日"}
    clerk.submit("发出征询", asked)
    assert clerk.path == at(reference)
    doctor, _actor = officer(app, house, "doctor", Role.HOSPITAL, HOSPITAL)
    doctor.get("/office/consultations")
    assert "示例王小明" not in doctor.text
    doctor.follow(f"答复（收件号{reference[:4]} {reference[4:8]} {reference[8:]}）")
    assert "算不算稳定？" in doctor.text
    assert [image["src"] for image in doctor.page.select("img.paper")] == [f"/documents/{FIRST}/1"]
    doctor.submit("发出答复", {"opinion": "算稳定。"})
    assert "本单位已经答复" in doctor.text
    clerk.get(at(reference))
    assert "算稳定。" in clerk.text


def test_who_keeps_away_from_the_person_gives_no_opinion_on_them_and_reads_why(
    app: Flask, house: Store, clerk: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference, "/consultations"))
    asked = {"unit": HOSPITAL, "question": "算不算稳定？", "documents": [FIRST], "due_on": "2026年12月1日"}
    clerk.submit("发出征询", asked)
    doctor, actor = officer(app, house, "doctor", Role.HOSPITAL, HOSPITAL)
    doctor.get("/office/consultations")
    doctor.follow(f"答复（收件号{reference[:4]} {reference[4:8]} {reference[8:]}）")
    address = doctor.path
    with house.transaction() as db:
        add_relative(db, actor, "88000019881102001X", "relative")
    doctor.submit("发出答复", {"opinion": "算稳定。"}, expect=403)
    assert "您回避这件申请" in doctor.text
    for place in (address, f"/documents/{FIRST}/1"):
        doctor.get(place, expect=403)
        assert "算不算稳定？" not in doctor.text


def test_what_the_applicant_wrote_meanwhile_is_named_as_theirs(
    applicant: CheckingClient, clerk: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference, "?outcome=not_ours"))
    applicant.get(f"/account/applications/{reference}/messages")
    applicant.submit("发给工作人员", {"message": "请等一等。"})
    typed = {"reasons": ["J01"], "words": "请到南湖镇办", "summary": "请到南湖镇"}
    clerk.submit("看看申请人会读到什么", typed, expect=409)
    assert "处理的人 申请人 做了什么" in clerk.text


def test_units_to_ask_stand_under_their_kind_each_kind_once(clerk: CheckingClient, reference: str) -> None:
    clerk.get(at(reference, "/consultations"))
    kinds = [one.get_text(strip=True) for one in clerk.page.select("fieldset fieldset legend")]
    assert len(set(kinds)) == len(kinds) > 1
    group = clerk.one(f"input[value={HOSPITAL}]").find_parent("fieldset")
    assert group is not None
    assert group.find("legend").get_text(strip=True) == UNIT_KINDS[UnitKind.HOSPITAL].zh


def test_a_question_for_yesterday_is_refused_and_kept(clerk: CheckingClient, reference: str) -> None:
    clerk.get(at(reference, "/consultations"))
    typed = {"unit": HOSPITAL, "question": "算不算稳定？", "due_on": "2026年11月23日"}
    clerk.submit("发出征询", typed, expect=422)
    assert clerk.one("#question").get_text().strip() == "算不算稳定？"
    assert [link["href"] for link in clerk.page.select("#errors a")] == ["#due-on"]


def test_the_history_names_readings_and_who_read(clerk: CheckingClient, reference: str) -> None:
    clerk.get(at(reference))
    clerk.follow("看全部记录，谁看过也在里面")
    rows = [row.get_text(" ", strip=True) for row in clerk.page.select("#history tbody tr")]
    assert "看办理记录" in rows[0]
    assert any("打开申请" in row and "clerk（示例）" in row for row in rows)
    assert any("提交" in row and "申请人" in row for row in rows)
    assert not any("其他记录" in row for row in rows)
    clerk.get(at(reference, "/history?before=HOSTILE"))


def test_two_files_stand_beside_each_other_turned_for_this_look_only(
    clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get(at(reference, f"/compare?left={FIRST}"))
    clerk.submit("#compare", {"right": SECOND, "right_turn": "90", "left_size": "200"})
    images = clerk.page.select("img.paper")
    assert [one["src"] for one in images] == [f"/documents/{FIRST}/1", f"/documents/{SECOND}/1?turn=90"]
    assert [(one["width"], one["height"]) for one in images] == [("600", "800"), ("800", "600")]
    assert "zoom-200" in images[0].parent["class"]
    clerk.get(at(reference, f"/compare?left={'c' * 32}"), expect=404)
    clerk.get(at(reference, f"/compare?left={FIRST}&left_size=HOSTILE&left_turn=45"))


def test_done_looking_leads_back_to_the_list_narrowed_as_it_was(
    clerk: CheckingClient, reference: str
) -> None:
    narrowed = "/desk/unit?channel=online"
    for button in ("#leave", "#release"):
        page = clerk.browser.get(at(reference), headers={"Referer": f"http://localhost{narrowed}"})
        assert f'name="list" value="{narrowed}"' in page.get_data(as_text=True)
        clerk.get(at(reference))
        clerk.submit(button, {"list": narrowed})
        done = {"#leave": "left", "#release": "given_back"}[button]
        assert clerk.answer is not None
        assert clerk.answer.url.endswith(f"{narrowed}&done={done}")
        assert "已完成：" in clerk.text
    clerk.post(at(reference, "/leave"), {"list": "//evil.example/desk/unit"}, expect=200)
    assert clerk.path == "/desk"


def test_done_looking_leads_back_and_shows_nobody_any_more(
    app: Flask, house: Store, clerk: CheckingClient, reference: str
) -> None:
    clerk.get(at(reference))
    clerk.submit("#leave")
    assert clerk.path == "/desk"
    colleague, _actor = officer(app, house, "colleague", Role.DESK_CLERK, DESK)
    colleague.get(at(reference))
    assert "也打开着" not in colleague.text


@pytest.mark.parametrize("more", ["/notes", "/messages", "/consultations", "/history", "/compare"])
def test_another_unit_finds_nothing_and_the_try_is_recorded(
    app: Flask, house: Store, reference: str, more: str
) -> None:
    stranger, actor = officer(app, house, "stranger", Role.DESK_CLERK, "desk_xishan")
    stranger.get(at(reference, more), expect=404)
    with house.reading() as db:
        tries = select(func.count()).where(
            AuditEvent.tag == "application:read_refused", AuditEvent.actor_id == actor.account_id
        )
        assert db.scalar(tries) == 1
        assert db.scalar(select(func.count()).select_from(Note)) == 0


def test_the_page_asks_as_often_with_many_messages_as_with_few(
    house: Store,
    clerk: CheckingClient,
    applicant: CheckingClient,
    reference: str,
    queries: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.web.live_region.KEPT_SECONDS", 10_000.0)  # not in the midst of a count
    asked: list[int] = []
    for messages in (1, 5):
        for number in range(messages):
            applicant.get(f"/account/applications/{reference}/messages")
            applicant.submit("发给工作人员", {"message": f"第{messages}次，第{number}句"})
        clerk.get(at(reference))  # now they are read
        before = queries()
        clerk.get(at(reference))
        asked.append(queries() - before)
    assert asked[0] == asked[1]
