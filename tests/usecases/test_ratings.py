"""Ratings on both databases: once a stage, read by the rated unit alone, mended when bad, rated once more."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotFound
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.messages import NoticeRow
from portal.store.ratings import Rating
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.applications import withdraw
from portal.usecases.deaths import report_death
from portal.usecases.rating_work import get_rating, list_ratings, note_contact, note_mended
from portal.usecases.ratings import Given, find_offer, rate
from portal.usecases.tasks import list_tasks
from tests.support.chain import BELOW, GRANTED, chain_staff, lead, up_to
from tests.support.companions import assert_companions
from tests.support.office import COUNTY, DESK, REGION, SUBJECT, prepare, resident, staff_account, submitted

pytestmark = pytest.mark.monday_morning

Move = Callable[[str | datetime], None]
GOOD = Given(1, "named")
BAD = Given(5, "contact", ("slow", "attitude"), "等了很久")
NAMELESS = Given(4, "unnamed", ("site",), "看不清")


@pytest.fixture
def application(db: Session) -> Application:
    prepare(db)
    return submitted(db, resident(db))


@pytest.fixture
def clerk(db: Session, application: Application) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def owner(application: Application) -> Actor:
    return Actor("resident", application.account_id)


def rated(db: Session, application: Application, given: Given, stage: str = "acceptance") -> Rating:
    return rate(db, owner(application), application.reference, REGION, stage, given)


def rating_tasks(db: Session) -> list[tuple[str, str, date | None, bool]]:
    rows = select(Task).where(Task.kind.startswith("rating_")).order_by(Task.id)
    return [(one.kind, one.state, one.due_on, one.is_nameless) for one in db.scalars(rows)]


def invitations(db: Session, application: Application) -> list[str]:
    rows = select(NoticeRow).where(NoticeRow.application_id == application.id, NoticeRow.key == "N17")
    return [str(row.facts.get("event", "")) for row in db.scalars(rows.order_by(NoticeRow.id))]


def test_each_stage_is_rated_once_and_concerns_who_had_it(db: Session, application: Application) -> None:
    staff = chain_staff(db)
    seen = []
    for last in ("", "accept", "handed_over"):
        done = len(application.entries) - 1
        lead(db, staff, application, up_to(GRANTED, last)[done:] if last else ())
        offer = find_offer(db, application)
        assert offer is not None
        seen.append((offer.stage, offer.unit_code))
        first = rated(db, application, GOOD, offer.stage)
        assert rated(db, application, BAD, offer.stage) is first
        assert find_offer(db, application) is None
    # while the hospital assesses, the federation stands in for it and answers
    assert seen == [("acceptance", DESK), ("process", COUNTY), ("close", COUNTY)]
    assert rating_tasks(db) == []


@pytest.mark.parametrize("outcomes", [BELOW, GRANTED], ids=["refused", "granted"])
def test_invitation_comes_once_when_everything_is_over(
    db: Session, application: Application, outcomes: tuple[str, ...]
) -> None:
    staff = chain_staff(db)
    lead(db, staff, application, outcomes[:-1])
    assert invitations(db, application) == []
    lead(db, staff, application, outcomes[-1:])
    assert invitations(db, application) == [""]
    assert_companions(db)


def test_nobody_is_invited_or_asked_after_a_death(
    db: Session, application: Application, clerk: Actor
) -> None:
    rated(db, application, BAD)
    report_death(db, clerk, application.reference, source="family")
    assert find_offer(db, application) is None
    assert {state for _kind, state, _due, _nameless in rating_tasks(db)} == {"dropped"}
    with pytest.raises(Conflict):
        rated(db, application, GOOD, "close")
    assert invitations(db, application) == []


def test_bad_rating_is_answered_mended_and_rated_once_more(
    db: Session, application: Application, clerk: Actor, clock_at: Move
) -> None:
    rating = rated(db, application, BAD)
    assert rating_tasks(db) == [
        ("rating_contact", "open", date(2026, 11, 24), False),
        ("rating_mend", "open", date(2026, 12, 8), False),
    ]
    with pytest.raises(Conflict):
        note_mended(db, clerk, rating.id, "加了人手")
    for _ in range(2):
        note_contact(db, clerk, rating.id, "打过电话")
    for _ in range(2):
        note_mended(db, clerk, rating.id, "加了人手")
    assert [state for _kind, state, _due, _nameless in rating_tasks(db)] == ["done", "done"]
    assert invitations(db, application) == ["mended"]
    offer = find_offer(db, application)
    assert offer is not None
    assert (offer.stage, offer.unit_code, offer.follows) == ("follow_up", DESK, rating)
    again = rated(db, application, Given(5, "contact"), "follow_up")
    assert again.follows_id == rating.id
    assert find_offer(db, application) is None
    assert len(rating_tasks(db)) == 2
    follow_up = get_rating(db, clerk, rating.id).follow_up
    assert follow_up is not None
    assert follow_up.grade == 5


def test_after_a_death_nobody_is_asked_to_rate_again_or_called(
    db: Session, application: Application, clerk: Actor
) -> None:
    rating = rated(db, application, BAD)
    withdraw(db, owner(application), application.reference)
    report_death(db, clerk, application.reference, source="document")
    assert [(kind, state) for kind, state, _due, _nameless in rating_tasks(db)] == [
        ("rating_contact", "dropped"),
        ("rating_mend", "open"),
    ]
    note_mended(db, clerk, rating.id, "加了人手")
    assert invitations(db, application) == []
    assert rating_tasks(db)[-1][1] == "done"


def test_due_day_on_a_day_off_moves_to_the_next_working_day(
    db: Session, application: Application, clock_at: Move
) -> None:
    clock_at("2026-11-27T16:00+08:00")
    assert rated(db, application, BAD).contact_due_on == date(2026, 11, 30)


def test_nobody_learns_whose_a_nameless_rating_is(
    db: Session, application: Application, clerk: Actor
) -> None:
    rating = rated(db, application, NAMELESS)
    assert rating_tasks(db) == [("rating_mend", "open", date(2026, 12, 8), True)]
    seen = get_rating(db, clerk, rating.id)
    assert (seen.subject_name, seen.reference) == (None, None)
    note_mended(db, clerk, rating.id, "改了网页")
    stream = f"application:{application.reference}"
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream)).all()
    assert not [tag for tag in tags if tag.startswith("rating:")]
    assert "task:finish" not in tags
    assert invitations(db, application) == []
    offer = find_offer(db, application)
    assert offer is not None
    assert offer.stage == "follow_up"
    with pytest.raises(Conflict):
        note_contact(db, clerk, rating.id)


def test_name_is_read_where_it_was_agreed_to_and_the_reading_is_recorded(
    db: Session, application: Application, clerk: Actor
) -> None:
    rating = rated(db, application, GOOD)
    assert get_rating(db, clerk, rating.id).subject_name == SUBJECT
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("rating:"))).all()
    assert tags == ["rating:make", "rating:read"]


def test_only_the_rated_unit_reads_and_mends(db: Session, application: Application, clerk: Actor) -> None:
    rating = rated(db, application, BAD)
    other = staff_account(db, "other", Role.COUNTY_REVIEWER, COUNTY)[0]
    assert [one.row.id for one in list_ratings(db, clerk).ratings] == [rating.id]
    assert list_ratings(db, other).ratings == ()
    assert [one for one in list_tasks(db, other).tasks if one.kind.startswith("rating_")] == []
    for act in (
        lambda: get_rating(db, other, rating.id),
        lambda: note_contact(db, other, rating.id),
        lambda: note_mended(db, other, rating.id, "不是我的"),
        lambda: list_ratings(db, owner(application)).ratings or get_rating(db, owner(application), rating.id),
    ):
        with pytest.raises(NotFound):
            act()


def test_list_goes_on_page_by_page(db: Session, application: Application, clerk: Actor) -> None:
    rated(db, application, GOOD)
    withdraw(db, owner(application), application.reference)
    rated(db, application, GOOD, "close")
    first = list_ratings(db, clerk, limit=1)
    assert [one.row.stage for one in first.ratings] == ["close"]
    second = list_ratings(db, clerk, first.after, limit=1)
    assert [one.row.stage for one in second.ratings] == ["acceptance"]
    assert second.after is None


def test_another_account_rates_nothing_and_odd_values_are_refused(
    db: Session, application: Application
) -> None:
    with pytest.raises(NotFound):
        rate(db, resident(db), application.reference, REGION, "acceptance", GOOD)
    for odd in (Given(6, "named"), Given(0, "named"), Given(4, "named", ("HOSTILE",))):
        with pytest.raises(NotFound):
            rated(db, application, odd)
    with pytest.raises(Conflict):
        rated(db, application, GOOD, "close")


def test_database_holds_no_words_in_clear(db: Session, application: Application, clerk: Actor) -> None:
    rating = rated(db, application, NAMELESS)
    note_mended(db, clerk, rating.id, "改了网页")
    row = db.execute(text("SELECT words, mended_words FROM ratings")).one()
    assert "看不清".encode() not in bytes(row.words)
    assert "改了网页".encode() not in bytes(row.mended_words)
