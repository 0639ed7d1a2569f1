"""Questions that need more than one look, without script: conditions, places, rows, known facts."""

import pytest
from flask import Flask

from portal.catalogue.loader import load_catalogue
from portal.catalogue.national import PlaceLine
from portal.rules.references import grouped
from portal.usecases import applications
from portal.usecases.national_places import import_places
from tests.support.client import CheckingClient
from tests.support.journeys import FORM, Office, answer_page, begin, go, hand_in, walk
from tests.support.made_up import fillings_for

REGION = load_catalogue().regions["demo"]
BT = load_catalogue().definition("bt-01", "demo")

pytestmark = pytest.mark.one_database


@pytest.fixture
def client(office: Office) -> CheckingClient:
    return office.browser(office.resident())


def test_start_among_too_many_drafts_leads_back_to_them(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "MOST_DRAFTS", 1)
    begin(client, "self")
    client.get("/apply/zj-01")
    client.submit("开始填", {"acting": "self"}, 409)
    assert "草稿最多留1份" in client.text
    assert client.href("接着办：自己的申请")


def test_drafts_of_one_kind_are_told_apart_by_their_number(client: CheckingClient) -> None:
    references = [begin(client, "self"), begin(client, "self")]
    client.get("/apply/zj-01")
    links = client.page.select("#drafts + ul a")
    assert sorted(str(link.get_text()) for link in links) == sorted(
        f"接着办：自己的申请，收件号：{grouped(reference)}" for reference in references
    )


def test_number_of_who_acts_is_checked_by_their_document_and_another_document_is_taken_as_written(
    client: CheckingClient,
) -> None:
    begin(client, "proxy")
    walk(client, until="guardian-agent")
    path = client.path
    client.submit(FORM, {"g_name": "示例王姨", "g_id_type": "resident"})
    assert client.path == path
    assert "最后一位可能是字母X" in client.text
    client.submit(FORM, {"g_id_no": "以后再说"}, expect=422)
    assert client.one("[name=g_id_no]")["value"] == "以后再说"
    assert "请填写证件上的号码" in client.one("#errors").get_text()
    client.submit(FORM, {"g_id_no": "880000199001010012"}, expect=422)
    assert "一段一段核对" in client.text
    client.submit(FORM, {"g_id_type": "other", "g_id_no": "以后再说"})
    assert client.path == path
    client.submit(FORM, {"g_id_other": "护照 E00000000"})
    assert client.path != path


def test_questions_about_the_person_name_them_once_the_name_is_known(client: CheckingClient) -> None:
    begin(client, "proxy", "zj-03")
    walk(client, until="guardian-relation")
    assert "您是申请人的什么人？" in client.text
    walk(client, until="certificate-number")
    assert "示例王小明的残疾人证号码" in client.one("h1").get_text()
    assert "示例王小明" not in client.one("title").get_text()


def test_answer_that_uncovers_a_question_shows_the_same_page_with_it(client: CheckingClient) -> None:
    begin(client, "proxy")
    walk(client, until="guardian-relation")
    path = client.path
    assert not client.page.select("[name=g_other]")
    client.submit(FORM, {"g_kind": "other"})
    assert client.path == path
    assert client.page.select("[name=g_other]")
    assert not client.page.select("#errors")  # nobody has done anything wrong
    client.submit(FORM, {"g_other": "committee"})
    assert client.path.endswith("/guardian-agent")


def test_place_elsewhere_in_the_country_is_found_after_the_regions_own_and_kept_with_its_name(
    app: Flask, client: CheckingClient
) -> None:
    with app.extensions["portal"].store.transaction() as db:
        import_places(
            db, [PlaceLine("33", "浙江省"), PlaceLine("3301", "杭州市"), PlaceLine("330102", "上城区")]
        )
    reference = begin(client, "self")
    walk(client, until="hukou-place")
    client.submit("查找这个地方", {"h_place": "330102195001011234"})
    client.submit(FORM, {"h_place": "330102195001011234", "h_place-place": "330102"})
    go(client, reference, "check")
    assert "浙江省杭州市上城区" in client.text
    go(client, reference, "hukou-place")
    assert client.one("input[name=h_place-place][checked]")["value"] == "330102"


