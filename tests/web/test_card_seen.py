"""An identity document that a visitor was received with is not asked for a second time in the visit."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.store.evidence import EvidenceCheck
from portal.store.tasks import Task
from portal.store.visits import Visit
from tests.support.people import furnish, parts_of
from tests.support.receiving import NUMBER, by_document, choose
from tests.support.visits import Counter, visitor_at

pytestmark = pytest.mark.one_database


@pytest.fixture
def counter(app: Flask, clock_at: Callable[[str], None]) -> Counter:
    clock_at("2026-11-23T09:00+08:00")
    furnish(app)
    return visitor_at(app)


def received_with_card(counter: Counter, number: str = "880000199001010011") -> Counter:
    """The next visitor, by the original of their card."""
    address = by_document(counter.client, id_number=number)
    return replace(counter, token=address.split("/")[3])


def test_card_by_which_the_visitor_was_received_is_not_looked_at_again(app: Flask, counter: Counter) -> None:
    counter = received_with_card(counter)
    client, reference = counter.client, counter.begin()
    while not client.path.endswith("/part/papers"):
        counter.answer_part()
    page = client.one("section#page-evidence-identity")
    assert "接待时已经看过原件，不用再看：clerk（示例），2026年11月23日" in page.get_text()
    assert not page.select("a[href*='/seen/']")
    assert page.select_one("input[value=desk]:checked")
    with parts_of(app).store.reading() as db:
        check = db.scalars(select(EvidenceCheck)).one()
        visit = db.scalars(select(Visit).order_by(Visit.id.desc())).first()
        assert visit is not None
        assert (check.evidence, check.level, check.seen_how) == ("identity", "B", "desk")
        assert (check.seen_by_id, check.unit_code) == (counter.clerk.account_id, "desk_dongfeng")
        assert check.seen_at == visit.opened_at
        assert set(check.recorded["proved"]) == {"p_name", "p_id_type", "p_id_no"}
    counter.walk()
    counter.hand_in(reference)
    with parts_of(app).store.reading() as db:
        assert "identity" not in db.scalars(select(Task.about)).all()
        assert len(db.scalars(select(EvidenceCheck)).all()) == 1


def test_card_shown_later_in_the_visit_counts_for_what_was_filled_in_before(
    app: Flask, counter: Counter, clock_at: Callable[[str], None]
) -> None:
    client = counter.client
    choose(client, "none")
    client.submit("开始接待", {"is_sure": True})
    counter = replace(counter, token=client.path.split("/")[3])
    reference = counter.begin()
    counter.walk()
    clock_at("2026-11-23T09:20+08:00")
    client.get(counter.href("identity"))
    card = {"id_type": "resident", "name": "示例王小明", "id_number": "880000199001010011", "is_same": True}
    client.submit("确认身份", card)
    client.get(counter.at(reference, "part", "papers"))
    assert "clerk（示例），2026年11月23日" in client.text
    with parts_of(app).store.reading() as db:
        check = db.scalars(select(EvidenceCheck)).one()
        assert (check.level, check.seen_at) == ("B", clock.now())


def test_card_of_the_visitor_proves_nothing_of_anybody_else(app: Flask, counter: Counter) -> None:
    counter = received_with_card(counter, NUMBER)
    counter.begin()
    counter.walk()  # a number that is not the card's
    counter.begin(acting="proxy")
    counter.walk({"p_id_no": NUMBER, "p_name": "示例王小明"})
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(EvidenceCheck)).all() == []
