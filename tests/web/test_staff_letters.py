"""Letters that staff give: a unit's list, one letter with where to and how not to, saying it was given."""

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.letters import Delivery, LetterFile
from portal.usecases import letter_files
from portal.worker import Worker
from tests.support.client import CheckingClient
from tests.support.office import ANSWERS, DESK, REGION, resident, sign_in_staff, submitted
from tests.support.people import parts_of

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

LETTER = b"%PDF-1.7 letter"


def apply_with(house: Store, **own: object) -> int:
    """Hand in an application; the number of the row of its receipt that waits for staff."""
    with house.transaction() as db:
        submitted(db, resident(db), own={**ANSWERS, "c_do_not": [], **own})
    with house.reading() as db:
        return db.query(Delivery).filter(Delivery.state == "waiting").order_by(Delivery.id.desc()).first().id


def at_post(app: Flask, house: Store, role: Role = Role.DESK_CLERK, unit: str = DESK) -> CheckingClient:
    with house.transaction() as db:
        _actor, token = sign_in_staff(db, f"{role}-{unit}", role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def test_letter_is_found_printed_and_recorded(
    app: Flask, house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_files, "as_pdf", lambda _letter, is_large: LETTER)
    apply_with(house, c_channels=["post"], c_do_not=["others"], c_do_not_note="别找我哥哥")
    clerk = at_post(app, house)
    clerk.get("/desk/letters")
    clerk.get(str(clerk.one("a[href^='/desk/letters/']")["href"]))
    assert "示例王小明" not in clerk.one("title").get_text()
    assert "不能让对方的家里人和邻居知道" in clerk.text
    assert "对方还说：别找我哥哥" in clerk.text
    assert "正在做PDF文件" in clerk.text
    page = clerk.path
    clerk.follow("打开这封信，打印或者读出来")
    assert clerk.one("article.letter h1").get_text() == "收件凭证"
    parts = parts_of(app)
    assert Worker(parts.settings, REGION, parts.store, parts.gateways).make_letter()
    clerk.get(page)
    answer = clerk.follow("下载PDF文件")
    assert (answer.response.data, answer.response.headers["Cache-Control"]) == (LETTER, "no-store")
    clerk.get(page)
    clerk.submit("登记已经给了", {"way": "post", "given_on": "2026-11-23", "words": "挂号信XA1"})
    assert clerk.path == page
    assert "2026年11月23日" in clerk.text
    assert "挂号信XA1" in clerk.text
    assert not clerk.page.select("main form")
    clerk.get("/desk/letters")
    assert "现在没有要给的信。" in clerk.text


def test_what_cannot_be_is_said_beside_its_question(app: Flask, house: Store) -> None:
    delivery = apply_with(house, c_channels=["post", "liaison"])
    clerk = at_post(app, house)
    clerk.get(f"/desk/letters/{delivery}")
    clerk.submit("登记已经给了", expect=422)
    clerk.submit("登记已经给了", {"way": "post", "given_on": "2026-11-24", "words": "XA1"}, expect=422)
    assert "这一天还没到。" in clerk.text
    assert "另有一处" in clerk.text
    assert clerk.one("[name=words]")["value"] == "XA1"


def test_letter_that_was_given_meanwhile_says_who_did(app: Flask, house: Store) -> None:
    delivery = apply_with(house, c_channels=["post"])
    first, second = at_post(app, house), at_post(app, house, Role.TOWNSHIP_CLERK)
    for client, expect in ((first, 200), (second, 200)):
        client.get(f"/desk/letters/{delivery}", expect=expect)
    given = {"way": "post", "given_on": "2026-11-23"}
    first.submit("登记已经给了", given)
    second.submit("登记已经给了", given, expect=409)
    assert "desk_clerk" in second.text


def test_telephone_gets_words_to_say_with_numbers_apart(app: Flask, house: Store) -> None:
    delivery = apply_with(house, c_channels=["phone"])
    clerk = at_post(app, house)
    clerk.get(f"/desk/letters/{delivery}/print")
    spoken = clerk.one("article.letter").get_text()
    assert "收件凭证" in spoken
    assert any(part.count(" ") == 3 for part in spoken.split("，"))


def test_letter_is_printed_in_the_language_of_its_reader(app: Flask, house: Store) -> None:
    delivery = apply_with(house, c_channels=["post"], c_format="easy")
    clerk = at_post(app, house)
    clerk.use_language("en")
    clerk.get(f"/desk/letters/{delivery}/print")
    assert clerk.one("article.letter h1").get_text() == "我们收到了"
    assert clerk.page.select_one("div[lang=zh-CN] article.letter") is not None


@pytest.mark.parametrize(
    ("role", "unit", "front"),
    [(Role.DESK_CLERK, "desk_nanhu", "desk"), (Role.COUNTY_REVIEWER, "federation_shili", "office")],
)
def test_other_units_find_neither_letter_nor_file(
    app: Flask, house: Store, role: Role, unit: str, front: str
) -> None:
    delivery = apply_with(house, c_channels=["post"])
    client = at_post(app, house, role, unit)
    client.get(f"/{front}/letters")
    assert "现在没有要给的信。" in client.text
    for path in ("", "/print", "/file"):
        client.get(f"/{front}/letters/{delivery}{path}", expect=404)


def test_file_that_failed_leaves_the_page_to_print(app: Flask, house: Store) -> None:
    delivery = apply_with(house, c_channels=["post"])
    with house.transaction() as db:
        file = db.query(LetterFile).one()
        file.state, file.error = "failed", "no_glyph"
    clerk = at_post(app, house)
    clerk.get(f"/desk/letters/{delivery}")
    assert "PDF文件没有做成。请打印网页上的信。" in clerk.text
    clerk.get(f"/desk/letters/{delivery}/file", expect=404)


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "１"])
def test_odd_cursor_is_the_start_of_the_list(app: Flask, house: Store, after: str) -> None:
    apply_with(house, c_channels=["post"])
    clerk = at_post(app, house)
    clerk.get(f"/desk/letters?after={after}")
    assert clerk.page.select("#letters") or "现在没有要给的信。" in clerk.text


def test_pages_are_complete_in_english(app: Flask, house: Store) -> None:
    delivery = apply_with(house, c_channels=["post"])
    clerk = at_post(app, house)
    clerk.use_language("en")
    clerk.get("/desk/letters")
    clerk.get(f"/desk/letters/{delivery}")
    clerk.submit("Record that it was given", {"way": "desk", "given_on": "2026-11-23"})
