"""What happens to a card after it was issued: one in force at any time, the history kept, nobody misled."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import CancelCertificate, MoveCertificate, ReplaceCertificate
from portal.rules.errors import Conflict, Invalid
from portal.store.applications import Application, LiveKey
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow, Timer
from portal.usecases.actor import Actor
from portal.usecases.certificates import find_certificate_of, list_certificates_of, list_own_certificates
from portal.usecases.effects import why_not
from portal.usecases.new_cards import why_not_issue
from portal.usecases.service_codes import check_certificate, make_service_code, open_service_code
from portal.usecases.timed import run_next_timer
from tests.support.certificates import APPROVER, HOLDER_ID, LIMB, applied, holder_of_one, proven
from tests.support.deeds import FORM, GRANTING, carry_out
from tests.support.office import COUNTY, OTHER_COUNTY, REGION, prepare, resident

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

ON_BOTH = pytest.mark.parametrize(
    "engine_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
"""Where the database itself has a say."""

OTHER_ID = "880000199001010011"
TODAY = date(2026, 11, 23)
ENTERED = {
    "card_on_file": "entered",
    "card_number": HOLDER_ID + "43",
    "card_valid_to": "2030-05-01",
    "assessed": [{"category": "limb", "grade": "3"}],
}


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    return db


def replace(cause: Literal["lost", "exchange", "change"], **more: Any) -> ReplaceCertificate:
    return ReplaceCertificate(name="replace_certificate", cause=cause, entered_in=FORM, **more)


MOVE = MoveCertificate(name="move_certificate", entered_in=FORM)
CANCEL = CancelCertificate(name="cancel_certificate", entered_in=FORM, reason_field="zx_reason")


def next_application(db: Session, holder: Actor) -> Application:
    """A further application of the holder: the one before is over."""
    db.execute(delete(LiveKey))
    return applied(db, holder)


def cards(db: Session) -> list[Certificate]:
    return list(db.scalars(select(Certificate).order_by(Certificate.id)))


def timers_of(db: Session, certificate: Certificate) -> list[Timer]:
    found = select(Timer).where(Timer.kind == "certificate_reminder", Timer.subject == certificate.id)
    return list(db.scalars(found))


@pytest.mark.parametrize(
    ("cause", "number", "until", "reason"),
    [
        ("lost", HOLDER_ID + "43B1", date(2036, 11, 23), "lost"),
        ("exchange", HOLDER_ID + "43", date(2037, 3, 1), "replaced"),
        ("change", HOLDER_ID + "43", date(2037, 3, 1), "replaced"),
    ],
)
def test_new_card_takes_the_place_of_the_old_one(
    db: Session,
    clock_at: Callable[[str], None],
    cause: Literal["lost", "exchange", "change"],
    number: str,
    until: date,
    reason: str,
) -> None:
    holder, old = holder_of_one(db)
    application = next_application(db, holder)
    clock_at("2027-03-01T09:00+08:00")
    facts = carry_out(db, application, replace(cause), {"card_on_file": "here"})
    new = cards(db)[-1]
    assert (new.number, new.valid_to_on, new.issued_on) == (number, until, date(2027, 3, 1))
    assert (old.cancelled_on, old.cancel_reason) == (date(2027, 3, 1), reason)
    assert (old.lost_on is not None) == (cause == "lost")
    assert old.replaced_by_id == new.id
    assert facts["valid_to_on"] == until
    assert [seen.state for seen in list_own_certificates(db, holder, REGION)] == ["valid", "cancelled"]
    found = find_certificate_of(db, application, REGION)
    assert found is not None
    assert found.row is new


@ON_BOTH
def test_second_loss_counts_on(db: Session) -> None:
    holder, _ = holder_of_one(db)
    for _time in range(2):
        carry_out(db, next_application(db, holder), replace("lost"), {"card_on_file": "here"})
    assert [one.number[20:] for one in cards(db)] == ["", "B1", "B2"]
    assert [one.cancelled_on for one in cards(db)] == [TODAY, TODAY, None]


def test_new_assessment_changes_the_number_and_what_the_letter_says(db: Session) -> None:
    holder, _ = holder_of_one(db)
    form = {"card_on_file": "here", "assessed": [{"category": "limb", "grade": "1"}]}
    facts = carry_out(db, next_application(db, holder), replace("change", components_from=FORM), form)
    assert facts["certificate_number"] == "880000 19881102 001X 41"
    assert facts["grade"]["zh"] == "一级"


def test_corrected_id_number_makes_another_card_number_and_the_old_card_is_found(db: Session) -> None:
    holder, old = holder_of_one(db)
    application = next_application(db, holder)
    person = application.person
    person.id_number, person.id_number_index = OTHER_ID, "corrected"
    application.subject_id_index = "corrected"
    db.flush()
    carry_out(db, application, replace("exchange"), {"card_on_file": "here"})
    assert [one.number for one in cards(db)] == [HOLDER_ID + "43", OTHER_ID + "43"]
    assert old.cancelled_on == TODAY


def test_reminders_of_the_old_card_fall_and_those_of_the_new_one_come(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder, old = holder_of_one(db)
    carry_out(db, next_application(db, holder), replace("exchange"), {"card_on_file": "here"})
    assert timers_of(db, old) == []
    assert len(timers_of(db, cards(db)[-1])) == 3
    clock_at("2036-06-01T12:00+08:00")
    while run_next_timer(db, REGION) is not None:
        pass
    assert len(db.scalars(select(NoticeRow).where(NoticeRow.key == "N14")).all()) == 1


@ON_BOTH
@pytest.mark.parametrize("cause", ["lost", "exchange"])
def test_card_from_before_this_portal_is_entered_first(
    db: Session, cause: Literal["lost", "exchange"]
) -> None:
    holder = proven(db)
    carry_out(db, applied(db, holder), replace(cause), ENTERED)
    old, new = cards(db)
    assert (old.application_id, old.issued_on, old.generation) == (None, None, None)
    assert (old.number, old.cancelled_on, old.replaced_by_id) == (HOLDER_ID + "43", TODAY, new.id)
    assert new.number == HOLDER_ID + ("43B1" if cause == "lost" else "43")
    assert new.valid_to_on == (date(2030, 5, 1) if cause == "lost" else date(2036, 11, 23))
    assert timers_of(db, old) == []


def test_entered_number_with_another_id_number_is_taken(db: Session) -> None:
    """It may be from before the ID number was corrected: a hint says so, nothing is refused."""
    carry_out(db, applied(db, proven(db)), replace("lost"), {**ENTERED, "card_number": OTHER_ID + "43B1"})
    assert [one.number for one in cards(db)] == [OTHER_ID + "43B1", HOLDER_ID + "43B2"]


def test_card_that_is_nowhere_is_asked_for_at_its_question(db: Session) -> None:
    application = applied(db, proven(db))
    application.entries[-1].step = FORM
    with pytest.raises(Invalid) as caught:
        carry_out(db, application, replace("lost"), {"card_on_file": "here"})
    assert [fault.code for fault in caught.value.errors["card_on_file"]] == ["no_certificate"]


def test_card_that_an_earlier_step_did_not_enter_stops_the_decision(db: Session) -> None:
    with pytest.raises(Conflict, match="no_certificate"):
        carry_out(db, applied(db, proven(db)), replace("lost"), {"card_on_file": "here"})


def test_entering_another_card_than_the_one_on_record_is_refused(db: Session) -> None:
    holder, old = holder_of_one(db)
    application = next_application(db, holder)
    with pytest.raises(Conflict, match="on_record"):
        carry_out(db, application, replace("lost"), {**ENTERED, "card_number": HOLDER_ID + "42"})
    assert old.cancelled_on is None
    carry_out(db, application, replace("lost"), ENTERED)  # the same number: it is that card
    assert [one.number for one in cards(db)] == [HOLDER_ID + "43", HOLDER_ID + "43B1"]


def test_card_moves_to_the_unit_that_decides_and_is_in_force_again(db: Session) -> None:
    holder, card = holder_of_one(db)
    card.frozen_on = date(2026, 10, 1)
    other = Actor("staff", None, False, None, OTHER_COUNTY, "880002", "counter")
    facts = carry_out(db, next_application(db, holder), MOVE, {"card_on_file": "here"}, actor=other)
    assert (card.issuer_unit, card.frozen_on, card.cancelled_on) == (OTHER_COUNTY, None, None)
    assert facts["certificate_number"] == "880000 19881102 001X 43"
    assert [seen.state for seen in list_own_certificates(db, holder, REGION)] == ["valid"]


def test_entered_card_that_moves_is_its_holders_and_is_reminded_of(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder = proven(db)
    application = applied(db, holder)
    carry_out(db, application, MOVE, ENTERED)
    found = find_certificate_of(db, application, REGION)
    assert found is not None
    assert [one.row.id for one in list_own_certificates(db, holder, REGION)] == [found.row.id]
    clock_at("2029-11-05T12:00+08:00")
    while run_next_timer(db, REGION) is not None:
        pass
    notice = db.scalars(select(NoticeRow).where(NoticeRow.key == "N14")).one()
    assert notice.application_id == application.id
    assert notice.facts["months"] == 6


def test_cancelled_card_shows_nothing_any_more_and_makes_room(db: Session) -> None:
    holder, card = holder_of_one(db)
    code = make_service_code(db, holder, card.key, REGION)
    application = next_application(db, holder)
    facts = carry_out(db, application, CANCEL, {"card_on_file": "here", "zx_reason": "own_wish"})
    assert facts["cancelled_on"] == TODAY
    assert (card.cancelled_on, card.cancel_reason) == (TODAY, "own_wish")
    assert timers_of(db, card) == []
    opened = open_service_code(db, code.token)
    assert opened is not None
    verified = check_certificate(db, opened, REGION)
    assert verified is not None
    assert verified.state == "stopped"
    assert why_not_issue(db, next_application(db, holder)) is None


def test_office_sees_every_card_of_the_person(db: Session) -> None:
    carry_out(db, applied(db, proven(db)), replace("lost"), ENTERED)
    again = next_application(db, resident(db))
    assert [one.state for one in list_certificates_of(db, again, REGION)] == ["valid", "cancelled"]


@pytest.mark.parametrize("effect", [replace("lost"), MOVE, CANCEL])
def test_what_stands_against_any_card_is_known_before(
    db: Session, effect: ReplaceCertificate | MoveCertificate | CancelCertificate
) -> None:
    application = applied(db, resident(db), {"p_id_no": "unknown"})
    assert why_not(db, application, GRANTING.model_copy(update={"effects": (effect,)})) == ["no_id_number"]
    with pytest.raises(Conflict, match="no_id_number"):
        carry_out(db, application, effect, ENTERED)


def test_changes_are_recorded_without_a_number(db: Session) -> None:
    carry_out(db, applied(db, proven(db)), replace("lost"), ENTERED)
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("certificate:%")).order_by("id")).all()
    assert tags == ["certificate:enter", "certificate:replace", "certificate:void"]


@ON_BOTH
def test_database_holds_one_card_in_force_through_all_of_it(db: Session) -> None:
    holder, _ = holder_of_one(db, LIMB)
    for effect in (replace("lost"), replace("exchange"), MOVE):
        carry_out(db, next_application(db, holder), effect, {"card_on_file": "here"}, actor=APPROVER)
        assert len([one for one in cards(db) if one.cancelled_on is None]) == 1
    assert {one.issuer_unit for one in cards(db)} == {COUNTY}
    assert clock.today() == TODAY
