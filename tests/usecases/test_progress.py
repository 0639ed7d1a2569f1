"""Where an application stands, as its person is told; and the look-up with the slip, on both databases."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import NotFound
from portal.store.applications import Application, Slip
from portal.usecases.actor import Actor
from portal.usecases.applications import withdraw
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.progress import get_progress, look_up, switch_slip
from portal.usecases.review import decide
from tests.support.office import DESK, REGION, prepare, resident, staff_account, submitted

ASK = Deciding("ask_more", points=[PointAsked("kinds", "C04", "请看一遍")])


@pytest.fixture(autouse=True)
def _early_on_a_monday(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-23T07:00+08:00")  # in UTC it is still Sunday


@pytest.fixture
def applicant(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def application(db: Session, applicant: Actor) -> Application:
    return submitted(db, applicant)


def decided(db: Session, application: Application, deciding: Deciding) -> None:
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    claim(db, clerk, application.reference)
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=deciding)


def test_progress_names_step_unit_since_and_until(
    db: Session, applicant: Actor, application: Application
) -> None:
    found = get_progress(db, applicant, application.reference)
    assert found.current is not None
    assert (found.current.step.id, found.current.unit.code) == ("intake", DESK)
    assert (found.current.opened_on, found.current.due_on) == (date(2026, 11, 23), date(2026, 11, 24))
    assert [step.id for step in found.upcoming] == [
        "acceptance",
        "assessment",
        "public_notice",
        "review",
        "decision",
        "issue",
    ]
    assert [row.key for row in found.notices] == ["N01"]
    assert (found.may_withdraw, found.decision, found.correction) == (True, None, None)


def test_progress_while_asked_says_until_when(
    db: Session, applicant: Actor, application: Application
) -> None:
    decided(db, application, ASK)
    found = get_progress(db, applicant, application.reference)
    assert found.correction is not None
    assert found.current is not None
    assert (found.correction.due_on, found.current.is_paused) == (date(2026, 12, 14), True)
    assert found.may_withdraw


def test_progress_after_the_end_has_nothing_to_come(
    db: Session, applicant: Actor, application: Application
) -> None:
    decided(db, application, Deciding("not_ours", reasons=["J01"], summary="不归这里办"))
    found = get_progress(db, applicant, application.reference)
    assert found.decision is not None
    assert (found.current, list(found.upcoming), found.may_withdraw) == (None, [], False)
    assert (found.decision.outcome, found.decision.summary) == ("not_ours", "不归这里办")


def test_holidays_inside_a_step_are_named(
    db: Session, applicant: Actor, clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-09-30T16:00+08:00")
    application = submitted(db, applicant)
    found = get_progress(db, applicant, application.reference)
    assert found.current is not None
    assert [one.first_on for one in found.current.holidays] == [date(2026, 10, 1)]


def test_progress_of_another_account_is_not_found(db: Session, application: Application) -> None:
    with pytest.raises(NotFound):
        get_progress(db, resident(db), application.reference)
    with pytest.raises(NotFound):
        switch_slip(db, resident(db), application.reference, is_off=True)


def test_slip_finds_the_application_however_it_is_typed(db: Session, application: Application) -> None:
    slip = db.get_one(Slip, application.id)
    number, code = application.reference, slip.code
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    for typed in (number, f"{number[:4]} {number[4:8]}-{number[8:]}", wide):
        for spoken in (code, code.lower(), f" {code[:4]}－{code[4:]} "):
            assert look_up(db, typed, spoken).application.id == application.id


def test_wrong_number_wrong_code_and_switched_off_slip_look_the_same(
    db: Session, applicant: Actor, application: Application
) -> None:
    code = db.get_one(Slip, application.id).code
    other = submitted(db, resident(db)).reference
    wrong = [(other, code), (application.reference, "22222222"), ("123", code), (application.reference, "")]
    for number, typed in (*wrong, ("9" * 10_000, "\0" * 8)):
        with pytest.raises(NotFound, match=r"^slip$"):
            look_up(db, number, typed)
    switch_slip(db, applicant, application.reference, is_off=True)
    with pytest.raises(NotFound, match=r"^slip$"):
        look_up(db, application.reference, code)
    switch_slip(db, applicant, application.reference, is_off=False)
    assert look_up(db, application.reference, code).application.id == application.id


def test_slip_still_shows_what_became_of_it(db: Session, applicant: Actor, application: Application) -> None:
    withdraw(db, applicant, application.reference)
    found = look_up(db, application.reference, db.get_one(Slip, application.id).code)
    assert found.application.state == "withdrawn"
    assert found.application.closed_at == clock.now()
