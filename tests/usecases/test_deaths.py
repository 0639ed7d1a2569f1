"""Death mid-way: what is under way ends, nothing more is sent; a wrong report is undone at any counter."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.journey import Acting
from portal.store.applications import Application, Correction, LiveKey, StepEntry
from portal.store.audit import AuditEvent
from portal.store.deaths import Death
from portal.store.messages import Message, NoticeRow, Timer
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.applications import open_correction, start_application
from portal.usecases.claims import claim
from portal.usecases.deaths import (
    FAMILY_TASK,
    find_death_report,
    report_death,
    report_death_in_family,
)
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.living import holder_has_died
from portal.usecases.outbox import queue_message
from portal.usecases.ratings import find_offer, invite_to_rate
from portal.usecases.reminders import tell_of_deletion
from portal.usecases.review import decide
from portal.usecases.tasks import list_tasks, open_task, tasks_of
from portal.usecases.transitions import open_entry
from portal.usecases.undone_deaths import undo_death, undo_death_of
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    prepare,
    resident,
    staff_account,
    submitted,
)
from tests.support.people import make_resident

pytestmark = pytest.mark.monday_morning

OTHER_DESK = "desk_nanhu"
EVIDENCE = ("identity", "hukou", "photo", "guardian", "permit")


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def other_clerk(db: Session, clerk: Actor) -> Actor:
    return staff_account(db, "elsewhere", Role.DESK_CLERK, OTHER_DESK)[0]


def apply(db: Session, applicant: Actor, acting: Acting = "self") -> Application:
    ways = {f"evidence_{one}": "desk" for one in EVIDENCE}
    return submitted(db, applicant, acting, {**ANSWERS, **ways})


def with_phone(db: Session) -> Actor:
    return Actor("resident", make_resident(db).id)


def ask_more(db: Session, clerk: Actor, made: Application) -> None:
    claim(db, clerk, made.reference)
    db.flush()
    asked = Deciding("ask_more", points=[PointAsked("person-name", "C03", "请核对")], summary="请核对姓名")
    decide(db, clerk, made.reference, REGION, version=made.version, deciding=asked)


def keys_of(db: Session, made: Application, *wanted: str) -> list[str]:
    """What was written to the account that applied."""
    own = (NoticeRow.application_id == made.id, NoticeRow.account_id == made.account_id)
    rows = select(NoticeRow.key).where(*own).order_by(NoticeRow.id)
    return [key for key in db.scalars(rows) if key in wanted]


def waiting_timers(db: Session, entry: StepEntry) -> set[str]:
    rows = select(Timer.kind).where(Timer.subject == entry.id, Timer.done_at.is_(None))
    return {kind for kind in db.scalars(rows) if kind.startswith("step_")}


def test_report_ends_the_application_and_writes_to_nobody(db: Session, clerk: Actor):
    made = apply(db, with_phone(db))
    open_task(db, made, "see_original", unit_code=DESK, about="identity")
    report_death(db, clerk, made.reference, source="family", died_on=date(2026, 11, 20), words="家人来说")
    assert (made.state, open_entry(made)) == ("ended", None)
    assert made.entries[-1].outcome == "ended"
    assert waiting_timers(db, made.entries[-1]) == set()
    assert {one.state for one in tasks_of(db, made)} == {"dropped"}
    assert keys_of(db, made, "N18") == []
    assert db.scalars(select(Message).where(Message.state == "queued")).all() == []
    assert db.scalar(select(LiveKey).where(LiveKey.application_id == made.id)) is None
    tags = db.scalars(
        select(AuditEvent.tag).where(AuditEvent.stream == f"application:{made.reference}")
    ).all()
    assert {"person:report_death", "application:end"} <= set(tags)


def test_representative_is_told_and_messages_about_the_dead_are_dropped(db: Session, clerk: Actor):
    made = apply(db, with_phone(db), "proxy")
    before = db.scalars(select(Message.id).where(Message.state == "queued")).all()
    assert before
    report_death(db, clerk, made.reference, source="document")
    assert keys_of(db, made, "N18") == ["N18"]
    assert not holder_has_died(db, made.account_id)
    left = db.scalars(select(Message.id).where(Message.state == "queued")).all()
    assert left
    assert not set(left) & set(before)


def test_nothing_but_codes_is_sent_to_the_dead(db: Session, clerk: Actor):
    made = apply(db, with_phone(db))
    report_death(db, clerk, made.reference, source="family")
    for key, is_code in (("reminder", False), ("code", True)):
        queue_message(
            db,
            unique_key=key,
            channel="sms",
            to="19900000001",
            subject="",
            body="示例",
            account_id=made.account_id,
            is_quiet_exempt=is_code,
        )
    assert db.scalars(select(Message.unique_key).where(Message.state == "queued")).all() == ["code"]


def test_reported_twice_it_is_reported_once(db: Session, clerk: Actor):
    made = apply(db, resident(db))
    report_death(db, clerk, made.reference, source="family")
    report_death(db, clerk, made.reference, source="register")
    assert [one.source for one in db.scalars(select(Death))] == ["family"]


def test_report_shows_who_when_and_on_whose_word(db: Session, clerk: Actor):
    made = apply(db, resident(db))
    assert find_death_report(db, made) is None
    report_death(db, clerk, made.reference, source="village", died_on=date(2026, 11, 20), words="村里来信")
    report = find_death_report(db, made)
    assert report is not None
    assert (report.died_on, report.source, report.words) == (date(2026, 11, 20), "village", "村里来信")
    assert (report.reported_by, report.reported_on) == ("clerk（示例）", date(2026, 11, 23))


def test_other_proven_files_of_the_person_are_dead_too_and_claims_of_others_are_not(
    db: Session, clerk: Actor
):
    made = apply(db, resident(db))
    made.person.is_proven = True
    twin = apply(db, resident(db))
    twin.person.is_proven = True
    stranger = apply(db, resident(db))
    report_death(db, clerk, made.reference, source="register")
    assert (twin.state, stranger.state) == ("ended", "in_review")
    undo_death(db, clerk, twin.reference, REGION)
    assert (made.state, twin.state) == ("in_review", "in_review")


def test_another_post_reports_nothing(db: Session, clerk: Actor, other_clerk: Actor):
    made = apply(db, resident(db))
    with pytest.raises(NotFound):
        report_death(db, other_clerk, made.reference, source="family")
    with pytest.raises(NotFound):
        report_death(db, clerk, made.reference, source="rumour")


def test_any_counter_undoes_it_and_the_step_goes_on(db: Session, clerk: Actor, other_clerk: Actor):
    made = apply(db, with_phone(db))
    entry, due_on = made.entries[-1], made.entries[-1].due_on
    before = waiting_timers(db, entry)
    report_death(db, clerk, made.reference, source="family")
    undo_death(db, other_clerk, made.reference, REGION)
    assert made.state == "in_review"
    assert open_entry(made) is entry
    assert (entry.outcome, entry.due_on, made.closed_at) == (None, due_on, None)
    assert waiting_timers(db, entry) == before
    assert db.scalar(select(LiveKey).where(LiveKey.application_id == made.id)) is not None
    assert not holder_has_died(db, made.account_id)
    assert find_death_report(db, made) is None
    death = db.scalars(select(Death)).one()
    assert death.undone_by_id == other_clerk.account_id


def test_representative_who_was_told_of_the_end_is_told_of_the_mistake(db: Session, clerk: Actor):
    made = apply(db, with_phone(db), "proxy")
    report_death(db, clerk, made.reference, source="document")
    undo_death(db, clerk, made.reference, REGION)
    assert keys_of(db, made, "N18") == ["N18", "N18"]
    row = db.scalars(select(NoticeRow).order_by(NoticeRow.id.desc())).first()
    assert row is not None
    for language, words in (("zh", "我们弄错了"), ("easy", "我们弄错了"), ("en", "made a mistake")):
        letter = as_text(render_notice(DEFINITION, row, language))
        assert words in letter
        assert "重新申请" not in letter or "不用重新申请" in letter
    messages = db.scalars(select(Message.body).where(Message.notice_id == row.id)).all()
    assert any("停错了" in body for body in messages)


def test_own_account_that_was_never_told_is_not_told_of_the_mistake(db: Session, clerk: Actor):
    made = apply(db, with_phone(db))
    report_death(db, clerk, made.reference, source="family")
    undo_death(db, clerk, made.reference, REGION)
    assert keys_of(db, made, "N18") == []


def test_days_between_report_and_undoing_are_not_counted(
    db: Session, clerk: Actor, clock_at: Callable[[str], None]
):
    made = apply(db, resident(db))
    due_on = made.entries[-1].due_on
    report_death(db, clerk, made.reference, source="family")
    clock_at("2026-12-03T09:00+08:00")
    undo_death(db, clerk, made.reference, REGION)
    (pause,) = made.entries[-1].pauses
    assert (pause.from_on, pause.to_on) == (date(2026, 11, 23), date(2026, 12, 3))
    assert made.entries[-1].due_on > due_on


def test_asked_for_correction_waits_again_with_its_days(
    db: Session, clerk: Actor, clock_at: Callable[[str], None]
):
    made = apply(db, resident(db))
    ask_more(db, clerk, made)
    asked = db.scalars(select(Correction)).one()
    due_on = asked.due_on
    report_death(db, clerk, made.reference, source="family")
    assert (made.state, asked.ended_at is not None) == ("ended", True)
    clock_at("2026-11-25T09:00+08:00")
    undo_death(db, clerk, made.reference, REGION)
    assert made.state == "returned"
    assert open_correction(db, made) is asked
    assert (asked.due_on - due_on).days == 2
    timers = select(Timer.id).where(
        Timer.kind == "correction_due", Timer.subject == asked.id, Timer.done_at.is_(None)
    )
    assert len(db.scalars(timers).all()) == 1


def test_only_a_counter_undoes_and_only_what_was_reported(db: Session, clerk: Actor):
    made = apply(db, resident(db))
    with pytest.raises(Conflict):
        undo_death(db, clerk, made.reference, REGION)
    with pytest.raises(NotFound):
        undo_death(db, clerk, "000000000000", REGION)
    reviewer = staff_account(db, "reviewer", Role.COUNTY_REVIEWER, "federation_shili")[0]
    report_death(db, clerk, made.reference, source="family")
    with pytest.raises(NotAllowed):
        undo_death(db, reviewer, made.reference, REGION)


def test_reported_again_after_undoing_it_counts_again(db: Session, clerk: Actor):
    made = apply(db, resident(db))
    report_death(db, clerk, made.reference, source="family")
    undo_death(db, clerk, made.reference, REGION)
    report_death(db, clerk, made.reference, source="document")
    assert made.state == "ended"
    assert [one.undone_at is None for one in db.scalars(select(Death).order_by(Death.id))] == [False, True]


def test_decided_application_stays_decided(db: Session, clerk: Actor):
    made = apply(db, resident(db))
    claim(db, clerk, made.reference)
    db.flush()
    refusal = Deciding("not_ours", reasons=["J01"], summary="请到别处办")
    decide(db, clerk, made.reference, REGION, version=made.version, deciding=refusal)
    report_death(db, clerk, made.reference, source="family")
    assert made.state == "not_accepted"
    assert db.get_one(Person, made.person_id).death_reported_at is not None


def record_of(db: Session, made: Application) -> int:
    assert made.representation_id is not None
    return made.representation_id


def test_word_of_the_family_silences_at_once_and_ends_nothing_before_staff_have_looked(
    db: Session, clerk: Actor
):
    helper = with_phone(db)
    made = apply(db, helper, "proxy")
    for _twice in range(2):
        report_death_in_family(db, helper, record_of(db, made), died_on=date(2026, 11, 20))
    assert db.scalars(select(Message).where(Message.state == "queued")).all() == []
    assert (made.state, made.person.death_reported_at is not None) == ("in_review", True)
    assert find_offer(db, made) is None
    tell_of_deletion(db, REGION, made)
    invite_to_rate(db, made, DEFINITION, DESK)
    assert db.scalars(select(Message).where(Message.state == "queued")).all() == []
    assert len(db.scalars(select(Death)).all()) == 1
    looked_at = [one for one in tasks_of(db, made) if one.about == FAMILY_TASK]
    assert [one.state for one in looked_at] == ["open"]
    assert looked_at[0] == list_tasks(db, clerk).tasks[0]
    report_death(db, clerk, made.reference, source="document")
    assert made.state == "ended"
    assert [one.state for one in looked_at] == ["dropped"]
    assert len(db.scalars(select(Death)).all()) == 1
    assert db.get_one(Representation, record_of(db, made)).state == "suspended"


@pytest.mark.parametrize("by", ["application", "person"])
@pytest.mark.parametrize("is_confirmed", [True, False], ids=["confirmed", "only said"])
def test_wrong_word_of_the_family_is_undone_at_any_counter(
    db: Session, clerk: Actor, other_clerk: Actor, by: str, is_confirmed: bool
):
    helper = with_phone(db)
    made = apply(db, helper, "proxy")
    report_death_in_family(db, helper, record_of(db, made))
    if is_confirmed:
        report_death(db, clerk, made.reference, source="family")
    if by == "application":
        undo_death(db, other_clerk, made.reference, REGION)
    else:
        undo_death_of(db, other_clerk, made.person, REGION)
    assert (made.state, made.person.death_reported_at) == ("in_review", None)
    assert db.get_one(Representation, record_of(db, made)).state == "claimed"
    assert [one.state for one in tasks_of(db, made) if one.about == FAMILY_TASK] == ["dropped"]
    with pytest.raises(Conflict):
        undo_death_of(db, other_clerk, made.person, REGION)


def test_what_is_begun_after_the_death_is_about_it_and_goes_on(
    db: Session, clerk: Actor, clock_at: Callable[[str], None]
):
    helper = with_phone(db)
    made = apply(db, helper, "proxy")
    report_death_in_family(db, helper, record_of(db, made))
    clock_at("2026-11-24T09:00+08:00")
    after = start_application(
        db, helper, DEFINITION, "proxy", "k" * 24, representation_id=record_of(db, made)
    )
    report_death(db, clerk, made.reference, source="family")
    assert (made.state, after.state) == ("ended", "draft")


def test_nobody_reports_a_death_by_another_persons_record(db: Session, clerk: Actor):
    made = apply(db, with_phone(db), "proxy")
    with pytest.raises(NotFound):
        report_death_in_family(db, resident(db), record_of(db, made))
