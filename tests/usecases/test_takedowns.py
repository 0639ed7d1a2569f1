"""A public notice comes down for safety: nothing is left to read, the step waits, and it is posted anew."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.messages import NoticeRow, Timer
from portal.store.public_notices import PublicNotice
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import withdraw
from portal.usecases.deaths import report_death
from portal.usecases.objections import answer_objection, has_open_objection, object_to
from portal.usecases.public_notices import find_posted_notice, get_public_notice, is_taken_down
from portal.usecases.silence import end_step
from portal.usecases.takedowns import post_again, standing_takedown, take_down
from portal.usecases.tasks import tasks_of
from portal.usecases.timed import run_next_timer
from portal.usecases.transitions import due_of
from portal.usecases.undone_deaths import undo_death
from tests.support.chain import GRANTED, chain_staff, lead, up_to
from tests.support.companions import assert_companions
from tests.support.office import (
    COUNTY,
    DEFINITION,
    DESK,
    OTHER_COUNTY,
    REGION,
    prepare,
    resident,
    staff_account,
    submitted,
)
from tests.support.public_notices import STEP, posted_notice

pytestmark = pytest.mark.monday_morning

Move = Callable[[str | datetime], None]


@pytest.fixture
def notice(db: Session) -> PublicNotice:
    prepare(db)
    return posted_notice(db)


@pytest.fixture
def reviewer(db: Session, notice: PublicNotice) -> Actor:
    return staff_account(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)[0]


def down(db: Session, reviewer: Actor, notice: PublicNotice, reason: str = "danger") -> None:
    reference = notice.application.reference
    take_down(db, reviewer, reference, notice.id, reason=reason, words="家里有人威胁她")


def again(db: Session, reviewer: Actor, notice: PublicNotice) -> None:
    post_again(db, reviewer, notice.application.reference, notice.id, REGION)


def letters(db: Session, application: Application) -> list[NoticeRow]:
    rows = select(NoticeRow).where(NoticeRow.application_id == application.id, NoticeRow.key == "N08")
    return list(db.scalars(rows.order_by(NoticeRow.id)))


def test_nothing_is_left_to_read_and_the_step_waits(
    db: Session, notice: PublicNotice, reviewer: Actor, clock_at: Move
) -> None:
    entry = notice.application.entries[-1]
    down(db, reviewer, notice)
    with pytest.raises(NotFound):
        get_public_notice(db, notice.slug)
    assert is_taken_down(db, notice.slug)
    assert find_posted_notice(db, notice.application) is None
    assert (entry.is_paused, [one.reason for one in entry.pauses]) == (True, ["taken_down"])
    waiting = select(Timer.id).where(Timer.kind == "step_over", Timer.done_at.is_(None))
    assert db.scalars(waiting.where(Timer.subject == entry.id)).all() == []
    clock_at("2026-12-20T09:00+08:00")
    end_step(db, REGION, entry.id)
    assert entry.closed_at is None


@pytest.mark.parametrize("reason", ["danger", "wrong", "other"])
def test_applicant_reads_why_and_what_comes_next(
    db: Session, notice: PublicNotice, reviewer: Actor, reason: str
) -> None:
    down(db, reviewer, notice, reason)
    [letter] = letters(db, notice.application)
    for language, words in (("zh", "公示撤下来了"), ("easy", "公示撤下来了"), ("en", "taken down")):
        said = as_text(render_notice(DEFINITION, letter, language))
        assert words in said
        assert "威胁" not in said


def test_posted_again_it_is_up_for_all_of_its_days(
    db: Session, notice: PublicNotice, reviewer: Actor, clock_at: Move
) -> None:
    clock_at("2026-11-26T09:00+08:00")
    down(db, reviewer, notice)
    clock_at("2026-12-01T10:00+08:00")
    again(db, reviewer, notice)
    entry = notice.application.entries[-1]
    assert (notice.from_on, notice.to_on) == (date(2026, 12, 2), date(2026, 12, 8))
    assert (entry.is_paused, entry.due_on) == (False, date(2026, 12, 8))
    assert get_public_notice(db, notice.slug).to_on == date(2026, 12, 8)
    assert not is_taken_down(db, notice.slug)
    _down_letter, up_letter = letters(db, notice.application)
    assert "2026年12月2日到2026年12月8日" in as_text(render_notice(DEFINITION, up_letter, "zh"))
    clock_at("2026-12-09T08:00+08:00")
    while run_next_timer(db, REGION) is not None:
        pass
    assert entry.outcome == "no_objection"


def test_later_pause_of_what_was_posted_again_still_counts(
    db: Session, notice: PublicNotice, reviewer: Actor, clock_at: Move
) -> None:
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    clock_at("2026-11-26T09:00+08:00")
    down(db, reviewer, notice)
    clock_at("2026-12-01T10:00+08:00")
    again(db, reviewer, notice)
    report_death(db, reviewer, notice.application.reference, source="family")
    clock_at("2026-12-03T10:00+08:00")
    undo_death(db, clerk, notice.application.reference, REGION)
    entry = notice.application.entries[-1]
    assert entry.due_on == date(2026, 12, 10)
    assert due_of(db, entry, STEP).on == date(2026, 12, 10)


def test_what_was_down_stays_down_when_a_death_report_was_wrong(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    down(db, reviewer, notice)
    report_death(db, reviewer, notice.application.reference, source="family")
    undo_death(db, clerk, notice.application.reference, REGION)
    assert is_taken_down(db, notice.slug)
    again(db, reviewer, notice)
    assert get_public_notice(db, notice.slug)


def test_pressed_twice_it_is_done_once_and_somebody_else_is_told_who(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    down(db, reviewer, notice)
    down(db, reviewer, notice)
    other = staff_account(db, "other", Role.COUNTY_REVIEWER, COUNTY)[0]
    with pytest.raises(Conflict) as refusal:
        down(db, other, notice)
    assert refusal.value.who == "reviewer（示例）"
    again(db, reviewer, notice)
    again(db, other, notice)
    assert len(notice.takedowns) == 1
    assert len(letters(db, notice.application)) == 2
    tags = select(AuditEvent.tag).where(AuditEvent.tag.startswith("public_notice:")).order_by(AuditEvent.id)
    assert db.scalars(tags).all() == [
        "public_notice:open",
        "public_notice:take_down",
        "public_notice:open",
        "public_notice:post_again",
    ]


def test_only_reviewers_of_the_unit_that_posts_take_it_down_and_never_their_own(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    for name, role, unit in (
        ("elsewhere", Role.COUNTY_REVIEWER, OTHER_COUNTY),
        ("approver", Role.COUNTY_APPROVER, COUNTY),
        ("clerk", Role.DESK_CLERK, DESK),
    ):
        with pytest.raises(NotFound):
            down(db, staff_account(db, name, role, unit)[0], notice)
    with pytest.raises(NotFound):
        down(db, reviewer, notice, "whim")
    own = Actor("staff", notice.application.account_id, True, Role.COUNTY_REVIEWER, COUNTY, "880001")
    with pytest.raises(NotAllowed):
        down(db, own, notice)
    assert get_public_notice(db, notice.slug)


def test_after_a_withdrawal_it_is_not_posted_again(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    down(db, reviewer, notice)
    withdraw(db, Actor("resident", notice.application.account_id), notice.application.reference)
    with pytest.raises(Conflict):
        again(db, reviewer, notice)
    with pytest.raises(NotFound):
        get_public_notice(db, notice.slug)


def test_objection_is_still_answered_while_the_notice_is_down(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    object_to(db, VISITOR, notice.slug, "他不住在这个村。")
    down(db, reviewer, notice)
    assert [one.state for one in tasks_of(db, notice.application) if one.kind == "objection"] == ["open"]
    db.expire(notice)
    reference = notice.application.reference
    answer_objection(db, reviewer, reference, notice.objections[0].id, "核实过。", is_upheld=False)
    assert not has_open_objection(db, notice.application.entries[-1])
    assert standing_takedown(notice) is not None


def test_letters_timers_and_events_fit_while_it_is_down_and_when_it_is_up_again(db: Session) -> None:
    prepare(db)
    staff = chain_staff(db)
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    notice = db.scalars(select(PublicNotice)).one()
    down(db, staff["reviewer"], notice)
    assert_companions(db)
    again(db, staff["reviewer"], notice)
    assert_companions(db)
