"""Lists as files on their pages, without script."""

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.store import Store
from portal.worker import Worker
from tests.support.client import CheckingClient
from tests.support.office import DESK, REGION, prepare, resident, sign_in_staff, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def head(app: Flask) -> CheckingClient:
    store: Store = app.extensions["portal"].store
    with store.transaction() as db:
        prepare(db)
        submitted(db, resident(db))
        token = sign_in_staff(db, "head", Role.LEAD, DESK)[1]
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def test_ask_wait_look_again_and_download(head: CheckingClient, app: Flask) -> None:
    head.get("/office/exports")
    assert "还没有要过文件" in head.text
    head.submit("做这个文件", {}, expect=422)
    head.submit("做这个文件", {"which": "unit", "service": "all", "form": "xlsx"})
    assert "等着做" in head.text
    assert not head.page.select("meta[http-equiv=refresh]")
    parts = app.extensions["portal"]
    Worker(parts.settings, REGION, parts.store, parts.gateways).make_export()
    head.follow("再看进度")
    assert "做好了，已有1行" in head.text
    answer = head.browser.get(head.href("下载文件"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="list-1.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"PK")


def test_a_file_that_is_not_ones_own_is_not_found(head: CheckingClient) -> None:
    head.get("/office/exports/7", expect=404)
    head.get("/office/exports/7/file", expect=404)
