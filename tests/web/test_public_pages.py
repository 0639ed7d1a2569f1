"""Home, services, guide, service points, statements: in every language, light, true to what is open."""

import pytest
from flask import Flask

from portal.catalogue.texts import Language
from tests.support.client import CheckingClient
from tests.support.office import CATALOGUE, DEFINITION
from tests.support.pages import HOSTILE_TEXT
from tests.web.public_support import BUDGET, LANGUAGES, open_region, weight

pytestmark = pytest.mark.one_database

REGION = CATALOGUE.regions["demo"]

PAGES = (
    "/",
    "/services",
    "/services?for=other",
    "/services?q=canji",
    "/services?q=护照",
    "/services/zj-01",
    "/services/zj-01/check",
    "/check",
    "/service-points",
    "/service-points?county=880002",
    "/lists",
    "/services/zj-01/elements",
    "/directories/units",
    "/directories/policies",
    "/region",
    "/preferences",
    "/accessibility",
    "/accessibility/report",
    "/questions",
    "/privacy",
    "/sitemap",
)


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    open_region(app)
    return CheckingClient(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_each_language_and_elder_form_within_its_weight(
    app: Flask, visitor: CheckingClient, language: Language
) -> None:
    visitor.use_language(language)
    for elder in ("0", "1"):
        for path in PAGES:
            answer = visitor.get(f"{path}{'&' if '?' in path else '?'}elder={elder}")
            assert weight(app, answer) <= BUDGET, path
            assert visitor.page.select_one("nav.place"), f"{path} does not say where one is"


@pytest.mark.parametrize("path", [*PAGES, "/sitemap.xml", "/robots.txt"])
def test_head_answers_like_get_without_a_body(app: Flask, path: str) -> None:
    answer = app.test_client().head(path)
    assert answer.status_code == 200
    assert answer.get_data() == b""


@pytest.mark.parametrize("path", ["/services/zz-99", "/services/zz-99/check", "/services/%F0%9F%99%82", "/x"])
def test_what_is_not_there_is_404_with_a_way_on(visitor: CheckingClient, path: str) -> None:
    visitor.get(path, expect=404)
    assert visitor.href("回到首页").endswith("/")


def test_unknown_service_is_404_for_a_posted_answer_too(visitor: CheckingClient) -> None:
    visitor.get("/services/zj-01/check")
    visitor.post("/services/zz-99/check", {"answer": "yes"}, expect=404)


@pytest.mark.parametrize(
    "query",
    ["q=%00%ff", "q=" + "x" * 5000, "q=%F0%9F%99%82", "county=%27--", "for=x", "q=&q=", "language=xx"],
)
@pytest.mark.parametrize("path", ["/", "/services", "/service-points", "/region", "/preferences", "/check"])
def test_any_bytes_in_an_address_still_give_the_page(visitor: CheckingClient, path: str, query: str) -> None:
    visitor.get(f"{path}?{query}")


def test_home_counts_only_what_is_open_and_links_only_categories_with_services(
    visitor: CheckingClient,
) -> None:
    visitor.get("/")
    open_ones = [CATALOGUE.services[code] for code in REGION.services]
    assert f"现在能办{len(open_ones)}件事" in visitor.text
    linked = [str(link["href"]) for link in visitor.page.select(".subjects a")]
    assert len(linked) == len(set(linked))
    assert set(linked) == {f"/services#{service.category}" for service in open_ones}


def test_easy_home_has_no_rows_of_names_beside_its_choices(visitor: CheckingClient) -> None:
    visitor.language = "easy"
    visitor.get("/?language=easy")
    hints = [hint.get_text() for hint in visitor.page.select(".subjects .soft")]
    assert hints
    assert all("、" not in hint for hint in hints), hints


def test_elder_home_offers_four_entrances_and_nothing_else(visitor: CheckingClient) -> None:
    visitor.get("/?elder=1")
    offered = [link.get_text() for link in visitor.page.select("main a")]
    assert offered == ["看看我能享受什么", "我要办事", "查进度", "找人帮忙"]
    assert not visitor.page.select("main input")


def test_search_from_home_finds_the_certificate_by_pinyin(visitor: CheckingClient) -> None:
    visitor.get("/")
    visitor.submit("查找", {"q": "canjizheng"})
    assert visitor.page.select("main h2")[0].get_text().startswith("找到")
    visitor.follow("新办残疾人证")
    assert visitor.heading() == "新办残疾人证"


def test_search_without_result_says_so_and_leads_to_every_service(visitor: CheckingClient) -> None:
    visitor.get("/services?q=护照")
    assert "没有找到" in visitor.text
    assert visitor.one("title").get_text() == "没有找到 - 我要办事 - 一窗通办"
    assert visitor.href("写留言问工作人员").endswith("/questions")
    visitor.follow("看全部服务")
    assert visitor.href("新办残疾人证").endswith("/services/zj-01")


def test_what_was_searched_stands_in_the_box_and_never_in_the_title(visitor: CheckingClient) -> None:
    visitor.get("/services")
    visitor.submit("查找", {"q": HOSTILE_TEXT})
    assert visitor.one("#q")["value"] == HOSTILE_TEXT.lower()
    assert "unescaped" not in visitor.one("title").get_text()


def test_guide_tells_who_what_how_long_where_time_goes_and_remedies(visitor: CheckingClient) -> None:
    visitor.get("/services/zj-01")
    said = visitor.text
    for heading in (
        "谁可以办",
        "能得到什么",
        "要准备什么",
        "要多长时间",
        "要花多少钱",
        "不同意怎么办",
        "依据",
    ):
        assert any(heading in one.get_text() for one in visitor.page.select("h2")), heading
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in visitor.page.select("tbody tr")]
    assert len(rows) == len(DEFINITION.service.steps)
    assert "一共最多18个工作日" in said
    assert "请工作人员上门看" in said
    assert "现在上传照片或文件" in said
    assessing = next(row for row in rows if "医院评定" in row[0])
    assert assessing[1].endswith("：评定医院")  # which one follows from the answers
    assert visitor.href("开始申请").endswith("/apply/zj-01")


