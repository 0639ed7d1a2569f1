"""Passkeys: only for our address, this browser, this purpose, once; bad answers of any kind are refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.usecases.passkeys import (
    MOST,
    Site,
    add_passkey,
    creation_options,
    list_passkeys,
    remove_passkey,
    request_options,
    use_passkey,
)
from portal.usecases.proving import prove_with_passkey
from portal.usecases.sessions import find_session, open_session
from portal.usecases.staff import disable_staff
from portal.usecases.staff_sign_in import sign_in_with_passkey
from tests.support.passkeys import Device
from tests.support.workers import Worker, make_worker

pytestmark = pytest.mark.one_database

SITE = Site("localhost", "http://localhost", "一窗通办", "browser one")
OTHER_BROWSER = replace(SITE, browser="browser two")


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:10+08:00")


@pytest.fixture
def worker(db: Session) -> Worker:
    make_worker(db, Role.ADMINISTRATOR, "chief")
    return make_worker(db, Role.DESK_CLERK)


def give(db: Session, worker: Worker, device: Device | None = None) -> Device:
    device = device or Device()
    add_passkey(db, worker.actor, SITE, device.make(creation_options(db, worker.actor, SITE)), "我的手机")
    db.flush()
    return device


def test_passkey_opens_the_door_without_password_or_code(db: Session, worker: Worker) -> None:
    device = give(db, worker)
    token = sign_in_with_passkey(db, SITE, device.show(request_options(db, SITE, "sign_in")))
    assert token is not None
    opened = find_session(db, token)
    assert opened is not None
    assert (opened.account_id, opened.way) == (worker.account_id, "passkey")


def test_answer_opens_once_and_its_challenge_half_an_hour(
    db: Session, worker: Worker, clock_at: Callable[..., None]
) -> None:
    device = give(db, worker)
    answer = device.show(request_options(db, SITE, "sign_in"))
    assert sign_in_with_passkey(db, SITE, answer)
    device.count = 10
    assert sign_in_with_passkey(db, SITE, answer) is None
    options = request_options(db, SITE, "sign_in")
    clock_at(clock.now() + timedelta(minutes=31))
    assert sign_in_with_passkey(db, SITE, device.show(options)) is None


def test_challenge_of_another_browser_or_purpose_opens_nothing(db: Session, worker: Worker) -> None:
    device = give(db, worker)
    for options in (
        request_options(db, OTHER_BROWSER, "sign_in"),
        request_options(db, SITE, "prove"),
        creation_options(db, worker.actor, SITE),
        json.dumps({"challenge": "AAAA"}),
    ):
        assert sign_in_with_passkey(db, SITE, device.show(options)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://localhost.example"},
        {"host": "example.org"},
        {"is_unlocked": False},
        {"count": -1},
    ],
    ids=["false page", "other site", "not unlocked", "copied device"],
)
def test_answer_that_is_not_right_in_every_part_opens_nothing(
    db: Session, worker: Worker, changed: dict[str, object]
) -> None:
    device = give(db, worker)
    for name, value in changed.items():
        setattr(device, name, value)
    assert sign_in_with_passkey(db, SITE, device.show(request_options(db, SITE, "sign_in"))) is None


def test_signature_of_another_key_opens_nothing(db: Session, worker: Worker) -> None:
    device = give(db, worker)
    thief = Device(id=device.id)
    thief.count = 5
    assert use_passkey(db, SITE, "sign_in", thief.show(request_options(db, SITE, "sign_in"))) is None


def test_disabled_account_is_not_opened_by_its_passkey(db: Session, worker: Worker) -> None:
    device = give(db, worker)
    chief = make_worker(db, Role.ADMINISTRATOR, "second").actor
    disable_staff(db, chief, worker.account_id)
    assert sign_in_with_passkey(db, SITE, device.show(request_options(db, SITE, "sign_in"))) is None


def test_one_device_is_added_once_and_each_account_has_ten_at_most(db: Session, worker: Worker) -> None:
    device = give(db, worker)
    with pytest.raises(Invalid):
        give(db, worker, device)
    for _ in range(MOST - 1):
        give(db, worker)
    with pytest.raises(Conflict):
        give(db, worker)


def test_removed_passkey_opens_nothing_and_only_its_owner_removes_it(db: Session, worker: Worker) -> None:
    device = give(db, worker)
    passkey = list_passkeys(db, worker.actor)[0]
    other = make_worker(db, Role.HOSPITAL)
    with pytest.raises(NotFound):
        remove_passkey(db, other.actor, passkey.id)
    remove_passkey(db, worker.actor, passkey.id)
    db.flush()
    assert sign_in_with_passkey(db, SITE, device.show(request_options(db, SITE, "sign_in"))) is None
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"account:{worker.account_id}"))
    assert {"staff:add_passkey", "staff:remove_passkey"} <= set(tags)


def test_passkey_of_a_colleague_proves_nothing_in_my_session(db: Session, worker: Worker) -> None:
    other = make_worker(db, Role.HOSPITAL)
    device = give(db, other)
    token = open_session(db, db.get_one(Account, worker.account_id), "password")
    session = find_session(db, token)
    assert session is not None
    answer = device.show(request_options(db, SITE, "prove", other.account_id))
    assert not prove_with_passkey(db, SITE, answer, worker.account_id, session.session_id)


NOISE = st.one_of(
    st.text(max_size=200),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    ).map(json.dumps),
)


@settings(max_examples=60)
@given(noise=NOISE)
def test_noise_in_place_of_an_answer_is_refused_quietly(noise: str) -> None:
    db = _Nothing()
    assert use_passkey(db, SITE, "sign_in", noise) is None  # type: ignore[arg-type]


def test_answer_with_damaged_parts_is_refused_quietly(db: Session, worker: Worker) -> None:
    chance = Random(20261123)
    device = give(db, worker)
    shown = device.show(request_options(db, SITE, "sign_in"))
    made = Device().make(creation_options(db, worker.actor, SITE))
    for answer in (shown, made):
        for _ in range(150):
            at = chance.randrange(len(answer))
            damaged = answer[:at] + chance.choice('A_"{}0,é') + answer[at + chance.randrange(3) :]
            if damaged == answer:
                continue
            if answer is shown:
                assert use_passkey(db, SITE, "prove", damaged) is None
            else:
                with pytest.raises(Invalid):
                    add_passkey(db, worker.actor, OTHER_BROWSER, damaged, "x")


class _Nothing:
    """A database in which nobody has a passkey."""

    def scalar(self, _query: object) -> None:
        return None
