"""The family says that somebody has died: silence at once; and where it was wrong, a counter undoes it the
same day, with the number of an application or with nothing but the document of who stands there."""

import pytest
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.decisions import Deciding, PointAsked
from tests.support.certificates import prove
from tests.support.client import CheckingClient
from tests.support.journeys import Office
from tests.support.office import ANSWERS, submitted
from tests.support.people import actor_of, parts_of, sign_in

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

NAME, NUMBER = "示例王小明", "880000199001010011"
HELPER = "示例李小帮"
GIVEN = {"relation": "other", "powers": ["fill"], "reach": "chosen", "services": ["zj-01"], "days": "30"}
ASKING = "form[action='/invitation']"
ASK = Deciding("ask_more", points=[PointAsked("kinds", "C04", "请看一遍")])
SHOWN = {"id_type": "resident", "name": NAME, "id_number": "880000 19900101 0011", "is_alive": True}


def at_counter(office: Office) -> CheckingClient:
    post = office.posts[Role.DESK_CLERK, "desk_dongfeng"]
    with parts_of(office.app).store.reading() as db:
        account = db.get_one(Account, post.account_id)
    return sign_in(office.app, account, role_id=post.id)


def reported(client: CheckingClient, record_id: int) -> None:
    client.get(f"/account/people/{record_id}/death")
    client.submit("登记", {"has_died": True})


def without_application(office: Office, helper: CheckingClient) -> int:
    """Somebody whose document was seen once, who asked the helper to act and never applied for anything."""
    account = office.resident("19900000102")
    with parts_of(office.app).store.transaction() as db:
        prove(db, actor_of(account), NUMBER, NAME)
    person = office.browser(account)
    person.get("/account/people/invite")
    person.submit("form[action$='/invite']", {**GIVEN, "agent_name": HELPER})
    code = str(person.one(".panel .numbers").get_text(" ", strip=True))
    helper.get("/invitation")
    helper.submit(ASKING, {"code": code, "name": HELPER})
    helper.submit(ASKING, {"answer": "yes"})
    with parts_of(office.app).store.reading() as db:
        return db.scalars(select(Representation)).one().id


def is_dead(office: Office) -> bool:
    with parts_of(office.app).store.reading() as db:
        return any(one.death_reported_at is not None for one in db.scalars(select(Person)))


def test_who_has_no_application_is_found_by_name_and_number_and_lives_again(office: Office) -> None:
    family = office.browser(office.resident())
    reported(family, without_application(office, family))
    assert is_dead(office)
    clerk = at_counter(office)
    clerk.get("/desk/deaths")
    clerk.follow("没有收件号的，按姓名和证件号码找")
    clerk.submit("改回来", SHOWN)
    assert clerk.heading() == "已经改回来"
    assert "请向本人道歉" in clerk.text
    assert NAME not in clerk.text
    assert not is_dead(office)
    clerk.get("/desk/deaths/people")
    clerk.submit("改回来", SHOWN, expect=422)
    with parts_of(office.app).store.reading() as db:
        looked = db.scalars(select(AuditEvent).where(AuditEvent.tag == "person:look_up")).all()
        undone = db.scalars(select(AuditEvent).where(AuditEvent.tag == "person:undo_death")).all()
    assert (len(looked), len(undone)) == (2, 1)


@pytest.mark.parametrize(
    "wrong",
    [{"name": "示例王大明"}, {"id_number": "880000199001010038"}, {"id_number": "12"}, {"is_alive": False}],
    ids=["another name", "another number", "no number", "nobody says it was wrong"],
)
def test_nothing_is_undone_for_who_is_not_exactly_the_one(office: Office, wrong: dict[str, object]) -> None:
    family = office.browser(office.resident())
    reported(family, without_application(office, family))
    clerk = at_counter(office)
    clerk.get("/desk/deaths/people")
    clerk.submit("改回来", {**SHOWN, **wrong}, expect=422)
    assert is_dead(office)


def test_reminders_stop_with_the_word_of_the_family_and_go_on_when_it_was_wrong(office: Office) -> None:
    account = office.resident()
    with parts_of(office.app).store.transaction() as db:
        made = submitted(db, actor_of(account), "proxy", {**ANSWERS, "p_name": NAME, "p_id_no": NUMBER})
        reference, record_id = made.reference, made.representation_id
    family = office.browser(account)
    reported(family, record_id)
    family.get(f"/account/applications/{reference}")
    assert "很抱歉打扰您" in family.text
    assert "还要给我们看的材料" not in family.text
    family.get(f"/account/people/{record_id}")
    assert "这个人登记为去世" in family.text
    assert "打印授权委托书" not in family.text
    with parts_of(office.app).store.reading() as db:
        assert db.scalars(select(Message).where(Message.state == "queued")).all() == []
    desk = office.at_post(reference)
    assert "去世" in desk.text
    clerk = at_counter(office)
    clerk.get("/desk/deaths/people")
    clerk.submit("改回来", SHOWN)
    assert clerk.heading() == "已经改回来"
    family = office.browser(account)
    family.get(f"/account/applications/{reference}")
    assert "很抱歉打扰您" not in family.text
    assert "还要给我们看的材料" in family.text
    office.decide(reference, ASK)
    with parts_of(office.app).store.reading() as db:
        assert db.scalars(select(Message).where(Message.state == "queued")).all() != []
    office.check()
