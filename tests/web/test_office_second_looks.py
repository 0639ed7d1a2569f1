"""Second officers, more days, keeping away, samples and answers put right, as officers meet them."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.applications import Application, Decision, Submission
from portal.store.evidence import EvidenceCheck
from portal.store.extensions import Extension
from portal.store.messages import NoticeRow
from portal.store.rechecks import Recheck
from portal.store.recusals import Recusal, Relative
from portal.store.second_persons import ProposedDecision
from portal.usecases.claims import claim
from portal.usecases.decisions import decide_step, lock_entry
from portal.usecases.transitions import open_entry
from tests.support.chain import BELOW, POSTS, WHO, deciding, lead, up_to
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, DESK, resident, sign_in_staff, staff_account, submitted
from tests.support.second_looks import pin, region_that_samples, with_second_person

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CHOOSE, PREVIEW, CONFIRM = "选这一种，往下填", "看看申请人会读到什么", "确认，现在生效"
REFUSAL = {"reasons": ["R13"], "summary": "评定结论不符合标准"}


@pytest.fixture
def reference(house: Store) -> str:
    with house.transaction() as db:
        application = submitted(db, resident(db))
        pin(db, application, with_second_person("refuse"))
        return application.reference


def officer(app: Flask, house: Store, name: str, role: Role, unit: str) -> CheckingClient:
    with house.transaction() as db:
        _actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def officer_of(app: Flask, house: Store, step: str, name: str = "officer") -> CheckingClient:
    role, unit = POSTS[WHO[step]]
    return officer(app, house, name, role, unit)


def led(house: Store, outcomes: tuple[str, ...]) -> None:
    """Let others bring the application so far."""
    with house.transaction() as db:
        staff = {name: staff_account(db, f"{name}-before", *post)[0] for name, post in POSTS.items()}
        lead(db, staff, db.scalars(select(Application)).one(), outcomes)


def taken(app: Flask, house: Store, step: str) -> CheckingClient:
    client = officer_of(app, house, step)
    client.get("/office")
    client.submit("领取下一件")
    return client


def proposed(app: Flask, house: Store) -> CheckingClient:
    """Whoever has proposed to refuse, at the page of the application."""
    led(house, up_to(BELOW, "propose_refusal"))
    client = taken(app, house, "decision")
    client.submit(CHOOSE, {"outcome": "refuse"})
    client.submit(PREVIEW, REFUSAL)
    assert "先交给另一个人看" in client.text
    client.submit("确认，交给另一个人看")
    return client


def test_second_officer_finds_it_in_the_list_and_agrees(app: Flask, house: Store, reference: str) -> None:
    first = proposed(app, house)
    assert "现在还没有生效" in first.text
    assert "已经生效" not in first.text
    assert "等第二个人同意" in first.text
    assert not first.page.select("#choose")
    second = officer_of(app, house, "decision", "second")
    second.get("/office/approvals")
    assert second.heading() == "等我看的事"
    second.follow(f"处理决定，等第二个人同意，收件号{reference[:4]} {reference[4:8]} {reference[8:]}")
    assert "评定结论不符合标准" in second.text
    second.submit("确认", {"answer": "send_back"}, expect=422)
    assert second.page.select("#errors a")[0]["href"] == "#words"
    second.submit("确认", {"answer": "agree"})
    assert "您的处理已经生效" in second.text
    with house.reading() as db:
        assert db.scalars(select(Application)).one().state == "refused"
        assert db.scalars(select(Decision.kind).order_by(Decision.id.desc())).first() == "refuse"
    second.get("/office/approvals")
    assert "现在没有等您看的事" in second.text


def test_proposer_takes_it_back_and_cannot_agree(app: Flask, house: Store, reference: str) -> None:
    first = proposed(app, house)
    first.follow("收回来重写")
    first.submit("确认", {"answer": "agree"}, expect=403)
    first.get(f"/office/applications/{reference}")
    first.follow("收回来重写")
    first.submit("确认", {"answer": "send_back", "words": "理由写错了"})
    assert first.page.select("#choose")
    with house.reading() as db:
        assert db.scalars(select(ProposedDecision.words)).one() == "理由写错了"


def test_a_stale_page_gets_409_with_who_what_when_and_keeps_the_reason(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, up_to(BELOW, "propose_refusal"))
    client = taken(app, house, "decision")
    client.submit(CHOOSE, {"outcome": "refuse"})
    with house.transaction() as db:
        application = db.scalars(select(Application)).one()
        clerk, _post = staff_account(db, "clerk-later", Role.DESK_CLERK, DESK)
        seen = {"evidence": "identity", "level": "B", "seen_how": "desk", "documents": [], "recorded": {}}
        db.add(
            EvidenceCheck(
                application_id=application.id, seen_by_id=clerk.account_id, seen_at=clock.now(), **seen
            )
        )
    client.submit(PREVIEW, {**REFUSAL, "words": "请看评定表"}, expect=409)
    assert "clerk-later（示例）" in client.text
    assert "登记了看过的原件" in client.text
    assert client.one("#words").get_text().strip() == "请看评定表"
    client.submit(PREVIEW)
    assert client.heading() == "请核对：不同意办理"


def test_preview_is_the_letter_as_the_applicant_gets_it(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(BELOW, "propose_refusal"))
    client = taken(app, house, "decision")
    client.submit(CHOOSE, {"outcome": "refuse"})
    client.submit(PREVIEW, REFUSAL)
    assert "大字" in client.text  # what the applicant wished
    assert client.page.select("section.print-large h3")[0].get_text() == "申请人会收到的通知"
    assert "易读版" in client.text


def test_preview_shows_both_letters_where_a_decision_sends_two(
    app: Flask, house: Store, reference: str
) -> None:
    led(house, ("forward",))
    client = taken(app, house, "acceptance")
    client.submit(CHOOSE, {"outcome": "accept"})
    client.submit(PREVIEW, {"referred_hospital": "hospital_first", "assess_at": "hospital"})
    assert [one.get_text() for one in client.page.select("main h2")] == [
        "第1份：受理通知书",
        "第2份：评定通知书",
    ]


def test_not_accepted_says_whom_to_ask(app: Flask, house: Store, reference: str) -> None:
    client = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    client.get("/desk")
    client.submit("领取下一件")
    client.submit(CHOOSE, {"outcome": "not_ours"})
    where = "示例省残联信访室，电话1990000"
    client.submit(
        PREVIEW,
        {"reasons": ["J01"], "ask_unit": COUNTY, "ask_where": where, "summary": "请到户口所在地办"},
    )
    assert "这件事请找：示例县残疾人联合会" in client.text
    assert where in client.text
    client.submit(CONFIRM)
    with house.reading() as db:
        facts = db.scalars(select(NoticeRow).where(NoticeRow.key == "N04")).one().facts
    assert facts["ask_where"] == where
    assert facts["ask_unit_name"]["zh"] == "示例县残疾人联合会"


def test_days_are_asked_for_and_granted_by_the_head(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(BELOW, "below"))
    client = taken(app, house, "review")
    client.follow("申请延长时限")
    client.submit("交给负责人", {"days": "99", "cause": "要核对"}, expect=422)
    assert "请填写1到10之间的数字" in client.text
    client.submit("交给负责人", {"days": "5", "cause": "要向另一个省核对户口"})
    assert "等负责人答复" in client.text
    head = officer(app, house, "head", Role.LEAD, COUNTY)
    head.get("/office/approvals")
    head.follow(f"申请延长时限，收件号{reference[:4]} {reference[4:8]} {reference[8:]}")
    assert "要向另一个省核对户口" in head.text
    assert "12月14日" in head.text
    head.submit("答复", {"answer": "grant"}, expect=422)
    head.submit("答复", {"answer": "grant", "summary": "还要核对户口"})
    assert head.heading() == "等我看的事"
    assert "同意延长了" in head.text
    assert head.href("回到本单位").endswith("/office/unit")
    client.get(f"/office/applications/{reference}")
    assert "12月14日" in client.text
    with house.reading() as db:
        assert db.scalars(select(Extension.is_granted)).one() is True
        assert "N16" in set(db.scalars(select(NoticeRow.key)))


def test_who_keeps_away_reads_why_it_is_closed_to_them(app: Flask, house: Store, reference: str) -> None:
    client = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    client.get("/desk")
    client.submit("领取下一件")
    client.follow("我要回避")
    client.submit("回避", expect=422)
    client.submit("回避", {"cause": "interest", "words": "是邻居"})
    assert "您回避，所以看不到内容，也不能处理" in client.text
    assert "已经放回岗位" in client.text
    assert "是邻居" not in client.text
    client.post(f"/desk/applications/{reference}/claim", {}, expect=403)
    head = officer(app, house, "head", Role.LEAD, DESK)
    head.get("/office/approvals")
    head.follow(f"有人回避，收件号{reference[:4]} {reference[4:8]} {reference[8:]}")
    assert "是邻居" in head.text
    head.submit("知道了，我来安排：clerk（示例）回避")
    with house.reading() as db:
        assert db.scalars(select(Recusal.noted_at)).one() is not None


def test_numbers_of_the_family_are_entered_and_struck_by_their_officer(app: Flask, house: Store) -> None:
    client = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    client.get("/staff/relatives")
    client.submit("保存", {"relation": "relative", "number": "123"}, expect=422)
    client.submit("保存", {"relation": "relative", "number": "880000198811020022"})
    assert "0022" in client.text
    assert "880000198811020022" not in client.text
    other = officer(app, house, "other", Role.DESK_CLERK, DESK)
    with house.reading() as db:
        number = db.scalars(select(Relative.id)).one()
    other.get("/staff/relatives")
    assert "0022" not in other.text
    other.post(f"/staff/relatives/{number}/remove", {}, expect=404)
    client.submit("删掉最后四位是0022的号码")
    assert "还没有写" in client.text


def test_a_wrong_refusal_in_the_sample_is_opened_again(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(BELOW, "propose_refusal"))
    with house.transaction() as db:
        application = db.scalars(select(Application)).one()
        pin(db, application, with_second_person())
        approver, _post = staff_account(db, "approver-2", *POSTS["approver"])
        claim(db, approver, reference)
        entry = open_entry(application)
        assert entry is not None
        version, region = application.version, region_that_samples(100)
        decide_step(
            db, approver, *lock_entry(db, entry.id), region, version=version, deciding=deciding("refuse")
        )
    head = officer(app, house, "head", Role.LEAD, COUNTY)
    head.get("/office/approvals")
    head.follow(f"抽中复查的决定，收件号{reference[:4]} {reference[4:8]} {reference[8:]}")
    head.submit("保存复查结果", {"result": "wrong", "cause": "评定表看错了一页"}, expect=422)
    wrong = {str(link["href"]) for link in head.page.select("#errors a")}
    assert wrong == {"#basis", "#summary"}
    head.submit("保存复查结果", {"basis": "残疾人证管理办法第九条", "summary": "我们看错了"})
    assert "现在没有等您看的事" in head.text
    head.get(f"/office/applications/{reference}")
    assert "残疾人证管理办法第九条" in head.text
    with house.reading() as db:
        assert db.scalars(select(Recheck.result)).one() == "wrong"
        assert db.scalars(select(Application.state)).one() == "in_review"


def test_only_heads_see_the_way_to_open_again(app: Flask, house: Store, reference: str) -> None:
    led(house, up_to(BELOW, "propose_refusal"))
    with house.transaction() as db:
        application = db.scalars(select(Application)).one()
        pin(db, application, with_second_person())
        approver, _post = staff_account(db, "approver-2", *POSTS["approver"])
        claim(db, approver, reference)
        entry = open_entry(application)
        assert entry is not None
        version, region = application.version, region_that_samples(0)
        decide_step(
            db, approver, *lock_entry(db, entry.id), region, version=version, deciding=deciding("refuse")
        )
    reviewer = officer_of(app, house, "review", "reviewer")
    reviewer.get(f"/office/applications/{reference}")
    assert "重新办理" not in reviewer.text
    head = officer(app, house, "head", Role.LEAD, COUNTY)
    head.get(f"/office/applications/{reference}")
    head.follow("原来的决定错了，重新办理")
    head.submit("重新办理", expect=422)
    told = {"cause": "看错了", "basis": "残疾人证管理办法第九条", "summary": "重新办"}
    head.submit("重新办理", told)
    assert "看错了" in head.text
    with house.reading() as db:
        assert "N20" in set(db.scalars(select(NoticeRow.key)))


def test_counter_puts_an_answer_right_with_the_person_there(app: Flask, house: Store, reference: str) -> None:
    client = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    client.get("/desk")
    client.submit("领取下一件")
    client.follow("本人在窗口，当场改一个写错的答案")
    client.follow("姓名")
    client.submit("改好，本人已经确认", {"p_name": "示例王晓明"}, expect=422)
    client.submit("改好，本人已经确认", {"p_name": "示例王小明", "confirmed": "spoken"}, expect=422)
    assert "和原来写的一样" in client.text
    client.submit("改好，本人已经确认", {"p_name": "示例王晓明", "confirmed": "signed"})
    assert "示例王晓明" in client.text
    assert "第1次提交时写的是：示例王小明" in client.text
    with house.reading() as db:
        assert [one.round for one in db.scalars(select(Submission))] == [1, 2]


def test_an_old_correction_page_keeps_what_was_typed(app: Flask, house: Store, reference: str) -> None:
    client = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    client.get("/desk")
    client.submit("领取下一件")
    client.get(f"/desk/applications/{reference}/correct/p_name")
    stale = {"p_name": "示例王晓明", "confirmed": "spoken", "version": "1"}
    client.submit("改好，本人已经确认", stale, expect=409)
    assert "示例王晓明" in client.text
    client.get(f"/desk/applications/{reference}/correct/p_id_no", expect=404)