def test_odd_number_is_hinted_at_on_the_check_page_and_can_be_handed_in(client: CheckingClient) -> None:
    begin(client)
    walk(client, {"p_id_no": "00010119900101001X"}, until="check")
    assert "可能写错了" in client.text
    link = client.one("section[aria-labelledby=hints] a")
    assert str(link["href"]).endswith("/person-identity?back=check#p-id-no")
    hand_in(client)
    assert client.path.endswith("/receipt")


def test_place_is_searched_chosen_and_read_back(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="hukou-place")
    client.submit("查找这个地方", {"h_place": "东风"})
    assert client.path.endswith("/hukou-place")
    assert client.one("main [autofocus] legend").get_text() == "找到1个地方，请选一个"
    client.submit(FORM, {"h_place-place": "880001001"})
    go(client, reference, "hukou-place")
    assert client.one("[name=h_place-place][checked]")["value"] == "880001001"
    go(client, reference, "check")
    assert "示例东风镇" in client.text


def test_place_that_is_in_no_list_is_written_in_own_words(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="hukou-place")
    client.submit("查找这个地方", {"h_place": "老家的小村子"})
    client.submit(FORM, {"h_place-place": "own", "h_place-own": "外省某县老家的小村子"})
    assert client.path.endswith("/hukou-detail")
    go(client, reference, "hukou-place")
    assert client.one("[name=h_place-own]")["value"] == "外省某县老家的小村子"
    walk(client, {"h_place-place": "own", "h_place-own": "外省某县老家的小村子"})
    hand_in(client)
    assert client.heading() == "已经收到"


def test_place_typed_but_not_chosen_asks_to_choose(client: CheckingClient) -> None:
    begin(client)
    walk(client, until="hukou-place")
    client.submit(FORM, {"h_place": "东风"}, expect=422)
    assert client.page.select("#errors a[href='#h-place']")
    assert client.page.select("[name=h_place-place][value='880001001']")


def test_rows_are_added_and_the_named_one_is_removed(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="records")
    client.submit("加一个：以前的医院")
    client.submit("再加一个", {"zj_records-1-zj_record_hospital": "第一家"})
    client.submit("再加一个", {"zj_records-2-zj_record_hospital": "第二家"})
    client.submit("删除以前的医院第1个")
    assert [box.get("value") for box in client.page.select("[name$=zj_record_hospital]")] == ["第二家", ""]
    client.submit(FORM)
    assert client.path.endswith("/go")
    go(client, reference, "records")
    assert [box.get("value") for box in client.page.select("[name$=zj_record_hospital]")] == ["第二家"]
    client.submit("删除以前的医院第1个")
    client.submit(FORM)
    go(client, reference, "records")
    assert client.page.select("[name$=zj_record_hospital]") == []


def test_rows_are_removed_one_after_the_other(client: CheckingClient) -> None:
    begin(client)
    walk(client, until="records")
    for number, name in ((1, "第一家"), (2, "第二家"), (3, "第三家")):
        client.submit("再加一个" if number > 1 else "加一个：以前的医院")
        client.submit("再加一个", {f"zj_records-{number}-zj_record_hospital": name})
        client.submit(f"删除以前的医院第{number + 1}个")
    client.submit("删除以前的医院第1个")
    client.submit("删除以前的医院第1个")
    assert [box.get("value") for box in client.page.select("[name$=zj_record_hospital]")] == ["第三家"]


def test_mistake_in_a_row_is_named_with_its_row(client: CheckingClient) -> None:
    begin(client)
    walk(client, until="records")
    client.submit("加一个：以前的医院")
    client.submit("再加一个", {"zj_records-1-zj_record_hospital": "第一家"})
    client.submit(FORM, {"zj_records-2-zj_record_year": "两年前"}, expect=422)
    named = [link.get_text() for link in client.page.select("#errors a")]
    assert all(name.startswith("以前的医院，第2个：") for name in named)
    assert client.one("[name=zj_records-2-zj_record_year]")["value"] == "两年前"


