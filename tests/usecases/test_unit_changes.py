"""Two administrators keep the units: a new one, a changed one, one that closes and whose work goes on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role, UnitKind
from portal.rules.errors import Conflict, NotFound
from portal.store.accounts import StaffRole
from portal.store.amendments import Amendment
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.tasks import Task
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.amendments import Change, decide_amendment, propose
from portal.usecases.audit import stream_of
from portal.usecases.claims import claim, find_seen
from portal.usecases.posts import add_role
from portal.usecases.tasks import open_task
from portal.usecases.timed import run_next_timer
from portal.usecases.transitions import open_entry
from portal.usecases.unit_changes import new_unit_code
from portal.usecases.units import acting_unit, get_unit, unit_for
from tests.support.office import DESK, REGION, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CITY, HEIR, TOWN = "federation_city", "desk_xishan", "880001001"
TODAY, LATER = date(2026, 11, 23), date(2026, 11, 25)
NEW: dict[str, Any] = {
    "region": "demo",
    "kind": "town_desk",
    "place": TOWN,
    "names": {"zh": "示例新窗口", "en": "New counter (example)"},
    "contact": {"phone": "19900002222", "address": {"zh": "示例路9号", "en": "9 Shili Road"}},
    "categories": [],
}


@pytest.fixture
def first(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "first", Role.ADMINISTRATOR, CITY)[0]


@pytest.fixture
def second(db: Session, first: Actor) -> Actor:
    return staff_account(db, "second", Role.ADMINISTRATOR, CITY)[0]


@pytest.fixture
def do(db: Session, first: Actor, second: Actor) -> Callable[..., Amendment]:
    """One administrator proposes, the other grants."""

    def done(kind: Any, subject: str, proposed: dict[str, Any], from_on: date = TODAY) -> Amendment:
        waiting = propose(db, first, Change(kind, subject, proposed, "示例通知", from_on))
        decided = decide_amendment(db, second, waiting.id, is_granted=True)
        db.flush()
        return decided

    return done


@pytest.fixture
def clerk(db: Session, first: Actor) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def work(db: Session) -> None:
    while run_next_timer(db, REGION) is not None:
        pass


def test_new_unit_serves_its_place_from_its_day_on(
    db: Session, do: Callable[..., Amendment], clock_at: Callable[[str], None]
) -> None:
    code = new_unit_code(db, UnitKind.CONTRACTOR, TOWN)
    do("unit_add", code, {**NEW, "kind": "contractor"}, LATER)
    assert db.get(UnitRow, code) is None
    assert new_unit_code(db, UnitKind.CONTRACTOR, TOWN) != code
    clock_at("2026-11-25T00:30+08:00")
    work(db)
    unit = unit_for(db, UnitKind.CONTRACTOR, REGION, TOWN)
    assert (unit.code, unit.county, unit.names["zh"]) == (code, "880001", "示例新窗口")
    assert (unit.contact["phone"], unit.contact["hours"]) == ("19900002222", None)


def test_unknown_place_and_known_unit_are_refused(db: Session, first: Actor) -> None:
    with pytest.raises(NotFound):
        propose(db, first, Change("unit_add", "unit_x", {**NEW, "place": "999999"}, "x", TODAY))
    with pytest.raises(Conflict, match="unit_is_known"):
        propose(db, first, Change("unit_add", DESK, NEW, "x", TODAY))


def test_change_names_only_what_becomes_different(db: Session, do: Callable[..., Amendment]) -> None:
    before = dict(get_unit(db, DESK).contact)
    do("unit_change", DESK, {"contact": {"phone": "19900003333", "text_line": None}})
    do("unit_change", DESK, {"names": {"zh": "示例改名窗口", "en": "Renamed (example)"}})
    unit = get_unit(db, DESK)
    assert unit.names == {"zh": "示例改名窗口", "en": "Renamed (example)"}
    assert unit.contact == {**before, "phone": "19900003333", "text_line": None}


def test_telephone_changes_by_itself_when_its_day_comes(
    db: Session, do: Callable[..., Amendment], clock_at: Callable[[str], None]
) -> None:
    before = get_unit(db, DESK).contact["phone"]
    waiting = do("unit_change", DESK, {"contact": {"phone": "19900003333"}}, LATER)
    assert get_unit(db, DESK).contact["phone"] == before
    clock_at("2026-11-25T00:30+08:00")
    work(db)
    assert get_unit(db, DESK).contact["phone"] == "19900003333"
    assert waiting.effective_at == clock.now()


def test_unit_with_work_or_posts_keeps_its_kind_and_county(db: Session, first: Actor, clerk: Actor) -> None:
    other_kind = Change("unit_change", DESK, {"kind": "hospital"}, "x", TODAY)
    with pytest.raises(Conflict, match="unit_has_posts"):
        propose(db, first, other_kind)
    submitted(db, resident(db))
    for change in (other_kind, Change("unit_change", DESK, {"place": "880002001"}, "x", TODAY)):
        with pytest.raises(Conflict, match="unit_has_work"):
            propose(db, first, change)
    propose(db, first, Change("unit_change", DESK, {"place": "880001002"}, "x", TODAY))


def test_work_of_a_closed_unit_goes_to_its_heir_and_nobody_has_it_in_hand(
    db: Session, do: Callable[..., Amendment], clerk: Actor
) -> None:
    application = submitted(db, resident(db))
    task = open_task(db, application, "staff_check", unit_code=DESK, about="look")
    claim(db, clerk, application.reference)
    entry = open_entry(application)
    assert entry is not None
    due_on = entry.due_on
    do("unit_close", DESK, {"to": HEIR})
    work(db)
    db.expire_all()
    assert (entry.unit_code, entry.claimed_by_id, entry.due_on) == (HEIR, None, due_on)
    assert task.unit_code == HEIR
    heir = staff_account(db, "heir", Role.DESK_CLERK, HEIR)[0]
    claim(db, heir, application.reference)
    assert find_seen(db, clerk, application.reference) is None
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream_of(application))).all()
    assert tags.count("application:move_unit") == 1


def test_closed_unit_keeps_its_name_loses_its_posts_and_gets_nothing_new(
    db: Session, do: Callable[..., Amendment], first: Actor, clerk: Actor
) -> None:
    do("unit_close", DESK, {"to": HEIR})
    unit = get_unit(db, DESK)
    assert (unit.closed_on, unit.names["zh"]) == (TODAY, "示例东风镇便民服务中心")
    held = db.scalars(select(StaffRole).where(StaffRole.unit_code == DESK)).all()
    assert [(one.role, one.to_on) for one in held] == [("desk_clerk", date(2026, 11, 22))]
    with pytest.raises(Conflict, match="unit_is_closed"):
        add_role(db, first, clerk.signed_in_id, Role.DESK_CLERK, DESK)
    application = submitted(db, resident(db))
    entry = open_entry(application)
    assert entry is not None
    assert entry.unit_code != DESK
    assert open_task(db, application, "staff_check", unit_code=DESK).unit_code == HEIR
    do("unit_close", HEIR, {"to": "desk_nanhu"})
    assert acting_unit(db, DESK).code == "desk_nanhu"


def test_large_unit_is_brought_along_batch_by_batch_and_once_each(
    db: Session, do: Callable[..., Amendment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.usecases.unit_closing.BATCH", 2)
    applications = [submitted(db, resident(db)) for _number in range(5)]
    do("unit_close", DESK, {"to": HEIR})
    work(db)
    db.expire_all()
    assert {open_unit(one) for one in applications} == {HEIR}
    moved = db.scalars(select(AuditEvent.stream).where(AuditEvent.tag == "application:move_unit")).all()
    assert len(moved) == len(set(moved)) == len(applications)


def open_unit(application: Application) -> str:
    entry = open_entry(application)
    assert entry is not None
    return entry.unit_code


@pytest.mark.parametrize("heir", [DESK, CITY, "hospital_yangben"])
def test_only_another_open_unit_of_the_same_kind_takes_over(db: Session, first: Actor, heir: str) -> None:
    with pytest.raises(Conflict, match="heir_is_other"):
        propose(db, first, Change("unit_close", DESK, {"to": heir}, "x", TODAY))


def test_hospital_with_work_is_followed_by_one_that_assesses_as_much(db: Session, first: Actor) -> None:
    application = submitted(db, resident(db))
    entry = open_entry(application)
    assert entry is not None
    entry.unit_code = "hospital_first"
    db.flush()
    with pytest.raises(Conflict, match="heir_assesses_less"):
        propose(db, first, Change("unit_close", "hospital_first", {"to": "hospital_calm"}, "x", TODAY))


def test_proposing_to_close_closes_nothing(db: Session, first: Actor) -> None:
    propose(db, first, Change("unit_close", DESK, {"to": HEIR}, "x", TODAY))
    assert get_unit(db, DESK).closed_on is None
    assert db.scalars(select(Task)).all() == []
