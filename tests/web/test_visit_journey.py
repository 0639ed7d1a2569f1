"""The journey at the counter: parts asked on one page each, read back, agreed to, handed in exactly once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.store.applications import Application, Submission
from portal.store.visits import Entering, SpokenConfirmation
from tests.support.people import furnish, parts_of
from tests.support.visits import Counter, staff_at, visitor_at

pytestmark = pytest.mark.one_database

YES = {"declarations": ["cs_truth"], "way": "spoken", "words": "听完后说：同意。"}


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-23T09:00+08:00")


@pytest.fixture
def counter(app: Flask) -> Counter:
    furnish(app)
    return visitor_at(app)


def test_a_deaf_visitor_without_phone_applies_by_word_before_two_of_the_staff(
    app: Flask, counter: Counter
) -> None:
    client = counter.client
    reference = counter.begin()
    met = counter.walk()
    assert list(dict.fromkeys(met)) == ["who", "person", "home", "need", "contact", "papers"]
    client.submit("记下来人的确认", YES)
    assert "还要第二位工作人员确认在场" in client.text
    colleague = staff_at(app, "colleague")
    colleague.get("/desk/confirmations")
    colleague.follow(" ".join((reference[:4], reference[4:8], reference[8:])))
    colleague.submit("确认我在场", {"was_there": "yes"})
    client.get(client.path)
    client.submit("替来人提交")
    assert client.heading().startswith("已经收到")
    with parts_of(app).store.reading() as db:
        application = db.scalars(select(Application)).one()
        submission = db.scalars(select(Submission)).one()
        confirmation = db.scalars(select(SpokenConfirmation)).one()
        assert application.state == "in_review"
        assert application.channel == submission.channel == "counter"
        assert application.account_id == counter.visit.account_id
        assert submission.submitted_by_id == counter.clerk.account_id == confirmation.first_id
        assert confirmation.second_id not in (None, confirmation.first_id)
        assert "示例王小明" in confirmation.text
        assert confirmation.answers_hash == submission.answers_hash
        assert db.scalars(select(Entering.account_id)).all() == [counter.clerk.account_id]
