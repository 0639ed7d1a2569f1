"""The form on paper as it is printed: every question of a service, for whom it is, where to hand it in."""

import re

import pytest
from flask import Flask

from portal import clock
from portal.catalogue.paper_sheet import sheet_of
from portal.catalogue.wording import Voice
from tests.support.client import CheckingClient
from tests.support.journeys import Office, begin
from tests.support.office import CATALOGUE, DEFINITION, REGION, SUBJECT, prepare
from tests.support.pages import words
from tests.support.people import furnish
from tests.support.visits import visitor_at
from tests.web.test_weight import MOST_BYTES, weight

pytestmark = pytest.mark.one_database

LONGEST = sorted(REGION.services, key=lambda code: -len(CATALOGUE.definition(code, "demo").pages))[:3]


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    with app.extensions["portal"].store.transaction() as db:
        prepare(db)
    return CheckingClient(app)


def make_form(client: CheckingClient, code: str, **chosen: str) -> None:
    client.get(f"/services/{code}/form")
    client.submit("做一张表", {"acting": "self", "size": "standard", **chosen})


def test_form_has_a_number_of_its_own_each_time(client: CheckingClient) -> None:
    numbers = set()
    for _ in range(2):
        make_form(client, "zj-01")
        found = re.fullmatch(r"/services/zj-01/form/(\d{12})", client.path)
        assert found is not None
        shown = {words(one).replace(" ", "") for one in client.page.select("b.numbers")}
        assert shown == {found[1]}
        numbers |= shown
    assert len(numbers) == 2


def test_every_question_stands_on_the_sheet_in_its_order(client: CheckingClient) -> None:
    make_form(client, "zj-01")
    items = client.page.select("ol[start] > li")
    expected = [
        question.label
        for section in sheet_of(DEFINITION, REGION, Voice("zh"), "self")
        for page in section.pages
        for question in page.questions
    ]
    labels = [words(one.p).removesuffix("（可以不填）").replace(" ", "") for one in items]
    assert labels == ["".join(one.split()) for one in expected]
    starts = [int(str(one["start"])) for one in client.page.select("ol[start]")]
    assert starts == sorted(starts)
    assert len(expected) > 30


def test_own_form_asks_nothing_of_a_representative_and_the_other_speaks_to_them(
    client: CheckingClient,
) -> None:
    make_form(client, "zj-01")
    assert "您是申请人的什么人？" not in client.text
    assert "代办人签名" not in client.text
    make_form(client, "zj-01", acting="proxy")
    assert "您是申请人的什么人？" in client.text
    assert "代办人签名" in client.text


def test_large_print_and_who_may_hand_it_in_are_said(client: CheckingClient) -> None:
    make_form(client, "bt-01", size="large")
    assert client.page.select(".sheet.large-print")
    assert "村（社区）专职委员转交" in client.text
    assert "按手印" in client.text


def test_number_that_was_never_printed_is_no_page(client: CheckingClient) -> None:
    client.get("/services/zj-01/form/100000000012", expect=404)
    make_form(client, "zj-01")
    client.get(client.path.replace("zj-01", "bt-01"), expect=404)


def test_looking_makes_no_number(client: CheckingClient, app: Flask) -> None:
    client.get("/services/zj-01/form")
    client.submit("做一张表", {"acting": "self"})
    made = client.path
    for _ in range(2):
        client.get(made)
    with app.extensions["portal"].store.reading() as db:
        assert db.connection().exec_driver_sql("SELECT count(*) FROM paper_forms").scalar_one() == 1


def test_the_longest_forms_are_as_light_as_other_pages(client: CheckingClient) -> None:
    found = {}
    for code in LONGEST:
        make_form(client, code, acting="proxy")
        found[code] = weight(client)
    assert {code: size for code, size in found.items() if size > MOST_BYTES} == {}


def test_draft_is_printed_with_its_answers_and_opened_again_at_the_counter(app: Flask) -> None:
    furnish(app)
    counter = visitor_at(app)
    reference = counter.filled()
    clerk = counter.client
    clerk.get(counter.href("apply", "zj-01", reference))
    clerk.follow("打印填好的表")
    clerk.submit("做一张表", {"size": "large"})
    assert clerk.page.select(".sheet.large-print")
    assert SUBJECT in clerk.text
    ticked = [words(one) for one in clerk.page.select(".sheet .ticked")]
    assert len(ticked) > 3
    assert all("选了" in one for one in ticked)
    assert len(clerk.page.select(".sheet .line")) > 3
    title = clerk.page.title
    assert title is not None
    assert SUBJECT not in title.get_text()
    serial = clerk.path.rsplit("/", 1)[1]
    clerk.get(counter.href("paper"))
    clerk.submit(
        f"form[action='{counter.href('paper')}']",
        {"serial": serial, "received_on": clock.today().isoformat()},
    )
    assert clerk.path == counter.href("apply", "zj-01", reference)


def test_printed_draft_is_for_whoever_began_it_and_for_no_search_engine(app: Flask) -> None:
    office = Office(app)
    office.open()
    own = office.browser(office.resident())
    reference = begin(own)
    own.get(f"/apply/zj-01/{reference}/paper")
    own.submit("做一张表")
    answer = own.get(own.path)
    assert answer.response.headers["X-Robots-Tag"] == "noindex"
    assert answer.response.headers["Cache-Control"] == "no-store"
    other = office.browser(office.resident("19900000002"))
    other.get(own.path, expect=404)
    serial = own.path.rsplit("/", 1)[1]
    other.get(f"/services/zj-01/form/{serial}")
    assert not other.page.select(".ticked, .written")
    second = begin(own)
    own.get(f"/apply/zj-01/{second}/paper/{serial}", expect=404)
