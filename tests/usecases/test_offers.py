"""What is offered by what is on record: once, to the living, to who wants it, and never what they have."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.texts import LANGUAGES
from portal.letters import as_text, name_in_lists, render_notice
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.store.applications import LiveKey
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import Message, NoticeRow
from portal.store.offers import Offer
from portal.usecases.actor import Actor
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.definitions import store_definition
from portal.usecases.offers import answer_offer, offer_by_card
from portal.usecases.progress import get_progress
from portal.usecases.timed import run_next_timer
from tests.support.benefits import give
from tests.support.certificates import holder_of_one
from tests.support.office import CATALOGUE, DEFINITION, REGION, prepare, resident

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

NEXT_MORNING = "2026-11-24T08:01+08:00"


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    for code in REGION.services:
        if not CATALOGUE.services[code].bundle:
            store_definition(db, CATALOGUE.definition(code, "demo"))
    return db


def run_timers(db: Session) -> None:
    while run_next_timer(db, REGION) is not None:
        pass


def offered(db: Session) -> list[str]:
    rows = db.scalars(select(NoticeRow.facts).where(NoticeRow.key == "N15").order_by(NoticeRow.id))
    return [str(facts["service_offered"]) for facts in rows]


def test_several_offers_of_one_morning_are_told_apart_in_every_list(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder, card = holder_of_one(db, [("limb", 1)])
    clock_at(NEXT_MORNING)
    run_timers(db)
    rows = db.scalars(select(NoticeRow).where(NoticeRow.key == "N15")).all()
    assert len(rows) > 1
    for language in LANGUAGES:
        for is_proxy in (False, True):
            names = {name_in_lists(DEFINITION, row).say(language, is_proxy=is_proxy) for row in rows}
            assert len(names) == len(rows)
    found = get_progress(db, holder, card.spoken_through.reference)
    assert "主动服务告知书：重度残疾人护理补贴" in {title.zh for title in found.titles.values()}


def test_new_card_of_grade_two_tells_of_the_care_subsidy_the_next_morning(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder_of_one(db, [("limb", 2)])
    run_timers(db)
    assert offered(db) == []
    clock_at(NEXT_MORNING)
    run_timers(db)
    run_timers(db)
    assert "bt-02" in offered(db)
    assert "bt-01" not in offered(db)  # what a household lives on stands on no card
    letter = db.scalars(select(NoticeRow).where(NoticeRow.key == "N15")).first()
    assert letter is not None
    text = as_text(render_notice(DEFINITION, letter, "zh"))
    assert "您可能符合“重度残疾人护理补贴”的条件。是否申请由您决定。" in text
    assert "残疾人证上的类别和等级，符合“一级、二级”这一类。" in text


def offer_now(db: Session, card: Certificate) -> list[str]:
    offer_by_card(db, REGION, card.id)
    return offered(db)


def test_several_offers_at_once_are_one_message(db: Session, clock_at: Callable[[str], None]) -> None:
    holder, _card = holder_of_one(db, [("limb", 2)])
    new_contact(db, db.get_one(Account, holder.account_id), TypedContact("phone", "19900000001"))
    clock_at(NEXT_MORNING)
    run_timers(db)
    assert len(offered(db)) > 1
    assert len([one for one in db.scalars(select(Message)) if "可能适合您" in one.body]) == 1


def test_card_outside_every_group_offers_no_care_subsidy(db: Session) -> None:
    _, card = holder_of_one(db, [("limb", 4)])
    assert "bt-02" not in offer_now(db, card)


def test_nothing_is_offered_that_runs_already(db: Session) -> None:
    _, card = holder_of_one(db, [("limb", 2)])
    give(db, card)
    assert "bt-02" not in offer_now(db, card)


def test_nothing_is_offered_to_the_dead_or_for_a_cancelled_card(db: Session) -> None:
    _, card = holder_of_one(db, [("limb", 2)])
    card.person.death_reported_at = clock.now()
    assert offer_now(db, card) == []
    card.person.death_reported_at = None
    card.cancelled_on, card.cancel_reason = clock.today(), "other"
    assert offer_now(db, card) == []


def test_same_card_offers_once(db: Session) -> None:
    _, card = holder_of_one(db, [("limb", 2)])
    assert offer_now(db, card) == offer_now(db, card)
    assert len(db.scalars(select(Offer)).all()) == len(offered(db))


def test_who_wants_no_such_letters_gets_none_until_they_say_otherwise(db: Session) -> None:
    holder, card = holder_of_one(db, [("limb", 2)])
    offer_by_card(db, REGION, card.id)
    letter = db.scalars(select(NoticeRow.id).where(NoticeRow.key == "N15")).all()[0]
    told = len(offered(db))
    answer_offer(db, holder, letter, "no_more")
    card.components = [("limb", 1)]
    db.execute(delete(LiveKey))
    assert len(offer_now(db, card)) == told
    answer_offer(db, holder, letter, None)
    assert len(offer_now(db, card)) > told
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "offer:answer")).all()
    assert len(tags) == 2


def test_nobody_else_answers_an_offer(db: Session) -> None:
    holder, card = holder_of_one(db, [("limb", 2)])
    offer_by_card(db, REGION, card.id)
    letter = db.scalars(select(NoticeRow.id).where(NoticeRow.key == "N15")).all()[0]
    with pytest.raises(NotFound):
        answer_offer(db, resident(db), letter, "no_more")
    receipt = db.scalars(select(NoticeRow.id).where(NoticeRow.key == "N01")).all()[0]
    with pytest.raises(NotFound):
        answer_offer(db, Actor("resident", holder.signed_in_id, True), receipt, "no_more")
