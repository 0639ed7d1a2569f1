"""Reporting a barrier and asking a question: without an account, answered with a number and a date."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.store.messages import VisitorMessage
from portal.usecases.visitor_messages import LEFT
from tests.support.client import CheckingClient
from tests.support.pages import HOSTILE_TEXT
from tests.web.public_support import open_region

pytestmark = pytest.mark.one_database

WORDS = "第二页的按钮，读屏软件读不出来。"


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    open_region(app)
    return CheckingClient(app)


def kept(app: Flask) -> list[VisitorMessage]:
    with app.extensions["portal"].store.reading() as db:
        found = list(db.scalars(select(VisitorMessage).order_by(VisitorMessage.id)))
        db.expunge_all()
        return found


def test_barrier_report_gives_a_number_and_the_day_of_the_answer(
    app: Flask, visitor: CheckingClient, clock_at: Callable[[str | datetime], None]
) -> None:
    clock_at("2026-11-20T10:00+08:00")
    visitor.get("/accessibility/report?page=/services/zj-01")
    visitor.submit("发送", {"what": WORDS, "contact": "19900001234"})
    [message] = kept(app)
    assert (message.kind, message.body, message.path) == ("barrier", WORDS, "/services/zj-01")
    assert " ".join((message.reference[:4], message.reference[4:8], message.reference[8:])) in visitor.text
    assert "最晚 2026年11月27日 答复" in visitor.text
    assert WORDS not in visitor.text
    assert "19900001234" not in visitor.text


def test_question_without_contact_says_that_nobody_can_be_told(app: Flask, visitor: CheckingClient) -> None:
    visitor.get("/questions")
    visitor.submit("发送", {"what": "外地户口能办吗？"})
    assert "不能单独告诉您" in visitor.text
    assert [message.kind for message in kept(app)] == ["question"]


def test_words_about_a_page_are_kept_with_the_encrypted_message(app: Flask, visitor: CheckingClient) -> None:
    visitor.get("/accessibility/report")
    visitor.submit("发送", {"what": WORDS, "page": "王小明的申请那一页"})
    [message] = kept(app)
    assert message.path is None
    assert message.body.endswith("王小明的申请那一页")


@pytest.mark.parametrize("path", ["/questions", "/accessibility/report"])
def test_empty_message_is_asked_again_and_nothing_is_kept(
    app: Flask, visitor: CheckingClient, path: str
) -> None:
    visitor.get(path)
    visitor.submit("发送", {"contact": HOSTILE_TEXT}, expect=422)
    assert visitor.one("#what-error")
    assert visitor.one("#contact")["value"] == HOSTILE_TEXT
    assert kept(app) == []


@pytest.mark.parametrize("what", ["\0", "x" * 20_000, "\ud7ff\x1b[31m", "🙂" * 2001])
def test_words_that_cannot_be_kept_are_answered_with_422(
    app: Flask, visitor: CheckingClient, what: str
) -> None:
    visitor.get("/questions")
    visitor.post("/questions", {"what": what}, expect=422)
    assert kept(app) == []


def test_form_without_a_good_token_shows_everything_again_to_be_sent(
    app: Flask, visitor: CheckingClient
) -> None:
    visitor.post("/questions", {"what": HOSTILE_TEXT}, expect=403, has_token=False)
    assert visitor.heading() == "请再提交一次"
    assert HOSTILE_TEXT not in visitor.text
    assert kept(app) == []
    visitor.submit("再提交一次")
    assert [message.body for message in kept(app)] == [HOSTILE_TEXT]


@pytest.mark.parametrize("reference", ["1", "000000000000", "%F0%9F%99%82", "x" * 300])
def test_receipt_of_an_unknown_number_is_404(visitor: CheckingClient, reference: str) -> None:
    visitor.get(f"/questions/{reference}", expect=404)
    visitor.get(f"/accessibility/report/{reference}", expect=404)


def test_flood_is_answered_with_429_and_a_time_to_wait(
    app: Flask, visitor: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "portal.web.visitor_messages.LEFT", type(LEFT)(LEFT.name, times=1, within=LEFT.within)
    )
    visitor.get("/questions")
    visitor.submit("发送", {"what": "第一个"})
    visitor.get("/questions")
    visitor.submit("发送", {"what": "第二个"}, expect=429)
    assert "分钟再试" in visitor.text
    assert len(kept(app)) == 1
