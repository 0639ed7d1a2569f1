"""Pages that are filled in instead of rendered: the same pages, and nobody's words in what is kept."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.texts import Language
from portal.store.applications import Application
from portal.store.documents import Document
from portal.web import check_page, moulds, question_page
from portal.web.moulds import Mould, hole
from tests.support import papers
from tests.support.client import CheckingClient
from tests.support.journeys import FORM, GOOD_ANSWERS, Office, begin, go, walk
from tests.support.people import parts_of

pytestmark = pytest.mark.one_database

TOKEN = re.compile(r'(name="csrf_token" value=")[^"]+')
NAME = '示例王<b>&"\\1小明'
WISHES = "示例：第一行\n\n第二行 <script>"


def open_pages(client: CheckingClient, reference: str) -> dict[str, str]:
    """Every page of the application as it is now, without its tokens."""
    go(client, reference, "check")
    links = [str(link["href"]) for link in client.page.select("a[href*='?back=check#']")]
    addresses = dict.fromkeys([*links, *(link.partition("?")[0] for link in links)])
    pages = {}
    for address in [*addresses, f"/apply/zj-01/{reference}/check"]:
        answer = client.browser.get(address)
        assert answer.status_code == 200
        pages[address] = TOKEN.sub(r"\1", answer.get_data(as_text=True))
    return pages


@pytest.mark.parametrize(("acting", "language"), [("self", "zh"), ("proxy", "easy"), ("proxy", "en")])
def test_filled_pages_are_those_that_would_be_rendered(
    office: Office, acting: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.browser(office.resident(), language)
    reference = begin(client, acting)
    walk(client, {"p_name": NAME, "a_access_note": WISHES, "g_wish": WISHES})
    twice = [open_pages(client, reference), open_pages(client, reference)]

    def show_anew(going, page, answers, *, is_known=False):
        form = question_page._form_with(going, page, answers)
        return question_page.show_question(going, page, form, is_known=is_known)

    monkeypatch.setattr("portal.web.apply.show_answered", show_anew)

    def show_check_anew(going, seen):
        return check_page.show_check(going, seen, {})

    monkeypatch.setattr("portal.web.handing_in.show_complete", show_check_anew)
    rendered = open_pages(client, reference)
    assert len(rendered) > 30
    for address, page in rendered.items():
        for filled in twice:
            assert filled[address].splitlines() == page.splitlines(), address


def test_moulds_hold_no_word_of_a_person(app: Flask, office: Office) -> None:
    client = office.browser(office.resident())
    typed = {"p_name": NAME, "a_access_note": WISHES, "c_phone": "19900000001", "p_birth": "1990-01-01"}
    references: list[str] = []
    for acting in ("self", "proxy"):
        references.append(begin(client, acting))
        walk(client, typed)
        open_pages(client, references[-1])
    session = client.browser.get_cookie("session")
    assert session is not None
    kept = "".join(mould.with_holes() for mould, _parts in app.extensions[moulds.MOULDS].values())
    own = [*references, session.value, "小明", "第二行", "19900000001", "1990-01-01", GOOD_ANSWERS["p_id_no"]]
    assert [word for word in own if word in kept] == []


def test_two_people_see_their_own_answers_each(office: Office) -> None:
    names = ("示例李一", "示例张二")
    shown = []
    for number, name in enumerate(names, start=1):
        client = office.browser(office.resident(f"1990000001{number}"))
        reference = begin(client, "proxy")
        walk(client, {"p_name": name})
        shown.append("".join(open_pages(client, reference).values()))
    assert [[name in pages for name in names] for pages in shown] == [[True, False], [False, True]]


# The test client leaves the larger bodies that it sends to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_check_pages_show_each_person_their_own_files(app: Flask, office: Office) -> None:
    clients = [office.browser(office.resident(f"1990000001{number}")) for number in range(3)]
    references = [begin(client) for client in clients]
    for number, client in enumerate(clients[:2]):
        walk(client, until="evidence-hukou")
        client.submit(FORM, {"evidence_hukou": "upload"})
        photo = papers.encoded(papers.page((600 + number, 800)))
        client.submit("上传这份文件", {"documents_hukou": ("photo.jpg", photo)})
        walk(client, {"evidence_hukou": "upload"})
    walk(clients[2])
    with parts_of(app).store.reading() as db:
        owned = select(Application.reference, Document.key).join(Application).order_by(Document.id)
        keys = {row.reference: row.key for row in db.execute(owned)}
    for _round in range(2):
        for client, reference in zip(clients, references, strict=True):
            page = client.browser.get(f"/apply/zj-01/{reference}/check").get_data(as_text=True)
            assert [owner for owner, key in keys.items() if key in page] == [reference] * (reference in keys)
            assert [other for other in references if other in page] == [reference]
    assert list(keys) == references[:2]


def test_page_follows_an_answer_that_was_changed(office: Office) -> None:
    client = office.browser(office.resident())
    reference = begin(client)
    walk(client)
    for kinds in (["hearing", "visual"], ["visual"]):
        go(client, reference, "kinds")
        client.submit(FORM, {"zj_kind": kinds})
        go(client, reference, "kinds")
        assert {str(box["value"]) for box in client.page.select("[name=zj_kind][checked]")} == set(kinds)


def test_words_are_escaped_and_never_taken_for_a_hole() -> None:
    mould = Mould(f"<p>{hole('one')}, {hole('two')}, {hole('one')}</p>")
    assert mould.fill({"one": hole("two"), "two": "<b>"}) == f"<p>{hole('two')}, &lt;b&gt;, {hole('two')}</p>"


def test_hole_that_nobody_fills_is_an_error() -> None:
    with pytest.raises(KeyError):
        Mould(hole("one")).fill({})
