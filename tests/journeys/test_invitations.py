"""Somebody is asked to help by a code read aloud; a relative asks; a number that went to a new owner."""

from datetime import timedelta

import pytest

from portal import clock
from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.usecases.contacts import UNUSED
from tests.support.client import CheckingClient
from tests.support.journeys import Office
from tests.support.people import parts_of
from tests.support.people import sign_in as sign_in_as
from tests.web.account_support import sign_in

pytestmark = pytest.mark.one_database

HELPER, PERSON = "示例李小帮", "示例王小明"
GIVEN = {
    "relation": "other",
    "powers": ["fill", "submit"],
    "reach": "chosen",
    "services": ["zj-01"],
    "days": "30",
}
AT_DESK = "form[action='/desk/asks']"
NUMBER = "880000199001010011"
ASKING = "form[action='/invitation']"


def invited(client: CheckingClient) -> str:
    """The code that the page shows, as it is read aloud."""
    client.get("/account/people/invite")
    wrong = {**GIVEN, "agent_name": HELPER, "own_name": PERSON, "services": []}
    client.submit("form[action$='/invite']", wrong, 422)
    assert "请选至少一个事项" in client.text
    client.submit("form[action$='/invite']", {**GIVEN, "agent_name": HELPER, "own_name": PERSON})
    return str(client.page.select_one(".panel .numbers").get_text(" ", strip=True))  # type: ignore[union-attr]


def at_counter(office: Office) -> CheckingClient:
    post = office.posts[Role.DESK_CLERK, "desk_dongfeng"]
    with parts_of(office.app).store.reading() as db:
        account = db.get_one(Account, post.account_id)
    return sign_in_as(office.app, account, role_id=post.id)


def opened(client: CheckingClient, code: str, name: str, expect: int = 200) -> None:
    client.get("/invitation")
    client.submit(ASKING, {"code": code, "name": name}, expect)


def test_helper_types_the_code_that_was_read_aloud_and_begins_for_the_person(office: Office) -> None:
    person, helper = (office.browser(office.resident(f"1990000010{n}")) for n in (1, 2))
    code = invited(person)
    opened(helper, code.lower(), "示例别的人", 422)
    assert "对不上" in helper.text
    assert PERSON not in helper.text
    opened(helper, code.lower(), HELPER)
    assert PERSON in helper.text
    assert "30天" in helper.text
    helper.submit(ASKING, {}, 422)
    helper.submit(ASKING, {"answer": "yes"})
    assert "您同意了" in helper.text
    person.get("/invitation")
    assert HELPER not in person.text
    helper.get("/apply/zj-01")
    assert PERSON in helper.text


def test_person_answers_who_asks_to_act_for_them_and_may_say_no(office: Office) -> None:
    person, relative = (office.browser(office.resident(f"1990000010{n}")) for n in (1, 2))
    relative.get("/account/people/ask")
    asked = {**GIVEN, "name": PERSON, "agent_name": HELPER}
    wrong_slip = {**asked, "slip_number": "261122045738", "slip_code": "ABCDEFGH"}
    relative.submit("form[action$='/ask']", wrong_slip, 422)
    relative.submit("form[action$='/ask']", {**asked, "slip_number": "", "slip_code": ""})
    assert "None" not in relative.text
    code = relative.page.select_one(".panel .numbers").get_text(" ", strip=True)  # type: ignore[union-attr]
    opened(person, code, PERSON)
    assert HELPER in person.text
    assert "是您的什么人" in person.text
    assert "本人的什么人" not in person.text
    person.submit(ASKING, {"answer": "no"})
    assert "您没有同意" in person.text
    relative.get("/apply/zj-01")
    assert PERSON not in relative.text


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("ask", ("您是本人的什么人？", "您想替本人做什么？")),
        ("invite", ("这个人是您的什么人？", "这个人可以替您做什么？")),
    ],
)
def test_each_side_is_asked_in_words_of_its_own(office: Office, page: str, words: tuple[str, ...]) -> None:
    client = office.browser(office.resident())
    client.get(f"/account/people/{page}")
    for said in words:
        assert said in client.text
    client.submit(f"form[action$='/{page}']", {}, 422)
    summary = [one.get_text() for one in client.page.select(".summary a, [role=alert] a")]
    asked = [one.get_text().rstrip("？") for one in client.page.select("form legend")]
    named = [one for one in asked if any(line.startswith(one) for line in summary)]
    assert [line.partition("：")[0] for line in summary][-len(named) :] == named


def test_easy_read_names_the_choice_as_it_stands_there(office: Office) -> None:
    client = office.browser(office.resident())
    client.get("/account/people/ask?language=easy")
    choice = client.one("input[name=reach][value=all]")
    words = client.one(f"label[for='{choice['id']}']").get_text(strip=True)
    assert f"“{words}”" in client.text


def test_withdrawn_invitation_is_gone_for_both(office: Office) -> None:
    person, helper = (office.browser(office.resident(f"1990000010{n}")) for n in (1, 2))
    code = invited(person)
    person.get("/invitation")
    person.submit("form[id^='withdraw-']")
    assert "已经收回" in person.text
    opened(helper, code, HELPER, 422)


def test_new_owner_of_a_helpers_number_finds_nothing_of_what_the_helper_might_do(office: Office) -> None:
    person, helper = (office.browser(office.resident(f"1990000010{n}")) for n in (1, 2))
    opened(helper, invited(person), HELPER)
    helper.submit(ASKING, {"answer": "yes"})
    clock.use_fixed(clock.now() + UNUSED + timedelta(days=1))
    stranger = CheckingClient(office.app)
    sign_in(office.app, stranger, "19900000102")
    assert "这个号码很久没有用过" in stranger.text
    stranger.submit("我是新主人，新开一个账户")
    for address in ("/account", "/invitation", "/apply/zj-01"):
        stranger.get(address)
        assert PERSON not in stranger.text
        assert HELPER not in stranger.text


def test_person_without_any_device_says_yes_at_the_counter(office: Office) -> None:
    relative = office.browser(office.resident("19900000102"))
    relative.get("/account/people/ask")
    relative.submit("form[action$='/ask']", {**GIVEN, "name": PERSON, "agent_name": HELPER})
    code = relative.page.select_one(".panel .numbers").get_text(" ", strip=True)  # type: ignore[union-attr]
    clerk = at_counter(office)
    clerk.get("/desk/asks")
    clerk.submit(AT_DESK, {"code": "2345 2345 2345"}, 422)
    clerk.submit(AT_DESK, {"code": code})
    seen = {"way": "counter", "id_type": "resident", "name": "示例别的人", "id_number": NUMBER}
    said = {**seen, "answer": "yes", "is_heard": "yes"}
    clerk.submit(AT_DESK, seen, 422)
    clerk.submit(AT_DESK, said, 422)
    assert "姓名和请求里写的不一样" in clerk.text
    clerk.submit(AT_DESK, {**said, "name": PERSON})
    assert "本人同意" in clerk.text
    relative.get("/apply/zj-01")
    assert PERSON in relative.text
