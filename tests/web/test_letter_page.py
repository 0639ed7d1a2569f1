"""A notice as a page: every letter in every language, for its owner only."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.texts import Language
from portal.store.accounts import Account
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.definitions import store_definition
from portal.usecases.notices import send_notice
from portal.usecases.offers import offer_by_card
from portal.usecases.units import load_region
from tests.support.certificates import holder_of_one
from tests.support.client import CheckingClient
from tests.support.office import ANSWERS, CATALOGUE, DEFINITION, REGION, submitted
from tests.support.people import furnish, make_resident, parts_of, sign_in

pytestmark = pytest.mark.one_database

FACTS = {
    **dict.fromkeys(("due_on", "promised_on", "accepted_on", "decided_on", "ended_on"), date(2026, 12, 4)),
    **dict.fromkeys(("visit_by_on", "notice_from_on", "notice_to_on", "valid_to_on"), date(2026, 12, 4)),
    **{
        name: {"zh": "示例医院", "en": "Hospital"}
        for name in ("hospital", "step_name", "letter", "delivered_way", "offer", "why")
    },
    **dict.fromkeys(("delivered_on", "moved_on", "transfer_by_on", "transfer_end_on"), date(2026, 12, 4)),
    "reasons": ["R13"],
    "summary": "评定没有达到标准",
    "words": "详见医院的报告 <b>",
}


@pytest.fixture
def reader(app: Flask) -> CheckingClient:
    """A signed-in resident with one of every notice."""
    furnish(app)
    with parts_of(app).store.transaction() as db:
        account: Account = make_resident(db)
        application = submitted(db, Actor("resident", account.id), "proxy", ANSWERS)
        for notice in DEFINITION.notices[1:]:  # the receipt came with the submission
            send_notice(db, application, DEFINITION, notice.key, FACTS)
    return sign_in(app, account)


@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_every_letter_is_a_good_page_in_every_language(reader: CheckingClient, language: Language) -> None:
    reader.use_language(language)
    reader.get("/account/notices")
    links = [str(link["href"]) for link in reader.page.select("main li a")]
    assert len(links) == len(DEFINITION.notices)
    for link in links:
        reader.get(link)
        letter = reader.page.select_one("article.letter")
        assert letter is not None
        title = letter.select_one("h1")
        assert title is not None
        assert "<b>" not in str(letter)


def test_words_of_the_officer_are_marked_as_chinese_on_an_english_page(reader: CheckingClient) -> None:
    reader.use_language("en")
    reader.get("/account/notices")
    reader.get(str(reader.page.select("main li a")[0]["href"]))
    own = reader.page.select(".own")
    assert [str(one.get("lang")) for one in own] == ["zh-CN", "zh-CN"]


def test_letter_of_somebody_else_is_not_found(app: Flask, reader: CheckingClient) -> None:
    reader.get("/account/notices")
    link = str(reader.page.select("main li a")[0]["href"])
    with parts_of(app).store.transaction() as db:
        stranger = make_resident(db, "19900000002")
    sign_in(app, stranger).get(link, expect=404)


def test_person_says_below_an_offer_whether_they_want_more_of_them(app: Flask) -> None:
    with parts_of(app).store.transaction() as db:
        load_region(db, REGION)
        for code in ("zj-01", "bt-02"):
            store_definition(db, CATALOGUE.definition(code, "demo"))
        holder, card = holder_of_one(db, [("limb", 2)])
        offer_by_card(db, REGION, card.id)
        account = db.get_one(Account, holder.signed_in_id)
        letter = db.scalars(select(NoticeRow.id).where(NoticeRow.key == "N15")).one()
    reader = sign_in(app, account)
    page = f"/account/notices/{letter}"
    reader.get(page)
    assert reader.href("看这件事怎么办") == "http://localhost/services/bt-02"
    reader.submit("不要再给我写这种信")
    assert "您说过：不想再收到这种信。" in reader.get(page).text
    reader.submit("改主意了，可以再告诉我")
    reader.submit("这一项不申请")
    assert "您说过：这一项不申请。" in reader.get(page).text
    reader.post(page + "/offer", {"answer": "nonsense"}, 404)
