"""The sheet for homes without network over HTTP: prepared, sent once, mended, and nobody else's."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.catalogue.model import Role
from portal.rules.references import grouped, new_reference
from portal.store.accounts import StaffRole
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.offline_sheets import OfflineSheet
from portal.store.visits import Visit
from portal.usecases.offline_sheets import prepare_sheet
from portal.web.offline_questions import VisitForm
from tests.support.client import CheckingClient
from tests.support.office import CATALOGUE, REGION, prepare
from tests.support.people import officer, parts_of
from tests.support.visits import staff_at

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

ID = "880000199001010011"
HEAD = {"received_on": "2026-11-23", "seen": "none"}
SEEN = HEAD | {"seen": "document", "id_type": "resident", "seen_name": "示例张三", "id_number": ID}
HOME = "/desk/offline/"


@pytest.fixture
def liaison(app: Flask) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        prepare(db)
    return staff_at(app, "liaison", Role.LIAISON)


def prepared(client: CheckingClient, service: str = "zj-01", acting: str = "self") -> str:
    client.get(HOME)
    client.submit("准备这张离线表", {"appointment": "none", "acting": acting, "service": service})
    found = re.fullmatch(r"/desk/offline/sheets/(\d{12})", client.path)
    assert found is not None, client.path
    return found[1]


def send(client: CheckingClient, serial: str, fields: Mapping[str, Any], expect: int = 200) -> None:
    """As the script of the sheet does: a fresh token from the page of all sheets, then the post."""
    client.get(HOME)
    client.post(f"{HOME}sheets/{serial}", dict(fields), expect)


def begun(app: Flask) -> list[Application]:
    with parts_of(app).store.reading() as db:
        return list(db.scalars(select(Application)))


@pytest.fixture
def serial(liaison: CheckingClient) -> str:
    return prepared(liaison)


def test_page_that_a_device_keeps_names_nobody(liaison: CheckingClient, serial: str) -> None:
    for path in (f"{HOME}sheets/{serial}", f"{HOME}device"):
        answer = liaison.get(path)
        assert "liaison（示例）" not in answer.text
        assert "worker-src 'self'" in answer.response.headers["Content-Security-Policy"]


def test_sheet_asks_every_question_of_the_service(liaison: CheckingClient, serial: str) -> None:
    names = {str(one.get("name")) for one in liaison.page.select("#sheet-form [name]")}
    definition = CATALOGUE.definition("zj-01", REGION.code)
    asked = {
        field.id
        for page in definition.pages
        for field in page.fields
        if field.kind not in ("documents", "group")
    }
    of_representatives = {field.id for page in definition.pages if page.when for field in page.fields}
    assert asked - names <= of_representatives
    assert not liaison.page.select("#sheet-form [name=find], #sheet-form [name=add]")


def test_names_of_the_visit_are_no_names_of_questions() -> None:
    own = {one.name for one in VisitForm()}
    for code in REGION.services:
        definition = CATALOGUE.definition(code, REGION.code)
        assert own.isdisjoint(field.id for page in definition.pages for field in page.fields), code


def test_sent_sheet_is_a_draft_beside_whose_document_was_seen(
    app: Flask, liaison: CheckingClient, serial: str
) -> None:
    send(liaison, serial, SEEN | {"p_name": "示例张三", "p_id_type": "resident", "p_id_no": ID})
    assert re.fullmatch(r"/desk/visits/[^/]+/apply/zj-01/\d{12}", liaison.path)
    [application] = begun(app)
    told = str(grouped(application.reference))
    assert told in liaison.one("main .notice").get_text()
    assert "还没有提交" in liaison.one("main .notice").get_text()
    with parts_of(app).store.reading() as db:
        sheet = db.scalars(select(OfflineSheet)).one()
        visit = db.scalars(select(Visit)).one()
        event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "sheet:take")).one()
    assert (application.state, application.channel) == ("draft", "home_visit")
    assert (sheet.application_id, sheet.identity_seen) == (application.id, "document")
    assert (visit.channel, visit.identity_seen, visit.account_id) == (
        "home_visit",
        "document",
        application.account_id,
    )
    assert event.stream == f"application:{application.reference}"
    liaison.get(liaison.path + "/part/person")
    assert liaison.one("#p-name")["value"] == "示例张三"


def test_sheet_that_is_sent_twice_is_one_application(
    app: Flask, liaison: CheckingClient, serial: str
) -> None:
    send(liaison, serial, HEAD)
    first = liaison.path
    send(liaison, serial, HEAD)  # the reply was lost on the way; the visit of the first time is open
    assert liaison.path.rsplit("/", 1)[1] == first.rsplit("/", 1)[1]
    assert len(begun(app)) == 1


def test_what_is_wrong_is_named_and_nothing_is_lost(app: Flask, liaison: CheckingClient, serial: str) -> None:
    typed = SEEN | {"p_name": "示例张三", "p_id_type": "resident", "p_id_no": "88000019"}
    send(liaison, serial, typed | {"received_on": "2026-11-24"}, 422)
    # The visit is asked about first; its day is judged once the rest is good.
    assert liaison.one("#p-id-no")["value"].replace(" ", "") == "88000019"
    assert liaison.one("#p-name")["value"] == "示例张三"
    assert [str(one["href"]) for one in liaison.page.select("#errors a")] == ["#p-id-no"]
    send(liaison, serial, typed | {"p_id_no": ID, "received_on": "2026-11-24"}, 422)
    assert [str(one["href"]) for one in liaison.page.select("#errors a")] == ["#received-on"]
    assert begun(app) == []


def test_blank_original_is_asked_for_when_one_was_seen(liaison: CheckingClient, serial: str) -> None:
    send(liaison, serial, HEAD | {"seen": "document"}, 422)
    hrefs = [str(one["href"]) for one in liaison.page.select("#errors a")]
    assert hrefs == ["#id-type", "#seen-name", "#id-number"]


def test_sheet_of_a_colleague_and_one_that_never_was_are_not_found(
    app: Flask, liaison: CheckingClient, serial: str
) -> None:
    colleague = staff_at(app, "colleague", Role.DESK_CLERK)
    colleague.get(f"{HOME}sheets/{serial}", expect=404)
    send(colleague, serial, HEAD, 404)
    liaison.get(f"{HOME}sheets/{new_reference()}", expect=404)
    assert begun(app) == []
    with parts_of(app).store.reading() as db:
        refused = select(func.count()).where(AuditEvent.tag.like("%refuse%"))
        assert (db.scalar(refused) or 0) >= 3


def test_sheet_waits_while_somebody_else_is_received(
    app: Flask, liaison: CheckingClient, serial: str
) -> None:
    other = prepared(liaison)
    send(liaison, serial, HEAD)
    send(liaison, other, HEAD, 409)
    assert "正在接待另一位来人" in liaison.text
    assert len(begun(app)) == 1


def test_sheet_whose_draft_was_handed_in_or_is_gone_says_so(
    app: Flask, liaison: CheckingClient, serial: str
) -> None:
    send(liaison, serial, HEAD)
    liaison.submit("下一位，结束这次接待")
    with parts_of(app).store.transaction() as db:
        db.scalars(select(OfflineSheet)).one().application_id = None
    send(liaison, serial, HEAD, 409)
    assert liaison.page.select("[data-sheet-taken]")


def test_whose_session_has_ended_is_led_to_the_door(liaison: CheckingClient, serial: str) -> None:
    liaison.get(HOME)
    token = liaison.token
    liaison.browser.delete_cookie("session")
    liaison.get(HOME)
    assert liaison.path == "/staff/sign-in"
    liaison.post(f"{HOME}sheets/{serial}", HEAD | {"csrf_token": token}, 403, has_token=False)


@pytest.mark.parametrize(
    "fields",
    [
        {"p_name": "\x00\ud800", "p_id_no": "9" * 5000},
        {"p_live-place": "own", "p_live": "x" * 9000},
        {"seen": ["none", "document"], "id_type": "passport"},
    ],
    ids=["controls", "long", "odd choices"],
)
def test_bad_bytes_are_refused_in_words(
    app: Flask, liaison: CheckingClient, serial: str, fields: dict[str, Any]
) -> None:
    clean = {
        name: text.encode("utf-8", "replace").decode() if isinstance(text, str) else text
        for name, text in fields.items()
    }
    send(liaison, serial, HEAD | {"received_on": "gestern"} | clean, 422)
    assert begun(app) == []


def test_every_service_has_a_sheet_for_who_acts_for_themselves_and_for_another(
    app: Flask, liaison: CheckingClient
) -> None:
    with parts_of(app).store.transaction() as db:
        post = db.scalars(select(StaffRole).where(StaffRole.role == "liaison")).one()
        serials = [
            prepare_sheet(db, officer(post), CATALOGUE.definition(code, REGION.code), acting)
            for code in sorted(REGION.services)
            if not CATALOGUE.services[code].bundle
            for acting in ("self", "proxy")
        ]
    for serial in serials:
        liaison.get(f"{HOME}sheets/{serial}")
    assert len(serials) > 40


def test_office_has_no_sheets(app: Flask, liaison: CheckingClient) -> None:
    reviewer = staff_at(app, "reviewer", Role.COUNTY_REVIEWER, "federation_shili")
    reviewer.get(HOME, expect=403)
