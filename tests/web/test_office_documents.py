"""Documents at the office: beside the answers, described, and seen by nobody whose work they are not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store.audit import AuditEvent
from portal.store.tasks import Task
from tests.support.client import CheckingClient
from tests.support.documents import put_document
from tests.support.office import ANSWERS, COUNTY, DESK, prepare, resident, sign_in_staff, submitted
from tests.support.pages import words
from tests.support.people import parts_of

pytestmark = pytest.mark.one_database

KEYS = ["1" * 32, "2" * 32]


@pytest.fixture
def reference(app: Flask) -> str:
    """An application at the counter with a photo and a PDF of two pages."""
    parts = parts_of(app)
    with parts.store.transaction() as db:
        prepare(db)
        own = {**ANSWERS, "evidence_hukou": "upload", "documents_hukou": KEYS}
        application = submitted(db, resident(db), own=own)
        files = parts.gateways.files
        put_document(db, files, application, key=KEYS[0], quality=[["page_dark"]])
        put_document(db, files, application, key=KEYS[1], pages=2, quality=[[], ["page_tilted"]])
        return application.reference


def staff(app: Flask, role: Role = Role.DESK_CLERK, unit: str = DESK) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        _actor, token = sign_in_staff(db, f"{role}-{unit}", role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def events(db: Session, reference: str, tag: str) -> int:
    query = select(AuditEvent).where(AuditEvent.stream == f"application:{reference}", AuditEvent.tag == tag)
    return len(db.scalars(query).all())


def test_files_stand_beside_the_answers_in_order_with_their_remarks(app: Flask, reference: str) -> None:
    client = staff(app)
    client.get(f"/desk/applications/{reference}")
    assert [words(one) for one in client.page.select("section h4")] == ["户口簿第1份", "户口簿第2份"]
    images = client.page.select("section img")
    assert [image["src"] for image in images] == [
        f"/documents/{KEYS[0]}/1",
        f"/documents/{KEYS[1]}/1",
        f"/documents/{KEYS[1]}/2",
    ]
    assert all("未描述" in image["alt"] for image in images)
    assert "看起来有点暗" in client.text
    assert "第2页：看起来是斜的" in client.text


def test_every_look_of_staff_at_an_image_or_file_is_recorded(app: Flask, reference: str) -> None:
    client = staff(app)
    for part in ("1", "file"):
        client.get(f"/documents/{KEYS[1]}/{part}")
    with parts_of(app).store.reading() as db:
        assert events(db, reference, "document:read") == 2


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.COUNTY_REVIEWER, COUNTY),
        (Role.DESK_CLERK, "desk_nanhu"),
        (Role.ADMINISTRATOR, "federation_city"),
    ],
)
def test_staff_elsewhere_find_nothing(app: Flask, reference: str, role: Role, unit: str) -> None:
    client = staff(app, role, unit)
    for part in ("", "/1", "/file"):
        client.get(f"/documents/{KEYS[0]}{part}", 404)


def test_description_is_asked_for_written_and_read_with_the_file(app: Flask, reference: str) -> None:
    client = staff(app)
    client.get(f"/desk/applications/{reference}")
    client.submit("请描述户口簿第1份")
    assert "已经请同事写文字说明" in client.text
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Task.about).where(Task.kind == "describe")).all() == [KEYS[0]]
    client.follow("写户口簿第1份的文字说明")
    client.submit("保存文字说明", {"words": ""}, 422)
    client.submit("保存文字说明", {"words": "户口簿首页，户主示例王父，印章清楚。"})
    assert client.path == f"/desk/applications/{reference}"
    assert "户口簿首页，户主示例王父，印章清楚。" in client.text
    assert "内容写在图片下面" in client.page.select("section img")[0]["alt"]
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Task.state).where(Task.kind == "describe")).all() == ["done"]


def test_description_can_be_mended(app: Flask, reference: str) -> None:
    client = staff(app)
    address = f"/desk/applications/{reference}/documents/{KEYS[0]}"
    client.get(address)
    client.submit("保存文字说明", {"words": "首页"})
    client.get(address)
    assert words(client.one("textarea")) == "首页"


@pytest.mark.parametrize("key", ["0" * 32, "none"])
def test_what_is_no_document_of_the_application_is_not_found(app: Flask, reference: str, key: str) -> None:
    client = staff(app)
    client.get(f"/desk/applications/{reference}/documents/{key}", 404)


def test_document_under_the_wrong_application_is_not_found(app: Flask, reference: str) -> None:
    with parts_of(app).store.transaction() as db:
        other = submitted(db, resident(db), own={**ANSWERS, "p_id_no": "880000199001010011"}).reference
    staff(app).get(f"/desk/applications/{other}/documents/{KEYS[0]}", 404)