def test_more_rows_than_allowed_are_refused_in_words(client: CheckingClient) -> None:
    begin(client)
    walk(client, until="records")
    rows = {f"zj_records-{number}-zj_record_hospital": "示例医院" for number in range(1, 8)}
    client.post(client.path, rows, expect=422)
    assert client.page.select("#errors a[href='#zj-records'], #errors a[href='#zj_records']")


def test_what_is_known_is_shown_to_be_confirmed(client: CheckingClient) -> None:
    begin(client)
    walk(client)
    hand_in(client)
    begin(client)
    walk(client, until="person-name")
    assert client.one("[name=p_name]")["value"] == "示例王小明"
    assert "以前填过" in client.text
    client.submit(FORM)
    assert client.path.endswith("/person-identity")


def test_number_that_a_known_kind_of_document_uncovers_stands_there_at_once(client: CheckingClient) -> None:
    begin(client)
    walk(client)
    hand_in(client)
    begin(client)
    walk(client, until="person-identity")
    assert client.one("[name=p_id_type][checked]")["value"] == "resident"
    assert client.one("[name=p_id_no]")["value"]
    client.submit(FORM)
    assert not client.path.endswith("/person-identity"), "one saving keeps both"


def test_known_kind_of_document_may_be_changed_on_the_page_that_shows_its_number(
    client: CheckingClient,
) -> None:
    begin(client)
    walk(client)
    hand_in(client)
    reference = begin(client)
    walk(client, until="person-identity")
    client.submit(FORM, {"p_id_type": "none"})
    go(client, reference, "person-identity")
    assert client.one("[name=p_id_type][checked]")["value"] == "none"
    assert not client.page.select("[name=p_id_no]")


def test_proxy_starts_with_nothing_known_of_the_other_person(client: CheckingClient) -> None:
    begin(client)
    walk(client)
    hand_in(client)
    begin(client, "proxy")
    walk(client, until="person-name")
    assert not client.one("[name=p_name]").get("value")
    answer_page(client, {"p_name": "示例李某"})
    assert "示例李某" in client.text
    assert "示例李某" not in client.page.title.get_text()


def test_receipt_address_of_a_draft_leads_to_the_draft(client: CheckingClient) -> None:
    reference = begin(client)
    go(client, reference, "receipt")
    assert client.path == f"/apply/zj-01/{reference}"


def test_changing_one_answer_leads_back_to_the_check_page(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client)
    client.follow("修改姓名")
    assert client.path == f"/apply/zj-01/{reference}/person-name"
    client.submit(FORM, {"p_name": "示例王晓明"})
    assert client.path == f"/apply/zj-01/{reference}/check"
    assert "示例王晓明" in client.text


def at_certificate_number(client: CheckingClient) -> str:
    """At a question of BT-01 in which something is typed and that may be answered with 我不知道."""
    reference = begin(client, "self", "bt-01")
    walk(client, fillings_for(BT, REGION), until="certificate-number")
    return reference


def test_i_do_not_know_can_be_ticked_below_a_box_and_is_read_back(client: CheckingClient) -> None:
    reference = at_certificate_number(client)
    page = client.path
    [box] = client.page.select("[name=d_no][type=checkbox]")
    assert client.one(f"label[for={box['id']}]").get_text(strip=True) == "我不知道"
    assert client.one(f"#{box['aria-describedby']}").get_text(strip=True) == "您的残疾人证号码"
    client.submit(FORM, {"d_no": ["", "unknown"]})
    assert client.path != page
    client.get(page)
    assert client.one("[name=d_no][type=checkbox]").has_attr("checked")
    assert client.one("[name=d_no][type=text]")["value"] == ""
    client.get(f"/apply/bt-01/{reference}/check")
    assert "我不知道" in client.text


def test_an_answer_beside_i_do_not_know_is_asked_about_and_both_are_kept(client: CheckingClient) -> None:
    at_certificate_number(client)
    client.submit(FORM, {"d_no": ["88000019900101001112", "unknown"]}, expect=422)
    assert client.one("[name=d_no][type=checkbox]").has_attr("checked")
    assert client.one("[name=d_no][type=text]")["value"] == "88000019900101001112"


