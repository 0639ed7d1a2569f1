"""What keeps an application from being handed in is said in so many words, and again at its question."""

import pytest
from flask import Flask

from tests.support.client import CheckingClient
from tests.support.journeys import FORM, Office, begin, go, hand_in, walk
from tests.support.pages import words
from tests.support.people import furnish
from tests.support.visits import visitor_at

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

WRONG_HOSPITAL = "这家医院不能评定选的困难"
TOO_SHORT = "8800001990"
LEAVE = "保存，以后再办"


@pytest.fixture
def client(office: Office) -> CheckingClient:
    return office.browser(office.resident())


def summary(client: CheckingClient) -> list[str]:
    return [words(one) for one in client.page.select("#errors a")]


def test_answer_that_another_one_no_longer_allows_is_said_where_all_is_read_back_and_at_its_question(
    client: CheckingClient,
) -> None:
    reference = begin(client)
    walk(client, {"zj_hospital": "hospital_yangben"})
    client.get(f"/apply/zj-01/{reference}/kinds?back=check")
    client.submit(FORM, {"zj_kind": ["hearing"]})
    go(client, reference, "check")
    [link] = [one for one in client.page.select("main a") if WRONG_HOSPITAL in words(one)]
    assert "还没有填好" not in words(client.one("main"))
    hand_in(client, 422)
    assert any(WRONG_HOSPITAL in one for one in summary(client))
    client.get(str(link["href"]).partition("#")[0])
    assert client.path.endswith("/hospital")
    assert any(WRONG_HOSPITAL in one for one in summary(client))
    assert words(client.one("title")).startswith("错误：")
    assert client.one("[name=zj_hospital][value=hospital_yangben]").has_attr("checked")
    client.submit(FORM, {"zj_hospital": "unknown"})
    go(client, reference, "check")
    hand_in(client)
    assert client.path.endswith("/receipt")


def test_text_that_could_not_be_read_says_why_when_its_page_is_opened_again(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="person-identity")
    client.submit(LEAVE, {"p_id_type": "resident"})
    go(client, reference, "person-identity")
    client.submit(LEAVE, {"p_id_no": TOO_SHORT})
    go(client, reference, "person-identity")
    assert client.one("[name=p_id_no]")["value"].replace(" ", "") == TOO_SHORT
    [told] = summary(client)
    assert "18位" in told
    go(client, reference, "check")
    assert told in words(client.one("main"))


def test_what_was_only_left_blank_is_named_as_missing_and_blamed_on_nobody(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="person-name")
    client.submit(LEAVE, {"p_name": "", "p_name_sound": "shì lì"})
    go(client, reference, "person-name")
    assert client.one("[name=p_name_sound]")["value"] == "shì lì"
    assert not summary(client)
    assert not words(client.one("title")).startswith("错误：")
    go(client, reference, "check")
    assert "姓名：还没有填好" in words(client.one("main"))


def test_row_without_what_it_needs_names_the_row_and_what_it_needs(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="records")
    client.submit("加一个：以前的医院")
    client.submit(LEAVE, {"zj_records-1-zj_record_year": "2019"})
    go(client, reference, "records")
    [told] = summary(client)
    assert told.startswith("以前的医院，第1个")
    assert client.one("[name=zj_records-1-zj_record_year]")["value"] == "2019年"
    go(client, reference, "check")
    assert told in words(client.one("main"))


def test_clerk_reads_what_is_wrong_where_all_is_read_back_and_in_the_part(app: Flask) -> None:
    furnish(app)
    counter = visitor_at(app)
    reference = counter.filled(own={"zj_kind": ["hearing"], "zj_hospital": "hospital_yangben"})
    client = counter.client
    client.get(counter.at(reference, "check"))
    [link] = [one for one in client.page.select("main a") if WRONG_HOSPITAL in words(one)]
    client.get(str(link["href"]).partition("#")[0])
    assert any(WRONG_HOSPITAL in one for one in summary(client))
    assert client.one("[name=zj_hospital][value=hospital_yangben]").has_attr("checked")
