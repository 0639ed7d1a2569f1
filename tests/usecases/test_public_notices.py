"""Public notices on both databases: the exact words seen before, the term, and that nothing else is shown."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.rules.errors import NotFound
from portal.rules.public_notices import NoticeWords, is_spared
from portal.store.audit import AuditEvent
from portal.usecases.applications import journey_of
from portal.usecases.public_notices import (
    Posted,
    end_public_notice,
    find_posted_notice,
    follow_term,
    get_public_notice,
    list_public_notices,
    open_public_notice,
    preview_public_notice,
)
from portal.usecases.submission import newest_submission
from tests.support.office import ANSWERS, DEFINITION, REGION, SUBJECT, prepare
from tests.support.public_notices import VILLAGE, VILLAGE_ANSWERS, at_notice, posted_notice

Move = Callable[[str | datetime], None]


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Move, db: Session) -> None:
    clock_at("2026-11-23T09:00+08:00")
    prepare(db)


def test_notice_says_exactly_what_the_applicant_saw_before(db: Session) -> None:
    application, entry = at_notice(db)
    submission = newest_submission(db, application)
    assert submission is not None
    facts = journey_of(DEFINITION, application, submission.answers).facts
    before = preview_public_notice(db, DEFINITION, REGION, facts, SUBJECT)
    notice = open_public_notice(db, application, entry, DEFINITION, REGION)
    assert get_public_notice(db, notice.slug).words == before
    assert before is not None
    assert before.village == VILLAGE
    assert before.masked_name == "示某"


def test_notice_is_up_five_working_days_without_the_day_of_posting(db: Session, clock_at: Move) -> None:
    notice = posted_notice(db)
    assert (notice.from_on, notice.to_on, notice.days) == (date(2026, 11, 24), date(2026, 11, 30), 5)
    clock_at("2026-11-30T23:59+08:00")
    assert get_public_notice(db, notice.slug).to_on == date(2026, 11, 30)
    clock_at("2026-12-01T00:00+08:00")
    with pytest.raises(NotFound):
        get_public_notice(db, notice.slug)
    assert list_public_notices(db, REGION).notices == ()


def test_notice_over_national_day_stays_up_until_five_offices_days_are_over(
    db: Session, clock_at: Move
) -> None:
    clock_at("2026-09-29T09:00+08:00")
    notice = posted_notice(db)
    assert notice.from_on == date(2026, 9, 30)
    assert notice.to_on > date(2026, 10, 9)


def test_notice_follows_the_due_date_of_its_step(db: Session) -> None:
    notice = posted_notice(db)
    entry = notice.application.entries[-1]
    entry.due_on = date(2026, 12, 2)
    follow_term(db, entry)
    assert get_public_notice(db, notice.slug).to_on == date(2026, 12, 2)


@pytest.mark.parametrize("kind", ["withdrawn", "died", "decided"])
def test_notice_is_gone_at_once_when_its_step_is_left(db: Session, kind: str) -> None:
    notice = posted_notice(db)
    entry = notice.application.entries[-1]
    end_public_notice(db, entry, kind)
    end_public_notice(db, entry, "again")
    assert notice.end_kind == kind
    assert find_posted_notice(db, notice.application) is None
    with pytest.raises(NotFound):
        get_public_notice(db, notice.slug)


def test_step_opened_again_posts_the_same_notice_anew(db: Session, clock_at: Move) -> None:
    notice = posted_notice(db)
    entry = notice.application.entries[-1]
    end_public_notice(db, entry, "died")
    again = open_public_notice(db, notice.application, entry, DEFINITION, REGION)
    assert again.id == notice.id
    assert get_public_notice(db, notice.slug).slug == notice.slug


def test_posting_and_ending_are_recorded_without_the_name(db: Session) -> None:
    notice = posted_notice(db)
    end_public_notice(db, notice.application.entries[-1], "withdrawn")
    stream = f"application:{notice.application.reference}"
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream)).all()
    assert tags.count("public_notice:open") == tags.count("public_notice:end") == 1


def test_nothing_but_the_words_the_place_and_the_days_can_be_shown(db: Session) -> None:
    notice = posted_notice(db)
    assert {one.name for one in fields(Posted)} == {"slug", "words", "place", "county", "from_on", "to_on"}
    assert {one.name for one in fields(NoticeWords)} == {"service", "masked_name", "village", "unit", "days"}
    shown = repr(get_public_notice(db, notice.slug))
    application = notice.application
    for secret in (SUBJECT, application.reference, "88000019881102001X", "12号", "3组"):
        assert secret not in shown
    assert application.reference not in notice.slug


def test_list_is_ordered_by_county_and_town_and_goes_on_where_it_ended(db: Session) -> None:
    def living_in(code: str) -> str:
        own = {**VILLAGE_ANSWERS, "h_place": {"code": code, "written": "1组"}, "h_detail": ""}
        return posted_notice(db, own).slug

    south, west, east = living_in("880002001"), living_in("880001002"), living_in("880001001")
    first = list_public_notices(db, REGION, limit=2)
    rest = list_public_notices(db, REGION, after=first.after, limit=2)
    assert [one.slug for one in (*first.notices, *rest.notices)] == [east, west, south]
    assert rest.after is None
    assert [one.slug for one in list_public_notices(db, REGION, "880002").notices] == [south]
    assert list_public_notices(db, REGION, "no such county").notices == ()
    assert len(list_public_notices(db, REGION, after="nonsense").notices) == 3


def test_minor_has_no_notice_and_is_told_so(db: Session) -> None:
    facts = {**ANSWERS, "@age": 17}
    assert preview_public_notice(db, DEFINITION, REGION, facts, SUBJECT) is None
    assert is_spared(DEFINITION, facts)
    assert not is_spared(DEFINITION, {**ANSWERS, "@age": 18})
    assert preview_public_notice(db, DEFINITION, REGION, {**ANSWERS, "@age": 18}, SUBJECT) is not None
