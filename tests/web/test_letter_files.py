"""A letter's page: how it was given, as plain text, as a PDF that is asked for, made and taken."""

from datetime import date

import pytest
from flask import Flask

from portal.store.letters import LetterFile
from portal.usecases import letter_files
from portal.usecases.actor import Actor
from portal.usecases.notices import send_notice
from portal.web import letters
from portal.worker import Worker
from tests.support.client import CheckingClient
from tests.support.office import ANSWERS, DEFINITION, REGION, submitted
from tests.support.people import furnish, make_resident, parts_of, sign_in

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

LETTER = b"%PDF-1.7 letter"


@pytest.fixture(autouse=True)
def _press(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laying-out process that is quick, on a machine that has one."""
    monkeypatch.setattr(letter_files, "as_pdf", lambda _letter, is_large: LETTER)
    monkeypatch.setattr(letters, "has_layout", lambda: True)


@pytest.fixture
def reader(app: Flask) -> CheckingClient:
    """A signed-in resident at the page of a letter that is also sent by post."""
    furnish(app)
    own = {**ANSWERS, "c_channels": ["sms", "post"], "c_do_not": []}
    with parts_of(app).store.transaction() as db:
        account = make_resident(db)
        application = submitted(db, Actor("resident", account.id), own=own)
        notice = send_notice(db, application, DEFINITION, "N03", {"due_on": date(2026, 12, 4)})
    client = sign_in(app, account)
    client.get(f"/account/notices/{notice.id}")
    return client


def let_work(app: Flask) -> None:
    parts = parts_of(app)
    worker = Worker(parts.settings, REGION, parts.store, parts.gateways)
    while worker.make_letter():
        pass


def test_page_says_how_the_letter_is_given(app: Flask, reader: CheckingClient) -> None:
    lines = [line.get_text() for line in reader.page.select("#delivered + ul li")]
    assert lines == [
        "放进您的账户：2026年11月23日9时00分您打开了",
        "发短信：还在准备",
        "寄信：还在准备",
    ]


def test_file_is_asked_for_made_and_taken(app: Flask, reader: CheckingClient) -> None:
    with parts_of(app).store.transaction() as db:
        db.query(LetterFile).delete()
    page = reader.path
    reader.get(page)
    reader.submit("做成PDF文件")
    assert reader.path == page
    assert "正在做PDF文件。" in reader.text
    reader.get(page + "/pdf", expect=404)
    reader.get(page)
    let_work(app)
    reader.follow("再看这封信")
    answer = reader.follow("下载PDF文件，大小1KB")
    assert answer.response.data == LETTER
    assert answer.response.mimetype == "application/pdf"
    assert answer.response.headers["Cache-Control"] == "no-store"
    assert answer.response.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.response.headers["Content-Security-Policy"]


def test_file_that_could_not_be_made_says_so_and_can_be_asked_again(
    app: Flask, reader: CheckingClient
) -> None:
    with parts_of(app).store.transaction() as db:
        row = db.query(LetterFile).order_by(LetterFile.id.desc()).first()
        assert row is not None
        row.format, row.state, row.error = "pdf", "failed", "no_glyph"
    reader.get(reader.path)
    assert "PDF文件没有做成。" in reader.text
    reader.submit("做成PDF文件")
    assert "正在做PDF文件。" in reader.text


def test_plain_text_says_the_same_without_layout(reader: CheckingClient) -> None:
    line = reader.one("article.letter h1").get_text()
    answer = reader.follow("只看文字，适合读屏软件")
    assert answer.response.mimetype == "text/plain"
    assert answer.response.headers["Cache-Control"] == "no-store"
    assert line in answer.text
    assert "<" not in answer.text


def test_unknown_forms_and_letters_of_others_are_not_found(app: Flask, reader: CheckingClient) -> None:
    page = reader.path
    token = reader.token
    reader.get(page + "/docx", expect=404)
    reader.post(page + "/docx", {"csrf_token": token}, expect=404)
    let_work(app)
    with parts_of(app).store.transaction() as db:
        stranger = make_resident(db, "19900000002")
    other = sign_in(app, stranger)
    for path in (page, page + "/text", page + "/pdf_large", page + "/pdf"):
        other.get(path, expect=404)


def test_machine_that_cannot_lay_out_offers_no_pdf(
    app: Flask, reader: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with parts_of(app).store.transaction() as db:
        db.query(LetterFile).delete()
    monkeypatch.setattr(letters, "has_layout", lambda: False)
    reader.get(reader.path)
    assert "PDF" not in reader.text
    assert "这一页也可以直接打印。" in reader.text


@pytest.mark.parametrize("language", ["easy", "en"])
def test_page_is_complete_in_other_languages(reader: CheckingClient, language: letter_files.Language) -> None:
    page = reader.path
    reader.use_language(language)
    reader.get(page)
    reader.submit("#pdf")
    assert reader.path == page
