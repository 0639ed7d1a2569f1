"""Where a counter begins, and the way to everything else: few entries first, the others under headings."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.usecases.decisions import Deciding, PointAsked
from tests.support.client import CheckingClient
from tests.support.journeys import Office
from tests.support.people import furnish
from tests.support.visits import staff_at, visitor_at

pytestmark = pytest.mark.one_database

TODAY = "/desk/today"


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:00+08:00")


def entries(client: CheckingClient, where: str) -> list[str]:
    return [str(link["href"]) for link in client.page.select(f"header nav[aria-label=主导航] {where} a")]


def test_the_next_visitor_comes_first_and_nothing_else_waits(app: Flask) -> None:
    furnish(app)
    clerk = staff_at(app, "early")
    clerk.get("/desk/start")
    assert clerk.path == TODAY
    assert clerk.page.select("main a")[0]["href"] == "/desk/visits"
    assert "现在没有等本人补材料的" in clerk.text


def test_waiting_visitors_and_work_are_named_with_their_reasons_and_counts(app: Flask) -> None:
    office = Office(app)
    office.open()
    counter = visitor_at(app)
    reference = counter.filled()
    counter.hand_in(reference)
    asked = [PointAsked("person-name", "C03", "请照身份证写姓名。")]
    office.decide(reference, Deciding("ask_more", points=asked, summary="请照身份证写姓名"))
    clerk = counter.client
    clerk.get(TODAY)
    assert "上一位来人的接待还没有结束" in clerk.text
    assert "请照身份证写姓名。" in clerk.text
    assert "从什么时候开始等" in clerk.text
    waiting = clerk.page.select("main h3")
    assert len(waiting) == 1
    counter.begin()
    colleague = staff_at(app, "colleague")
    colleague.get(TODAY)
    assert not colleague.page.select("main h3")


def test_a_word_to_witness_is_said_to_the_colleague_at_once(app: Flask) -> None:
    furnish(app)
    counter = visitor_at(app)
    reference = counter.filled()
    counter.client.get(counter.at(reference, "check"))
    said = {"declarations": ["cs_truth"], "way": "spoken", "words": "听完后说：同意。"}
    counter.client.submit("记下来人的确认", said)
    colleague = staff_at(app, "colleague")
    colleague.get(TODAY)
    colleague.follow("请我见证的确认：1件")
    assert colleague.path == "/desk/confirmations"


def test_few_entries_come_first_and_each_of_the_others_has_a_heading(app: Flask) -> None:
    furnish(app)
    clerk = staff_at(app, "early")
    clerk.get(TODAY)
    assert len(entries(clerk, "> ul")) <= 6
    behind = clerk.page.select("header details ul")
    names = [clerk.one(f"#{group['aria-labelledby']}").get_text() for group in behind]
    assert len(names) == len(set(names)) == 3
    every = entries(clerk, "")
    assert len(every) == len(set(every))
    for href in (one for one in every if one.startswith("/desk")):
        clerk.get(href)
        current = clerk.page.select("header nav [aria-current=page]")
        assert [str(one["href"]) for one in current] == [href]


def test_where_one_is_behind_the_heading_is_said_before_it_is_opened(app: Flask) -> None:
    furnish(app)
    clerk = staff_at(app, "early")
    clerk.get("/desk/ratings")
    assert clerk.one("header summary").get_text() == "更多，现在在：收到的评价"
    clerk.get(TODAY)
    assert clerk.one("header summary").get_text() == "更多"


def test_a_liaison_has_what_they_may_open_and_no_more(app: Flask) -> None:
    furnish(app)
    liaison = staff_at(app, "liaison", Role.LIAISON)
    liaison.get(TODAY)
    for href in entries(liaison, "> ul"):
        liaison.get(href)
    assert not liaison.page.select("header details")
