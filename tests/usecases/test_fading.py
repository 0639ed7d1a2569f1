"""渐退: what becomes of a benefit when a household leaves the low-income list, by each region's stages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import FadingStage
from portal.rules.calendar import months_on
from portal.rules.errors import Conflict, Invalid
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.messages import Message, Timer
from portal.usecases.actor import Actor
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.timed import run_next_timer
from tests.support.certificates import holder_of_one
from tests.support.deeds import carry_out
from tests.support.office import prepare
from tests.usecases.test_benefits import GIVING, again, change, decide, grant, rows

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

ClockAt = Callable[[str], None]
REGIONS = load_catalogue().regions


@pytest.fixture
def holder(db: Session) -> Actor:
    """Somebody who gets 100 yuan a month from November 2026 on."""
    prepare(db)
    found, _ = holder_of_one(db, [("limb", 2)])
    decide(db, again(db, found), grant())
    return found


def faded(
    db: Session, application: Application, stages: tuple[FadingStage, ...], **more: Any
) -> dict[str, Any]:
    effect = change("faded", month_field="from_day", amount_field="amount")
    form = {"which": "care", "from_day": "2027-01-01", **more}
    return carry_out(db, application, effect, form, region=GIVING.model_copy(update={"fading": stages}))


def run_due(db: Session) -> None:
    while run_next_timer(db, GIVING) is not None:
        pass


def paid(db: Session) -> list[tuple[date | None, date | None, int | None, str]]:
    return [(row.from_on, row.to_on, row.amount, row.state) for row in rows(db)]


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("demo", "2027年1月到2027年6月：每月100元\n2027年7月到2027年12月：每月50元"),
        ("second", "2027年1月到2029年12月：每月100元\n2030年1月到2030年12月：每月50元"),
    ],
)
def test_letter_says_every_amount_with_its_months_as_the_region_counts(
    db: Session, holder: Actor, region: str, said: str
) -> None:
    told = faded(db, again(db, holder), REGIONS[region].fading)
    assert told["stages"]["zh"] == said
    assert set(told) == {"benefit", "stages"}


@pytest.mark.parametrize(
    ("region", "half_from", "half_to"),
    [
        ("demo", date(2027, 7, 1), date(2027, 12, 1)),
        ("second", date(2030, 1, 1), date(2030, 12, 1)),
    ],
)
def test_the_half_begins_and_ends_by_itself_in_the_months_of_the_region(
    db: Session, holder: Actor, clock_at: ClockAt, region: str, half_from: date, half_to: date
) -> None:
    faded(db, again(db, holder), REGIONS[region].fading)
    assert paid(db)[-1][:3] == (date(2027, 1, 1), months_on(half_from, -1), 10000)
    clock_at(f"{half_from.isoformat()}T09:00+08:00")
    run_due(db)
    assert paid(db)[-1] == (half_from, half_to, 5000, "granted")
    clock_at(f"{months_on(half_to, 1).isoformat()}T09:00+08:00")
    run_due(db)
    assert {row.state for row in rows(db)} == {"ended"}
    assert paid(db)[-1] == (half_from, half_to, 5000, "ended")


def test_no_month_lies_in_two_stages_and_none_between_them(
    db: Session, holder: Actor, clock_at: ClockAt
) -> None:
    faded(db, again(db, holder), REGIONS["demo"].fading)
    clock_at("2028-03-01T09:00+08:00")  # the worker was away: each stage is made up for
    run_due(db)
    assert paid(db) == [
        (date(2026, 11, 1), date(2026, 12, 1), 10000, "ended"),
        (date(2027, 1, 1), date(2027, 6, 1), 10000, "ended"),
        (date(2027, 7, 1), date(2027, 12, 1), 5000, "ended"),
    ]


def test_holder_is_told_when_the_amount_changes_and_when_it_ends(
    db: Session, holder: Actor, clock_at: ClockAt
) -> None:
    new_contact(db, db.get_one(Account, holder.account_id), TypedContact("phone", "19900000001"))
    faded(db, again(db, holder), REGIONS["demo"].fading)
    clock_at("2028-01-01T09:00+08:00")
    run_due(db)
    told = [one for one in db.scalars(select(Message.unique_key)) if one.startswith("benefit_stage-")]
    assert len(told) == 2


def test_what_is_decided_meanwhile_ends_the_stages(db: Session, holder: Actor, clock_at: ClockAt) -> None:
    faded(db, again(db, holder), REGIONS["demo"].fading)
    decide(db, again(db, holder), change("stopped", month_field="from_day"), from_day="2027-03-01")
    clock_at("2028-01-01T09:00+08:00")
    run_due(db)
    assert paid(db)[-1] == (date(2027, 1, 1), date(2027, 2, 1), 10000, "stopped")


def test_what_was_wrongly_stopped_goes_on_fading_in_its_months(
    db: Session, holder: Actor, clock_at: ClockAt
) -> None:
    faded(db, again(db, holder), REGIONS["demo"].fading)
    decide(db, again(db, holder), change("stopped", month_field="from_day"), from_day="2027-03-01")
    decide(db, again(db, holder), change("restored"))
    assert paid(db)[-1] == (date(2027, 3, 1), date(2027, 6, 1), 10000, "granted")
    clock_at("2027-07-01T09:00+08:00")
    run_due(db)
    assert paid(db)[-1] == (date(2027, 7, 1), date(2027, 12, 1), 5000, "granted")


def test_a_benefit_from_before_this_portal_fades_from_the_amount_that_an_officer_enters(db: Session) -> None:
    prepare(db)
    holder, _ = holder_of_one(db)
    faded(db, again(db, holder), REGIONS["demo"].fading, amount=20000)
    assert paid(db) == [(date(2027, 1, 1), date(2027, 6, 1), 20000, "granted")]


def test_without_an_amount_on_record_the_officer_is_asked_for_it(db: Session) -> None:
    prepare(db)
    holder, _ = holder_of_one(db)
    with pytest.raises(Invalid) as refused:
        faded(db, again(db, holder), REGIONS["demo"].fading)
    assert set(refused.value.errors) == {"amount"}


def test_where_a_region_has_no_stages_nothing_fades(db: Session, holder: Actor) -> None:
    with pytest.raises(Conflict, match="no_fading"):
        faded(db, again(db, holder), ())


def test_stages_are_kept_encrypted(db: Session, holder: Actor) -> None:
    faded(db, again(db, holder), REGIONS["demo"].fading)
    [row] = [one for one in rows(db) if one.state == "granted"]
    raw = db.connection().exec_driver_sql(f"SELECT fading FROM benefits WHERE id = {row.id}").scalar_one()
    assert b"5000" not in bytes(raw)
    assert row.fading is not None
    assert db.scalar(select(Timer.id).where(Timer.kind == "benefit_stage", Timer.subject == row.id))
