"""The person's own voice, told over HTTP: a mother applies for an adult son, and the son has his say."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.rules.references import grouped
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.messages import Message
from portal.store.people import Person
from portal.store.representations import Invitation, Representation
from portal.store.voices import PersonSlip
from portal.usecases.actor import Actor
from portal.usecases.appointments import Hour, Wish, offer_appointment, propose_hour
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.invitations import Wanted, ask_to_act
from tests.support.client import CheckingClient
from tests.support.journeys import Office, hand_in
from tests.support.office import ANSWERS, submitted
from tests.support.people import actor_of, officer, parts_of

pytestmark = [pytest.mark.one_database]

SON = {
    **ANSWERS,
    "c_has_phone": "own",
    "c_phone": "19900000077",
    "c_channels": ["sms"],
    "g_name": "示例王母",
    "g_phone": "19900000009",
}
VISIT = Wish("看原件（示例）", "", ())
ASK = Deciding("ask_more", points=[PointAsked("kinds", "C04", "请看一遍")])


@dataclass
class Story:
    """A mother at her browser, and the slip that went to her son's own telephone."""

    office: Office
    mother: CheckingClient
    reference: str

    def slip(self) -> PersonSlip:
        with parts_of(self.office.app).store.reading() as db:
            slip = db.scalars(select(PersonSlip).where(PersonSlip.off_at.is_(None))).one()
            db.expunge(slip)
            return slip

    def application(self) -> Application:
        with parts_of(self.office.app).store.reading() as db:
            found = db.scalars(select(Application).where(Application.reference == self.reference)).one()
            db.expunge(found)
            return found

    def open(self, account: Account | None = None) -> CheckingClient:
        """The son's browser, with everything that is done in his name before him."""
        son = CheckingClient(self.office.app) if account is None else self.office.browser(account)
        slip = self.slip()
        son.get("/voice")
        son.submit("打开", {"number": grouped(slip.number), "code": grouped(slip.code).lower()})
        assert son.heading() == "别人替我办的事"
        return son


def begun(office: Office, **own: object) -> Story:
    """What the mother has just handed in."""
    account = office.resident()
    with parts_of(office.app).store.transaction() as db:
        application = submitted(db, actor_of(account), "proxy", {**SON, **own})
        reference = application.reference
    return Story(office, office.browser(account), reference)


@pytest.fixture
def story(office: Office) -> Story:
    return begun(office)


def choose(client: CheckingClient, act: str) -> None:
    """From the list to the page of an act on the first application."""
    if client.page.select_one("#see-1") is not None:
        client.submit("#see-1")
    client.submit("#choose", {"act": act})


def test_son_sees_who_acts_and_what_was_handed_in_but_not_the_number_of_his_mother(story: Story) -> None:
    son = story.open()
    assert "示例王母" in son.text
    assert son.path == "/voice"
    choose(son, "answers")
    assert "示例王小明" in son.text
    assert "19900000009" not in son.text.replace(" ", "")
    assert son.answer is not None
    assert son.answer.response.headers["Cache-Control"] == "no-store"


def test_what_the_son_may_do_stands_under_headings_of_at_most_five(story: Story) -> None:
    son = story.open()
    son.submit("#see-1")
    groups = son.page.select("#choose fieldset fieldset")
    assert [one.legend.get_text() for one in groups if one.legend] == ["看和说", "谁来办，谁能看"]
    offered = [[choice["value"] for choice in one.select("input")] for one in groups]
    assert offered == [["answers", "speak", "stop"], ["take_over", "end", "hide"]]
    help_first = son.one("#choose").find_previous("a")
    assert help_first is not None
    assert help_first["href"] == "#help"
    assert son.page.select("#help ~ ul li"), "the ways of the region"


def test_wrong_numbers_and_a_kept_address_tell_nothing(story: Story) -> None:
    son = CheckingClient(story.office.app)
    son.get("/voice")
    slip = story.slip()
    son.submit("打开", {"number": slip.number, "code": "22222222"}, expect=422)
    assert "对不上" in son.text
    son.post("/voice", {"ticket": "forged", "step": "list"})
    assert son.heading() == "本人联系单"
    son = story.open()
    son.post("/voice", {"step": "one", "reference": "000000000000", "ticket": _ticket(son)}, expect=404)


def _ticket(client: CheckingClient) -> str:
    return str(client.page.select("input[name=ticket]")[0]["value"])


def test_under_review_nobody_has_the_last_word_before_the_son_is_heard(story: Story) -> None:
    story.office.lead(story.reference, "forward")
    son = story.open()
    choose(son, "stop")
    assert "这件申请已经交了。工作人员先听您的意见，再作决定。" in son.text
    assert "您写的话，代办人看不到。" in son.text
    assert son.one("#do .actions button").get_text() == "确定：我不同意这样办"
    son.submit("#do", {"words": "我不想申请"})
    assert "您的意见记下了。工作人员先听您的意见，再作决定。" in son.text
    story.mother.get(f"/account/applications/{story.reference}")
    assert "本人不同意这样办。请先和本人商量。" in story.mother.text
    assert "我不想申请" not in story.mother.text
    reviewer = story.office.at_post(story.reference)
    assert "本人不同意这样办" in reviewer.text
    assert "我不想申请" in reviewer.text
    reviewer.follow("写下怎样听了本人的意见（第1条）")
    reviewer.submit("记下", {}, expect=422)
    reviewer.submit("记下", {"note": "打电话问过本人", "result": "settled"})
    assert "本人不再反对" in reviewer.text


