"""Certificates on both databases: issued once and whole, seen by their holder alone, reminded of in time."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.texts import Language
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, NotFound
from portal.store import Store, blind_index
from portal.store.applications import Application, LiveKey
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow, Timer
from portal.store.people import Person
from portal.usecases.actor import VISITOR
from portal.usecases.certificates import find_certificate_of, get_own_certificate, list_own_certificates
from portal.usecases.new_cards import why_not_issue
from portal.usecases.timed import run_next_timer
from tests.support.at_once import at_once
from tests.support.certificates import HOLDER_ID, LIMB, applied, holder_of_one, issue, prove, proven
from tests.support.office import COUNTY, DEFINITION, REGION, prepare, resident, submitted

pytestmark = pytest.mark.monday_morning

OTHER_ID = "880000199001010011"
NOON = "T12:00+08:00"


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    return db


def run_timers(db: Session) -> None:
    while run_next_timer(db, REGION) is not None:
        pass


def reminders(db: Session) -> list[tuple[int, str]]:
    """The months that each reminder says, and the last day that it names."""
    rows = db.scalars(select(NoticeRow.facts).where(NoticeRow.key == "N14").order_by(NoticeRow.id))
    return [(facts["months"], facts["valid_to_on"]) for facts in rows]


def test_certificate_carries_number_grade_and_term_of_the_law(db: Session) -> None:
    _, certificate = holder_of_one(db, [("hearing", 2), ("speech", 3)])
    assert certificate.number == HOLDER_ID + "72"
    assert (certificate.category, certificate.grade) == ("multiple", 2)
    assert (certificate.issued_on, certificate.valid_to_on) == (date(2026, 11, 23), date(2036, 11, 23))
    assert (certificate.issuer_unit, certificate.generation) == (COUNTY, 3)
    assert certificate.number_index == blind_index(db, "certificate_number", certificate.number)


def test_nothing_private_of_a_certificate_stands_in_the_database(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        holder_of_one(db)
    with store.engine.connect() as raw:
        row = raw.exec_driver_sql("SELECT number, holder_name, components, category, grade FROM certificates")
        cells = [bytes(cell) for cell in row.one()]
    assert not any(word in cell for cell in cells for word in (HOLDER_ID.encode(), "示例".encode(), b"limb"))


def test_issuing_is_recorded_without_the_number(db: Session) -> None:
    _, certificate = holder_of_one(db)
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "certificate:issue")).one()
    assert event.stream == f"application:{certificate.application.reference}"
    assert (event.person_id, event.authority) == (certificate.person_id, "office")


def test_reminders_wait_for_the_morning_of_their_days(db: Session) -> None:
    _, certificate = holder_of_one(db)
    rows = db.scalars(
        select(Timer).where(Timer.kind == "certificate_reminder", Timer.subject == certificate.id)
    )
    assert sorted(row.due_at.isoformat() for row in rows) == [
        "2036-05-23T00:00:00+00:00",
        "2036-08-23T00:00:00+00:00",
        "2036-10-23T00:00:00+00:00",
    ]


def test_second_certificate_of_one_person_is_refused(db: Session) -> None:
    holder, _ = holder_of_one(db)
    db.execute(delete(LiveKey))  # the first application is over
    again = applied(db, holder)
    assert why_not_issue(db, again) == "has_certificate"
    with pytest.raises(Conflict, match="has_certificate"):
        issue(db, again)


def test_second_certificate_through_another_account_is_refused(db: Session) -> None:
    holder_of_one(db)
    claim = applied(db, resident(db))
    assert why_not_issue(db, claim) == "has_certificate"


def test_cancelled_certificate_makes_room_for_another(db: Session) -> None:
    holder, first = holder_of_one(db)
    first.cancelled_on, first.cancel_reason = date(2026, 11, 23), "own_wish"
    db.flush()
    second = issue(db, applied(db, resident(db)))
    assert second.number == first.number
    assert [seen.state for seen in list_own_certificates(db, holder, REGION)] == ["valid", "cancelled"]


@pytest.mark.parametrize("number", ["unknown", "ABC123456789012"])
def test_without_an_id_number_of_18_characters_none_is_issued(db: Session, number: str) -> None:
    application = applied(db, resident(db))
    person = application.person
    person.id_number = None if number == "unknown" else number
    assert why_not_issue(db, application) == "no_id_number"
    with pytest.raises(Conflict, match="no_id_number"):
        issue(db, application)


def test_number_of_the_application_must_be_the_one_that_was_proven(db: Session) -> None:
    holder = proven(db, OTHER_ID)
    application = applied(db, holder)
    assert why_not_issue(db, application) == "other_id_number"


@pytest.mark.parametrize("components", [[], [("moon", 1)], [("limb", 9)], [("limb", 1), ("limb", 2)]])
def test_components_that_make_no_certificate_are_refused(
    db: Session, components: list[tuple[str, int]]
) -> None:
    with pytest.raises(Conflict, match="no_components"):
        issue(db, applied(db, resident(db)), components)


def test_database_itself_holds_one_certificate_a_person(db: Session) -> None:
    _, first = holder_of_one(db)
    application = applied(db, resident(db))
    copied = {
        name: getattr(first, name)
        for name in Certificate.__table__.columns.keys()  # noqa: SIM118 - columns are not a mapping
        if name not in ("id", "key", "application_id")
    }
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(Certificate(**copied, key="other", application_id=application.id))


def test_of_two_applications_decided_at_once_one_certificate_comes(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        references = [applied(db, resident(db)).reference for _ in range(2)]

    def decide(number: int) -> str:
        with store.transaction() as db:
            found = db.scalars(select(Application).where(Application.reference == references[number])).one()
            try:
                issue(db, found)
            except Conflict as refusal:
                return refusal.key
            return "issued"

    assert sorted(at_once(decide, 2)) == ["has_certificate", "issued"]


def test_holder_sees_it_and_nobody_else_does(db: Session) -> None:
    holder, certificate = holder_of_one(db)
    assert [seen.row.id for seen in list_own_certificates(db, holder, REGION)] == [certificate.id]
    assert get_own_certificate(db, holder, certificate.key, REGION).issuer["zh"]
    stranger = proven(db, OTHER_ID, "示例李芳")
    for other in (stranger, resident(db), VISITOR):
        assert list_own_certificates(db, other, REGION) == []
        with pytest.raises(NotFound):
            get_own_certificate(db, other, certificate.key, REGION)


def test_holder_sees_what_a_relative_applied_for_once_proven(db: Session) -> None:
    relative = resident(db)
    certificate = issue(db, applied(db, relative))
    holder = resident(db)
    assert list_own_certificates(db, holder, REGION) == []
    holder = prove(db, holder)
    assert [seen.row.id for seen in list_own_certificates(db, holder, REGION)] == [certificate.id]
    assert list_own_certificates(db, relative, REGION) == []


def test_number_typed_for_somebody_else_shows_them_nothing_after_proving(db: Session) -> None:
    typist = resident(db)
    issue(db, applied(db, typist, {"p_name": "示例王母"}))
    typist = prove(db, typist, OTHER_ID, "示例王小明")
    assert list_own_certificates(db, typist, REGION) == []


def test_corrected_id_number_is_said_and_hides_nothing(db: Session) -> None:
    holder, _ = holder_of_one(db)
    assert not list_own_certificates(db, holder, REGION)[0].has_other_id
    prove(db, holder, OTHER_ID)
    assert list_own_certificates(db, holder, REGION)[0].has_other_id


def test_application_shows_the_certificate_that_it_led_to(db: Session) -> None:
    _, certificate = holder_of_one(db)
    found = find_certificate_of(db, certificate.application, REGION)
    assert found is not None
    assert (found.row.id, found.state, found.renew_from_on) == (certificate.id, "valid", date(2036, 5, 23))
    assert find_certificate_of(db, submitted(db, resident(db)), REGION) is None


def test_holder_is_reminded_six_three_and_one_month_before(
    db: Session, clock_at: Callable[[Any], None]
) -> None:
    holder_of_one(db)
    for day in ("2036-05-22", "2036-05-23", "2036-08-23", "2036-10-23", "2036-11-23"):
        clock_at(day + NOON)
        run_timers(db)
    assert reminders(db) == [(6, "2036-11-23"), (3, "2036-11-23"), (1, "2036-11-23")]


@pytest.mark.parametrize(
    ("language", "day"), [("zh", "2036年11月23日"), ("easy", "2036年11月23日"), ("en", "23 November 2036")]
)
def test_reminder_names_the_last_day_in_every_language(
    db: Session, clock_at: Callable[[Any], None], language: Language, day: str
) -> None:
    holder_of_one(db)
    clock_at("2036-05-23" + NOON)
    run_timers(db)
    notice = db.scalars(select(NoticeRow).where(NoticeRow.key == "N14")).one()
    assert day in as_text(render_notice(DEFINITION, notice, language))


def test_after_downtime_only_the_nearest_reminder_goes(db: Session, clock_at: Callable[[Any], None]) -> None:
    holder_of_one(db)
    clock_at("2036-11-01" + NOON)
    run_timers(db)
    assert [months for months, _ in reminders(db)] == [1]


@pytest.mark.parametrize("name", ["lost_on", "frozen_on", "cancelled_on"])
def test_nobody_is_reminded_of_a_certificate_out_of_use(
    db: Session, clock_at: Callable[[Any], None], name: str
) -> None:
    _, certificate = holder_of_one(db)
    setattr(certificate, name, date(2030, 1, 1))
    certificate.cancel_reason = "own_wish" if name == "cancelled_on" else None
    clock_at("2036-05-23" + NOON)
    run_timers(db)
    assert reminders(db) == []


def test_nobody_is_reminded_of_the_certificate_of_the_dead(
    db: Session, clock_at: Callable[[Any], None]
) -> None:
    _, certificate = holder_of_one(db)
    certificate.person.death_reported_at = clock.now()
    clock_at("2036-05-23" + NOON)
    run_timers(db)
    assert reminders(db) == []


def test_expired_certificate_is_not_reminded_of(db: Session, clock_at: Callable[[Any], None]) -> None:
    holder_of_one(db)
    clock_at("2036-11-24" + NOON)
    run_timers(db)
    assert reminders(db) == []


def test_number_of_eighteen_comes_from_the_person_file(db: Session) -> None:
    certificate = issue(db, applied(db, resident(db)), LIMB)
    person = db.get_one(Person, certificate.person_id)
    assert certificate.number == f"{person.id_number}43"
