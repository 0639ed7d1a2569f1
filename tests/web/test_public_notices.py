"""Public notices over HTTP: what anyone reads, how long, and what the applicant is shown."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask

from portal.catalogue.texts import Language
from portal.store.accounts import Account
from portal.store.public_notices import PublicNotice
from portal.usecases.demo_people import demo_id_number
from portal.usecases.public_notices import end_public_notice
from tests.support.client import CheckingClient
from tests.support.journeys import begin, walk
from tests.support.office import REGION
from tests.support.people import furnish, make_resident, parts_of, sign_in
from tests.support.public_notices import VILLAGE, VILLAGE_ANSWERS, posted_notice
from tests.web.public_support import BUDGET, LANGUAGES, weight

pytestmark = pytest.mark.one_database

Move = Callable[[str | datetime], None]
WORDS = ("示某", VILLAGE, "新办残疾人证", "示例县残疾人联合会", "5个工作日")


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Move, app: Flask) -> None:
    clock_at("2026-11-23T09:00+08:00")
    furnish(app)


@pytest.fixture
def notice(app: Flask) -> PublicNotice:
    with parts_of(app).store.transaction() as db:
        return posted_notice(db)


def header(client: CheckingClient, name: str) -> str:
    assert client.answer is not None
    return client.answer.response.headers.get(name, "")


def test_empty_list_says_that_nothing_is_posted(client: CheckingClient) -> None:
    client.get("/public-notices")
    assert "现在没有正在公示的" in client.text


def test_list_leads_to_the_notice_under_its_county_and_town(
    client: CheckingClient, notice: PublicNotice
) -> None:
    client.get("/public-notices")
    assert [tag.get_text() for tag in client.page.select("main h2, main h3")] == ["示例县", "示例东风镇"]
    assert "2026年11月30日" in client.text
    client.follow(f"示某，{VILLAGE}：新办残疾人证")
    assert client.heading() == "公示：新办残疾人证"


def test_list_of_another_county_does_not_have_it(client: CheckingClient, notice: PublicNotice) -> None:
    client.get("/public-notices?county=880002")
    assert VILLAGE not in client.text
    client.get("/public-notices?county=880001")
    assert VILLAGE in client.text
    client.get("/public-notices?county=nowhere&after=nothing")
    assert VILLAGE in client.text


def test_notice_says_its_words_and_days_and_nothing_else_of_the_person(
    client: CheckingClient, notice: PublicNotice
) -> None:
    client.get(f"/public-notices/{notice.slug}")
    for word in (*WORDS, "从 2026年11月24日 到 2026年11月30日"):
        assert word in client.text
    assert client.answer is not None
    with_source = client.answer.text
    for secret in ("王小明", "12号", "3组", "8800001988", notice.application.reference, "视力", "等级"):
        assert secret not in with_source


@pytest.mark.parametrize("language", LANGUAGES)
def test_notice_speaks_every_language_is_light_and_is_never_listed_or_kept(
    app: Flask, client: CheckingClient, notice: PublicNotice, language: Language
) -> None:
    client.use_language(language)
    one = f"/public-notices/{notice.slug}"
    for path in ("/public-notices", one, f"{one}/objection"):
        assert weight(app, client.get(path)) <= BUDGET
        assert "noindex" in header(client, "X-Robots-Tag")
        assert header(client, "Cache-Control") == "no-store"
        assert client.page.select_one("meta[name=robots][content*=noindex]")


def test_notice_is_gone_with_kind_words_after_the_term(
    client: CheckingClient, notice: PublicNotice, clock_at: Move
) -> None:
    clock_at("2026-12-01T00:00+08:00")
    client.get(f"/public-notices/{notice.slug}", 404)
    assert client.heading() == "这份公示不在了"
    assert "noindex" in header(client, "X-Robots-Tag")
    after_the_term = client.text
    client.get("/public-notices/never-was", 404)
    assert client.text == after_the_term


def test_site_map_leads_to_the_list_and_names_no_notice(client: CheckingClient, notice: PublicNotice) -> None:
    client.get("/sitemap")
    assert client.href("正在公示").endswith("/public-notices")
    assert client.answer is not None
    assert notice.slug not in client.answer.text
    client.get("/sitemap.xml")
    assert "public-notices" not in client.answer.text


def at_check(app: Flask, own: dict[str, str]) -> CheckingClient:
    """A browser on the check page of somebody who answered so."""
    with parts_of(app).store.transaction() as db:
        account = make_resident(db)
    client = sign_in(app, account)
    begin(client)
    walk(client, own)
    return client


def test_check_page_shows_the_exact_words_that_will_be_posted(app: Flask) -> None:
    client = at_check(app, {"p_name": "示例王小明", "h_detail": VILLAGE_ANSWERS["h_detail"]})
    assert "交以前请看：将来会这样公示" in client.text
    shown = client.one("section[aria-labelledby=notice-ahead] dl").get_text()
    assert [word for word in WORDS if word not in shown] == []
    assert "12号" not in shown


def test_check_page_of_a_minor_says_that_nothing_is_posted(app: Flask) -> None:
    client = at_check(app, {"p_id_no": demo_id_number(date(2015, 6, 12), 1), "mg_has": "no"})
    assert "未满18周岁，不公示" in client.text
    assert client.page.select("section[aria-labelledby=notice-ahead] dl") == []


def test_applicant_sees_where_the_notice_is_while_it_is_up(app: Flask, notice: PublicNotice) -> None:
    store = parts_of(app).store
    with store.transaction() as db:
        owner = db.get_one(Account, notice.application.account_id)
    client = sign_in(app, owner)
    status = f"/account/applications/{notice.application.reference}"
    client.get(status)
    client.follow("看公示的内容")
    assert client.path == f"/public-notices/{notice.slug}"
    with store.transaction() as db:
        there = db.get_one(PublicNotice, notice.id)
        end_public_notice(db, there.application.entries[-1], "completed")
    client.get(status)
    assert "看公示的内容" not in client.text


def test_name_of_the_default_county_stands_where_the_place_is_unknown(app: Flask) -> None:
    with parts_of(app).store.transaction() as db:
        unknown = {**VILLAGE_ANSWERS, "h_place": {"code": "", "written": "外省"}, "h_detail": ""}
        slug = posted_notice(db, unknown).slug
    client = CheckingClient(app)
    client.get(f"/public-notices/{slug}")
    assert REGION.places[1].name.zh in client.text