def test_guide_says_of_unverified_rules_that_nobody_compared_them(visitor: CheckingClient) -> None:
    visitor.get("/services/zj-01")
    basis = visitor.one("#basis-art24").get_text()
    assert "这一条还没有核对原文" in basis
    assert "这一条还没有核对原文" not in visitor.one("#basis-art9").get_text()
    beside = [link.parent.get_text() for link in visitor.page.select('a[href="#basis-art24"]') if link.parent]
    assert beside
    assert all("（待核实）" in words for words in beside)
    verified = [link.get_text() for link in visitor.page.select('a[href="#basis-art9"]')]
    assert verified
    assert not any("待核实" in words for words in verified)


@pytest.mark.parametrize(
    ("address", "has_any"),
    [
        ("/services/zj-01", True),
        ("/services/yj-02", True),
        ("/services/zj-01/elements", True),
        ("/directories/policies", True),
        ("/services/zj-01/check", False),
    ],
)
@pytest.mark.parametrize(
    ("language", "asked", "whom"),
    [
        ("zh", "“待核实”是什么意思？", "请问工作人员"),
        ("easy", "“还没核对”是什么意思？", "请找工作人员"),
        ("en", "What does “not yet checked” mean?", "ask the staff"),
    ],
)
def test_what_unverified_means_and_whom_to_ask_is_said_once_where_it_is_marked(
    visitor: CheckingClient, address: str, has_any: bool, language: Language, asked: str, whom: str
) -> None:
    visitor.use_language(language)
    visitor.get(address)
    assert [one.get_text() for one in visitor.page.select("h2, h3")].count(asked) == int(has_any)
    assert (whom in visitor.text) is has_any


def test_guide_names_the_units_of_the_place_that_was_chosen(visitor: CheckingClient) -> None:
    visitor.get("/services/zj-01")
    assert "示例县残疾人联合会" in visitor.text
    visitor.follow("选别的县或者乡镇")
    visitor.submit("换到这里", {"place": "880002"})
    visitor.get("/services/zj-01")
    assert "样本县残疾人联合会" in visitor.text
    assert "示例县残疾人联合会" not in visitor.text


def test_service_points_say_facilities_and_numbers_in_words(visitor: CheckingClient) -> None:
    visitor.get("/service-points?county=880002")
    assert "门口有坡道" in visitor.text
    assert "示例南湖镇便民服务中心" in visitor.text
    assert "示例东风镇便民服务中心" not in visitor.text
    assert "示例市残疾人服务大厅" in visitor.text
    assert (
        visitor.one('#point_nanhu ~ dl a[href="tel:19900001103"]').get_text(" ", strip=True)
        == "199 0000 1103"
    )


def test_service_points_of_an_unknown_county_are_all_service_points(visitor: CheckingClient) -> None:
    visitor.get("/service-points?county=110101")
    assert len(visitor.page.select("main h3")) == 5


def test_sitemap_lists_each_public_address_and_each_one_opens(app: Flask, visitor: CheckingClient) -> None:
    listed = app.test_client().get("/sitemap.xml").get_data(as_text=True)
    addresses = [part.split("<", 1)[0] for part in listed.split("<loc>http://localhost")[1:]]
    assert "/services/zj-01" in addresses
    for address in addresses:
        visitor.get(address)


def test_example_site_asks_search_engines_to_stay_away(app: Flask) -> None:
    assert "Disallow: /\n" in app.test_client().get("/robots.txt").get_data(as_text=True)


def test_statement_says_what_is_not_reached_and_when_it_was_looked_through(visitor: CheckingClient) -> None:
    visitor.get("/accessibility")
    assert "还没有请残疾人试用" in visitor.text
    assert "2026年11月22日" in visitor.text
    assert visitor.href("反映无障碍问题").endswith("/accessibility/report")
