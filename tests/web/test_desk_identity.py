"""Confirming an identity at the counter, in the browser."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import Account
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from tests.support.client import CheckingClient
from tests.support.pages import HOSTILE_TEXT
from tests.support.workers import Worker, make_worker, sign_in

pytestmark = pytest.mark.one_database

NUMBER = "880000195001010013"
SPACED = "８８００００ 19500101 0013"


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:00+08:00")


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["portal"].store
    return found


@pytest.fixture
def clerk(app: Flask, client: CheckingClient, store: Store) -> Worker:
    with store.transaction() as db:
        worker = make_worker(db, Role.DESK_CLERK, name="示例窗口")
    sign_in(app, client, worker)
    return worker


def resident(store: Store, phone: str) -> int:
    with store.transaction() as db:
        account = Account(kind="resident", preferences={}, created_at=clock.now())
        db.add(account)
        db.flush()
        new_contact(db, account, TypedContact("phone", phone))
        return account.id


def look_up(client: CheckingClient, phone: str, expect: int = 200) -> None:
    client.get("/desk/identity")
    client.submit("用号码查找", {"contact": phone}, expect)


def confirm(client: CheckingClient, expect: int = 200, **changed: object) -> None:
    filled = {"id_type": "resident", "name": "示例王小明", "id_number": SPACED, "is_same": True, **changed}
    client.submit("确认身份", filled, expect)  # type: ignore[arg-type]


def test_account_is_found_by_phone_and_proven(client: CheckingClient, clerk: Worker, store: Store) -> None:
    account_id = resident(store, "19900000101")
    look_up(client, "１９９ 0000 0101")
    assert "手机尾号0101" in client.text
    assert "19900000101" not in client.text
    assert str(client.path).startswith("/desk/identity/")
    confirm(client)
    assert client.heading() == "身份已核实"
    with store.reading() as db:
        account = db.get_one(Account, account_id)
        assert (account.identity_level, account.proven_by) == ("proven", "desk")


@pytest.mark.parametrize("typed", ["", "19900000999", "12345", "0571-87654321", HOSTILE_TEXT])
def test_account_that_is_not_found_is_explained(client: CheckingClient, clerk: Worker, typed: str) -> None:
    look_up(client, typed, expect=422)
    assert client.one("#errors a[href='#contact']")


@pytest.mark.parametrize(
    ("reference", "code"),
    [("", ""), ("261122045738", "ABCDEFGH"), ("nonsense", "23456789"), (HOSTILE_TEXT, "x")],
)
def test_slip_that_does_not_fit_is_explained(
    client: CheckingClient, clerk: Worker, reference: str, code: str
) -> None:
    client.get("/desk/identity")
    client.submit("用收件号查找", {"reference": reference, "slip_code": code}, 422)
    assert client.page.select("#errors a")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"is_same": False}, "is-same"),
        ({"id_number": "880000195001010010"}, "id-number"),
        ({"id_number": ""}, "id-number"),
        ({"id_type": "taiwan"}, "id-number"),
        ({"name": ""}, "name"),
        ({"name": "示例窗口"}, "name"),
    ],
)
def test_nothing_is_proven_until_everything_is_right(
    client: CheckingClient, clerk: Worker, store: Store, changed: dict[str, object], field: str
) -> None:
    account_id = resident(store, "19900000101")
    look_up(client, "19900000101")
    confirm(client, 422, **changed)
    assert client.one(f"#errors a[href='#{field}']")
    with store.reading() as db:
        assert db.get_one(Account, account_id).identity_level == "unproven"


def test_second_account_with_one_number_is_handed_on(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    resident(store, "19900000101")
    resident(store, "19900000102")
    look_up(client, "19900000101")
    confirm(client)
    look_up(client, "19900000102")
    confirm(client, 409)
    assert "县残联核查" in client.text
    look_up(client, "19900000101")
    assert "身份已核实" in client.text
    confirm(client)
    assert client.heading() == "这个账户以前已经核实"


def test_ticket_is_of_one_session_and_for_half_an_hour(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store, clock_at: Callable[..., None]
) -> None:
    account_id = resident(store, "19900000101")
    look_up(client, "19900000101")
    ticket = client.path
    carried = base64.urlsafe_b64decode(ticket.rpartition("/")[2])
    assert f"[{account_id}".encode() not in carried, "whose account it is can be read by us alone"
    other = CheckingClient(app)
    sign_in(app, other, clerk)
    other.get(ticket)
    assert other.path == "/desk/identity"
    client.get("/desk/identity/made-up")
    assert client.path == "/desk/identity"
    clock_at(clock.now() + timedelta(minutes=31))
    sign_in(app, client, clerk)
    client.get(ticket)
    assert client.path == "/desk/identity"


def test_too_many_lookups_wait(client: CheckingClient, clerk: Worker) -> None:
    for _ in range(60):
        client.get("/desk/identity")
        client.submit("用号码查找", {"contact": "19900000999"}, 422)
    look_up(client, "19900000999", expect=429)


@pytest.mark.parametrize(
    "role", [None, Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER, Role.HOSPITAL, Role.ADMINISTRATOR]
)
def test_everyone_away_from_a_counter_is_refused(
    app: Flask, client: CheckingClient, store: Store, role: Role | None
) -> None:
    with store.transaction() as db:
        worker = make_worker(db, role)
    sign_in(app, client, worker)
    client.get("/desk/identity", expect=403)
    client.post("/desk/identity", {"by": "contact", "contact": "19900000101"}, expect=403)
    client.get("/desk/identity/anything", expect=403)


def test_identity_pages_speak_english(client: CheckingClient, clerk: Worker, store: Store) -> None:
    resident(store, "19900000101")
    look_up(client, "19900000101")
    client.language = "en"
    client.get(f"{client.path}?language=en")
    client.get("/desk/identity")
