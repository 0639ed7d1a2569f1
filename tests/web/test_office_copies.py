"""Staff scan a paper: at the counter, at the assessment; what both sides then see of it, also in words."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.documents import Document
from portal.store.units import UnitRow
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.sessions import open_session
from tests.support import papers
from tests.support.chain import GRANTED, HOSPITAL, chain_staff, lead, up_to
from tests.support.client import CheckingClient
from tests.support.documents import put_document
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DESK,
    SUBJECT,
    prepare,
    resident,
    sign_in_staff,
    submitted,
)
from tests.support.pages import words
from tests.support.people import parts_of

# The test client leaves the larger bodies that it sends to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.one_database,
]

SMALL = papers.encoded(papers.page((600, 800)))
KEY = "1" * 32


@pytest.fixture
def reference(app: Flask) -> str:
    """An application at the counter: the register will be brought, the ID card was photographed."""
    parts = parts_of(app)
    with parts.store.transaction() as db:
        prepare(db)
        ways = {"evidence_hukou": "desk", "evidence_identity": "upload", "documents_identity": [KEY]}
        application = submitted(db, resident(db), own={**ANSWERS, **ways})
        put_document(db, parts.gateways.files, application, evidence="identity", key=KEY)
        return application.reference


def staff(app: Flask, role: Role = Role.DESK_CLERK, unit: str = DESK) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        _actor, token = sign_in_staff(db, f"{role}-{unit}", role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def owner(app: Flask, reference: str) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        application = db.scalars(select(Application).where(Application.reference == reference)).one()
        token = open_session(db, db.get_one(Account, application.account_id), "code")
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def only_copy(app: Flask) -> Document:
    with parts_of(app).store.reading() as db:
        return db.scalars(select(Document).where(Document.entry_id.is_not(None))).one()


def unit_name(app: Flask, code: str) -> str:
    with parts_of(app).store.reading() as db:
        return db.get_one(UnitRow, code).names["zh"]


def send(client: CheckingClient, content: bytes = SMALL, expect: int = 200, thing: str = "hukou") -> None:
    client.submit("上传这份文件", {f"documents_{thing}": ("scan.jpg", content)}, expect)


def test_counter_scans_what_was_brought_and_the_applicant_reads_who_did(app: Flask, reference: str) -> None:
    clerk = staff(app)
    clerk.get(f"/desk/applications/{reference}")
    clerk.follow("扫描户口簿")
    send(clerk)
    assert "文件已经收到" in clerk.text
    assert "工作人员扫描的户口簿第1份" in clerk.text
    clerk.get(f"/desk/applications/{reference}")
    section = clerk.one(f"#document-{only_copy(app).key}")
    assert "desk_clerk" in words(section)  # who of the colleagues
    applicant = owner(app, reference)
    applicant.get(f"/account/applications/{reference}")
    assert f"{unit_name(app, DESK)}扫描" in applicant.text
    assert "desk_clerk" not in applicant.text
    applicant.follow("看工作人员扫描的户口簿第1份")
    assert applicant.heading() == "工作人员扫描的户口簿第1份"


def test_copy_is_turned_and_taken_back_without_names_to_type(app: Flask, reference: str) -> None:
    clerk = staff(app)
    clerk.get(f"/desk/applications/{reference}/copies/hukou")
    send(clerk)
    assert not clerk.page.select("input[name^=called-]")
    clerk.submit("向右转工作人员扫描的户口簿第1份")
    assert only_copy(app).rotation == 90
    clerk.submit("删除工作人员扫描的户口簿第1份")
    assert "文件已经删除" in clerk.text
    assert not clerk.page.select("#documents-hukou-here li")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件"),
        (b"not a picture", "打不开"),
        (b"\xff\xd8\xff" + bytes(16 * 1024**2), "10MB"),
    ],
    ids=["empty", "no picture", "too large for a request"],
)
def test_file_that_is_not_taken_is_refused_on_the_page(
    app: Flask, reference: str, content: bytes, said: str
) -> None:
    clerk = staff(app)
    clerk.get(f"/desk/applications/{reference}/copies/hukou")
    send(clerk, content, 422)
    assert said in words(clerk.one("#errors")), words(clerk.one("#errors"))


def test_nothing_chosen_is_said(app: Flask, reference: str) -> None:
    clerk = staff(app)
    clerk.get(f"/desk/applications/{reference}/copies/hukou")
    clerk.submit("上传这份文件", expect=422)
    assert clerk.one("#documents-hukou")["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("role", "unit", "front"),
    [(Role.COUNTY_REVIEWER, COUNTY, "office"), (Role.DESK_CLERK, "desk_xishan", "desk")],
)
def test_papers_of_another_post_are_not_found(
    app: Flask, reference: str, role: Role, unit: str, front: str
) -> None:
    client = staff(app, role, unit)
    client.get(f"/{front}/applications/{reference}/copies/hukou", 404)


def test_paper_that_nobody_asks_for_is_not_found(app: Flask, reference: str) -> None:
    staff(app).get(f"/desk/applications/{reference}/copies/moon", 404)


def test_stand_in_scans_the_sealed_form_at_the_assessment(app: Flask, reference: str) -> None:
    with parts_of(app).store.transaction() as db:
        application = db.scalars(select(Application).where(Application.reference == reference)).one()
        chain = chain_staff(db)
        lead(db, chain, application, up_to(GRANTED, "accept"))
    county = staff(app, Role.COUNTY_REVIEWER, COUNTY)
    county.get(f"/office/applications/{reference}")
    county.follow("扫描盖章的评定表")
    send(county, thing="assessment_form")
    with parts_of(app).store.transaction() as db:
        application = db.scalars(select(Application).where(Application.reference == reference)).one()
        lead(db, chain, application, ("met",))
    county.get(f"/documents/{only_copy(app).key}")
    assert "示例医生甲" in words(county.one("dl"))
    assert "内容写在图片下面" in county.one("img.paper")["alt"]
    hospital = staff(app, Role.HOSPITAL, HOSPITAL)
    hospital.get(f"/office/applications/{reference}")
    assert not hospital.page.select("a[href$='/copies/hukou']")


def test_what_was_recorded_of_the_original_stands_for_the_picture_on_both_sides(
    app: Flask, reference: str
) -> None:
    with parts_of(app).store.transaction() as db:
        clerk, _token = sign_in_staff(db, "looker", Role.DESK_CLERK, DESK)
        seen = Seen("desk", SUBJECT, "88000019881102001X", None, "none", "字清楚")
        record_seen(db, clerk, reference, "identity", seen)
    office = staff(app)
    for client, address in (
        (office, f"/documents/{KEY}"),
        (office, f"/desk/applications/{reference}"),
        (office, f"/desk/applications/{reference}/documents/{KEY}"),
        (owner(app, reference), f"/documents/{KEY}"),
    ):
        client.get(address)
        [picture] = client.page.select("img.paper")
        assert "内容写在图片下面" in picture["alt"], address
        assert any("字清楚" in words(one) for one in client.page.select("dl")), address
