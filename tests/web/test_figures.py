"""The page of figures: sentence, bars and table of each, for whom they concern."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.applications import Application
from portal.usecases.claims import claim
from tests.support.chain import BELOW, chain_staff, lead
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, SUBJECT, prepare, resident, sign_in_staff, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def head(app: Flask) -> CheckingClient:
    store: Store = app.extensions["portal"].store
    with store.transaction() as db:
        prepare(db)
        token = sign_in_staff(db, "head", Role.LEAD, COUNTY)[1]
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def test_an_empty_unit_says_so_in_sentences(head: CheckingClient) -> None:
    head.get("/office/figures")
    text = head.page.get_text()
    for words in ("现在没有人手里有申请", "这段时间没有办完的步骤", "没有要求补正", "评价不到3个"):
        assert words in text


def test_each_figure_is_a_sentence_bars_for_the_eye_and_a_table(head: CheckingClient, app: Flask) -> None:
    with app.extensions["portal"].store.transaction() as db:
        lead(db, chain_staff(db), submitted(db, resident(db)), BELOW)
    head.get("/office/figures?days=7")
    page = head.page
    text = page.get_text()
    assert "这段时间办完3个步骤，其中100%按时。" in text
    assert "其中1个（33%）不予受理或者不予批准。" in text
    assert SUBJECT not in text
    for figure in page.select("section"):
        assert figure.select_one("figcaption").get_text(strip=True)  # type: ignore[union-attr]
        drawn = figure.select("svg")
        assert all(one.find_parent(attrs={"aria-hidden": "true"}) for one in drawn)
        assert not drawn or figure.select_one("table caption")
        said = [one.get_text(strip=True) for one in figure.select("h2, caption")]
        assert len(set(said)) == len(said), "a heading that its table says again is heard twice"
    assert page.select_one("option[selected]")["value"] == "7"  # type: ignore[index]


def test_only_who_has_something_in_hand_is_counted_and_what_stands_still_is_said(
    head: CheckingClient, app: Flask
) -> None:
    store: Store = app.extensions["portal"].store
    with store.transaction() as db:
        staff, application = chain_staff(db), submitted(db, resident(db))
        lead(db, staff, application, ("forward",))
        claim(db, staff["reviewer"], application.reference)
    head.get("/office/figures")
    assert "1个人手里一共有1件" in head.text
    with store.transaction() as db:
        application = db.scalars(select(Application)).one()
        application.entries[-1].lane = "waiting"
    head.get("/office/figures")
    assert "现在没有人手里有在办的申请。等补正和暂停的有1件。" in head.text


def test_an_unknown_period_is_the_usual_one(head: CheckingClient) -> None:
    head.get("/office/figures?days=1%27--")
    assert head.page.select_one("option[selected]")["value"] == "30"  # type: ignore[index]
