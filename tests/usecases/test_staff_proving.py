"""Codes on paper, the lock of a silent session, and proofs that grow old."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.store import Store
from portal.store.accounts import Account, SignInSession
from portal.store.audit import AuditEvent
from portal.store.staff_keys import PrintedCode
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.enrolment import enrol, get_enrolment
from portal.usecases.own_sessions import list_sessions
from portal.usecases.passkeys import Site, add_passkey, creation_options, request_options
from portal.usecases.passwords import hash_password
from portal.usecases.printed_codes import (
    CARD_CODES,
    RECOVERY_CODES,
    SheetLeft,
    find_left,
    make_card,
    make_recovery_codes,
    withdraw_card,
)
from portal.usecases.proving import accept_proof, is_proof_fresh, lock_session
from portal.usecases.sessions import find_locked_session, find_session, open_session
from portal.usecases.staff import create_staff, disable_staff
from portal.usecases.staff_sign_in import (
    CodeKind,
    accept_password,
    find_credentials,
    sign_in_staff,
    sign_in_with_passkey,
)
from portal.usecases.units import load_region
from tests.support.at_once import at_once
from tests.support.passkeys import Device
from tests.support.workers import PASSWORD, Worker, code_now, demo_region, make_worker

START = "2026-11-23T12:00:10+08:00"
SITE = Site("localhost", "http://localhost", "一窗通办", "browser")


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at(START)


@pytest.fixture
def chief(db: Session) -> Worker:
    return make_worker(db, Role.ADMINISTRATOR, "chief")


@pytest.fixture
def clerk(db: Session, chief: Worker) -> Worker:
    return make_worker(db, Role.DESK_CLERK, "clerk")


def try_code(db: Session, worker: Worker, code: str, kind: CodeKind) -> str | None:
    return sign_in_staff(db, accept_password(db, worker.account_id), code, kind)


def opened(db: Session, worker: Worker) -> tuple[str, int]:
    """A session's token and number."""
    token = open_session(db, db.get_one(Account, worker.account_id), "password", role_id=worker.role_id)
    db.flush()
    session = find_session(db, token)
    assert session is not None
    return token, session.session_id


def test_each_recovery_code_opens_once_in_any_order_however_it_is_typed(db: Session, clerk: Worker) -> None:
    codes = make_recovery_codes(db, clerk.actor)
    assert len(set(codes)) == RECOVERY_CODES
    assert try_code(db, clerk, f" {codes[7].lower().replace('-', ' ')} ", "recovery")
    assert try_code(db, clerk, codes[7], "recovery") is None
    assert try_code(db, clerk, codes[2].translate({ord("-"): "－"}), "recovery")
    assert find_left(db, clerk.account_id, "recovery") == SheetLeft(RECOVERY_CODES - 2, None)


def test_new_recovery_codes_make_the_old_ones_worthless_and_none_is_kept_readable(
    db: Session, clerk: Worker
) -> None:
    old = make_recovery_codes(db, clerk.actor)
    new = make_recovery_codes(db, clerk.actor)
    assert try_code(db, clerk, old[0], "recovery") is None
    kept = db.scalars(select(PrintedCode.code_hash)).all()
    assert len(kept) == RECOVERY_CODES
    assert not set(kept) & {*new, *(code.replace("-", "") for code in new)}
    assert try_code(db, clerk, new[0], "recovery")


def test_recovery_code_of_a_colleague_opens_nothing(db: Session, chief: Worker, clerk: Worker) -> None:
    codes = make_recovery_codes(db, chief.actor)
    make_recovery_codes(db, clerk.actor)
    assert try_code(db, clerk, codes[0], "recovery") is None


def test_card_opens_in_its_order_only(db: Session, chief: Worker, clerk: Worker) -> None:
    codes = make_card(db, chief.actor, clerk.account_id)
    assert len(codes) == CARD_CODES
    assert find_left(db, clerk.account_id, "card").due == 1
    if codes[1] != codes[0]:
        assert try_code(db, clerk, codes[1], "card") is None
    assert try_code(db, clerk, codes[0], "card")
    assert find_left(db, clerk.account_id, "card") == SheetLeft(CARD_CODES - 1, 2)
    assert try_code(db, clerk, codes[1], "card")


def test_withdrawn_card_opens_nothing(db: Session, chief: Worker, clerk: Worker) -> None:
    codes = make_card(db, chief.actor, clerk.account_id)
    withdraw_card(db, chief.actor, clerk.account_id)
    assert try_code(db, clerk, codes[0], "card") is None
    assert find_left(db, clerk.account_id, "card").is_none


def test_nobody_makes_a_card_for_themselves_or_without_being_administrator(
    db: Session, chief: Worker, clerk: Worker
) -> None:
    with pytest.raises(NotAllowed):
        make_card(db, chief.actor, chief.account_id)
    with pytest.raises(NotAllowed):
        make_card(db, clerk.actor, chief.account_id)
    disable_staff(db, chief.actor, clerk.account_id)
    with pytest.raises(Conflict):
        make_card(db, chief.actor, clerk.account_id)


