"""Files on a page of the journey, sent by a plain form: good ones, hostile ones, and who may look at them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.gateways.scanner import Verdict
from portal.store.accounts import Account, SignInSession
from portal.store.applications import Application
from portal.store.documents import Document
from portal.usecases.applications import load_answers
from portal.usecases.decisions import Deciding, PointAsked
from tests.support import papers
from tests.support.client import ORIGIN, CheckingClient
from tests.support.forms import Filling
from tests.support.journeys import FORM, Office, begin, hand_in, walk
from tests.support.pages import words
from tests.support.people import parts_of, sign_in

# The test client leaves the larger bodies that it sends to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.one_database,
]

PAGE = "evidence-hukou"
SMALL = papers.encoded(papers.page((600, 800)))


@pytest.fixture
def office(app: Flask) -> Office:
    made = Office(app)
    made.open()
    return made


@pytest.fixture
def resident(office: Office) -> Account:
    return office.resident()


@pytest.fixture
def browser(office: Office, resident: Account) -> CheckingClient:
    """At the page of the household register, the way of files chosen."""
    client = office.browser(resident)
    begin(client)
    walk(client, until=PAGE)
    client.submit(FORM, {"evidence_hukou": "upload"})
    return client


def send(
    client: CheckingClient, content: bytes, name: str = "photo.jpg", expect: int = 200, **more: Filling
) -> None:
    client.submit("上传这份文件", {"documents_hukou": (name, content), **more}, expect)


def error(client: CheckingClient) -> str:
    return words(client.one("#documents-hukou-error"))


def names(client: CheckingClient) -> list[str]:
    return [words(one) for one in client.page.select("#documents-hukou-here li strong")]


def rows(app: Flask) -> list[Document]:
    with parts_of(app).store.reading() as db:
        return list(db.scalars(select(Document).order_by(Document.id)))


def test_way_of_files_uncovers_the_question_for_them(browser: CheckingClient) -> None:
    assert browser.path.endswith(PAGE)
    form = browser.one("form[enctype='multipart/form-data']")
    assert "10MB" in words(form)
    assert "application/pdf" in browser.one("input[type=file]")["accept"]
    assert "上面别的办法" in words(form)


def test_photo_is_sent_listed_and_shown_without_its_place(browser: CheckingClient, app: Flask) -> None:
    send(browser, papers.photo_with_place())
    assert names(browser) == ["户口簿第1份"]
    assert "文件已经收到" in browser.text
    (document,) = rows(app)
    browser.follow("看户口簿第1份")
    assert browser.heading() == "户口簿第1份"
    answer = browser.get(f"/documents/{document.key}/1")
    assert answer.response.mimetype == "image/jpeg"
    assert b"SecretCamera" not in answer.response.data
    assert Image.open(BytesIO(answer.response.data)).size == (600, 900)


def test_files_are_served_sealed(browser: CheckingClient, app: Flask) -> None:
    send(browser, papers.pdf(2), "scan.pdf")
    (document,) = rows(app)
    for part, how, kind in (("1", "inline", "image/jpeg"), ("file", "attachment", "application/pdf")):
        response = browser.browser.get(f"/documents/{document.key}/{part}", base_url=ORIGIN)
        assert response.mimetype == kind
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        named = response.headers["Content-Disposition"]
        assert named.startswith(how)
        assert named.isascii(), "a header in Chinese is refused by the server: nobody could download anything"
    assert "filename*=UTF-8''%E6%88%B7%E5%8F%A3%E7%B0%BF" in named


def test_files_come_one_by_one_in_their_order_and_go_into_the_answers(
    browser: CheckingClient, app: Flask
) -> None:
    send(browser, SMALL)
    send(browser, papers.heic(), "IMG_0001.HEIC")
    send(browser, papers.pdf(2), "scan.pdf")
    assert names(browser) == ["户口簿第1份", "户口簿第2份", "户口簿第3份"]
    assert "PDF，共2页" in browser.text
    browser.submit("保存并继续", {"evidence_hukou": "upload"})
    assert not browser.path.endswith(PAGE)
    with parts_of(app).store.reading() as db:
        answers = load_answers(db, db.get_one(Application, rows(app)[0].application_id))
    assert answers["documents_hukou"] == [one.key for one in rows(app)]


def test_same_file_sent_twice_is_there_once(browser: CheckingClient) -> None:
    send(browser, SMALL)
    send(browser, SMALL, "again.jpg")
    assert names(browser) == ["户口簿第1份"]


def test_continue_with_a_chosen_file_sends_it_first(browser: CheckingClient, app: Flask) -> None:
    browser.submit(FORM, {"evidence_hukou": "upload", "documents_hukou": ("photo.jpg", SMALL)})
    assert not browser.path.endswith(PAGE)
    assert [one.state for one in rows(app)] == ["here"]


def test_continue_with_a_dark_photo_stays_to_say_so(browser: CheckingClient) -> None:
    dark = papers.encoded(papers.page((900, 1200), paper=80, ink=10))
    browser.submit(FORM, {"evidence_hukou": "upload", "documents_hukou": ("photo.jpg", dark)})
    assert browser.path.endswith(PAGE)
    assert "有点暗" in browser.text
    browser.submit(FORM, {"evidence_hukou": "upload"})
    assert not browser.path.endswith(PAGE)


def send_late(browser: CheckingClient, content: bytes, **expect: int) -> str:
    """A file from a page that stood open while its answer was changed elsewhere. Returns its address."""
    here = urlsplit(browser.path).path
    browser.submit(FORM, {"evidence_hukou": "desk"})
    browser.get(here)
    late = {"evidence_hukou": "upload", "documents_hukou": [(BytesIO(content), "photo.jpg")]}
    browser.post(here, late, **expect)
    return here


def test_file_sent_with_the_answer_that_uncovers_its_question_is_taken(
    browser: CheckingClient, app: Flask
) -> None:
    here = send_late(browser, SMALL)
    assert browser.path != here, "answered, so the next page"
    assert [one.state for one in rows(app)] == ["here"]
    browser.get(here)
    assert names(browser) == ["户口簿第1份"]


def test_file_refused_with_the_answer_that_uncovers_its_question_is_said_there(
    browser: CheckingClient, app: Flask
) -> None:
    send_late(browser, b"no photo", expect=422)
    assert error(browser)
    assert browser.one("input[name=evidence_hukou][value=upload]").has_attr("checked")
    assert rows(app) == []


def test_file_chosen_beside_another_way_is_not_taken(browser: CheckingClient, app: Flask) -> None:
    browser.submit(FORM, {"evidence_hukou": "desk", "documents_hukou": ("photo.jpg", SMALL)})
    assert not browser.path.endswith(PAGE)
    assert rows(app) == []


def test_file_is_removed_turned_and_named_by_named_buttons(browser: CheckingClient, app: Flask) -> None:
    send(browser, SMALL)
    send(browser, papers.pdf(1), "scan.pdf")
    first, second = (one.key for one in rows(app))
    browser.submit("向右转户口簿第1份", {f"called-{first}": "首页"})
    assert "文件已经向右转" in browser.text
    assert names(browser) == ["户口簿第1份（首页）", "户口簿第2份"]
    assert rows(app)[0].rotation == 90
    browser.submit("删除户口簿第1份")
    assert names(browser) == ["户口簿第1份"]
    assert [one.key for one in rows(app) if one.is_here] == [second]


def test_no_file_is_an_error_that_names_the_way_out(browser: CheckingClient) -> None:
    browser.submit("上传这份文件", expect=422)
    assert "还没有选文件" in error(browser)
    browser.submit(FORM, {"evidence_hukou": "upload"}, 422)
    assert "没有文件，请选别的办法" in error(browser)
    browser.submit(FORM, {"evidence_hukou": "desk"})
    assert not browser.path.endswith(PAGE)


def blank_pages(count: int) -> bytes:
    out = BytesIO()
    with pikepdf.new() as made:
        for _ in range(count):
            made.add_blank_page()
        made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (lambda: b"", "empty.jpg", "空的"),
        (lambda: papers.photo()[:20_000], "half.jpg", "没有传完整"),
        (papers.locked_pdf, "locked.pdf", "有密码"),
        (papers.bomb, "bomb.png", "图片太大"),
        (lambda: blank_pages(200), "long.pdf", "200页"),
        (lambda: b"PK\x03\x04" + bytes(500), "letter.docx", "打不开"),
        (lambda: b"<script>alert(1)</script>", "photo.jpg", "打不开"),
        (lambda: b"\xff\xd8\xff" + bytes(11 * 1024**2), "large.jpg", "太大"),
        (lambda: b"%PDF-1.7" + bytes(500) + b"startxref", "broken.pdf", "坏了"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_taken_says_what_to_do_and_loses_nothing(
    browser: CheckingClient, app: Flask, make: Callable[[], bytes], name: str, said: str
) -> None:
    send(browser, SMALL)
    send(browser, make(), name, 422)
    assert said in error(browser)
    assert "请" in error(browser)
    assert names(browser) == ["户口簿第1份"]
    assert [one.state for one in rows(app)] == ["here"]
    kept = [path for path in parts_of(app).settings.files_dir.rglob("*") if path.is_file()]
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (papers.scripted_pdf, "form.pdf", "会自己运行的内容"),
        (papers.animation, "moving.png", "只留了第一张"),
    ],
)
def test_what_was_left_out_is_said(
    browser: CheckingClient, make: Callable[[], bytes], name: str, said: str
) -> None:
    send(browser, make(), name)
    assert said in browser.text


@pytest.mark.parametrize("make", [papers.polyglot, papers.photo, papers.photo_with_place])
def test_name_and_claimed_kind_of_a_file_mean_nothing(
    browser: CheckingClient, app: Flask, make: Callable[[], bytes]
) -> None:
    send(browser, make(), "../../<script>alert('SecretScript')</script>.pdf")
    (document,) = rows(app)
    assert document.media_type == "image/jpeg"
    assert "SecretScript" not in browser.answer.text
    assert b"Secret" not in browser.get(f"/documents/{document.key}/file").response.data


def test_two_files_at_once_are_refused_in_words_and_neither_is_taken(
    browser: CheckingClient, app: Flask
) -> None:
    token = str(browser.one("form[enctype='multipart/form-data'] input[name=csrf_token]")["value"])
    both = [(BytesIO(SMALL), "one.jpg"), (BytesIO(papers.photo()), "two.jpg")]
    sent = {
        "csrf_token": token,
        "evidence_hukou": "upload",
        "upload": "documents_hukou",
        "documents_hukou": both,
    }
    answer = browser.browser.post(browser.path, data=sent, base_url=ORIGIN, headers={"Origin": ORIGIN})
    assert answer.status_code == 422
    assert "一次只能交一份。请先选一份" in answer.text
    assert rows(app) == []


def test_own_name_of_a_file_turns_nothing_around(browser: CheckingClient, app: Flask) -> None:
    send(browser, SMALL)
    (document,) = rows(app)
    browser.submit("向右转户口簿第1份", {f"called-{document.key}": "首页\u202egpj\u200f"})
    assert [one.own_name for one in rows(app)] == ["首页gpj"]


def test_twenty_first_file_is_refused_in_words(browser: CheckingClient, app: Flask) -> None:
    send(browser, SMALL)
    with parts_of(app).store.transaction() as db:
        first = db.scalars(select(Document)).one()
        for number in range(19):
            db.add(
                Document(
                    key=f"{number:032x}",
                    application_id=first.application_id,
                    evidence="photo",
                    state="here",
                    sent_sha256=f"{number:064x}",
                    uploaded_by_id=first.uploaded_by_id,
                    uploaded_at=first.uploaded_at,
                    channel="online",
                )
            )
    send(browser, papers.photo(), expect=422)
    assert "最多20份" in error(browser)


class Doubtful:
    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def scan(self, file: object) -> Verdict:
        return self.verdict


def test_file_above_the_limit_of_a_request_is_refused_on_its_page_and_costs_nothing_else(
    browser: CheckingClient, app: Flask
) -> None:
    send(browser, SMALL)
    (document,) = rows(app)
    too_large = b"\xff\xd8\xff" + bytes(app.config["MAX_CONTENT_LENGTH"])
    send(browser, too_large, expect=422, **{f"called-{document.key}": "第一页"})
    assert browser.path.endswith(PAGE)
    assert "10MB" in error(browser)
    assert "户口簿" in words(browser.one("#errors"))
    assert browser.one("input[name=evidence_hukou][checked]")["value"] == "upload"
    assert names(browser) == ["户口簿第1份（第一页）"]
    assert [one.own_name for one in rows(app)] == ["第一页"]


def test_answer_before_a_file_that_is_too_large_is_kept(browser: CheckingClient, app: Flask) -> None:
    too_large = bytes(app.config["MAX_CONTENT_LENGTH"] + 1)
    browser.submit("保存并继续", {"evidence_hukou": "desk", "documents_hukou": ("photo.jpg", too_large)})
    with parts_of(app).store.reading() as db:
        application = db.scalars(select(Application)).one()
        assert load_answers(db, application)["evidence_hukou"] == "desk"


def test_too_large_a_body_with_a_bad_token_changes_nothing(browser: CheckingClient, app: Flask) -> None:
    boundary = "a-boundary"
    parts = [("csrf_token", b"bad"), ("evidence_hukou", b"desk")]
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in parts
    )
    body += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="documents_hukou"; filename="a.jpg"\r\n\r\n'
    ).encode() + bytes(app.config["MAX_CONTENT_LENGTH"])
    response = browser.browser.post(
        browser.path,
        base_url=ORIGIN,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Origin": ORIGIN},
    )
    assert response.status_code in (303, 403)
    with parts_of(app).store.reading() as db:
        answers = load_answers(db, db.scalars(select(Application)).one())
    assert answers["evidence_hukou"] == "upload"


@pytest.mark.parametrize(
    "body",
    [b"no parts", b"--a-boundary\r\nnonsense\r\n\r\n", b""],
    ids=["no parts", "broken part", "nothing"],
)
def test_too_large_a_body_without_a_file_is_told_so_on_the_page_of_errors(
    browser: CheckingClient, app: Flask, body: bytes
) -> None:
    response = browser.browser.post(
        browser.path,
        base_url=ORIGIN,
        data=body + bytes(app.config["MAX_CONTENT_LENGTH"] + 1),
        content_type="multipart/form-data; boundary=a-boundary",
    )
    assert response.status_code == 413


def test_virus_is_refused_in_words(browser: CheckingClient, app: Flask) -> None:
    object.__setattr__(parts_of(app).gateways, "scanner", Doubtful("infected"))
    send(browser, SMALL, expect=422)
    assert "病毒" in error(browser)
    assert rows(app) == []


def test_file_that_was_not_scanned_yet_is_listed_and_not_shown(browser: CheckingClient, app: Flask) -> None:
    object.__setattr__(parts_of(app).gateways, "scanner", Doubtful("waiting"))
    send(browser, SMALL)
    assert names(browser) == ["户口簿第1份"]
    assert "正在查病毒" in browser.text
    for part in ("", "/1", "/file"):
        browser.get(f"/documents/{rows(app)[0].key}{part}", 404)


def test_documents_exist_for_nobody_else(browser: CheckingClient, app: Flask, office: Office) -> None:
    send(browser, SMALL)
    key = rows(app)[0].key
    other = office.browser(office.resident("19900000002"))
    for part in ("", "/1", "/file"):
        other.get(f"/documents/{key}{part}", 404)
        visitor = app.test_client().get(f"/documents/{key}{part}")
        assert "/sign-in?next=" in visitor.headers["Location"]
    for number in (0, 2, 2**62):
        browser.get(f"/documents/{key}/{number}", 404)


def test_check_page_names_the_files_and_hands_them_in(
    browser: CheckingClient, app: Flask, office: Office
) -> None:
    send(browser, SMALL)
    send(browser, papers.pdf(1), "scan.pdf")
    walk(browser, {"evidence_hukou": "upload"})
    assert "户口簿第1份、户口簿第2份" in browser.text
    reference = browser.path.split("/")[3]
    hand_in(browser)
    assert browser.path.endswith("/receipt")
    first = rows(app)[0]
    browser.get(f"/account/applications/{reference}")
    browser.follow("看户口簿第1份")
    assert browser.path == f"/documents/{first.key}"
    browser.get("/preferences")
    browser.post(f"/apply/zj-01/{reference}/{PAGE}", {"drop": first.key}, 409)
    assert rows(app)[0].is_here


def test_words_for_files_exist_in_english(office: Office, resident: Account) -> None:
    client = office.browser(resident, "en")
    begin(client)
    walk(client, until=PAGE)
    client.submit(FORM, {"evidence_hukou": "upload"})
    client.submit(FORM, {"evidence_hukou": "upload", "documents_hukou": ("x.txt", b"nothing")}, 422)
    assert "cannot be opened" in words(client.one("#documents-hukou-error"))


def test_after_a_correction_the_office_sees_the_new_files_and_keeps_the_old(
    browser: CheckingClient, app: Flask, office: Office
) -> None:
    send(browser, SMALL)
    walk(browser, {"evidence_hukou": "upload"})
    reference = browser.path.split("/")[3]
    hand_in(browser)
    old = rows(app)[0]
    asked = [PointAsked(PAGE, "C02", "看不清，请重新拍。")]
    office.decide(reference, Deciding("ask_more", points=asked, summary="请重新拍户口簿"))
    browser.get(f"/apply/zj-01/{reference}/{PAGE}")
    browser.submit("删除户口簿第1份")
    send(browser, papers.pdf(1), "scan.pdf")
    browser.submit(FORM, {"evidence_hukou": "upload"})
    hand_in(browser)
    new = rows(app)[1]
    post = office.posts[Role.DESK_CLERK, "desk_dongfeng"]
    clerk = sign_in(app, _account(app, post.account_id), role_id=post.id)
    clerk.get(f"/desk/applications/{reference}")
    assert [image["src"] for image in clerk.page.select("section img")] == [f"/documents/{new.key}/1"]
    clerk.get(f"/documents/{old.key}/1")
    browser.get(f"/documents/{old.key}/1", 404)


def _account(app: Flask, account_id: int) -> Account:
    with parts_of(app).store.reading() as db:
        return db.get_one(Account, account_id)


def test_file_sent_after_the_session_ended_is_asked_for_again(
    browser: CheckingClient, app: Flask, resident: Account
) -> None:
    with parts_of(app).store.transaction() as db:
        for session in db.scalars(select(SignInSession)):
            session.revoked_at = clock.now()
    send(browser, SMALL)
    assert browser.path == "/sign-in"
    where = parse_qs(urlsplit(browser.answer.url).query)["next"][0]
    again = sign_in(app, resident)
    again.get(where)
    assert "刚才的文件没有收到" in again.text
    assert rows(app) == []