def test_nothing_more_is_handed_in_while_the_son_objects(story: Story) -> None:
    story.office.decide(story.reference, ASK)
    son = story.open()
    choose(son, "stop")
    son.submit("#do", {})
    story.mother.get(f"/apply/zj-01/{story.reference}/check")
    hand_in(story.mother, expect=409)
    assert "本人不同意" in story.mother.text
    choose(son, "go_on")
    son.submit("#do", {})
    assert "收回了" in son.text
    story.mother.get(f"/apply/zj-01/{story.reference}/check")
    hand_in(story.mother)
    assert story.application().state == "in_review"


def test_son_takes_it_over_on_the_web_and_the_mother_keeps_nothing(story: Story) -> None:
    visitor = story.open()
    choose(visitor, "take_over")
    visitor.submit("#do", {}, expect=403)
    assert "请先登录您自己的账户" in visitor.text
    assert visitor.page.select("main .notice a[href='/sign-in?next=/voice']")
    account = story.office.resident("19900000077")
    son = story.open(account)
    choose(son, "take_over")
    son.submit("#do", {})
    assert "由您自己办" in son.text
    son.follow("看这件申请")
    assert son.path == f"/account/applications/{story.reference}"
    son.get(f"/account/applications/{story.reference}")
    story.mother.get(f"/account/applications/{story.reference}", expect=404)
    story.mother.get("/account")
    assert grouped(story.reference) not in story.mother.text
    assert story.application().account_id == account.id


def test_son_takes_it_over_at_the_counter_without_account(story: Story) -> None:
    clerk = story.office.at_post(story.reference)
    clerk.get("/desk/voice")
    slip = story.slip()
    clerk.submit("打开", {"number": slip.number, "code": slip.code, "way": "counter"})
    assert "读给本人听" in clerk.text
    choose(clerk, "take_over")
    clerk.submit("#do", {})
    assert "自己办" in clerk.text
    story.mother.get(f"/account/applications/{story.reference}", expect=404)
    assert story.application().acting == "self"


def test_what_the_son_hides_is_gone_from_the_pages_of_his_mother(story: Story) -> None:
    son = story.open()
    choose(son, "hide")
    son.submit("#do", {})
    story.mother.get("/account")
    assert grouped(story.reference) not in story.mother.text
    story.mother.get("/account/notices")
    assert not story.mother.page.select("main a[href*='/notices/']")
    story.mother.get(f"/account/applications/{story.reference}", expect=403)


def test_of_what_is_hidden_nothing_is_told_and_nothing_else_is_promised(story: Story) -> None:
    son = story.open()
    choose(son, "stop")
    assert "我们会告诉代办人您不同意" in son.text
    son.submit("#to-one")
    choose(son, "hide")
    son.submit("#do", {})
    before = messages_of(story)
    for act, words in (("speak", "我自己想"), ("stop", "我不想申请"), ("go_on", ""), ("take_over", None)):
        choose(son, act)
        assert "我们不告诉代办人" in son.text
        assert "我们会告诉" not in son.text
        if words is not None:
            son.submit("#do", {"words": words} if words else {})
    assert messages_of(story) == before


def test_helper_without_power_to_get_notices_is_promised_no_message_and_gets_none(story: Story) -> None:
    with parts_of(story.office.app).store.transaction() as db:
        db.scalars(select(Representation)).one().powers = ["fill", "submit"]
    son, before = story.open(), messages_of(story)
    choose(son, "stop")
    assert "我们会告诉" not in son.text
    assert "代办人打开这一件，会看到您不同意" in son.text
    son.submit("#do", {"words": "我不想申请"})
    choose(son, "go_on")
    assert "我们不给代办人发消息" in son.text
    son.submit("#to-one")
    choose(son, "hide")
    son.submit("#do", {})
    choose(son, "show")
    assert "代办人没有收通知的授权" in son.text
    son.submit("#do", {})
    assert messages_of(story) == before
    story.mother.get(f"/account/applications/{story.reference}")
    assert "本人不同意这样办" in story.mother.text


def messages_of(story: Story) -> int:
    """How many were written to anybody."""
    with parts_of(story.office.app).store.reading() as db:
        return db.scalar(select(func.count()).select_from(Message)) or 0


