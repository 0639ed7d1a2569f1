"""Stories of applying for a certificate: drafts, corrections, their ends, over HTTP without script.

What officers decide afterwards is in the stories of the chain.
"""

from collections.abc import Callable

import pytest

from portal import clock
from portal.catalogue.texts import Language
from portal.i18n import date_text
from portal.labels import STATES, label
from portal.store.applications import Application, Slip
from portal.usecases.decisions import Deciding, PointAsked
from tests.support.client import CheckingClient
from tests.support.journeys import FORM, GOOD_ANSWERS, Office, begin, go, hand_in, walk
from tests.support.people import parts_of

pytestmark = pytest.mark.one_database

ASK = Deciding(
    "ask_more",
    points=[PointAsked("person-name", "C03", "请照身份证写"), PointAsked("since", "C04", "请写年份")],
)
NOT_OURS = Deciding("not_ours", reasons=["J01"], summary="请向户口所在地申请")
LANGUAGES = ("zh", "easy", "en")


def applied(office: Office, language: Language = "zh", acting: str = "self") -> tuple[CheckingClient, str]:
    """Somebody who has just handed in: the browser on the receipt, and the reference."""
    client = office.browser(office.resident(), language)
    reference = begin(client, acting)
    walk(client)
    hand_in(client)
    assert client.path == f"/apply/zj-01/{reference}/receipt"
    return client, reference


def status(client: CheckingClient, reference: str, state: str) -> None:
    """The status page says the state in plain words."""
    client.get(f"/account/applications/{reference}")
    assert client.heading() == label(STATES, state, client.language)


def newest_letter(client: CheckingClient, reference: str) -> None:
    """Open the newest letter that the status page offers."""
    client.get(f"/account/applications/{reference}")
    client.get(str(client.page.select("main a[href^='/account/notices/']")[0]["href"]))


