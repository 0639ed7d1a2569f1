"""A card whose holder has moved away: told, frozen, warned of, and decided by a person."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import CancelCertificate, MoveCertificate, Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.applications import LiveKey
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow, Timer
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.card_changes import restore_certificate
from portal.usecases.certificates import list_own_certificates
from portal.usecases.deaths import report_death
from portal.usecases.definitions import store_definition
from portal.usecases.moved_cards import get_movable, record_move, take_back_move
from portal.usecases.service_codes import check_certificate, make_service_code, open_service_code
from portal.usecases.timed import run_next_timer
from portal.usecases.undone_deaths import undo_death
from tests.support.benefits import give
from tests.support.certificates import applied, holder_of_one
from tests.support.deeds import FORM, carry_out
from tests.support.office import CATALOGUE, COUNTY, DESK, OTHER_COUNTY, REGION, prepare, staff_account

pytestmark = pytest.mark.monday_morning

MOVED_ON, TOLD_AT = date(2026, 12, 10), "2026-12-20T10:00+08:00"
LAST_DAY, FROZEN_AT = date(2027, 6, 10), "2027-06-11T09:00+08:00"
WARNED_AT, END_ON, DECIDED_AT = "2027-11-10T09:00+08:00", date(2027, 12, 10), "2027-12-11T09:00+08:00"
MOVE = MoveCertificate(name="move_certificate", entered_in=FORM)
CANCEL = CancelCertificate(name="cancel_certificate", entered_in=FORM, reason_field="zx_reason")
ON_FILE = {"card_on_file": "here"}


class Moved:
    """A holder whose card a county answers for, and its officer who has read the application."""

    def __init__(self, db: Session) -> None:
        prepare(db)
        store_definition(db, CATALOGUE.definition("bt-02", "demo"))
        self.db = db
        self.holder, self.card = holder_of_one(db)
        self.application = self.card.spoken_through
        entry = self.application.entries[-1]
        entry.unit_code, entry.role = COUNTY, Role.COUNTY_REVIEWER
        self.officer, _ = staff_account(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)
        self.reference = self.application.reference
        db.execute(delete(LiveKey))
        db.execute(delete(Timer).where(Timer.kind.not_in(("certificate_reminder", "card_offer"))))

    def record(self, actor: Actor | None = None, **more: Any) -> Certificate:
        given = {"moved_on": MOVED_ON, "source": "register", **more}
        return record_move(self.db, actor or self.officer, self.reference, self.card.id, REGION, **given)

    def told(self) -> list[str]:
        rows = self.db.scalars(select(NoticeRow).where(NoticeRow.key == "N22").order_by(NoticeRow.id))
        return [str(one.facts["event"]) for one in rows]

    def letter(self) -> str:
        row = self.db.scalars(
            select(NoticeRow).where(NoticeRow.key == "N22").order_by(NoticeRow.id.desc())
        ).first()
        assert row is not None
        return as_text(render_notice(definition_of(self.db, self.application), row, "zh"))

    def tasks(self) -> list[str]:
        return list(self.db.scalars(select(Task.state).where(Task.kind == "card_moved")))

    def timers(self) -> int:
        waiting = (Timer.kind == "card_moved", Timer.subject == self.card.id, Timer.done_at.is_(None))
        return len(self.db.scalars(select(Timer).where(*waiting)).all())

    def tags(self) -> list[str]:
        found = select(AuditEvent.tag).where(AuditEvent.tag.like("certificate:%")).order_by(AuditEvent.id)
        return list(self.db.scalars(found))

    def states(self) -> list[str]:
        return [seen.state for seen in list_own_certificates(self.db, self.holder, REGION)]

    def report_death(self) -> None:
        clerk, _ = staff_account(self.db, "clerk", Role.COUNTY_REVIEWER, COUNTY)
        report_death(self.db, clerk, self.reference, source="register")

    def come_back(self) -> None:
        clerk, _ = staff_account(self.db, "counter", Role.DESK_CLERK, DESK)
        undo_death(self.db, clerk, self.reference, REGION)

    def work(self) -> None:
        while run_next_timer(self.db, REGION) is not None:
            pass


@pytest.fixture
def moved(db: Session) -> Moved:
    return Moved(db)


def test_year_of_a_card_that_nobody_transfers(moved: Moved, clock_at: Callable[[str], None]) -> None:
    clock_at(TOLD_AT)
    moved.record()
    assert (moved.card.transfer_by_on, moved.card.transfer_end_on) == (LAST_DAY, END_ON)
    assert "最晚2027年6月10日申请" in moved.letter()
    assert "到2027年12月10日还没有申请，发证单位会决定要不要注销。不会自动注销。" in moved.letter()
    clock_at("2027-06-10T23:00+08:00")
    moved.work()
    assert (moved.told(), moved.states()) == ([""], ["valid"])
    clock_at(FROZEN_AT)
    moved.work()
    assert (moved.told(), moved.states()) == (["", "frozen"], ["frozen"])
    assert moved.card.frozen_on == date(2027, 6, 11)
    assert "残疾人证现在冻结了" in moved.letter()
    clock_at(WARNED_AT)
    moved.work()
    assert moved.told() == ["", "frozen", "warned"]
    assert moved.tasks() == []
    clock_at(DECIDED_AT)
    moved.work()
    moved.work()
    assert (moved.tasks(), moved.card.cancelled_on) == (["open"], None)
    seen = get_movable(moved.db, moved.officer, moved.reference, moved.card.id)
    assert [one.facts["event"] for one in seen.told] == ["", "frozen", "warned"]
    assert moved.tags()[-2:] == ["certificate:record_move", "certificate:freeze"]


def test_frozen_card_is_shown_as_out_of_use_and_its_benefit_is_looked_at(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    row = give(moved.db, moved.card)
    clock_at(TOLD_AT)
    moved.record()
    clock_at("2027-06-11T08:01+08:00")
    code = make_service_code(moved.db, moved.holder, moved.card.key, REGION)
    moved.work()
    with pytest.raises(Conflict, match="certificate_not_good"):
        make_service_code(moved.db, moved.holder, moved.card.key, REGION)
    opened = open_service_code(moved.db, code.token)
    assert opened is not None
    verified = check_certificate(moved.db, opened, REGION)
    assert verified is not None
    assert verified.state == "stopped"
    assert (row.flag, row.state) == ("certificate_frozen", "granted")


def test_transfer_in_time_ends_everything(moved: Moved, clock_at: Callable[[str], None]) -> None:
    clock_at(TOLD_AT)
    moved.record()
    assert moved.timers() == 3
    other = Actor("staff", None, False, None, OTHER_COUNTY, "880002", "counter")
    clock_at(FROZEN_AT)
    moved.work()
    carry_out(moved.db, applied(moved.db, moved.holder), MOVE, ON_FILE, actor=other)
    assert (moved.timers(), moved.card.moved_on, moved.states()) == (0, None, ["valid"])
    clock_at(DECIDED_AT)
    moved.work()
    assert (moved.told(), moved.tasks()) == (["", "frozen"], [])


@pytest.mark.one_database
def test_nothing_is_frozen_while_a_transfer_is_applied_for(
    moved: Moved, clock_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_at(TOLD_AT)
    moved.record()
    under_way = applied(moved.db, moved.holder)
    monkeypatch.setattr(
        "portal.usecases.card_moves.moves_certificates", lambda service: service.code == "zj-01"
    )
    clock_at(FROZEN_AT)
    moved.work()
    assert moved.states() == ["valid"]
    for one in (under_way, moved.application):
        one.state, one.closed_at = "withdrawn", clock.now()
    clock_at("2027-06-18T09:00+08:00")
    moved.work()
    assert (moved.states(), moved.told()) == (["frozen"], ["", "frozen"])


def test_wrong_record_is_taken_back_with_all_that_came_of_it(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    row = give(moved.db, moved.card)
    clock_at(TOLD_AT)
    moved.record()
    clock_at(DECIDED_AT)
    moved.work()
    assert (moved.tasks(), row.flag) == (["open"], "certificate_frozen")
    for _time in range(2):
        take_back_move(moved.db, moved.officer, moved.reference, moved.card.id)
    assert (moved.tasks(), row.flag, moved.states(), moved.timers()) == (["dropped"], None, ["valid"], 0)
    assert moved.told() == ["", "frozen", "taken_back"]
    assert "这个记录不对，已经收回" in moved.letter()
    assert moved.tags()[-1] == "certificate:take_back_move"
    moved.record(moved_on=date(2027, 12, 1))
    assert moved.timers() == 3


@pytest.mark.one_database
def test_move_known_late_gives_thirty_days_all_the_same(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    clock_at("2028-05-02T10:00+08:00")
    moved.record()
    assert (moved.card.transfer_by_on, moved.card.transfer_end_on) == (date(2028, 6, 1), date(2028, 7, 1))
    clock_at("2028-06-02T09:00+08:00")
    moved.work()
    assert moved.told() == ["", "frozen"]  # both days stand in it: nobody is told twice on one day
    clock_at("2028-07-02T09:00+08:00")
    moved.work()
    assert moved.tasks() == ["open"]


@pytest.mark.one_database
def test_recorded_twice_it_is_recorded_once(moved: Moved) -> None:
    for _time in range(2):
        moved.record(moved_on=moved.card.issued_on)
    assert moved.told() == [""]
    assert moved.tags().count("certificate:record_move") == 1


@pytest.mark.one_database
def test_another_day_over_a_record_and_a_day_before_the_card_are_refused(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    for day, code in ((date(2026, 11, 22), "date_min"), (date(2026, 11, 24), "date_future")):
        with pytest.raises(Invalid) as caught:
            moved.record(moved_on=day)
        assert [one.code for one in caught.value.errors["moved_on"]] == [code]
    clock_at(TOLD_AT)
    moved.record()
    with pytest.raises(Conflict, match="move_recorded"):
        moved.record(moved_on=date(2026, 12, 11))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.COUNTY_REVIEWER, OTHER_COUNTY), (Role.DESK_CLERK, DESK), (Role.LEAD, COUNTY)],
    ids=["another county", "the counter", "the head"],
)
def test_others_find_no_card_to_write_on(moved: Moved, role: Role, unit: str) -> None:
    other, _ = staff_account(moved.db, "other", role, unit)
    with pytest.raises(NotFound):
        moved.record(other)
    assert moved.card.moved_on is None


@pytest.mark.one_database
def test_card_of_another_person_is_not_found(moved: Moved) -> None:
    moved.card.holder_index = "another"
    moved.db.flush()
    with pytest.raises(NotFound):
        moved.record()


@pytest.mark.one_database
def test_cancelled_card_wakes_nobody_and_restored_it_does(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    clock_at(TOLD_AT)
    moved.record()
    application = applied(moved.db, moved.holder)
    carry_out(moved.db, application, CANCEL, {**ON_FILE, "zx_reason": "own_wish"})
    assert moved.timers() == 0
    restore_certificate(moved.db, moved.officer, application, REGION, moved.card)
    assert moved.timers() == 3
    clock_at(FROZEN_AT)
    moved.work()
    assert moved.states() == ["frozen"]


@pytest.mark.one_database
def test_nothing_is_said_to_the_dead(moved: Moved, clock_at: Callable[[str], None]) -> None:
    clock_at(TOLD_AT)
    moved.record()
    clerk, _ = staff_account(moved.db, "clerk", Role.COUNTY_REVIEWER, COUNTY)
    report_death(moved.db, clerk, moved.reference, source="register")
    clock_at(DECIDED_AT)
    moved.work()
    assert (moved.told(), moved.tasks(), moved.card.frozen_on) == ([""], [], None)
    with pytest.raises(NotFound):
        take_back_move(moved.db, moved.officer, moved.reference, moved.card.id)


@pytest.mark.one_database
def test_days_of_a_wrong_report_of_a_death_are_not_counted(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    clock_at(TOLD_AT)
    moved.record()
    clock_at("2027-06-01T10:00+08:00")
    moved.report_death()
    clock_at(FROZEN_AT)
    moved.work()
    clock_at("2027-06-21T10:00+08:00")
    moved.come_back()
    assert (moved.card.transfer_by_on, moved.card.transfer_end_on) == (date(2027, 6, 30), date(2027, 12, 30))
    assert (moved.told(), moved.states()) == (["", ""], ["valid"])
    assert "最晚2027年6月30日申请" in moved.letter()
    clock_at("2027-06-30T23:00+08:00")
    moved.work()
    assert moved.states() == ["valid"]
    clock_at("2027-12-31T09:00+08:00")
    moved.work()
    assert (moved.told(), moved.states(), moved.tasks()) == (["", "", "frozen"], ["frozen"], ["open"])


@pytest.mark.one_database
def test_frozen_card_stays_frozen_over_a_wrong_report_and_has_its_days_left(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    clock_at(TOLD_AT)
    moved.record()
    clock_at(WARNED_AT)
    moved.work()
    clock_at("2027-12-01T10:00+08:00")
    moved.report_death()
    clock_at("2028-01-10T10:00+08:00")
    moved.work()
    moved.come_back()
    assert (moved.card.transfer_by_on, moved.card.transfer_end_on) == (LAST_DAY, date(2028, 1, 19))
    assert moved.told() == ["", "frozen", "warned", "warned"]
    assert "最晚2028年1月19日" in moved.letter()
    clock_at("2028-01-19T23:00+08:00")
    moved.work()
    assert (moved.states(), moved.tasks()) == (["frozen"], [])
    clock_at("2028-01-20T09:00+08:00")
    moved.work()
    assert moved.tasks() == ["open"]


@pytest.mark.one_database
def test_decision_that_was_asked_of_the_unit_is_asked_again_after_a_wrong_report(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    clock_at(TOLD_AT)
    moved.record()
    clock_at(DECIDED_AT)
    moved.work()
    moved.application.state = "in_review"
    moved.report_death()
    assert moved.tasks() == ["dropped"]
    clock_at("2028-01-10T10:00+08:00")
    moved.come_back()
    moved.work()
    assert (moved.tasks(), moved.card.transfer_end_on) == (["dropped", "open"], END_ON)
    assert moved.told() == ["", "frozen"]


@pytest.mark.one_database
def test_what_fell_due_on_the_day_of_a_wrong_report_is_made_up_for(
    moved: Moved, clock_at: Callable[[str], None]
) -> None:
    clock_at(TOLD_AT)
    moved.record()
    clock_at("2027-06-11T00:01+08:00")
    moved.report_death()
    clock_at(FROZEN_AT)
    moved.work()
    assert moved.states() == ["valid"]
    moved.come_back()
    moved.work()
    assert (moved.told(), moved.states(), moved.card.transfer_by_on) == (["", "frozen"], ["frozen"], LAST_DAY)
    assert moved.timers() == 2


@pytest.mark.one_database
def test_region_says_other_months(moved: Moved, clock_at: Callable[[str], None]) -> None:
    parameters = tuple(
        one.model_copy(update={"value": 3}) if one.name == "transfer_freeze_months" else one
        for one in REGION.parameters
    )
    clock_at(TOLD_AT)
    region = REGION.model_copy(update={"parameters": parameters})
    record_move(
        moved.db, moved.officer, moved.reference, moved.card.id, region, moved_on=MOVED_ON, source="word"
    )
    assert moved.card.transfer_by_on == date(2027, 3, 10)
