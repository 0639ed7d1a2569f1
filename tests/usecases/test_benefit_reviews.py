"""Reviews of monthly benefits: two reminders in time, then a task to get in touch; nothing stops itself."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import ChangeBenefit, GrantBenefit, Role
from portal.letters import as_text, render_notice
from portal.store.accounts import Account
from portal.store.applications import Application, LiveKey
from portal.store.benefits import BenefitRow
from portal.store.messages import NoticeRow, Timer
from portal.store.tasks import Task
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.deaths import report_death
from portal.usecases.definitions import get_definition, store_definition
from portal.usecases.deliveries import deliveries_of
from portal.usecases.timed import run_next_timer
from tests.support.any_service import Walker
from tests.support.deeds import carry_out
from tests.support.office import CATALOGUE, REGION, staff_account

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

REVIEW = date(2027, 11, 1)
NOON = "T12:00+08:00"


@pytest.fixture
def walker(db: Session) -> Walker:
    found = Walker(db, CATALOGUE.definition("bt-02", "demo"), REGION, "self")
    found.furnish()
    store_definition(db, CATALOGUE.definition("bt-03", "demo"))
    return found


@pytest.fixture
def application(walker: Walker) -> Application:
    """Somebody gets 100 yuan a month, and it is looked at again in a year."""
    made = walker.apply()
    effect = GrantBenefit(name="grant_benefit", benefit="care_subsidy", amount_field="amount")
    carry_out(walker.db, made, effect, {"amount": 10000})
    return made


def run_timers(db: Session) -> None:
    while run_next_timer(db, REGION) is not None:
        pass


def reminders(db: Session) -> list[str]:
    rows = db.scalars(select(NoticeRow.facts).where(NoticeRow.key == "N21").order_by(NoticeRow.id))
    return [f"{facts['review_on']} {facts['event']}".strip() for facts in rows]


def row(db: Session) -> BenefitRow:
    return db.scalars(select(BenefitRow)).one()


def test_holder_is_asked_twice_and_then_somebody_gets_in_touch(
    db: Session, application: Application, clock_at: Callable[[str], None]
) -> None:
    assert row(db).review_on == REVIEW
    seen = []
    for day in ("2027-09-30", "2027-10-01", "2027-10-18", "2027-11-01", "2027-12-01"):
        clock_at(day + NOON)
        run_timers(db)
        tasks = db.scalars(select(Task.about).where(Task.kind == "benefit", Task.state == "open")).all()
        seen.append((len(reminders(db)), len(tasks)))
    assert seen == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 1)]
    assert reminders(db) == ["2027-11-01", "2027-11-01 again"]
    assert (row(db).state, row(db).to_on, row(db).flag) == ("granted", None, "review_unanswered")


@pytest.mark.parametrize(
    ("wished", "barred", "first", "second"),
    [
        (["sms"], [], {"sms"}, {"sms", "post"}),
        (["sms"], ["post"], {"sms"}, {"sms", "phone"}),
        (["sms"], ["post", "call"], {"sms"}, {"sms", "committee"}),
        (["post"], [], {"post"}, {"post", "phone"}),
        (["sms", "post", "phone", "liaison"], [], *[{"sms", "post", "phone", "committee"}] * 2),
    ],
)
def test_second_reminder_goes_another_way_too_and_none_that_is_barred(
    db: Session,
    walker: Walker,
    clock_at: Callable[[str], None],
    wished: list[str],
    barred: list[str],
    first: set[str],
    second: set[str],
) -> None:
    walker.own = {"c_channels": wished, "c_do_not": barred}
    made = walker.apply()
    new_contact(db, db.get_one(Account, made.account_id), TypedContact("phone", "19900000001"))
    effect = GrantBenefit(name="grant_benefit", benefit="care_subsidy", amount_field="amount")
    carry_out(db, made, effect, {"amount": 10000})
    ways = []
    for day in ("2027-10-01", "2027-10-18"):
        clock_at(day + NOON)
        run_timers(db)
        newest = db.scalars(select(NoticeRow).where(NoticeRow.key == "N21").order_by(NoticeRow.id)).all()[-1]
        ways.append({one.way for one in deliveries_of(db, newest)} - {"account"})
    assert ways == [first, second]


@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_reminder_says_what_by_when_and_that_nothing_stops_by_itself(
    db: Session, application: Application, clock_at: Callable[[str], None], language: str
) -> None:
    clock_at("2027-10-18" + NOON)
    run_timers(db)
    [letter] = db.scalars(select(NoticeRow).where(NoticeRow.key == "N21"))  # after downtime only the newest
    definition = get_definition(db, letter.definition_hash)
    text = as_text(render_notice(definition, letter, language))  # type: ignore[arg-type]
    said = {"zh": "钱不会自动停", "easy": "钱不会自动停", "en": "nothing stops by itself"}
    day = {"zh": "2027年11月1日", "easy": "2027年11月1日", "en": "1 November 2027"}
    assert said[language] in text
    assert day[language] in text


def test_after_it_was_looked_at_the_next_review_is_reminded_of(
    db: Session, application: Application, clock_at: Callable[[str], None]
) -> None:
    clock_at("2027-10-01" + NOON)
    run_timers(db)
    effect = ChangeBenefit(name="change_benefit", to="continue", benefit_field="which")
    carry_out(db, application, effect, {"which": "care_subsidy"})
    assert row(db).review_on == date(2028, 10, 1)
    clock_at("2027-11-02" + NOON)
    run_timers(db)
    assert reminders(db) == ["2027-11-01"]
    clock_at("2028-09-01" + NOON)
    run_timers(db)
    assert reminders(db)[1:] == ["2028-10-01"]


def test_nobody_is_asked_while_their_report_is_under_way(
    db: Session, walker: Walker, application: Application, clock_at: Callable[[str], None]
) -> None:
    clock_at("2027-10-01" + NOON)
    db.execute(delete(LiveKey))
    report = Walker(db, CATALOGUE.definition("bt-03", "demo"), REGION, "self").apply()
    report.person = application.person
    db.flush()
    run_timers(db)
    assert reminders(db) == []


def test_nobody_is_asked_after_a_death(
    db: Session, application: Application, clock_at: Callable[[str], None]
) -> None:
    clerk, _ = staff_account(db, "clerk", Role.DESK_CLERK, application.entries[0].unit_code)
    report_death(db, clerk, application.reference, source="document")
    for day in ("2027-10-01", "2027-11-01"):
        clock_at(day + NOON)
        run_timers(db)
    assert reminders(db) == []
    assert db.scalars(select(Task).where(Task.kind == "benefit")).all() == []


def test_timers_are_set_for_the_days_that_are_to_come(db: Session, application: Application) -> None:
    due = db.scalars(select(Timer.due_at).where(Timer.kind == "benefit_review").order_by(Timer.due_at)).all()
    assert [clock.shanghai(one).date() for one in due] == [
        date(2027, 10, 1),
        date(2027, 10, 18),
        REVIEW,
    ]
