"""Objections over HTTP: anyone makes one without an account, the unit that posts reads and answers it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store.public_notices import Objection, PublicNotice
from portal.usecases.actor import VISITOR
from portal.usecases.objections import OBJECTED, object_to
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, OTHER_COUNTY
from tests.support.pages import HOSTILE_TEXT
from tests.support.people import furnish, make_officer, parts_of, sign_in
from tests.support.public_notices import posted_notice

pytestmark = pytest.mark.one_database

Move = Callable[[str | datetime], None]
WORDS = "我认识他，他不住在这个村。"


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Move, app: Flask) -> None:
    clock_at("2026-11-23T09:00+08:00")
    furnish(app)


@pytest.fixture
def notice(app: Flask) -> PublicNotice:
    with parts_of(app).store.transaction() as db:
        found = posted_notice(db)
        assert found.application.reference
        return found


def kept(app: Flask) -> list[Objection]:
    with parts_of(app).store.reading() as db:
        return list(db.scalars(select(Objection).order_by(Objection.id)))


def officer(app: Flask, role: Role = Role.COUNTY_REVIEWER, unit: str = COUNTY) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        post = make_officer(db, role, unit, f"{role}-{unit}")
        account = post.account
    return sign_in(app, account, role_id=post.id)


def objected(app: Flask, notice: PublicNotice, contact: str | None = "19900001234") -> Objection:
    with parts_of(app).store.transaction() as db:
        object_to(db, VISITOR, notice.slug, WORDS, contact)
    return kept(app)[-1]


def page_of(notice: PublicNotice, objection: Objection) -> str:
    return f"/office/applications/{notice.application.reference}/objections/{objection.id}"


def test_anyone_objects_and_gets_a_number_and_the_day_of_the_answer(
    app: Flask, client: CheckingClient, notice: PublicNotice
) -> None:
    client.get(f"/public-notices/{notice.slug}")
    client.follow("提出意见")
    client.submit("发送", {"what": WORDS, "contact": "19900001234"})
    [objection] = kept(app)
    assert (objection.body, objection.contact) == (WORDS, "19900001234")
    assert client.heading() == "已经收到您的意见"
    assert "最晚 2026年11月30日 答复" in client.text
    assert client.path.endswith(objection.reference)
    assert WORDS not in client.text
    assert "19900001234" not in client.text


@pytest.mark.parametrize("typed", ["", "不对", "字" * 2001])
def test_too_little_or_too_much_is_refused_with_words_beside_the_question(
    app: Flask, client: CheckingClient, notice: PublicNotice, typed: str
) -> None:
    client.get(f"/public-notices/{notice.slug}/objection")
    client.submit("发送", {"what": typed}, 422)
    assert client.page.select_one("#what-error")
    assert kept(app) == []


def test_hostile_words_are_kept_and_shown_as_words(app: Flask, notice: PublicNotice) -> None:
    client = CheckingClient(app)
    client.get(f"/public-notices/{notice.slug}/objection")
    client.submit("发送", {"what": HOSTILE_TEXT})
    reviewer = officer(app)
    reviewer.get(page_of(notice, kept(app)[-1]))
    assert reviewer.page.select("main script, main img") == []


def test_objecting_after_the_term_leads_to_kind_words(
    client: CheckingClient, notice: PublicNotice, clock_at: Move
) -> None:
    client.get(f"/public-notices/{notice.slug}/objection")
    clock_at("2026-12-01T00:00+08:00")
    client.submit("发送", {"what": WORDS}, 404)
    assert client.heading() == "这份公示不在了"


def test_flood_of_objections_to_one_notice_is_held_back(
    app: Flask, client: CheckingClient, notice: PublicNotice
) -> None:
    for _time in range(OBJECTED.times):
        client.get(f"/public-notices/{notice.slug}/objection")
        client.submit("发送", {"what": WORDS})
    client.get(f"/public-notices/{notice.slug}/objection")
    client.submit("发送", {"what": WORDS}, 429)
    assert len(kept(app)) == OBJECTED.times


def test_receipt_of_another_number_is_not_found(client: CheckingClient, notice: PublicNotice) -> None:
    client.get(f"/public-notices/{notice.slug}/objection/000000000000", 404)


def test_reviewer_finds_the_objection_on_the_application_and_answers_it(
    app: Flask, notice: PublicNotice
) -> None:
    objected(app, notice)
    reviewer = officer(app)
    reviewer.get(f"/office/applications/{notice.application.reference}")
    assert WORDS in reviewer.text
    reviewer.follow("核实并答复意见1")
    assert "19900001234" in reviewer.text
    reviewer.submit("保存答复", {"finding": "not_upheld", "answer": "上门核实过，他住在这里。"})
    assert "意见不成立" in reviewer.text
    reviewer.follow("回到这件申请")
    assert "上门核实过" in reviewer.text
    [answered] = kept(app)
    assert answered.is_upheld is False


def test_two_objections_to_one_notice_are_two_links_of_two_names_in_the_list_of_tasks(
    app: Flask, notice: PublicNotice
) -> None:
    for contact in ("19900001234", "19900001235"):
        objected(app, notice, contact)
    reviewer = officer(app)
    reviewer.get("/office/tasks")
    names = [link.get_text() for link in reviewer.page.select("#tasks a")]
    assert [name.partition("（")[0] for name in names] == [
        f"核实并答复公示的意见，第{number}件" for number in (1, 2)
    ]


def test_answer_without_a_finding_is_refused_with_words(app: Flask, notice: PublicNotice) -> None:
    objection = objected(app, notice, contact=None)
    reviewer = officer(app)
    reviewer.get(page_of(notice, objection))
    reviewer.submit("保存答复", {"answer": "核实过。"}, 422)
    assert reviewer.page.select_one("#finding-error")
    assert kept(app)[0].answered_at is None


def test_second_answer_is_refused_with_409_and_keeps_what_was_written(
    app: Flask, notice: PublicNotice
) -> None:
    objection = objected(app, notice)
    first, second = officer(app), officer(app, Role.COUNTY_APPROVER)
    for one in (first, second):
        one.get(page_of(notice, objection))
    first.submit("保存答复", {"finding": "upheld", "answer": "意见对。"})
    second.submit("保存答复", {"finding": "not_upheld", "answer": "我看不对。"}, 409)
    assert "我看不对。" in second.text
    assert kept(app)[0].answer == "意见对。"


def test_another_county_neither_reads_nor_answers(app: Flask, notice: PublicNotice) -> None:
    objection = objected(app, notice)
    elsewhere = officer(app, unit=OTHER_COUNTY)
    elsewhere.get(page_of(notice, objection), 404)
    elsewhere.get("/office")
    elsewhere.post(page_of(notice, objection), {"finding": "upheld", "answer": "意见对。"}, 404)
    assert kept(app)[0].answered_at is None
