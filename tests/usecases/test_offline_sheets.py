"""Sheets for homes without network: taken once, as the visit was, counted from its day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.journey import Acting, Journey
from portal.store import Store
from portal.store.accounts import Account, StaffRole
from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.offline_sheets import OfflineSheet
from portal.store.visits import SpokenConfirmation, Visit
from portal.usecases.actor import Actor
from portal.usecases.offline_sending import FilledSheet, SeenOriginal, TakenSheet, take_sheet
from portal.usecases.offline_sheets import find_sheet_of, get_sheet, prepare_sheet
from portal.usecases.sessions import find_session, open_session
from portal.usecases.submission import answers_hash, submit
from portal.usecases.visits import beside, find_visit
from tests.support.at_once import at_once
from tests.support.office import ANSWERS, DEFINITION, DESK, REGION, answers_for, prepare, staff_account

pytestmark = pytest.mark.monday_morning

MONDAY = date(2026, 11, 23)
SEEN = SeenOriginal("resident", "示例张三", "880000199001010011")


def hired(db: Session, name: str = "liaison") -> tuple[Actor, int]:
    """A liaison and the number of their session."""
    actor, post = staff_account(db, name, Role.LIAISON, DESK)
    return actor, session_of(db, actor, post.id)


def session_of(db: Session, actor: Actor, post_id: int) -> int:
    token = open_session(db, db.get_one(Account, actor.signed_in_id), "code", role_id=post_id)
    found = find_session(db, token)
    assert found is not None
    return found.session_id


@pytest.fixture
def liaison(db: Session) -> tuple[Actor, int]:
    prepare(db)
    return hired(db)


def filled(day: date = MONDAY, original: SeenOriginal | None = None) -> FilledSheet:
    answers = answers_for("self", ANSWERS)
    pages = Journey(DEFINITION, answers, "self", clock.today()).pages()
    return FilledSheet(
        day, original, {page.id: {one.id: answers[one.id] for one in page.fields} for page in pages}
    )


def take(db: Session, who: tuple[Actor, int], serial: str, sheet: FilledSheet | None = None) -> TakenSheet:
    return take_sheet(db, *who, serial, sheet or filled(), REGION)


def test_time_counts_from_the_day_of_the_visit(
    db: Session, liaison: tuple[Actor, int], clock_at: Callable[[str], None]
) -> None:
    serial = prepare_sheet(db, liaison[0], DEFINITION, "self")
    clock_at("2026-11-26T15:00+08:00")
    post = db.scalars(select(StaffRole).where(StaffRole.account_id == liaison[0].account_id)).one()
    liaison = liaison[0], session_of(db, liaison[0], post.id)
    taken = take(db, liaison, serial)
    who = beside(liaison[0], find_visit(db, *liaison, taken.token))
    application = db.scalars(select(Application)).one()
    seen, declared = (
        answers_hash(answers_for("self", ANSWERS)),
        [one.id for one in DEFINITION.service.declarations],
    )
    db.add(
        SpokenConfirmation(
            application_id=application.id,
            way="signed",
            text="示例",
            answers_hash=seen,
            declarations=declared,
            unit_code=DESK,
            first_id=who.signed_in_id,
            made_at=clock.now(),
        )
    )
    db.flush()
    submit(db, who, taken.reference, REGION, declarations=declared, seen_hash=seen)
    [entry] = application.entries
    assert (application.submitted_on, entry.counted_from_on) == (MONDAY, MONDAY)
    assert application.channel == "home_visit"
    sheet = find_sheet_of(db, application)
    assert sheet is not None
    assert (sheet.serial, sheet.received_on) == (serial, MONDAY)


@pytest.mark.parametrize(
    ("day", "fault"), [("2026-11-27", "date_future"), ("2026-11-22", "paper_not_printed")]
)
def test_day_of_the_visit_lies_between_preparing_and_today(
    db: Session, liaison: tuple[Actor, int], clock_at: Callable[[str], None], day: str, fault: str
) -> None:
    serial = prepare_sheet(db, liaison[0], DEFINITION, "self")
    clock_at("2026-11-26T15:00+08:00")
    with pytest.raises(Invalid) as refusal:
        take(db, liaison, serial, filled(date.fromisoformat(day)))
    assert [one.code for one in refusal.value.errors["received_on"]] == [fault]


@pytest.mark.parametrize("acting", ["self", "proxy"])
def test_who_was_there_and_how_it_was_seen_is_on_record(
    db: Session, liaison: tuple[Actor, int], acting: Acting
) -> None:
    serial = prepare_sheet(db, liaison[0], DEFINITION, acting)
    taken = take(db, liaison, serial, FilledSheet(MONDAY, SEEN, {}))
    visit = db.scalars(select(Visit)).one()
    standing = {"self": "self", "proxy": "representative"}[acting]
    assert (visit.channel, visit.standing, visit.identity_seen) == ("home_visit", standing, "document")
    assert db.get_one(Account, visit.account_id).identity_level == "proven"
    assert db.scalars(select(Application)).one().reference == taken.reference


def test_sheet_of_an_appointment_is_of_who_asked_for_it_and_ends_it(
    db: Session, liaison: tuple[Actor, int]
) -> None:
    actor = liaison[0]
    person = Account(kind="resident", created_at=clock.now())
    db.add(person)
    db.flush()
    appointment = Appointment(
        account_id=person.id,
        unit_code=DESK,
        officer_id=actor.signed_in_id,
        state="confirmed",
        good_times=[],
        purpose="示例",
        made_by_id=person.id,
        made_at=clock.now(),
        starts_at=clock.now(),
    )
    db.add(appointment)
    db.flush()
    serial = prepare_sheet(db, actor, DEFINITION, "self", appointment.id)
    take(db, liaison, serial, filled(original=SEEN))
    assert appointment.state == "done"
    assert db.scalars(select(Application)).one().account_id == person.id
    assert person.identity_level == "proven"
    with pytest.raises(Conflict):
        prepare_sheet(db, actor, DEFINITION, "self", appointment.id)
    colleague, _session = hired(db, "colleague")
    with pytest.raises(NotFound):
        prepare_sheet(db, colleague, DEFINITION, "self", appointment.id)


def test_second_time_leads_to_the_same_draft_and_shows_no_identity(
    db: Session, liaison: tuple[Actor, int]
) -> None:
    serial = prepare_sheet(db, liaison[0], DEFINITION, "self")
    first = take(db, liaison, serial, filled(original=SEEN))
    second = take(db, liaison, serial, filled(original=SEEN))
    assert first.reference == second.reference
    assert find_visit(db, *liaison, second.token).identity_seen is None
    assert db.scalar(select(func.count()).select_from(Application)) == 1


def test_only_who_prepared_a_sheet_has_it(db: Session, liaison: tuple[Actor, int]) -> None:
    serial = prepare_sheet(db, liaison[0], DEFINITION, "self")
    colleague = hired(db, "colleague")
    with pytest.raises(NotFound):
        take(db, colleague, serial)
    with pytest.raises(NotAllowed):
        get_sheet(db, replace(liaison[0], role=Role.COUNTY_REVIEWER), serial)


@pytest.mark.postgres
def test_of_two_posts_of_one_sheet_at_once_one_application_comes(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        who = hired(db)
        serial = prepare_sheet(db, who[0], DEFINITION, "self")

    def send(_number: int) -> str:
        with store.transaction() as db:
            return take(db, who, serial).reference

    told = at_once(send, 2)
    assert told[0] == told[1]
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Application)) == 1
        assert db.scalars(select(OfflineSheet)).one().application_id is not None
