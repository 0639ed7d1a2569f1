"""What an attacker tried and what must never work again: limits, odd addresses, bodies, logs, traces."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import portal.app
from portal.catalogue.model import Role
from portal.config import Settings
from portal.gateways.errors import PermanentFailure
from portal.rules.references import grouped
from portal.store import Store
from portal.store.accounts import Account, Contact
from portal.store.applications import Application, Decision, Slip
from portal.store.audit import AuditEvent
from portal.usecases.outbox import NO_SUCH_MAILBOX, Outgoing, note_outcome
from portal.usecases.sessions import open_session
from portal.web.access import public
from tests.support.client import CheckingClient
from tests.support.office import DESK, prepare, resident, sign_in_staff, submitted
from tests.support.people import parts_of
from tests.usecases.sign_in_support import MAIL, messages
from tests.web.account_support import newest_code, sign_in, store_of

pytestmark = pytest.mark.one_database

WRONG_CODE = "22222222"


@pytest.fixture
def signed_in(app: Flask, client: CheckingClient) -> CheckingClient:
    sign_in(app, client)
    return client


def tags_of(store: Store) -> list[str]:
    with store.reading() as db:
        return list(db.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


def handed_in(app: Flask) -> str:
    """The reference of an application whose applicant is the only resident."""
    with store_of(app).transaction() as db:
        prepare(db)
        return submitted(db, resident(db)).reference


def browser_of_applicant(app: Flask) -> CheckingClient:
    with store_of(app).transaction() as db:
        account = db.scalars(select(Account).where(Account.kind == "resident")).one()
        token = open_session(db, account, "code")
    browser = CheckingClient(app)
    browser.browser.set_cookie("session", token)
    return browser


def test_look_up_is_limited_however_the_reference_is_written(app: Flask, client: CheckingClient) -> None:
    reference = handed_in(app)
    ways = [reference, grouped(reference), *(f"{reference[:n]} {reference[n:]}" for n in range(1, 10))]
    client.get("/status")
    token = client.token
    statuses = [
        client.browser.post("/status", data={"csrf_token": token, "reference": way, "code": WRONG_CODE})
        for way in ways
    ]
    assert [one.status_code for one in statuses] == [422] * 10 + [429]


def test_code_for_a_new_contact_opens_nothing_at_the_door(signed_in: CheckingClient) -> None:
    signed_in.get("/account/contacts/add")
    signed_in.submit("发验证码", {"contact": MAIL})
    token = signed_in.token
    signed_in.post("/sign-in/code", {"csrf_token": token, "code": "123456"}, has_token=False)
    assert "/code" not in signed_in.path
    signed_in.post("/sign-in/code/again", {"csrf_token": token}, has_token=False)
    assert "/code" not in signed_in.path
    assert signed_in.browser.get("/sign-in/old-number").status_code == 303


@pytest.mark.parametrize("place", ["notices", "contacts"])
@pytest.mark.parametrize("number", [2**63, 10**30])
def test_number_that_no_row_can_have_is_no_address(
    signed_in: CheckingClient, place: str, number: int
) -> None:
    signed_in.get(f"/account/{place}/{number}", expect=404)


@pytest.mark.parametrize("odd", ["%0d%0aX-Odd:1", "%0d%0a", "%00", "%2F%2Fevil.example", "%E2%80%A8"])
def test_post_without_token_to_an_odd_address_never_fails_nor_leads_away(
    signed_in: CheckingClient, odd: str
) -> None:
    for address in (f"/apply/{odd}/080392358485/p_name", f"/sign-in/link/{odd}", f"//{odd}/x"):
        answer = signed_in.browser.post(address, data={"a": "b"})
        assert answer.status_code < 500
        assert "X-Odd" not in answer.headers
        assert 'action="//' not in answer.get_data(as_text=True)


@pytest.mark.postgres
def test_post_without_token_to_an_address_with_nul_is_no_failure_on_postgresql(
    tmp_path: Path, settings: Settings, postgres_url: str
) -> None:
    app = portal.app.create_app(replace(settings, database_url=postgres_url))
    client = CheckingClient(app)
    sign_in(app, client)
    assert client.browser.post("/apply/zj-01/%00/p_name", data={"a": "b"}).status_code == 403
    store_of(app).close()


def test_reference_with_a_line_end_is_answered_with_the_clean_address(app: Flask) -> None:
    reference = handed_in(app)
    odd = f"{reference[:4]}%0d%0a{reference[4:]}"
    owner = browser_of_applicant(app)
    owner.get(f"/account/applications/{reference}")
    answer = owner.browser.post(
        f"/account/applications/{odd}/slip", data={"csrf_token": owner.token, "is_off": "1"}
    )
    assert answer.headers["Location"] == f"/account/applications/{reference}"


def test_staff_taking_a_reference_with_a_line_end_is_no_failure(app: Flask) -> None:
    reference = handed_in(app)
    with store_of(app).transaction() as db:
        _, token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
    clerk = CheckingClient(app)
    clerk.browser.set_cookie("session", token)
    clerk.get(f"/desk/applications/{reference}")
    odd = f"{reference[:4]}%0d%0a{reference[4:]}"
    answer = clerk.browser.post(f"/desk/applications/{odd}/claim", data={"csrf_token": clerk.token})
    assert answer.status_code == 303


def test_head_with_a_body_decides_nothing(app: Flask) -> None:
    reference = handed_in(app)
    store = store_of(app)
    with store.transaction() as db:
        _, token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
    clerk = CheckingClient(app)
    clerk.browser.set_cookie("session", token)
    clerk.get(f"/desk/applications/{reference}")
    clerk.post(f"/desk/applications/{reference}/claim", {})
    with store.reading() as db:
        version = db.scalars(select(Application.version)).one()
    body = {"do": "confirm", "outcome": "forward", "version": str(version), "shown": ""}
    clerk.browser.head(f"/desk/applications/{reference}", data=body)
    with store.reading() as db:
        assert db.scalars(select(Decision)).all() == []


def test_thousands_of_fields_are_refused_before_they_are_read(client: CheckingClient) -> None:
    answer = client.browser.post(
        "/sign-in", data=b"a=&" * 5000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert len(answer.data) < 20_000


@pytest.mark.parametrize(
    "address",
    ["/sign-in", "/sign-in/code", "/sign-in/password", "/staff/sign-in", "/staff/enrol/x", "/status"],
)
def test_pages_where_people_show_who_they_are_are_never_stored(client: CheckingClient, address: str) -> None:
    assert client.browser.get(address).headers["Cache-Control"] == "no-store"


def test_answer_to_a_post_is_never_stored(client: CheckingClient) -> None:
    answer = client.browser.post("/questions", data={"what": "示例"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_log_of_a_failure_says_where_but_nothing_that_was_typed(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = portal.app.create_app(settings)

    @app.get("/broken")
    @public
    def broken() -> str:
        try:
            raise KeyError("19900000001")
        except KeyError as cause:
            raise ValueError("示例王小明") from cause

    with caplog.at_level(logging.DEBUG):
        assert app.test_client().get("/broken").status_code == 500
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "test_attacks.py" in caplog.text
    said = "\n".join(line for line in caplog.text.splitlines() if "raise " not in line)
    assert "示例王小明" not in said
    assert "19900000001" not in said


def test_database_errors_never_carry_what_was_written(app: Flask) -> None:
    assert parts_of(app).store.engine.hide_parameters


def test_switching_the_slip_off_and_on_leaves_a_trace(app: Flask) -> None:
    reference = handed_in(app)
    owner = browser_of_applicant(app)
    owner.get(f"/account/applications/{reference}")
    for is_off in ("1", "1", "0"):
        owner.post(f"/account/applications/{reference}/slip", {"is_off": is_off})
    found = [tag for tag in tags_of(store_of(app)) if tag.startswith("slip:")]
    assert found == ["slip:off", "slip:on"]
    with store_of(app).reading() as db:
        assert db.scalars(select(Slip.is_off)).one() is False


def test_confirming_a_number_again_leaves_a_trace(app: Flask, signed_in: CheckingClient) -> None:
    with store_of(app).reading() as db:
        contact = db.scalars(select(Contact.id)).one()
    signed_in.get("/account/contacts")
    signed_in.post(f"/account/contacts/{contact}/confirm", {})
    signed_in.submit("确认", {"code": newest_code(app)})
    assert "contact:confirm" in tags_of(store_of(app))


def test_contact_frozen_by_a_bounce_leaves_a_trace(app: Flask, client: CheckingClient) -> None:
    sign_in(app, client, MAIL)
    store = store_of(app)
    with store.transaction() as db:
        message = messages(db)[-1]
        message.account_id = db.scalars(select(Contact.account_id)).one()
        message.state, message.attempts = "sending", 1
        sent = Outgoing(message.id, 1, "x", "mail", MAIL, "", "")
    with store.transaction() as db:
        note_outcome(db, sent, PermanentFailure(next(iter(NO_SUCH_MAILBOX))))
    assert tags_of(store)[-1] == "contact:freeze"
