"""After handing in: what the applicant still has to show, where and how, on receipt and status page."""

import re
from calendar import month_name
from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.store.applications import ClockPause, StepEntry
from portal.usecases.transitions import FOR_APPLICANT
from tests.support.client import CheckingClient
from tests.support.journeys import Office, begin, hand_in, walk
from tests.support.people import parts_of

pytestmark = pytest.mark.one_database

TOWN = "示例东风镇便民服务中心"
DAY = re.compile(r"[0-9]{4}年[0-9]+月[0-9]+日|[0-9]{1,2}(?:" + "|".join(month_name[1:]) + r")[0-9]{4}")
NOTHING = "您现在不用做什么"


@pytest.fixture
def client(office: Office) -> CheckingClient:
    return office.browser(office.resident())


def hand_in_with(client: CheckingClient, **ways: str) -> str:
    """An adult's application with these ways of showing; its reference."""
    reference = begin(client, "self")
    walk(client, {f"evidence_{name}": way for name, way in ways.items()})
    hand_in(client)
    assert client.path.endswith("/receipt")
    return reference


def still_to_show(client: CheckingClient) -> str:
    return client.one("section[aria-labelledby=still-to-show]").get_text(" ", strip=True)


def test_who_brings_originals_reads_which_and_where_on_receipt_and_status(client: CheckingClient) -> None:
    reference = hand_in_with(client, identity="desk", hukou="desk", photo="desk")
    for path in (client.path, f"/account/applications/{reference}"):
        client.get(path)
        said = still_to_show(client)
        assert "身份证 带到窗口 户口簿 带到窗口 两寸白底照片3张 到窗口拍或者带来" in said
        assert TOWN in said
        assert "示例东风镇示例路1号" in said
        assert NOTHING not in client.text
    client.get(f"/account/applications/{reference}/withdraw")
    client.submit("form[action$='/withdraw']")
    client.get(f"/account/applications/{reference}")
    assert not client.page.select("#still-to-show")  # it has ended: nothing is asked for


def test_day_is_the_best_and_no_last_one_until_it_was_asked_in_writing(
    app: Flask, client: CheckingClient
) -> None:
    reference = hand_in_with(client, identity="desk", hukou="desk", photo="desk")
    said = still_to_show(client)
    assert "最好在" in said
    assert "晚了也不要紧" in said
    assert f"手上没有的，请问{TOWN}。" in said
    with parts_of(app).store.transaction() as db:  # it was asked for and answered; the first step goes on
        entry = db.scalars(select(StepEntry)).one()
        today = clock.today()
        entry.pauses.append(ClockPause(from_on=today, to_on=today, reason=FOR_APPLICANT))
    client.get(f"/account/applications/{reference}")
    assert "最好在" in still_to_show(client)
    assert "书面通知一次" not in client.text


def test_day_that_is_over_is_not_named(app: Flask, client: CheckingClient) -> None:
    reference = hand_in_with(client, identity="desk", hukou="desk", photo="desk")
    with parts_of(app).store.transaction() as db:
        db.scalars(select(StepEntry)).one().due_on = clock.today() - timedelta(days=1)
    for path in (client.path, f"/account/applications/{reference}"):
        client.get(path)
        said = still_to_show(client)
        assert not DAY.search(said)
        assert "晚了也不要紧" not in said
        assert f"手上没有的，请问{TOWN}。" in said


def test_day_from_a_calendar_that_is_not_published_is_only_expected(
    app: Flask, client: CheckingClient
) -> None:
    hand_in_with(client, identity="desk", hukou="desk", photo="desk")
    assert "预计" not in still_to_show(client)
    with parts_of(app).store.transaction() as db:
        db.scalars(select(StepEntry)).one().is_due_provisional = True
    client.get(client.path)
    assert "这是预计的日子" in still_to_show(client)


def test_what_is_missing_today_is_brought_later_and_visits_are_agreed(client: CheckingClient) -> None:
    hand_in_with(client, identity="home_visit", hukou="later", photo="home_visit")
    said = still_to_show(client)
    assert "先约好时间" in said
    assert TOWN in said


def test_where_staff_come_or_look_it_up_there_is_nothing_to_do(client: CheckingClient) -> None:
    hand_in_with(client, identity="staff_check", hukou="home_visit", photo="home_visit")
    assert TOWN not in still_to_show(client)
    assert NOTHING in client.text


@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_receipt_letter_names_what_where_and_until_when_as_the_status_page_does(
    client: CheckingClient, language: str
) -> None:
    reference = hand_in_with(client, identity="desk", hukou="later", photo="home_visit")
    client.language = language
    client.get(f"/account/applications/{reference}?language={language}")
    section = client.one("section[aria-labelledby=still-to-show]")
    things, at = section.select("dl")
    said = [words(one) for one in (*things.select("dt, dd"), *section.select("h3"), *at.select("dd")[:1])]
    until = DAY.findall(words(section))
    assert len(said) > 6
    assert until
    client.get("/account/notices")
    client.get(str(client.page.select("main a[href*='/notices/']")[-1]["href"]))
    letter = words(client.one("article.letter"))
    assert [one for one in [*said, *until, *sentences(section)] if one not in letter] == []


def sentences(section: Tag) -> list[str]:
    """What is said besides the things and the unit, after the day: in a letter the place stands between."""
    best_by, *more = (words(one) for one in section.find_all("p", recursive=False))
    assert DAY.search(best_by)
    return more


def words(element: Tag) -> str:
    """Its text, without the line ends that only the page knows."""
    return "".join(element.get_text().split())