@pytest.mark.parametrize("acting", ["self", "proxy"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_applied_asked_and_corrected(office: Office, language: Language, acting: str) -> None:
    client, reference = applied(office, language, acting)
    status(client, reference, "in_review")
    office.decide(reference, ASK)
    status(client, reference, "returned")
    assert "请照身份证写" in client.text, "what is missing stands where one looks first"
    spoken = [one.get_text() for one in client.page.select("main [lang=zh-CN]")]
    assert ("请照身份证写" in spoken) is (language == "en"), "read aloud as what it is"
    client.follow(str(client.one("main a.button").get_text()))
    asked = {"zh": "需要您补的", "easy": "要补什么？", "en": "What we need from you"}
    assert client.heading() == asked[language]
    opened = [str(link["href"]).rsplit("/", 1)[1] for link in client.page.select("main ol a")]
    assert opened == ["person-name", "since"]
    assert "请照身份证写" in client.text
    go(client, reference, "person-identity", 404)
    go(client, reference, "person-name")
    assert "请照身份证写" in client.text
    assert walk(client, {"p_name": "示例王晓明", "zj_since": "2020"}) == ["person-name", "since"]
    assert "示例王晓明" in client.text
    hand_in(client)
    status(client, reference, "in_review")
    here = {"zh": "补的材料，我们%s收到了。", "easy": "补的材料，%s收到了。", "en": "received on %s."}
    assert here[language] % date_text(clock.today(), language) in client.page.select(".notice")[-1].get_text()
    office.lead(reference, "forward", "accept")
    office.check()
    status(client, reference, "in_review")
    newest_letter(client, reference)
    assert "示例王晓明" in client.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_accepted_says_where_to_go(office: Office, language: Language) -> None:
    client, reference = applied(office, language)
    office.decide(reference, NOT_OURS)
    status(client, reference, "not_accepted")
    newest_letter(client, reference)
    assert "请向户口所在地申请" in client.text
    office.check()


def test_request_that_nobody_answers_ends_the_application(
    office: Office, clock_at: Callable[[str], None]
) -> None:
    client, reference = applied(office)
    office.decide(reference, ASK)
    client.get(f"/account/applications/{reference}")
    assert "2026年12月14日以前" in client.text
    clock_at("2026-12-15T00:01+08:00")
    office.run_timers()
    with parts_of(office.app).store.reading() as db:
        account = db.query(Application).filter_by(reference=reference).one().account
    client = office.browser(account)
    status(client, reference, "lapsed")
    go(client, reference, "person-name")
    assert client.path == f"/account/applications/{reference}"
    office.check()


def test_draft_is_warned_and_expires(office: Office, clock_at: Callable[[str], None]) -> None:
    account = office.resident()
    client = office.browser(account)
    reference = begin(client)
    clock_at("2027-02-18T09:00+08:00")
    office.run_timers()
    clock_at("2027-02-22T09:00+08:00")
    office.run_timers()
    client = office.browser(account)
    go(client, reference, "", 404)
    client.get("/account")
    assert reference[:4] not in client.text


def test_draft_is_deleted_on_its_own_page(office: Office) -> None:
    client = office.browser(office.resident())
    reference = begin(client)
    walk(client, until="kinds")
    client.get(f"/apply/zj-01/{reference}")
    client.follow("删除这份草稿")
    client.submit("删除草稿")
    assert client.path == "/account"
    go(client, reference, "person-name", 404)
    client.get("/apply/zj-01")
    assert reference not in client.page.main.decode()


def test_begun_here_and_finished_in_another_browser(office: Office) -> None:
    account = office.resident()
    first = office.browser(account)
    reference = begin(first)
    walk(first, until="hukou-place")
    other = office.browser(account)
    other.get("/apply/zj-01")
    other.follow("接着办：自己的申请")
    other.follow("接着填")
    assert other.path.endswith("/hukou-place")
    walk(other)
    assert str(GOOD_ANSWERS["p_name"]) in other.text
    hand_in(other)
    first.submit(FORM, {"h_place": "示例东风镇"}, expect=409)
    go(first, reference, "receipt")
    assert first.heading() == other.heading() == "已经收到"
    office.check()


def test_save_and_leave_leads_home_and_back_to_the_same_question(office: Office) -> None:
    client = office.browser(office.resident())
    reference = begin(client)
    walk(client, until="since")
    client.submit("保存，以后再办", {"zj_since": "二〇一九", "zj_cause": "生病"})
    assert client.path == "/account"
    go(client, reference, "since")
    assert client.one("input[name=zj_since][type=text]")["value"] == "二〇一九"
    assert "生病" in client.one("textarea[name=zj_cause]").get_text()


def test_progress_without_account_by_the_slip(office: Office) -> None:
    client, reference = applied(office)
    with parts_of(office.app).store.reading() as db:
        code = db.query(Slip).one().code
    assert code[:4] in client.text
    visitor = CheckingClient(office.app)
    visitor.get("/status")
    visitor.submit("查进度", {"reference": reference, "code": code.lower()})
    assert visitor.heading() == "审核中"
    assert "示例王小明" not in visitor.page.decode()
    assert "880000199001010011" not in visitor.page.decode()
    client.get(f"/account/applications/{reference}")
    client.submit("关掉查询码")
    visitor.get("/status")
    visitor.submit("查进度", {"reference": reference, "code": code}, expect=422)
    assert visitor.page.select("#errors a[href='#reference']")


def test_pressed_twice_and_after_going_back_it_is_one_application(office: Office) -> None:
    client = office.browser(office.resident())
    reference = begin(client)
    walk(client)
    address = f"/apply/zj-01/{reference}/check"
    sent = {
        "csrf_token": client.token,
        "seen_hash": str(client.one("input[name=seen_hash]")["value"]),
        "declarations": "cs_truth",
    }
    client.post(address, sent)
    receipt = client.text
    client.post(address, sent, has_token=False)
    assert client.text == receipt
    client.get(address)  # going back: what was submitted cannot be submitted again
    assert client.path == f"/account/applications/{reference}"
    office.check()


def test_second_application_for_the_same_person_leads_to_the_first(office: Office) -> None:
    client, held = applied(office)
    reference = begin(client)
    walk(client)
    client.submit(FORM, {"declarations": ["cs_truth"]}, expect=409)
    assert client.heading() == "这个人已经申请过了"
    assert client.page.select_one(f"main a[href='/account/applications/{held}']") is not None
    client.get(f"/apply/zj-01/{reference}")  # the draft is still there
    assert client.path == f"/apply/zj-01/{reference}"
    office.check()


def test_answers_changed_in_another_tab_are_shown_before_they_are_submitted(office: Office) -> None:
    account = office.resident()
    client = office.browser(account)
    reference = begin(client)
    walk(client)
    other = office.browser(account)
    go(other, reference, "person-name")
    other.submit(FORM, {"p_name": "示例王晓明"})
    hand_in(client, expect=409)
    assert "示例王晓明" in client.text
    hand_in(client)
    assert client.heading() == "已经收到"


def test_hospital_that_no_longer_fits_is_named_on_the_check_page(office: Office) -> None:
    client = office.browser(office.resident())
    reference = begin(client)
    walk(client, {"zj_hospital": "hospital_first"})
    go(client, reference, "kinds?back=check")
    client.submit(FORM, {"zj_kind": ["visual", "psychiatric"]})
    client.submit(FORM, {"mg_has": "no"})
    go(client, reference, "check")
    assert "评定医院" in client.one("#missing").find_parent("section").get_text()
    hand_in(client, expect=422)
    named = [str(one["href"]) for one in client.page.select("#errors a")]
    assert f"/apply/zj-01/{reference}/hospital?back=check#zj-hospital" in named


def test_answer_to_a_request_that_uncovers_questions_asks_them_too(office: Office) -> None:
    client, reference = applied(office)
    office.decide(reference, Deciding("ask_more", points=[PointAsked("kinds", "C04", "请写全")]))
    go(client, reference, "kinds")
    answers = {"zj_kind": ["visual", "intellectual"], "zj_hospital": "unknown", "mg_has": "no"}
    assert walk(client, answers) == ["kinds", "guardian-own", "hospital", "evidence-guardian"]
    hand_in(client)
    status(client, reference, "in_review")
    office.check()
