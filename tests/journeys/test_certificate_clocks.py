"""When what becomes due, on both databases: silence, holidays, midnight, a year not yet published."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from portal.store.messages import Message
from portal.usecases.actor import SYSTEM
from portal.usecases.calendar import get_calendar
from portal.usecases.calendar_days import add_calendar_day, missing_holidays, publish_year
from portal.usecases.decisions import Deciding, PointAsked
from tests.support.chain import GRANTED
from tests.support.client import CheckingClient
from tests.support.journeys import Office, go, hand_in, walk
from tests.support.people import parts_of
from tests.support.stories import applied, apply_online

PAPER = "示例市通知〔2026〕2号"

ClockAt = Callable[[str], None]


def test_five_working_days_of_silence_are_acceptance_and_the_letter_says_sorry(office: Office) -> None:
    applicant = applied(office)
    office.go_to(date(2026, 11, 30), hour=23)
    assert applicant.steps() == [("intake", "desk_dongfeng")]
    office.go_to(date(2026, 12, 1))
    letter = applicant.letter("N02")
    assert "从2026年12月1日起算受理" in letter.text
    assert "对不起" in letter.text
    assert applicant.letters() == ["N01", "N02", "N07"]
    assert ("deemed", "") in applicant.tasks()
    office.lead(applicant.reference, *GRANTED[2:])
    applicant.status("approved")
    office.check()


def test_what_the_first_request_could_have_named_cannot_be_asked_for_later(office: Office) -> None:
    applicant = applied(office)
    first = Deciding("ask_more", points=[PointAsked("person-name", "C03", "请照身份证写")])
    office.decide(applicant.reference, first)
    client = applicant.browser()
    go(client, applicant.reference, "person-name")
    walk(client, {"p_name": "示例王晓明"})
    hand_in(client)
    office.go_to(date(2026, 11, 24))
    office.decide(applicant.reference, "forward")
    county = office.at_post(applicant.reference)
    county.submit("领取这件申请")
    county.submit("选这一种，往下填", {"outcome": "ask_more"})
    county.submit("看看申请人会读到什么", {"points": ["person-name", "since"]})
    asked = {"reason--person-name": "C03", "reason--since": "C04"}
    county.submit("看看申请人会读到什么", asked, expect=422)
    assert "第一次请申请人补材料时没有提这一页，现在不能再要了" in county.text
    assert [link["href"] for link in county.page.select("#errors a")] == ["#reason--since"]
    county.submit("看看申请人会读到什么", {"points": ["person-name"], **asked})
    county.submit("确认，现在生效")
    applicant.status("returned")
    office.check()


def test_public_notice_before_the_national_day_ends_after_the_holiday(
    office: Office, clock_at: ClockAt
) -> None:
    clock_at("2026-09-29T09:00+08:00")
    applicant = applied(office)
    office.lead(applicant.reference, *GRANTED[:3])
    assert "2026年9月30日到2026年10月12日" in applicant.letter("N08").text
    for day in (date(2026, 10, 6), date(2026, 10, 12)):
        office.go_to(day, hour=23)
        assert "2026年10月12日" in applicant.status("in_review").text
        assert applicant.steps()[-1][0] == "public_notice"
    office.go_to(date(2026, 10, 13))
    assert applicant.steps()[-1][0] == "review"
    visitor = CheckingClient(office.app)
    visitor.get("/public-notices")
    assert "示某" not in visitor.text
    office.check()


def test_handed_in_half_an_hour_after_midnight_counts_from_the_new_day_and_month(
    office: Office, clock_at: ClockAt
) -> None:
    clock_at("2026-12-01T00:30+08:00")  # still November in London
    applicant, receipt = apply_online(office)
    assert "2026年12月1日" in receipt.text
    assert "2026年12月2日" in receipt.text
    assert "11月30日" not in receipt.text
    assert office.due_on(applicant.reference) == date(2026, 12, 2)
    assert "2026年12月2日" in applicant.letter("N01").text
    assert "2026年12月1日" in office.at_post(applicant.reference).text
    office.check()


def test_date_in_a_year_not_yet_published_is_provisional_and_moves_when_it_is(
    office: Office, clock_at: ClockAt
) -> None:
    clock_at("2026-12-21T09:00+08:00")
    applicant = applied(office)
    office.lead(applicant.reference, *GRANTED[:4])
    before = office.due_on(applicant.reference)
    assert before.year == 2027
    assert f"最晚{said(before)}办完。这是预计的日子" in applicant.status("in_review").text
    assert f"预计最晚{said(before)}" in office.at_post(applicant.reference).text
    with parts_of(office.app).store.transaction() as db:
        for day in (date(2027, 1, 4), *missing_holidays(get_calendar(db), 2027)):
            add_calendar_day(db, SYSTEM, day, PAPER, is_working=False)
        publish_year(db, SYSTEM, 2027, PAPER)
    office.run_timers()
    after = office.due_on(applicant.reference)
    assert after > before
    assert f"最晚{said(after)}办完。" in applicant.status("in_review").text
    assert "这是预计的日子" not in applicant.status("in_review").text
    assert f"最晚{said(after)}。" in office.at_post(applicant.reference).text
    with parts_of(office.app).store.reading() as db:
        told = db.scalars(select(Message.body).where(Message.unique_key.startswith("recount-"))).all()
    assert [f"现在最晚{after.month}月{after.day}日办完" in body for body in told] == [True]
    office.check()


def said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
