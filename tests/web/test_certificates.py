"""The holder's pages and the 服务码: who sees a certificate, who sees how little of it, and for how long."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal import clock
from portal.catalogue.texts import Language
from portal.store.accounts import Account
from portal.store.certificates import Certificate
from portal.usecases.actor import Actor
from portal.usecases.service_codes import CHECKED
from tests.support.certificates import HOLDER_ID, applied, holder_of_one, issue, proven
from tests.support.client import CheckingClient
from tests.support.office import prepare, resident
from tests.support.people import parts_of, sign_in

pytestmark = pytest.mark.one_database

START = "2026-11-23T09:00+08:00"
EACH_LANGUAGE = pytest.mark.parametrize("language", ["zh", "easy", "en"])


@pytest.fixture(autouse=True)
def _monday(clock_at: Callable[[str], None]) -> None:
    clock_at(START)


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    """Of a holder with two components."""
    with parts_of(app).store.transaction() as db:
        prepare(db)
        return holder_of_one(db, [("visual", 3), ("limb", 2)])[1]


@pytest.fixture
def holder(app: Flask, certificate: Certificate) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        account_id = db.get_one(Certificate, certificate.id).application.account_id
        account = db.get_one(Account, account_id)
    return sign_in(app, account)


def browser_of(app: Flask, actor: Actor) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        account = db.get_one(Account, actor.signed_in_id)
    return sign_in(app, account)


def change(app: Flask, certificate: Certificate, **facts: object) -> None:
    with parts_of(app).store.transaction() as db:
        row = db.get_one(Certificate, certificate.id)
        for name, value in facts.items():
            setattr(row, name, value)


def show_code(holder: CheckingClient, certificate: Certificate, *details: str) -> str:
    """Choose what may be seen and show the code; the path that it holds."""
    holder.get(f"/account/certificates/{certificate.key}/code")
    holder.submit("显示服务码", {"show": list(details)})
    link = holder.page.select_one("main a[href*='/verify/']")
    assert link is not None
    return urlsplit(str(link["href"])).path


@EACH_LANGUAGE
def test_holder_finds_every_page_from_the_account(
    holder: CheckingClient, certificate: Certificate, language: Language
) -> None:
    holder.use_language(language)
    holder.get("/account")
    page = f"/account/certificates/{certificate.key}"
    for href in ("/account/certificates", page, f"{page}/code"):
        assert holder.page.select_one(f"main a[href='{href}']") is not None
        holder.get(href)
    holder.get(f"{page}/code?ready=1&show=grade&show=term")
    assert holder.page.select_one("main svg[role=img]") is not None


def test_page_says_everything_that_stands_on_the_card(
    holder: CheckingClient, certificate: Certificate
) -> None:
    holder.get(f"/account/certificates/{certificate.key}")
    assert [span.get_text() for span in holder.page.select(".numbers > span")] == [
        "880000",
        "19881102",
        "001X",
        "72",
    ]
    for said in (
        "示例王小明",
        "多重残疾",
        "二级",
        "视力残疾",
        "三级",
        "肢体残疾",
        "2026年11月23日",
        "2036年11月23日",
        "示例县残疾人联合会",
        "第三代",
        "从2036年5月23日起",
    ):
        assert said in holder.text


def test_holder_finds_what_else_can_be_applied_for_online(
    holder: CheckingClient, certificate: Certificate
) -> None:
    holder.get(f"/account/certificates/{certificate.key}")
    holder.follow("看残疾人证可以办哪些事")
    holder.follow("残疾人证挂失补办")
    assert holder.path == "/services/zj-03"


def test_nothing_of_a_person_stands_in_address_or_title(
    holder: CheckingClient, certificate: Certificate
) -> None:
    path = show_code(holder, certificate, "grade", "term")
    holder.get(f"/account/certificates/{certificate.key}")
    assert holder.page.title is not None
    assert "示例" not in holder.page.title.get_text()
    assert HOLDER_ID not in path + holder.path
    assert len(certificate.key) >= 16, "random, and no number of a row"


def test_unproven_account_is_told_how_to_be_proven(app: Flask, certificate: Certificate) -> None:
    with parts_of(app).store.transaction() as db:
        newcomer = resident(db)
    client = browser_of(app, newcomer)
    client.get("/account/certificates")
    assert "请带身份证到窗口" in client.text
    client.get(f"/account/certificates/{certificate.key}", 404)


def test_proven_account_without_one_is_told_so(app: Flask) -> None:
    with parts_of(app).store.transaction() as db:
        prepare(db)
        other = proven(db)
    client = browser_of(app, other)
    client.get("/account/certificates")
    assert "还没有您的残疾人证" in client.text
    client.get("/account")
    assert client.page.select_one("main a[href='/account/certificates']") is None


def test_another_holder_finds_nothing_under_the_same_address(app: Flask, certificate: Certificate) -> None:
    with parts_of(app).store.transaction() as db:
        other = proven(db, "880000199001010011", "示例李芳")
    client = browser_of(app, other)
    for end in ("", "/code", "/code?ready=1"):
        client.get(f"/account/certificates/{certificate.key}{end}", 404)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"valid_to_on": date(2027, 3, 1)}, "有效，快到期了"),
        ({"issued_on": date(2016, 1, 1), "valid_to_on": date(2026, 1, 1)}, "已经过期"),
        ({"frozen_on": date(2026, 1, 1)}, "已经冻结"),
        ({"lost_on": date(2026, 1, 1)}, "已经挂失"),
        ({"cancelled_on": date(2026, 1, 1), "cancel_reason": "own_wish"}, "已经注销"),
    ],
)
def test_state_is_said_in_words(
    app: Flask, holder: CheckingClient, certificate: Certificate, facts: dict[str, object], words: str
) -> None:
    change(app, certificate, **facts)
    holder.get(f"/account/certificates/{certificate.key}")
    assert words in holder.text


def test_corrected_id_number_is_mentioned_and_blocks_nothing(
    app: Flask, holder: CheckingClient, certificate: Certificate
) -> None:
    with parts_of(app).store.transaction() as db:
        person = db.get_one(Certificate, certificate.id).person
        person.id_number, person.id_number_index = "880000198811020028", "other"
    holder.get(f"/account/certificates/{certificate.key}")
    assert "和您现在的身份证号不一样" in holder.text
    show_code(holder, certificate)


@EACH_LANGUAGE
def test_code_shows_only_that_there_is_one(
    app: Flask, holder: CheckingClient, certificate: Certificate, client: CheckingClient, language: Language
) -> None:
    path = show_code(holder, certificate)
    client.use_language(language)
    client.get(path)
    main = client.page.main.get_text()  # type: ignore[union-attr]
    assert "示某" in main
    for private in ("王小", HOLDER_ID, "2036", "视力", "肢体", "Multiple", "二级", "Grade"):
        assert private not in main


def test_code_shows_what_the_holder_chose_besides(
    holder: CheckingClient, certificate: Certificate, client: CheckingClient
) -> None:
    client.get(show_code(holder, certificate, "grade"))
    assert "多重残疾" in client.text
    assert "二级" in client.text
    assert "2036年" not in client.text
    client.get(show_code(holder, certificate, "term"))
    assert "2036年11月23日" in client.text
    assert "二级" not in client.text
    assert "查验时间" in client.text


def test_verification_is_kept_by_nobody(
    holder: CheckingClient, certificate: Certificate, client: CheckingClient
) -> None:
    client.get(show_code(holder, certificate))
    assert client.answer is not None
    headers = client.answer.response.headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert client.page.select_one("meta[name=robots][content=noindex]") is not None


def test_code_is_over_after_ten_minutes(
    holder: CheckingClient,
    certificate: Certificate,
    client: CheckingClient,
    clock_at: Callable[[datetime], None],
) -> None:
    path = show_code(holder, certificate)
    begun = clock.now()
    clock_at(begun + timedelta(minutes=9, seconds=59))
    client.get(path)
    clock_at(begun + timedelta(minutes=10))
    client.get(path, 410)
    assert "这个码过期了" in client.text
    assert "示某" not in client.text


def test_forged_code_shows_nothing(
    holder: CheckingClient, certificate: Certificate, client: CheckingClient
) -> None:
    good = show_code(holder, certificate).rsplit("/", 1)[1]
    turned = [
        good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :] for place in (0, 20, 40)
    ]
    for token in (*turned, good[:-4], good + "AAAA", "x", "%00", "码", "=" * 40, certificate.key):
        client.get(f"/verify/{token}", 404)
        assert "这个码不是我们的" in client.text


def test_code_tells_how_the_certificate_stands_now(
    app: Flask, holder: CheckingClient, certificate: Certificate, client: CheckingClient
) -> None:
    path = show_code(holder, certificate)
    change(app, certificate, lost_on=clock.today())
    client.get(path)
    assert "残疾人证现在不能用" in client.text
    assert "挂失" not in client.text
    change(app, certificate, lost_on=None, issued_on=date(2016, 1, 1), valid_to_on=date(2026, 11, 22))
    client.get(path)
    assert "已经过期" in client.text


def test_expiring_certificate_is_simply_good_to_others(
    app: Flask, holder: CheckingClient, certificate: Certificate, client: CheckingClient
) -> None:
    change(app, certificate, valid_to_on=date(2026, 12, 24))
    client.get(show_code(holder, certificate))
    assert "现在有效" in client.text
    assert "快到期" not in client.text


def test_certificate_out_of_use_has_no_code(
    app: Flask, holder: CheckingClient, certificate: Certificate
) -> None:
    change(app, certificate, frozen_on=clock.today())
    page = f"/account/certificates/{certificate.key}"
    holder.get(page)
    assert holder.page.select_one(f"main a[href='{page}/code']") is None
    holder.get(f"{page}/code")
    assert "没有服务码" in holder.text
    holder.get(f"{page}/code?ready=1", 409)


def test_one_code_is_looked_at_so_often_and_then_not(
    holder: CheckingClient, certificate: Certificate, client: CheckingClient
) -> None:
    path = show_code(holder, certificate)
    for _ in range(CHECKED.times):
        client.get(path)
    client.get(path, 429)
    client.get(show_code(holder, certificate, "term"))


def test_drawing_holds_the_address_that_stands_beside_it(
    holder: CheckingClient, certificate: Certificate
) -> None:
    holder.get(f"/account/certificates/{certificate.key}/code?ready=1&show=moon&show=term")
    link = holder.page.select_one("main a[href*='/verify/']")
    assert link is not None
    assert link.get_text() == link["href"]
    again = holder.page.select_one("main .actions a")
    assert again is not None
    assert parse_qs(urlsplit(str(again["href"])).query) == {"ready": ["1"], "show": ["term"]}


def test_certificate_of_somebody_unproven_waits_until_they_are(app: Flask, client: CheckingClient) -> None:
    with parts_of(app).store.transaction() as db:
        prepare(db)
        applicant = resident(db)
        issue(db, applied(db, applicant))
    browser = browser_of(app, applicant)
    browser.get("/account/certificates")
    assert browser.page.select_one("main a[href^='/account/certificates/']") is None
