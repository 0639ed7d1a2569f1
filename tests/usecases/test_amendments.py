"""Two administrators: one proposes, another grants: days, years, numbers that hold from a day on."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.amendments import Amendment, DatedAmount
from portal.store.audit import AuditEvent
from portal.store.messages import Timer
from portal.usecases.actor import Actor
from portal.usecases.amendments import Change, decide_amendment, list_amendments, propose
from portal.usecases.amounts import find_number, find_parameter, list_amounts
from portal.usecases.calendar import get_calendar
from portal.usecases.entitlement import limit_of
from portal.usecases.ratings import limits
from tests.support.office import COUNTY, REGION, prepare, staff_account

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CITY = "federation_city"
HOLIDAY = date(2026, 11, 24)
TODAY = date(2026, 11, 23)
DAY = Change("calendar_add", HOLIDAY.isoformat(), {"is_working": False}, "示例通知", TODAY)


@pytest.fixture
def first(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "first", Role.ADMINISTRATOR, CITY)[0]


@pytest.fixture
def second(db: Session, first: Actor) -> Actor:
    return staff_account(db, "second", Role.ADMINISTRATOR, CITY)[0]


def number(name: str, value: int, from_on: date = TODAY) -> Change:
    return Change("amount", name, {"region": "demo", "value": value, "is_verified": True}, "示例", from_on)


def test_nothing_changes_until_another_administrator_grants_it(
    db: Session, first: Actor, second: Actor
) -> None:
    waiting = propose(db, first, DAY)
    assert get_calendar(db).is_working(HOLIDAY)
    with pytest.raises(NotAllowed, match="four_eyes"):
        decide_amendment(db, first, waiting.id, is_granted=True)
    for _again in range(2):
        decide_amendment(db, second, waiting.id, is_granted=True)
    assert not get_calendar(db).is_working(HOLIDAY)
    tags = list(db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == "amendments")))
    assert tags == ["amendment:propose", "amendment:grant", "amendment:begin"]
    assert db.scalars(select(Timer.kind).where(Timer.kind == "recount_dates")).all() == ["recount_dates"]


def test_what_would_be_refused_is_refused_when_it_is_proposed(db: Session, first: Actor) -> None:
    past = Change("calendar_add", "2026-11-20", {"is_working": False}, "x", TODAY)
    wrong = {
        "day_is_past": past,
        "starts_in_past": number("most_in_hand", 5, date(2026, 11, 22)),
        "number_too_large": number("recheck_percent", 101),
        "number_too_small": number("certificate_years", 0),
        "holidays_missing": Change("year_add", "2028", {}, "x", TODAY),
    }
    for key, change in wrong.items():
        with pytest.raises(Conflict, match=key):
            propose(db, first, change)
    with pytest.raises(NotFound):
        propose(db, first, number("deemed_accepted_days", 20))
    assert db.scalars(select(Amendment)).all() == []
    assert db.scalars(select(DatedAmount)).all() == []
    propose(db, first, DAY)
    with pytest.raises(Conflict, match="waits_already"):
        propose(db, first, DAY)


def test_refusal_needs_words_and_the_proposer_may_take_it_back(
    db: Session, first: Actor, second: Actor
) -> None:
    waiting = propose(db, first, DAY)
    with pytest.raises(Invalid):
        decide_amendment(db, second, waiting.id, is_granted=False, words=" ")
    decide_amendment(db, second, waiting.id, is_granted=False, words="文号不对")
    with pytest.raises(Conflict, match="decided_meanwhile"):
        decide_amendment(db, first, waiting.id, is_granted=False)
    taken_back = propose(db, first, DAY)
    decide_amendment(db, first, taken_back.id, is_granted=False)
    assert [one.is_granted for one, _name in list_amendments(db, second)] == [False, False]
    assert get_calendar(db).is_working(HOLIDAY)


def test_number_holds_from_its_day_on_before_what_the_file_says(
    db: Session, first: Actor, second: Actor, clock_at: Callable[[str], None]
) -> None:
    assert find_number(db, REGION, "most_in_hand") == 100
    waiting = propose(db, first, number("most_in_hand", 40, date(2026, 12, 1)))
    decide_amendment(db, second, waiting.id, is_granted=True)
    assert limit_of(db, COUNTY) == 100
    clock_at("2026-12-01T00:30+08:00")
    assert limit_of(db, COUNTY) == 40
    found = find_parameter(db, REGION, "most_in_hand")
    assert found is not None
    assert (found.effective_from, found.source, found.status) == (date(2026, 12, 1), "示例", "verified")
    with pytest.raises(Conflict, match="number_is_known"):
        propose(db, first, number("most_in_hand", 50, clock.today()))


def test_number_of_the_file_that_begins_later_holds_from_its_day_on(
    db: Session, first: Actor, second: Actor
) -> None:
    known = next(one for one in REGION.parameters if one.name == "certificate_years")
    begins = date(2027, 1, 1)
    row = known.model_copy(update={"effective_to": date(2026, 12, 31)})
    next_row = known.model_copy(update={"value": 12, "effective_from": begins})
    others = tuple(one for one in REGION.parameters if one is not known)
    region = REGION.model_copy(update={"parameters": (*others, row, next_row)})
    waiting = propose(db, first, number("certificate_years", 8, date(2026, 12, 1)))
    decide_amendment(db, second, waiting.id, is_granted=True)
    days = {date(2026, 11, 30): 10, date(2026, 12, 1): 8, date(2026, 12, 31): 8, begins: 12}
    assert {day: find_number(db, region, "certificate_years", day) for day in days} == days
    seen = next(one for one in list_amounts(db, first, region) if one.known.name == "certificate_years")
    assert seen.now == row
    assert [(one.effective_from, one.value) for one in seen.later] == [(date(2026, 12, 1), 8), (begins, 12)]


def test_every_number_with_a_label_is_listed_with_its_unit(db: Session, first: Actor) -> None:
    listed = {one.known.name: one for one in list_amounts(db, first, REGION)}
    assert {"most_in_hand", "certificate_years", "rating_mend_days"} <= set(listed)
    assert not {"sms_signature", "deemed_accepted_days"} & set(listed)
    assert all(one.known.unit is not None and one.now == one.known for one in listed.values())


def test_changed_numbers_are_those_that_ratings_go_by(db: Session, first: Actor, second: Actor) -> None:
    for name, value in (("rating_contact_days", 3), ("rating_mend_days", 20)):
        decide_amendment(db, second, propose(db, first, number(name, value)).id, is_granted=True)
    assert limits(db, REGION) == (3, 20, "示例")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_proposes_or_grants(db: Session, first: Actor, role: Role) -> None:
    waiting = propose(db, first, DAY)
    other = staff_account(db, f"other-{role}", role, COUNTY)[0]
    for act in (
        lambda: propose(db, other, number("most_in_hand", 5)),
        lambda: decide_amendment(db, other, waiting.id, is_granted=True),
        lambda: list_amendments(db, other),
    ):
        with pytest.raises(NotAllowed):
            act()
