"""The journey at the counter: parts asked on one page each, read back, agreed to, handed in exactly once."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.applications import Application, Submission
from portal.store.audit import AuditEvent
from portal.store.documents import Document
from portal.store.evidence import EvidenceCheck
from portal.store.recusals import Relative
from portal.store.tasks import Task
from portal.store.visits import Entering, SpokenConfirmation
from portal.usecases.access_needs import contact_pages
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.looking import look_at_own
from tests.support import papers
from tests.support.journeys import Office
from tests.support.office import DEFINITION
from tests.support.people import furnish, parts_of
from tests.support.receiving import by_document, handed_in, visitor_of
from tests.support.visits import FORM, Counter, staff_at, visitor_at

pytestmark = pytest.mark.one_database

YES = {"declarations": ["cs_truth"], "way": "spoken", "words": "听完后说：同意。"}


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-23T09:00+08:00")


@pytest.fixture
def counter(app: Flask) -> Counter:
    furnish(app)
    return visitor_at(app)


def test_a_deaf_visitor_without_phone_applies_by_word_before_two_of_the_staff(
    app: Flask, counter: Counter
) -> None:
    client = counter.client
    reference = counter.begin()
    met = counter.walk()
    assert list(dict.fromkeys(met)) == ["who", "person", "home", "need", "contact", "papers"]
    client.submit("记下来人的确认", YES)
    assert "还要第二位工作人员确认在场" in client.text
    colleague = staff_at(app, "colleague")
    colleague.get("/desk/confirmations")
    colleague.follow(" ".join((reference[:4], reference[4:8], reference[8:])))
    assert "申请人信息" in [one.get_text() for one in colleague.page.select("main h3")]
    said = {one.dt.get_text(): one.dd.get_text() for one in colleague.page.select("main h3 ~ dl > div")}
    assert said["姓名"] == "示例王小明。"
    assert any(term == "来人同意" for term in said)
    colleague.submit("确认我在场", {"was_there": "yes"})
    client.get(client.path)
    client.submit("替来人提交")
    assert client.heading().startswith("已经收到")
    with parts_of(app).store.reading() as db:
        application = db.scalars(select(Application)).one()
        submission = db.scalars(select(Submission)).one()
        confirmation = db.scalars(select(SpokenConfirmation)).one()
        assert application.state == "in_review"
        assert application.channel == submission.channel == "counter"
        assert application.account_id == counter.visit.account_id
        assert submission.submitted_by_id == counter.clerk.account_id == confirmation.first_id
        assert confirmation.second_id not in (None, confirmation.first_id)
        assert "示例王小明" in confirmation.text
        assert confirmation.answers_hash == submission.answers_hash
        assert db.scalars(select(Entering.account_id)).all() == [counter.clerk.account_id]
    colleague.get(f"/desk/applications/{reference}")
    assert "听完后说：同意。" in colleague.text
    assert "clerk（示例）、colleague（示例）" in colleague.text


def related_id(db: Session, name: str) -> int:
    return db.scalars(select(Account.id).where(Account.login_name == name)).one()


@pytest.mark.parametrize("chosen", ["", "with-", "with-x", f"with-{10**19}", "everybody"])
def test_begin_for_nobody_that_there_is_asks_again(counter: Counter, chosen: str) -> None:
    counter.client.get(counter.href("apply", "zj-01"))
    counter.client.post(counter.client.path, {"acting": chosen}, expect=422)
    assert "请选择替谁办。" in counter.client.text


def test_what_cannot_be_read_is_kept_as_typed_and_the_rest_is_saved(counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "part", "person"))
    client.submit(FORM, {"p_name": "示例李四", "p_id_no": "不是号码"}, expect=422)
    assert client.page.title is not None
    assert client.page.title.get_text().startswith("错误：")
    assert "#p-id-no" in [link["href"] for link in client.page.select("#errors a")]
    client.get(counter.at(reference, "part", "person"))
    assert client.one("#p-name")["value"] == "示例李四"
    assert client.one("#p-id-no")["value"] == "不是号码"


def test_a_new_answer_shows_what_it_uncovers_on_the_same_page(counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "part", "home"))
    assert not client.page.select("#a-place")
    client.submit(FORM, {"a_same_as_hukou": "no"})
    assert client.path == counter.at(reference, "part", "home")
    assert "又带出了问题" in client.text
    assert client.page.select("#a-place")
    client.submit(FORM, expect=422)


def test_no_phone_and_a_text_message_at_once_is_an_error_that_names_both(counter: Counter) -> None:
    client, reference = counter.client, counter.begin()
    client.get(counter.at(reference, "part", "contact"))
    client.submit(FORM, {"c_has_phone": "none", "c_channels": ["sms", "post"]}, expect=422)
    summary = client.one("#errors").get_text()
    assert "选了“没有电话”，又选了“发短信”或者“打电话”" in summary
    client.submit(FORM, {"c_has_phone": "own", "c_channels": ["sms"], "c_do_not": ["sms"]}, expect=422)
    assert "前面选了“发短信”，这里又选了“不要发短信”" in client.one("#errors").get_text()


def test_a_card_reader_fills_name_and_number_and_saves_nothing_yet(counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "part", "person"))
    client.submit("填到下面", {"card_text": "示例陈小华\t88000019990101001X\t男"})
    assert client.one("#p-name")["value"] == "示例陈小华"
    assert client.one("#p-id-no")["value"] == "88000019990101001X"
    client.get(counter.at(reference, "part", "person"))
    assert client.one("#p-name")["value"] == "示例王小明"


def test_the_questions_are_there_to_be_read_aloud_with_numbered_choices(counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "part", "need"))
    client.follow("照着念的问题")
    assert client.page.select("main ol > li")
    assert not client.page.select("main input:not([type=hidden]), main textarea")
    client.get(counter.at(reference, "read", "nothing"), expect=404)


def test_nothing_is_handed_in_before_the_visitor_agreed(counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "check"))
    assert not client.page.select("#hand-in")
    seen = str(client.one("#say-yes input[name=seen_hash]")["value"])
    client.post(counter.at(reference, "check"), {"seen_hash": seen}, expect=409)
    assert "来人还没有确认" in client.text
    client.submit("记下来人的确认", {"way": "spoken"}, expect=422)
    assert {link["href"] for link in client.page.select("#errors a")} == {"#cs_truth", "#words"}
    client.submit("记下来人的确认", YES)
    client.post(counter.at(reference, "check"), {"seen_hash": seen}, expect=409)
    assert "第二位工作人员还没有确认在场" in client.text


def test_answers_changed_after_the_agreement_are_read_back_again(app: Flask, counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "check"))
    client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
    seen = str(client.one("#hand-in input[name=seen_hash]")["value"])
    client.get(counter.at(reference, "part", "person"))
    client.submit(FORM, {"p_name": "示例改过的"})
    client.post(counter.at(reference, "check"), {"seen_hash": seen}, expect=409)
    assert "重新确认" in client.text
    assert not client.page.select("#hand-in")
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Application.state)).one() == "draft"


def test_pressed_twice_it_is_handed_in_once_and_the_receipt_leads_to_the_next_service(
    app: Flask, counter: Counter
) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "check"))
    client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
    fields = {"seen_hash": str(client.one("#hand-in input[name=seen_hash]")["value"])}
    client.post(counter.at(reference, "check"), fields)
    receipt = client.text
    client.post(counter.at(reference, "check"), fields)
    assert client.text == receipt
    assert client.path == counter.at(reference, "receipt")
    assert client.page.select("div.print-large")
    assert client.href("给来人再办一件事").endswith(counter.href("services"))
    with parts_of(app).store.reading() as db:
        assert len(db.scalars(select(Submission)).all()) == 1
    client.browser.get(counter.at(reference, "part", "person"))
    assert client.get(counter.at(reference, "check")).path == counter.href("applications", reference)


def test_a_thumbprint_is_scanned_and_the_scan_stays(app: Flask, counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "check"))
    said = {"declarations": ["cs_truth"], "way": "thumbprint"}
    client.submit("记下来人的确认", said, expect=422)
    assert [link["href"] for link in client.page.select("#errors a")] == ["#confirmation-scan"]
    scan = ("thumb.jpg", papers.encoded(papers.page((600, 800))))
    client.submit("记下来人的确认", {**said, "documents_confirmation": scan})
    colleague = staff_at(app, "colleague")
    with parts_of(app).store.reading() as db:
        confirmation = db.scalars(select(SpokenConfirmation)).one()
        assert confirmation.document == db.scalars(select(Document.key)).one()
    colleague.get(f"/desk/confirmations/{confirmation.id}")
    colleague.submit("确认我在场", expect=422)
    colleague.submit("确认我在场", {"was_there": "yes"})
    client.get(counter.at(reference, "check"))
    client.submit("替来人提交")
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Document.is_submitted)).one()


def test_only_another_of_the_same_unit_can_be_the_second(app: Flask, counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "check"))
    client.submit("记下来人的确认", YES)
    with parts_of(app).store.reading() as db:
        address = f"/desk/confirmations/{db.scalars(select(SpokenConfirmation.id)).one()}"
    client.get("/desk/confirmations")
    assert "现在没有" in client.text
    client.get(address, expect=404)
    elsewhere = staff_at(app, "elsewhere", unit="desk_nanhu")
    elsewhere.get(address, expect=404)
    related = staff_at(app, "related")
    with parts_of(app).store.transaction() as db:
        officer_id = related_id(db, "related")
        index = blind_index(db, "id_number", "880000199001010011")
        own = {"relation": "relative", "ending": "0011", "added_at": clock.now()}
        db.add(Relative(account_id=officer_id, id_index=index, **own))
    related.get(address, expect=403)


def test_an_original_that_was_seen_beside_the_visitor_counts_when_it_is_handed_in(
    app: Flask, counter: Counter
) -> None:
    client, reference = counter.client, counter.filled(own={"evidence_identity": "desk"})
    client.get(counter.at(reference, "part", "papers"))
    client.get(counter.at(reference, "seen", "identity"))
    seen = {"how": "desk", "name": "示例别人", "seal": "none", "is_same": "yes"}
    client.submit("登记", seen, expect=422)
    client.submit("登记", {**seen, "name": "示例王小明"})
    assert "工作人员看过原件（B级）" in client.text
    client.get(counter.at(reference, "check"))
    client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
    client.submit("替来人提交")
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(EvidenceCheck.level)).one() == "B"
        assert "identity" not in db.scalars(select(Task.about)).all()


def test_a_file_sent_at_the_counter_is_looked_at_below_the_visit_only(app: Flask, counter: Counter) -> None:
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "part", "papers"))
    client.submit(FORM, {"evidence_hukou": "upload"})
    photo = ("hukou.jpg", papers.encoded(papers.page((600, 800))))
    button = client.one("button[name=upload][value=documents_hukou]")
    assert button.get_text() == "上传这份文件"
    client.submit(FORM, {"documents_hukou": photo})
    assert "文件已经收到" in client.text or client.path.endswith("/check")
    client.get(counter.at(reference, "part", "papers"))
    with parts_of(app).store.reading() as db:
        key = db.scalars(select(Document.key)).one()
    client.get(counter.href("documents", key))
    client.get(f"/documents/{key}", expect=404)
    client.get(counter.href("documents", "0" * 32), expect=404)


def test_a_file_sent_at_the_counter_with_the_answer_that_uncovers_its_question_is_taken(
    app: Flask, counter: Counter
) -> None:
    client, reference = counter.client, counter.filled()
    part = counter.at(reference, "part", "papers")
    client.get(part)
    photo = [(BytesIO(papers.encoded(papers.page((600, 800)))), "hukou.jpg")]
    client.post(part, {"evidence_hukou": "upload", "documents_hukou": photo}, expect=422)
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Document.state)).one() == "here"
    assert "户口簿第1份" in client.text


def test_a_correction_is_answered_at_the_counter_on_the_asked_pages_only(app: Flask) -> None:
    office = Office(app)
    office.open()
    counter = visitor_at(app)
    client, reference = counter.client, counter.filled()
    client.get(counter.at(reference, "check"))
    client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
    client.submit("替来人提交")
    asked = [PointAsked("person-name", "C03", "请照身份证写姓名。")]
    office.decide(reference, Deciding("ask_more", points=asked, summary="请照身份证写姓名"))
    client.get(counter.at(reference))
    client.follow("接着办")
    assert "请照身份证写姓名。" in client.text
    assert client.page.select("#p-name")
    assert not client.page.select("#p-id-no")
    client.submit(FORM, {"p_name": "示例王小鸣"})
    client.get(counter.at(reference, "check"))
    assert not client.page.select("#hand-in"), "what was agreed to before is something else"
    client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
    client.submit("替来人提交")
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Application.state)).one() == "in_review"
        names = [one.answers["p_name"] for one in db.scalars(select(Submission).order_by(Submission.round))]
        assert names == ["示例王小明", "示例王小鸣"]


def test_what_a_visitor_said_before_is_confirmed_at_the_counter_instead_of_asked_again(
    app: Flask, counter: Counter
) -> None:
    client = counter.client
    counter.hand_in(counter.filled())
    second = counter.begin()
    client.get(counter.at(second, "part", "person"))
    assert client.one("#p-name")["value"] == "示例王小明"
    assert "以前填过" in client.text
    client.get(counter.at(second, "part", "contact"))
    assert client.path == counter.at(second, "still-so")
    assert client.heading() == "还是这样吗？"
    assert not client.page.select("main input:not([type=hidden])")
    client.submit("还是这样，继续")
    assert client.path == counter.at(second, "part", "papers")
    with parts_of(app).store.reading() as db:
        first, again = db.scalars(select(Application).order_by(Application.id)).all()
        before, now = newest_answers_of(db, first), look_at_own(db, counter.beside, second).answers
        asked = {field.id for page in contact_pages(DEFINITION.pages) for field in page.fields}
        assert again.reference == second
        assert {name: now[name] for name in asked & now.keys()} == {
            name: before[name] for name in asked & before.keys()
        }
    client.get(counter.at(second, "still-so"))
    assert client.path == counter.at(second, "part", "contact"), "answered: nothing is left to confirm"


def test_what_has_changed_since_is_asked_on_the_page_of_its_part(counter: Counter) -> None:
    client = counter.client
    counter.hand_in(counter.filled())
    second = counter.begin()
    client.get(counter.at(second, "part", "contact"))
    client.follow("有变化，要改")
    assert client.path == counter.at(second, "part", "contact")
    assert client.page.select("main input:not([type=hidden])")
    assert "以前填过" in client.text


def test_number_that_is_known_is_asked_with_its_kind_and_kept_by_one_saving(counter: Counter) -> None:
    client = counter.client
    counter.hand_in(counter.filled())
    second = counter.begin()
    client.get(counter.at(second, "part", "person"))
    number = client.one("#p-id-no")["value"]
    assert number
    client.submit(FORM, {})
    assert client.path != counter.at(second, "part", "person"), "nothing new was uncovered"
    client.get(counter.at(second, "part", "person"))
    assert client.one("#p-id-no")["value"] == number


def test_everything_handed_in_in_one_visit_is_printed_on_one_page(counter: Counter) -> None:
    client = counter.client
    client.get(counter.href("receipts"))
    assert "这次还没有提交过" in client.text
    first = counter.filled()
    counter.hand_in(first)
    second = counter.filled()
    client.follow("这次的回执，一起打印")
    assert [one.get_text() for one in client.page.select("main h3")] == ["新办残疾人证"]
    assert " ".join((first[:4], first[4:8], first[8:])) in client.text
    assert second[8:] not in client.text, "a draft has no receipt"


def in_their_way(app: Flask, counter: Counter, language: str, kept_format: str) -> str:
    """Something is handed in for a visitor who reads so; its reference."""
    with parts_of(app).store.transaction() as db:
        db.get_one(Account, counter.visit.account_id).preferences = {"language": language}
    reference = counter.filled(own={"c_format": kept_format})
    counter.hand_in(reference)
    return reference


@pytest.mark.parametrize(
    ("language", "kept_format", "heading", "spoken"),
    [
        ("zh", "large", "回执", "zh-CN"),
        ("zh", "easy", "回执", "zh-CN"),
        ("en", "standard", "Receipt", "en"),
    ],
)
def test_receipt_is_written_to_the_visitor_and_what_is_around_it_to_the_clerk(
    app: Flask, counter: Counter, language: str, kept_format: str, heading: str, spoken: str
) -> None:
    client = counter.client
    reference = in_their_way(app, counter, language, kept_format)
    assert client.path == counter.at(reference, "receipt")
    sheet = client.one("main div[lang]")
    assert sheet["lang"] == spoken
    assert ("print-large" in (sheet.get("class") or [])) is (kept_format == "large")
    assert [one.get_text() for one in sheet.select("h2")] == [heading]
    assert " ".join((reference[:4], reference[4:8], reference[8:])) in sheet.get_text()
    assert client.heading() == "已经收到"
    assert "念一遍收件号和查询码" in client.text


def test_words_around_a_printed_letter_are_in_the_language_of_the_letter(
    app: Flask, counter: Counter
) -> None:
    client = counter.client
    in_their_way(app, counter, "en", "standard")
    client.get(counter.href("letters"))
    client.get(str(client.page.select("main table a")[0]["href"]))
    sheet = client.one("main div[lang]")
    assert sheet["lang"] == "en"
    assert "Come back with this receipt" in [one.get_text() for one in sheet.select("h2")]
    assert "打印" in [one.get_text() for one in client.page.select("main section.offer h2")]


def test_own_slip_is_written_to_the_visitor(app: Flask, counter: Counter) -> None:
    client = counter.client
    in_their_way(app, counter, "en", "large")
    client.get(counter.href("slip"))
    client.submit("做一张联系单")
    sheet = client.one("main div[lang]")
    assert sheet["lang"] == "en"
    assert "print-large" in sheet["class"]
    assert [one.get_text() for one in sheet.select("h2")] == ["Your own slip"]


@pytest.mark.parametrize(
    ("language", "kept_format", "heading", "asked"),
    [
        ("zh", "large", "这次的回执", "还要给我们看的材料"),
        ("zh", "easy", "这次的回执", "还要给我们看什么？"),
        ("en", "standard", "Receipts of this visit", "What we still have to see"),
    ],
)
def test_joint_receipts_say_what_to_show_in_the_language_of_the_visitor(
    app: Flask, counter: Counter, language: str, kept_format: str, heading: str, asked: str
) -> None:
    client = counter.client
    with parts_of(app).store.transaction() as db:
        db.get_one(Account, counter.visit.account_id).preferences = {"language": language}
    ways = {"evidence_identity": "desk", "evidence_photo": "home_visit", "c_format": kept_format}
    counter.hand_in(counter.filled(own=ways))
    client.get(counter.href("receipts"))
    sheet = client.one("main div[lang]")
    assert sheet.h2 is not None
    assert sheet.h2.get_text() == heading
    assert client.heading() == "打印这次的回执", "the clerk's own words stay"
    section = client.one("section[aria-labelledby=still-to-show-1]")
    assert section.h4 is not None
    assert section.h4.get_text() == asked
    assert len(section.select("dl")) == 2, "what and how, and where"
    assert ("print-large" in (sheet.get("class") or [])) is (kept_format == "large")
    assert client.page.select("main a.tap")[-1].get_text().startswith("打开这一件")


@pytest.mark.parametrize(
    ("language", "spoken", "heading", "asked"),
    [
        ("en", "en", "Who acted for me, who opened my file", "Who acts for me"),
        ("easy", "zh-CN", "谁替我办过，谁看过", "谁替我办事"),
    ],
)
def test_record_of_who_looked_is_printed_in_the_language_of_the_visitor(
    app: Flask, counter: Counter, language: str, spoken: str, heading: str, asked: str
) -> None:
    client, address = counter.client, by_document(counter.client)
    with parts_of(app).store.transaction() as db:
        account_id = visitor_of(parts_of(app).store, address)
        db.get_one(Account, account_id).preferences = {"language": language}
    client.get(f"{address}/record")
    sheet = client.one("main div[lang]")
    assert sheet["lang"] == spoken
    assert [one.get_text() for one in sheet.select("h2")] == [heading]
    assert asked in [one.get_text() for one in sheet.select("h3")]
    assert client.heading() == "谁替来人办过，谁看过来人的材料", "the clerk's own words stay"
    assert not sheet.select("a"), "what is pressed is the clerk's"


def test_visitor_withdraws_only_with_a_word_for_it(app: Flask, counter: Counter) -> None:
    reference, _code = handed_in(parts_of(app).store, counter.visit.account_id)
    client = counter.client
    client.get(counter.href("applications", reference))
    client.submit("撤回申请", expect=422)
    assert client.one("#is-sure-error")
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Application.state)).one() == "in_review"
    client.submit("撤回申请", {"is_sure": True})
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Application.state)).one() == "withdrawn"
        done = db.scalars(select(AuditEvent).where(AuditEvent.tag == "application:withdraw")).one()
        assert done.actor_id == counter.clerk.account_id
