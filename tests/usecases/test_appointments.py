"""Visits at home by appointment: in the person's times, never unannounced, never by a way that is barred."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.appointments import fault_of_hour
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store import blind_index
from portal.store.accounts import Account, Contact
from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.audit import AuditEvent
from portal.store.messages import Message, Timer
from portal.store.people import AccessNeeds, Person
from portal.store.visits import Visit
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.appointments import (
    Hour,
    Wish,
    ask_appointment,
    begin_home_visit,
    cancel_appointment,
    get_appointment,
    list_appointments,
    list_called_off,
    list_officers,
    note_confirmation,
    offer_appointment,
    propose_hour,
    remind_of_appointment,
)
from portal.usecases.demo_people import demo_id_number
from portal.usecases.identity import prove_identity
from portal.usecases.own_appointments import (
    cancel_own_appointment,
    confirm_own_appointment,
    list_own_appointments,
    wish_other_times,
)
from portal.usecases.person_slips import find_live_slip, make_slip
from portal.usecases.timed import TIMED
from portal.usecases.voices import Voice
from tests.support.office import (
    ANSWERS,
    DESK,
    REGION,
    prepare,
    resident,
    sign_in_staff,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

PLACE = "880001001"
ANOTHER = {**ANSWERS, "p_id_no": "880000199001010011", "p_name": "示例李四"}
WISH = Wish("办残疾人证（示例）", "示例路1号", ("afternoon",))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def liaison(db: Session, clerk: Actor) -> Actor:
    return staff_account(db, "liaison", Role.LIAISON, DESK)[0]


@pytest.fixture
def person(db: Session, clerk: Actor) -> Actor:
    """Somebody with a telephone."""
    found, now = resident(db), clock.now()
    index = blind_index(db, "contact", "19900000001")
    values = {"kind": "phone", "value": "19900000001", "value_index": index, "verified_at": now}
    db.add(Contact(account_id=found.signed_in_id, last_used_at=now, **values))
    db.flush()
    return found


def say_needs(db: Session, person: Actor, **needs: list[str]) -> None:
    now = clock.now()
    own = Person(claimed_by_id=person.signed_in_id, is_self=True, created_at=now)
    db.add(own)
    db.flush()
    db.add(AccessNeeds(person_id=own.id, account_id=person.signed_in_id, needs=needs, saved_at=now))
    db.flush()


def asked(db: Session, person: Actor, wish: Wish = WISH) -> int:
    return ask_appointment(db, person, REGION, PLACE, wish).id


def arranged(db: Session, person: Actor, clerk: Actor, officer: Actor, when: str = "2026-11-25T15:00") -> int:
    number = asked(db, person)
    propose_hour(db, clerk, number, Hour(at(when), officer.signed_in_id))
    return number


def texts(db: Session) -> list[str]:
    return [one.body for one in db.scalars(select(Message).order_by(Message.id))]


def test_visit_goes_from_asking_to_the_door(
    db: Session, person: Actor, clerk: Actor, clock_at: Callable[[str], None]
) -> None:
    officer, _token = sign_in_staff(db, "helper", Role.LIAISON, DESK)
    number = arranged(db, person, clerk, officer)
    assert "11月25日15点" in texts(db)[-1]
    confirm_own_appointment(db, Voice(person, "web"), number)
    [timer] = db.scalars(select(Timer).where(Timer.kind == "appointment_reminder")).all()
    assert clock.shanghai(timer.due_at).isoformat() == "2026-11-24T08:00:00+08:00"
    clock_at("2026-11-24T08:00+08:00")
    TIMED[timer.kind](db, REGION, timer.subject)
    assert "明天15点" in texts(db)[-1]
    clock_at("2026-11-25T15:00+08:00")
    begun = begin_home_visit(db, officer, 1, number)
    visit = db.get_one(Visit, begun.visit.id)
    assert (visit.channel, visit.account_id, visit.clerk_id) == (
        "home_visit",
        person.signed_in_id,
        officer.signed_in_id,
    )
    assert list_own_appointments(db, Voice(person, "web"))[0].state == "done"
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("appointment:"))).all()
    assert [one.split(":")[1] for one in tags] == ["ask", "propose", "confirm", "remind", "begin"]


def test_nobody_is_visited_who_has_not_said_yes(db: Session, person: Actor, clerk: Actor) -> None:
    number = arranged(db, person, clerk, clerk)
    with pytest.raises(Conflict) as refusal:
        begin_home_visit(db, clerk, 1, number)
    assert refusal.value.key == "not_confirmed"


def test_yes_is_not_noted_by_telephone_of_somebody_who_must_not_be_telephoned(
    db: Session, person: Actor, clerk: Actor
) -> None:
    say_needs(db, person, contact_do_not=["call", "sms"])
    number = arranged(db, person, clerk, clerk)
    assert texts(db) == []
    with pytest.raises(NotAllowed) as refusal:
        note_confirmation(db, clerk, number, "phone")
    assert refusal.value.key == "never_phone"
    note_confirmation(db, clerk, number, "counter")
    assert get_appointment(db, clerk, number).noted_by_id == clerk.account_id


def test_change_of_the_hour_asks_anew_and_forgets_the_reminder(
    db: Session, person: Actor, clerk: Actor, clock_at: Callable[[str], None]
) -> None:
    number = arranged(db, person, clerk, clerk)
    confirm_own_appointment(db, Voice(person, "web"), number)
    propose_hour(db, clerk, number, Hour(at("2026-11-27T14:00"), clerk.signed_in_id))
    assert get_appointment(db, clerk, number).state == "proposed"
    assert db.scalars(select(Timer).where(Timer.kind == "appointment_reminder")).all() == []
    clock_at("2026-11-24T08:00+08:00")
    before = len(texts(db))
    remind_of_appointment(db, REGION, number)
    assert len(texts(db)) == before


def test_cancelled_by_the_unit_the_person_is_told_and_by_the_person_no_reason_is_asked(
    db: Session, person: Actor, clerk: Actor
) -> None:
    first, second = arranged(db, person, clerk, clerk), arranged(db, person, clerk, clerk)
    cancel_appointment(db, clerk, first, "大雪封路（示例）")
    assert "取消" in texts(db)[-1]
    cancel_own_appointment(db, Voice(person, "web"), second)
    assert {one.ended_by for one in list_own_appointments(db, Voice(person, "web"))} == {"staff", "person"}
    with pytest.raises(Conflict):
        propose_hour(db, clerk, first, Hour(at("2026-11-27T14:00"), clerk.signed_in_id))


def test_liaison_sees_what_was_given_to_them_and_nothing_else_of_the_counter(
    db: Session, person: Actor, clerk: Actor, liaison: Actor
) -> None:
    others, own = asked(db, person), arranged(db, person, clerk, liaison)
    assert [one.id for one in list_appointments(db, liaison)[0]] == [own]
    assert {one.id for one in list_appointments(db, clerk)[0]} == {others, own}
    with pytest.raises(NotFound):
        get_appointment(db, liaison, others)
    elsewhere = staff_account(db, "elsewhere", Role.DESK_CLERK, "desk_nanhu")[0]
    reviewer = staff_account(db, "lead", Role.LEAD, DESK)[0]
    for actor in (elsewhere, reviewer, person):
        assert list_appointments(db, actor)[0] == []
        with pytest.raises(NotFound):
            get_appointment(db, actor, own)


def test_who_would_go_reads_that_the_person_has_called_it_off_until_the_hour_is_over(
    db: Session, person: Actor, clerk: Actor, liaison: Actor, clock_at: Callable[[str], None]
) -> None:
    by_person, by_unit = arranged(db, person, clerk, liaison), arranged(db, person, clerk, liaison)
    without_hour = asked(db, person)
    cancel_own_appointment(db, Voice(person, "web"), by_person)
    cancel_own_appointment(db, Voice(person, "web"), without_hour)
    cancel_appointment(db, clerk, by_unit, "大雪封路（示例）")
    for actor in (clerk, liaison):
        assert [one.id for one in list_called_off(db, actor)] == [by_person]
    other = staff_account(db, "other", Role.LIAISON, DESK)[0]
    assert list_called_off(db, other) == list_called_off(db, person) == []
    clock_at("2026-11-25T15:00+08:00")
    assert list_called_off(db, clerk) == []


def test_own_page_shows_nobody_elses(db: Session, person: Actor, clerk: Actor) -> None:
    number = arranged(db, person, clerk, clerk)
    other = resident(db)
    assert list_own_appointments(db, Voice(other, "web")) == []
    for act in (confirm_own_appointment, cancel_own_appointment):
        with pytest.raises(NotFound):
            act(db, Voice(other, "web"), number)


def offered(db: Session, clerk: Actor, application: Application) -> Appointment:
    """A visit that the counter proposes for an application, for Wednesday morning."""
    hour = Hour(at("2026-11-25T10:00"), clerk.signed_in_id, is_agreed=True)
    return offer_appointment(db, clerk, application.reference, Wish("看原件（示例）", "", ()), hour)


def test_with_nothing_but_the_slip_the_person_agrees_names_other_times_and_calls_it_off(
    db: Session, clerk: Actor
) -> None:
    application = submitted(db, resident(db), "proxy")
    slip = find_live_slip(db, application.person_id) or make_slip(db, SYSTEM, application.person, "post")
    voice, made = Voice(VISITOR, "slip", slip.id), offered(db, clerk, application)
    assert list_own_appointments(db, voice) == [made]
    wish_other_times(db, voice, made.id, ["afternoon"])
    assert (made.state, made.starts_at, made.good_times) == ("asked", None, ["afternoon"])
    with pytest.raises(Invalid):
        propose_hour(db, clerk, made.id, Hour(at("2026-11-25T10:00"), clerk.signed_in_id))
    propose_hour(db, clerk, made.id, Hour(at("2026-11-25T15:00"), clerk.signed_in_id))
    confirm_own_appointment(db, voice, made.id)
    assert (made.state, made.confirmed_way) == ("confirmed", "slip")
    cancel_own_appointment(db, Voice(clerk, "phone", slip.id), made.id)
    assert (made.state, made.ended_by) == ("cancelled", "person")
    with pytest.raises(Conflict, match="appointment_is_over"):
        wish_other_times(db, voice, made.id, ["morning"])
    others = make_slip(db, SYSTEM, submitted(db, resident(db), "proxy", ANOTHER).person, "post")
    with pytest.raises(NotFound):
        cancel_own_appointment(db, Voice(VISITOR, "slip", others.id), made.id)


@pytest.mark.one_database
def test_who_acts_has_a_say_about_a_visit_as_long_as_they_may_act(db: Session, clerk: Actor) -> None:
    helper = resident(db)
    application = submitted(db, helper, "proxy")
    voice, made = Voice(helper, "web"), offered(db, clerk, application)
    assert list_own_appointments(db, voice) == [made]
    assert application.representation is not None
    application.representation.state, application.representation.ended_at = "ended", clock.now()
    db.flush()
    assert list_own_appointments(db, voice) == []
    with pytest.raises(NotAllowed):
        confirm_own_appointment(db, voice, made.id)
    assert made.state == "proposed"


def test_unit_offers_a_visit_for_an_application_at_its_post(db: Session, person: Actor, clerk: Actor) -> None:
    application = submitted(db, person, own=ANSWERS)
    hour = Hour(at("2026-11-25T10:00"), clerk.signed_in_id, is_agreed=True)
    made = offer_appointment(db, clerk, application.reference, Wish("看原件（示例）", "", ()), hour)
    assert (made.account_id, made.state, made.application_id) == (
        person.signed_in_id,
        "proposed",
        application.id,
    )
    elsewhere = staff_account(db, "elsewhere", Role.DESK_CLERK, "desk_nanhu")[0]
    with pytest.raises(NotFound):
        offer_appointment(db, elsewhere, application.reference, WISH, hour)


def test_only_people_of_the_counter_are_sent(
    db: Session, person: Actor, clerk: Actor, liaison: Actor
) -> None:
    elsewhere = staff_account(db, "elsewhere", Role.LIAISON, "desk_nanhu")[0]
    assert {one for one, _name, _role in list_officers(db, clerk)} == {clerk.account_id, liaison.account_id}
    with pytest.raises(Invalid) as refusal:
        propose_hour(db, clerk, asked(db, person), Hour(at("2026-11-25T15:00"), elsewhere.signed_in_id))
    assert list(refusal.value.errors) == ["officer"]


def test_sixth_open_wish_is_refused(db: Session, person: Actor, clerk: Actor) -> None:
    for _ in range(5):
        asked(db, person)
    with pytest.raises(Conflict):
        asked(db, person)
    cancel_own_appointment(
        db, Voice(replace(person), "web"), list_own_appointments(db, Voice(person, "web"))[0].id
    )
    assert asked(db, person)


def test_nobody_goes_to_somebody_whose_death_was_reported_until_that_is_undone(
    db: Session, person: Actor, clerk: Actor, clock_at: Callable[[str], None]
) -> None:
    say_needs(db, person)
    number = arranged(db, person, clerk, clerk)
    confirm_own_appointment(db, Voice(person, "web"), number)
    own = db.scalars(select(Person)).one()
    own.death_reported_at = clock.now()
    db.flush()
    clock_at("2026-11-24T08:00+08:00")
    before = len(texts(db))
    remind_of_appointment(db, REGION, number)
    assert len(texts(db)) == before
    with pytest.raises(Conflict) as refusal:
        begin_home_visit(db, clerk, 1, number)
    assert refusal.value.key == "person_died"
    own.death_reported_at = None
    db.flush()
    remind_of_appointment(db, REGION, number)
    assert len(texts(db)) == before + 1


def test_identity_seen_at_home_is_the_word_of_a_liaison(db: Session, person: Actor, liaison: Actor) -> None:
    number = demo_id_number(date(1990, 1, 1), 1)
    prove_identity(db, liaison, person.signed_in_id, "示例王小明", "resident", number, REGION)
    account = db.get_one(Account, person.signed_in_id)
    assert (account.identity_level, account.proven_by) == ("proven", "liaison")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("when", "times", "is_agreed", "fault"),
    [
        ("2026-11-23T09:00", (), False, "past"),
        ("2027-03-01T09:00", (), False, "too_far"),
        ("2026-11-25T07:00", (), False, "hour"),
        ("2026-11-25T19:00", (), True, "hour"),
        ("2026-11-25T10:30", (), False, "hour"),
        ("2026-11-25T10:00", ("afternoon",), False, "not_their_time"),
        ("2026-11-25T10:00", ("afternoon",), True, None),
        ("2026-11-25T12:00", ("afternoon",), False, None),
        ("2026-11-28T10:00", ("morning",), False, "not_their_time"),
        ("2026-11-28T10:00", ("morning", "weekend"), False, None),
        ("2026-11-28T10:00", ("weekend",), False, None),
        ("2026-11-25T10:00", ("weekend",), False, "not_their_time"),
        ("2026-11-28T10:00", (), False, None),
    ],
)
def test_hour_suits_the_person(when: str, times: tuple[str, ...], is_agreed: bool, fault: str | None) -> None:
    now = at("2026-11-23T09:00")
    assert fault_of_hour(at(when), now, times, is_agreed=is_agreed) == fault