def test_visit_at_home_is_agreed_moved_and_called_off_by_the_slip_in_the_words_of_the_account(
    story: Story,
) -> None:
    visit_id = _offered_visit(story)
    son = story.open()
    assert "约了时间，等本人同意" in son.text
    son.submit("#visit-1")
    assert son.heading() == "请人上门"
    assert "看原件（示例）" in son.text
    words = son.one("main").get_text(" ", strip=True)
    son.submit("#visit-times", {}, expect=422)
    son.submit("#visit-times", {"good_times": ["morning"]})
    assert "工作人员再定时间" in son.text
    assert "等着约时间" in son.text
    assert son.answer is not None
    assert son.answer.response.headers["Cache-Control"] == "no-store"
    with parts_of(story.office.app).store.transaction() as db:
        propose_hour(db, _clerk(story), visit_id, _hour(story))
    son = story.open()
    son.submit("#visit-1")
    son.submit("#visit-yes")
    assert "您同意了这个时间" in son.text
    son.submit("#visit-no")
    assert "这次不上门了" in son.text
    son.post("/voice", {"step": "visit", "visit": "999", "ticket": _ticket(story.open())}, expect=404)
    story.mother.get(f"/account/appointments/{_offered_visit(story)}")
    own = story.mother.one("main").get_text(" ", strip=True)
    assert own.split("不用上门了")[0] == words.split("不用上门了")[0]


def _offered_visit(story: Story) -> int:
    """The counter proposes a visit for what the mother handed in."""
    with parts_of(story.office.app).store.transaction() as db:
        return offer_appointment(db, _clerk(story), story.reference, VISIT, _hour(story)).id


def _clerk(story: Story) -> Actor:
    return officer(story.office.posts[story.office.standing(story.reference)])


def _hour(story: Story) -> Hour:
    ten = datetime.combine(clock.today() + timedelta(days=3), time(10), clock.SHANGHAI)
    return Hour(ten, _clerk(story).signed_in_id, is_agreed=True)


def test_slip_kept_in_the_account_is_not_needed_any_more(story: Story) -> None:
    account = story.office.resident("19900000077")
    son = story.open(account)
    son.submit("放进我的账户")
    assert not son.page.select("#keep")
    son.get("/account/for-me")
    choose(son, "speak")
    son.submit("#do", {"words": ""}, expect=422)
    son.submit("#do", {"words": "我想自己去医院"})
    assert "您的话记下了" in son.text
    son.get("/account/notices")
    assert son.page.select("main a[href*='/notices/']")


def test_son_makes_himself_a_new_slip_and_the_old_one_says_that_it_is_void(story: Story) -> None:
    account = story.office.resident("19900000077")
    son, old = story.open(account), story.slip()
    elsewhere = story.open()
    son.submit("放进我的账户")
    son.get("/account/for-me")
    son.submit("#slip")
    assert "旧的马上作废" in son.text
    son.submit("#renew")
    made = story.slip()
    assert made.number != old.number
    shown = "".join(son.text.split())
    assert made.number in shown
    assert made.code in shown
    assert son.answer is not None
    assert son.answer.response.headers["Cache-Control"] == "no-store"
    elsewhere.submit("#see-1", expect=410)
    assert "这张联系单已经作废" in elsewhere.text
    elsewhere.get("/voice")
    elsewhere.submit("打开", {"number": old.number, "code": old.code}, expect=422)
    assert "已经作废" in elsewhere.text
    elsewhere.submit("打开", {"number": made.number, "code": made.code})
    assert elsewhere.heading() == "别人替我办的事"


def test_slip_that_no_message_reaches_is_printed_and_brought(office: Office) -> None:
    story = begun(office, c_phone="19900000001")
    clerk = office.at_post(story.reference)
    clerk.get("/desk/voice")
    link = clerk.page.select("main a[href^='/desk/voice/slips/']")[0]
    clerk.get(str(link["href"]))
    assert "示例王小明" in clerk.text
    clerk.submit("已经送出")
    assert clerk.path == "/desk/voice"
    assert not clerk.page.select("main a[href^='/desk/voice/slips/']")


@pytest.mark.parametrize(("answer", "state"), [("yes", "active"), ("no", "ended")])
def test_person_answers_with_the_slip_who_asks_to_act(story: Story, answer: str, state: str) -> None:
    parts = parts_of(story.office.app)
    aunt = story.office.resident("19900000066")
    with parts.store.transaction() as db:
        slip = story.slip()
        wanted = Wanted("relative", "示例王姨", ("fill", "submit"), None, 30)
        person = db.get_one(Person, slip.person_id)
        asked = ask_to_act(
            db, actor_of(aunt), wanted, parts.catalogue.regions["demo"], person=person
        ).offer.id
    son = story.open()
    son.submit("#ask-1")
    assert "示例王姨想替您办事" in son.text
    assert "您随时可以收回，不用他同意" in son.text
    assert "是您的什么人" in son.text
    son.submit("#answer-ask", {}, expect=422)
    son.submit("#answer-ask", {"answer": answer})
    assert not son.page.select("#ask-1")
    assert ("您同意了" if answer == "yes" else "您没有同意") in son.text
    with parts.store.reading() as db:
        kept = db.get_one(Representation, db.get_one(Invitation, asked).representation_id or 0)
        assert kept.state == state