def test_who_has_no_telephone_enrols_with_a_card_and_signs_in_with_it(db: Session, chief: Worker) -> None:
    load_region(db, demo_region())
    link = create_staff(db, chief.actor, "newcomer", "示例新人", Role.DESK_CLERK, "desk_dongfeng")
    account = db.scalars(select(Account).where(Account.login_name == "newcomer")).one()
    codes = make_card(db, chief.actor, account.id)
    assert get_enrolment(db, link).card_due == 1
    with pytest.raises(Invalid):
        enrol(db, link, "hash", codes[0][::-1] + "x", by_card=True)
    assert find_session(db, enrol(db, link, hash_password(PASSWORD), codes[0], by_card=True))
    assert find_credentials(db, "newcomer").account_id == account.id
    ticket = accept_password(db, account.id)
    assert sign_in_staff(db, ticket, codes[1], "card")


def test_new_enrolment_makes_passkeys_and_recovery_codes_worthless(db: Session, chief: Worker) -> None:
    load_region(db, demo_region())
    link = create_staff(db, SYSTEM, "newcomer", "示例新人", Role.DESK_CLERK, "desk_dongfeng")
    account = db.scalars(select(Account).where(Account.login_name == "newcomer")).one()
    worker = Worker(account.id, "newcomer", None, Actor("staff", account.id))
    device = Device()
    add_passkey(db, worker.actor, SITE, device.make(creation_options(db, worker.actor, SITE)), "旧手机")
    codes = make_recovery_codes(db, worker.actor)
    enrol(db, link, "hash", code_now(get_enrolment(db, link).secret))
    assert sign_in_with_passkey(db, SITE, device.show(request_options(db, SITE, "sign_in"))) is None
    assert try_code(db, worker, codes[0], "recovery") is None


@pytest.mark.postgres
def test_of_two_with_the_same_paper_code_one_gets_in(store: Store) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
        clerk = make_worker(db, Role.DESK_CLERK, "clerk")
        code = make_recovery_codes(db, clerk.actor)[0]
        tickets = [accept_password(db, clerk.account_id) for _ in range(2)]

    def attempt(number: int) -> str | None:
        with store.transaction() as db:
            return sign_in_staff(db, tickets[number], code, "recovery")

    assert sorted(token is None for token in at_once(attempt, 2)) == [False, True]


@pytest.mark.postgres
def test_of_two_with_the_same_answer_of_a_device_one_gets_in(store: Store) -> None:
    with store.transaction() as db:
        make_worker(db, Role.ADMINISTRATOR, "chief")
        clerk = make_worker(db, Role.DESK_CLERK, "clerk")
        device = Device()
        made = device.make(creation_options(db, clerk.actor, SITE))
        add_passkey(db, clerk.actor, SITE, made, "手机")
        answer = device.show(request_options(db, SITE, "sign_in"))

    def attempt(_number: int) -> str | None:
        with store.transaction() as db:
            return sign_in_with_passkey(db, SITE, answer)

    assert sorted(token is None for token in at_once(attempt, 2)) == [False, True]


def test_silent_session_of_staff_locks_and_a_proof_opens_it_again(
    db: Session, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    token, number = opened(db, clerk)
    assert find_locked_session(db, token) is None
    clock_at(clock.now() + timedelta(minutes=31))
    assert find_session(db, token) is None
    locked = find_locked_session(db, token)
    assert locked is not None
    assert (locked.session_id, locked.login_name) == (number, "clerk")
    new = accept_proof(db, clerk.account_id, number, "password")
    opened_again = find_session(db, new)
    assert opened_again is not None
    assert opened_again.session_id == number
    assert find_locked_session(db, new) is None
    assert find_session(db, token) is None
    assert find_locked_session(db, token) is None


def test_session_locked_by_hand_is_locked_at_once_and_still_listed(db: Session, clerk: Worker) -> None:
    token, number = opened(db, clerk)
    lock_session(db, clerk.actor, number)
    assert find_session(db, token) is None
    assert find_locked_session(db, token)
    assert [one.id for one in list_sessions(db, clerk.actor)] == [number]


def test_lock_ends_with_the_session_the_account_or_the_demonstration(
    db: Session, chief: Worker, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    token, number = opened(db, clerk)
    shown = open_session(db, db.get_one(Account, clerk.account_id), "demo", role_id=clerk.role_id)
    clock_at(clock.now() + timedelta(hours=1))
    assert find_locked_session(db, shown) is None
    assert find_locked_session(db, token)
    disable_staff(db, chief.actor, clerk.account_id)
    assert find_locked_session(db, token) is None
    other, _number = opened(db, chief)
    clock_at(clock.now() + timedelta(hours=13))
    assert find_locked_session(db, other) is None
    assert db.get_one(SignInSession, number).revoked_at


def test_proof_speaks_for_ten_minutes_and_is_recorded(
    db: Session, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    token, number = opened(db, clerk)
    for minutes, is_fresh in ((10, True), (1, False)):
        clock_at(clock.now() + timedelta(minutes=minutes))
        session = find_session(db, token)
        assert session is not None
        assert is_proof_fresh(session) is is_fresh
    session = find_session(db, accept_proof(db, clerk.account_id, number, "password"))
    assert session is not None
    assert is_proof_fresh(session)
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"account:{clerk.account_id}")).all()
    assert tags[-1] == "session:prove"