def test_part_without_anything_to_read_back_has_no_heading_on_the_check_page(client: CheckingClient) -> None:
    reference = begin(client, "self", "bt-01")
    walk(client, fillings_for(BT, REGION))
    client.get(f"/apply/bt-01/{reference}/check")
    assert [
        heading.get_text()
        for heading in client.page.select("main section[aria-labelledby^=part-]:not(:has(dd)) h2")
    ] == []


def test_too_few_rows_are_named_where_they_are_asked_for_and_not_first_at_the_end(
    client: CheckingClient,
) -> None:
    begin(client, "self", "bt-01")
    walk(client, fillings_for(BT, REGION), until="economy-authorise")
    one = {"e_authorise-1-e_member_name": "示例王儿", "e_authorise-1-e_member_way": "later"}
    page = client.path
    client.submit(FORM, {"e_adults": "2", **one}, expect=422)
    assert client.path == page
    [fault] = client.page.select("#errors a[href='#e-authorise']")
    assert fault.get_text() == "同意核对的家里人：还差1条。请给每个人添加一条。"
    client.submit(FORM, {"e_adults": "1", **one})
    assert client.path != page


def test_page_that_comes_again_says_so_and_leads_to_the_new_question(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="person-identity")
    client.submit(FORM, {"p_id_type": "resident"})
    assert client.path.endswith("/person-identity")
    assert "已经保存。请接着填这一页" in client.one("#more").get_text()
    assert [link["href"] for link in client.page.select("#more a")] == ["#p-id-no"]
    assert client.page.select("#p-id-no")
    client.submit(FORM, {"p_id_no": ""}, expect=422)
    assert not client.page.select("#more")
    go(client, reference, "person-identity")
    assert not client.page.select("#more")


def test_file_that_is_to_be_chosen_is_named_when_the_page_comes_again(client: CheckingClient) -> None:
    begin(client)
    walk(client, until="evidence-identity")
    client.submit(FORM, {"evidence_identity": "upload"})
    assert client.path.endswith("/evidence-identity")
    target = str(client.one("#more a")["href"]).removeprefix("#")
    assert client.one(f"[id='{target}']")["type"] == "file"


def test_answer_that_uncovers_a_question_still_leads_back_to_the_check_page(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, {"c_has_phone": "none", "c_channels": ["post"]})
    client.get(f"/apply/zj-01/{reference}/contact-phone?back=check")
    client.submit(FORM, {"c_has_phone": "own"})
    assert client.one("#more a")["href"] == "#c-phone"
    client.submit(FORM, {"c_phone": "19900000001"})
    assert client.path.endswith("/check")


@pytest.mark.parametrize("button", ["查找这个地方", FORM])
def test_whoever_writes_no_place_reads_what_to_write_and_what_to_press(
    client: CheckingClient, button: str
) -> None:
    begin(client)
    walk(client, until="hukou-place")
    client.submit(button, {"h_place": ""}, expect=422)
    assert "请先写县、镇或者村的名字，再按“查找这个地方”。" in client.one("#errors").get_text()
    assert client.page.select("#errors a[href='#h-place']")


def test_whoever_stops_half_way_reads_that_it_is_saved_and_where_to_go_on(client: CheckingClient) -> None:
    reference = begin(client)
    walk(client, until="person-name")
    client.submit("保存，以后再办", {"p_name": "示例王小明"})
    assert client.path == "/account"
    assert "填的内容已经保存，申请还没有交。" in client.text
    client.follow(f"接着填：新办残疾人证，收件号：{grouped(reference)}")
    assert client.path == f"/apply/zj-01/{reference}"
    client.follow("接着填")
    assert client.path.endswith("/person-identity")
    client.get("/account?saved=000000000000")
    assert "填的内容已经保存" not in client.text
    go(client, reference, "delete")
    client.submit("删除草稿")
    assert "草稿已经删除。" in client.text
