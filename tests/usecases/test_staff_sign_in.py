"""Enrolment and sign-in of staff: links once and for three days, codes once, nothing told to strangers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Invalid, NotFound
from portal.store import Store
from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.usecases.actor import SYSTEM
from portal.usecases.enrolment import enrol, get_enrolment
from portal.usecases.passwords import hash_password
from portal.usecases.sessions import find_session, open_session
from portal.usecases.staff import create_staff, disable_staff, renew_enrolment
from portal.usecases.staff_sign_in import (
    Credentials,
    accept_password,
    find_credentials,
    find_ticket_owner,
    refuse_password,
    sign_in_staff,
)
from portal.usecases.totp import matching_step
from portal.usecases.units import load_region
from tests.support.workers import PASSWORD, SECRET, Worker, code_now, demo_region, give_post, make_worker

NOON = "2026-11-23T12:00:10+08:00"


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at(NOON)


def invited(db: Session) -> str:
    load_region(db, demo_region())
    return create_staff(db, SYSTEM, "clerk", "示例新人", Role.DESK_CLERK, "desk_dongfeng")


def ticket_of(db: Session, worker: Worker) -> str:
    ticket = accept_password(db, worker.account_id)
    db.flush()
    return ticket


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_code_may_be_one_step_off_and_no_more(steps: int, fits: bool) -> None:
    assert (matching_step(SECRET, code_now(steps=steps), None) is not None) is fits


def test_enrolment_sets_password_and_authenticator_and_signs_in(db: Session) -> None:
    link = invited(db)
    found = get_enrolment(db, link)
    assert found.secret == get_enrolment(db, link).secret
    token = enrol(db, link, hash_password(PASSWORD), code_now(found.secret))
    db.flush()
    session = find_session(db, token)
    assert session is not None
    assert (session.role, session.unit_code) == (Role.DESK_CLERK, "desk_dongfeng")
    assert find_credentials(db, "clerk").account_id == session.account_id


def test_enrolment_link_opens_once(db: Session) -> None:
    link = invited(db)
    enrol(db, link, "hash", code_now(get_enrolment(db, link).secret))
    db.flush()
    with pytest.raises(NotFound):
        get_enrolment(db, link)
    with pytest.raises(NotFound):
        enrol(db, link, "hash", "000000")


def test_enrolment_link_is_good_for_three_days(db: Session, clock_at: Callable[..., None]) -> None:
    link = invited(db)
    db.flush()
    made = clock.now()
    clock_at(made + timedelta(days=3))
    assert get_enrolment(db, link).login_name == "clerk"
    clock_at(made + timedelta(days=3, seconds=1))
    with pytest.raises(NotFound):
        get_enrolment(db, link)


def test_newer_link_replaces_the_older(db: Session) -> None:
    old = invited(db)
    account = db.scalars(select(Account)).one()
    new = renew_enrolment(db, SYSTEM, account.id)
    db.flush()
    with pytest.raises(NotFound):
        get_enrolment(db, old)
    assert get_enrolment(db, new).secret


def test_enrolment_with_a_wrong_code_changes_nothing(db: Session) -> None:
    link = invited(db)
    with pytest.raises(Invalid, match="code_wrong"):
        enrol(db, link, "hash", code_now(SECRET))
    assert db.scalars(select(Account)).one().password_hash is None


def test_enrolling_again_ends_the_sessions_of_before(db: Session) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    before = open_session(db, db.get_one(Account, worker.account_id), "password", role_id=worker.role_id)
    link = renew_enrolment(db, SYSTEM, worker.account_id)
    db.flush()
    enrol(db, link, "hash", code_now(get_enrolment(db, link).secret))
    db.flush()
    assert find_session(db, before) is None


def test_code_of_the_enrolment_does_not_sign_in_again(db: Session) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    link = renew_enrolment(db, SYSTEM, worker.account_id)
    db.flush()
    secret = get_enrolment(db, link).secret
    enrol(db, link, hash_password(PASSWORD), code_now(secret))
    assert sign_in_staff(db, ticket_of(db, worker), code_now(secret)) is None


def test_code_opens_once_and_the_next_one_opens_again(db: Session, clock_at: Callable[..., None]) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    code = code_now()
    assert sign_in_staff(db, ticket_of(db, worker), code) is not None
    assert sign_in_staff(db, ticket_of(db, worker), code) is None
    assert sign_in_staff(db, ticket_of(db, worker), code_now(steps=-1)) is None
    clock_at(clock.now() + timedelta(seconds=30))
    assert sign_in_staff(db, ticket_of(db, worker), code_now()) is not None


def test_of_two_with_one_code_at_once_exactly_one_gets_in(store: Store) -> None:
    with store.transaction() as db:
        worker = make_worker(db, Role.DESK_CLERK)
        tickets = [accept_password(db, worker.account_id) for _ in range(4)]
    code = code_now()

    def sign_in(ticket: str) -> str | None:
        with store.transaction() as db:
            return sign_in_staff(db, ticket, code)

    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(sign_in, tickets))
    assert sum(token is not None for token in tokens) == 1


def test_ticket_opens_once_and_for_ten_minutes(db: Session, clock_at: Callable[..., None]) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    used, late = ticket_of(db, worker), ticket_of(db, worker)
    assert sign_in_staff(db, used, code_now()) is not None
    db.flush()
    assert find_ticket_owner(db, used) is None
    clock_at(clock.now() + timedelta(minutes=10, seconds=1))
    assert find_ticket_owner(db, late) is None
    assert sign_in_staff(db, late, code_now()) is None
    assert find_ticket_owner(db, "made up") is None


@pytest.mark.parametrize("name", ["unknown", "disabled", "invited", "resident", ""])
def test_name_that_cannot_sign_in_looks_like_an_unknown_one(db: Session, name: str) -> None:
    make_worker(db, Role.ADMINISTRATOR)
    disable_staff(db, SYSTEM, make_worker(db, Role.DESK_CLERK, "disabled").account_id)
    make_worker(db, Role.DESK_CLERK, "invited", is_enrolled=False)
    db.add(
        Account(
            kind="resident", login_name="resident", password_hash="x", preferences={}, created_at=clock.now()
        )
    )
    db.flush()
    assert find_credentials(db, name) == Credentials(None, None)


def test_login_name_is_found_whatever_its_capitals_and_spaces(db: Session) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    assert find_credentials(db, " Desk-Clerk ").account_id == worker.account_id


def test_account_disabled_between_the_two_steps_does_not_get_in(db: Session) -> None:
    make_worker(db, Role.ADMINISTRATOR)
    worker = make_worker(db, Role.DESK_CLERK)
    ticket = ticket_of(db, worker)
    disable_staff(db, SYSTEM, worker.account_id)
    db.flush()
    assert sign_in_staff(db, ticket, code_now()) is None


def test_refusals_stand_in_the_audit_of_the_account(db: Session) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    refuse_password(db, worker.account_id)
    refuse_password(db, None)
    sign_in_staff(db, ticket_of(db, worker), "000000")
    events = db.scalars(select(AuditEvent).where(AuditEvent.tag == "session:refuse")).all()
    assert [event.stream for event in events] == [f"account:{worker.account_id}"] * 2


def test_someone_with_several_posts_chooses_after_signing_in(db: Session) -> None:
    worker = make_worker(db, Role.DESK_CLERK)
    give_post(db, worker.account_id, Role.TOWNSHIP_CLERK)
    token = sign_in_staff(db, ticket_of(db, worker), code_now())
    db.flush()
    session = find_session(db, token or "")
    assert session is not None
    assert session.role is None
