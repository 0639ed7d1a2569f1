"""More days for a step: asked with a reason, granted by the head of the unit, told to the applicant."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.applications import Application, StepEntry
from portal.store.extensions import Extension
from portal.store.messages import NoticeRow, Timer
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.approvals import list_waiting
from portal.usecases.claims import claim
from portal.usecases.extensions import ask_extension, decide_extension, list_extensions, new_due_of
from portal.usecases.transitions import open_entry
from tests.support.chain import BELOW, chain_staff, lead, up_to
from tests.support.companions import assert_companions
from tests.support.office import OTHER_COUNTY, prepare, resident, submitted
from tests.support.second_looks import head_of

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CAUSE = "要向另一个省核对户口"


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


@pytest.fixture
def head(db: Session, staff: dict[str, Actor]) -> Actor:
    return head_of(db)


@pytest.fixture
def application(db: Session, staff: dict[str, Actor]) -> Application:
    """In the hand of the reviewer, who has ten working days: until 7 December."""
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(BELOW, "below"))
    claim(db, staff["reviewer"], application.reference)
    return application


def standing(application: Application) -> StepEntry:
    entry = open_entry(application)
    assert entry is not None
    return entry


def test_granted_days_move_the_date_and_the_applicant_reads_why(
    db: Session, staff: dict[str, Actor], head: Actor, application: Application
) -> None:
    entry = standing(application)
    assert entry.due_on == date(2026, 12, 7)
    asked = ask_extension(db, staff["reviewer"], application.reference, 5, CAUSE)
    assert [(one.kind, one.id) for one in list_waiting(db, head)[0]] == [("extension", asked.id)]
    assert new_due_of(db, asked) == date(2026, 12, 14)
    decide_extension(db, head, asked.id, is_granted=True, summary="还要核对户口")
    assert entry.due_on == date(2026, 12, 14)
    late = db.scalars(select(Timer).where(Timer.kind == "step_late", Timer.subject == entry.id)).one()
    assert late.due_at.isoformat() == "2026-12-14T16:00:00+00:00"
    notice = db.scalars(select(NoticeRow).order_by(NoticeRow.id.desc()).limit(1)).one()
    assert (notice.key, notice.facts["due_on"], bool(notice.number)) == ("N16", "2026-12-14", True)
    letter = as_text(render_notice(definition_of(db, application), notice, "zh"))
    assert CAUSE in letter
    assert "第四十二条" in letter
    assert "12月14日" in letter
    assert list_waiting(db, head) == ([], False)
    assert_companions(db)


def test_the_next_level_that_shares_the_days_has_them_too(
    db: Session, staff: dict[str, Actor], head: Actor, application: Application
) -> None:
    asked = ask_extension(db, staff["reviewer"], application.reference, 10, CAUSE)
    decide_extension(db, head, asked.id, is_granted=True, summary="还要核对户口")
    lead(db, staff, application, ("propose_refusal",))
    assert (standing(application).step, standing(application).due_on) == ("decision", date(2026, 12, 21))
    claim(db, staff["approver"], application.reference)
    with pytest.raises(Conflict) as refused:
        ask_extension(db, staff["approver"], application.reference, 1, CAUSE)
    assert refused.value.key == "extended_before"


def test_refused_days_change_nothing_and_nobody_is_written_to(
    db: Session, staff: dict[str, Actor], head: Actor, application: Application
) -> None:
    asked = ask_extension(db, staff["reviewer"], application.reference, 5, CAUSE)
    with pytest.raises(Invalid) as missing:
        decide_extension(db, head, asked.id, is_granted=False)
    assert set(missing.value.errors) == {"words"}
    decide_extension(db, head, asked.id, is_granted=False, words="电话就能核对")
    assert standing(application).due_on == date(2026, 12, 7)
    assert "N16" not in set(db.scalars(select(NoticeRow.key)))
    ask_extension(db, staff["reviewer"], application.reference, 3, CAUSE)
    assert [one.is_granted for one in list_extensions(db, application)] == [False, None]


def test_only_one_waits_and_only_so_many_days_can_be_asked(
    db: Session, staff: dict[str, Actor], application: Application
) -> None:
    for days, cause, wrong in ((0, CAUSE, {"days"}), (11, CAUSE, {"days"}), (5, " ", {"cause"})):
        with pytest.raises(Invalid) as refused:
            ask_extension(db, staff["reviewer"], application.reference, days, cause)
        assert set(refused.value.errors) == wrong
    ask_extension(db, staff["reviewer"], application.reference, 10, CAUSE)
    with pytest.raises(Conflict) as second:
        ask_extension(db, staff["reviewer"], application.reference, 1, CAUSE)
    assert second.value.key == "waits"


def test_who_has_it_in_hand_asks_and_only_the_head_of_the_unit_grants(
    db: Session, staff: dict[str, Actor], head: Actor, application: Application
) -> None:
    with pytest.raises(NotAllowed):
        ask_extension(db, head, application.reference, 5, CAUSE)
    with pytest.raises(NotFound):
        ask_extension(db, staff["hospital"], "000000000000", 5, CAUSE)
    asked = ask_extension(db, staff["reviewer"], application.reference, 5, CAUSE)
    for other in (staff["reviewer"], staff["approver"], head_of(db, OTHER_COUNTY, "head-elsewhere")):
        with pytest.raises(NotFound):
            decide_extension(db, other, asked.id, is_granted=True, summary="好")


def test_a_step_without_extension_knows_none(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    claim(db, staff["clerk"], application.reference)
    with pytest.raises(NotAllowed) as refused:
        ask_extension(db, staff["clerk"], application.reference, 1, CAUSE)
    assert refused.value.key == "not_asked_here"


def test_two_heads_decide_once(
    db: Session, staff: dict[str, Actor], head: Actor, application: Application
) -> None:
    asked = ask_extension(db, staff["reviewer"], application.reference, 5, CAUSE)
    decide_extension(db, head, asked.id, is_granted=True, summary="还要核对")
    decide_extension(db, head, asked.id, is_granted=True, summary="还要核对")
    with pytest.raises(Conflict) as second:
        decide_extension(db, head_of(db, name="head-2"), asked.id, is_granted=False, words="不行")
    assert (second.value.who, second.value.what) == ("head（示例）", "extension")
    assert db.scalars(select(NoticeRow.key)).all().count("N16") == 1


def test_what_moved_on_is_not_extended(
    db: Session, staff: dict[str, Actor], head: Actor, application: Application
) -> None:
    asked = ask_extension(db, staff["reviewer"], application.reference, 5, CAUSE)
    lead(db, staff, application, ("propose_refusal",))
    with pytest.raises(Conflict):
        decide_extension(db, head, asked.id, is_granted=True, summary="还要核对")
    assert db.scalars(select(Extension.is_granted)).all() == [None]
