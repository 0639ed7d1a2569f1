"""After handing in: what the applicant still has to show, where and how, on receipt and status page."""

import re
from calendar import month_name

import pytest
from bs4 import Tag
from flask import Flask

from tests.support.client import CheckingClient
from tests.support.journeys import Office, begin, hand_in, walk

pytestmark = pytest.mark.one_database

TOWN = "示例东风镇便民服务中心"
DAY = re.compile(r"[0-9]{4}年[0-9]+月[0-9]+日|[0-9]{1,2}(?:" + "|".join(month_name[1:]) + r")[0-9]{4}")
NOTHING = "您现在不用做什么"


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    office = Office(app)
    office.open()
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
    assert [one for one in [*said, *until] if one not in letter] == []


def words(element: Tag) -> str:
    """Its text, without the line ends that only the page knows."""
    return "".join(element.get_text().split())
