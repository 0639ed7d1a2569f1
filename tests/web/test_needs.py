"""怎么找到您，怎么见面: said once in the account or in an application, confirmed on one page afterwards."""

import secrets
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from portal.store import Store
from portal.store.people import AccessNeeds
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.sessions import open_session
from tests.support.client import CheckingClient
from tests.support.office import DEFINITION, answers_for, submitted
from tests.support.people import make_resident

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

ANSWERS: Mapping[str, Mapping[str, object]] = {
    "contact-phone": {"c_has_phone": "none"},
    "contact-channels": {"c_channels": ["post"]},
    "contact-do-not": {"c_do_not": ["call"]},
    "contact-format": {"c_format": "large"},
    "contact-interpreter": {"c_interpreter": ["written"]},
    "contact-needs": {"c_needs": ["step_free"]},
    "contact-told": {"c_may_not_tell": "邻居"},
}


@pytest.fixture
def person(house: Store, client: CheckingClient) -> Actor:
    """Signed in, without any application."""
    with house.transaction() as db:
        account = make_resident(db)
        client.browser.set_cookie("session", open_session(db, account, "code"))
        return Actor("resident", account.id)


def saved(house: Store) -> dict[str, object]:
    with house.transaction() as db:
        return dict(db.scalars(select(AccessNeeds)).one().needs)


def test_everything_is_asked_once_and_each_answer_can_be_changed(
    house: Store, person: Actor, client: CheckingClient
):
    client.get("/account")
    client.follow("联系和沟通")
    assert "还没有填过" in client.text
    client.follow("开始填")
    for page, answers in ANSWERS.items():
        assert client.path == f"/account/needs/{page}"
        client.submit("保存", dict(answers))
    assert client.path == "/account/needs"
    assert "邻居" in client.text
    client.get("/account/needs/contact-do-not")
    client.submit("保存", {"c_do_not": ["call", "visit"]})
    assert saved(house)["contact_do_not"] == ["call", "visit"]
    assert saved(house)["contact_may_not_tell"] == "邻居"
    assert "不要打电话" in client.text


def test_answer_that_uncovers_a_question_stays_on_its_page_and_empties_what_it_hides(
    house: Store, person: Actor, client: CheckingClient
):
    client.get("/account/needs/contact-phone")
    client.submit("保存", {"c_has_phone": "own"})
    assert client.path == "/account/needs/contact-phone"
    client.submit("保存", {"c_phone": "19900000007"})
    assert client.path == "/account/needs/contact-channels"
    client.get("/account/needs/contact-phone")
    client.submit("保存", {"c_has_phone": "none"})
    assert saved(house)["phone_own"] is None


def test_bad_answer_is_kept_and_named(person: Actor, client: CheckingClient):
    client.get("/account/needs/contact-phone")
    client.submit("保存", {"c_has_phone": "own"})
    client.submit("保存", {"c_phone": "12"}, expect=422)
    assert client.one("input[name=c_phone]")["value"] == "12"


def test_phone_that_is_gone_asks_again_how_to_be_told_and_drops_nothing_in_silence(
    house: Store, person: Actor, client: CheckingClient
):
    client.get("/account/needs/contact-phone")
    client.submit("保存", {"c_has_phone": "own"})
    client.submit("保存", {"c_phone": "19900000007"})
    client.submit("保存", {"c_channels": ["sms", "post"]})
    client.get("/account/needs/contact-phone")
    client.submit("保存", {"c_has_phone": "none"})
    assert client.path == "/account/needs/contact-channels"
    assert "选了“没有电话”，又选了“发短信”" in client.text
    assert saved(house)["contact_channels"] == ["sms", "post"]
    client.get("/account/needs/contact-format")
    client.submit("保存", {"c_format": "large"})
    assert client.path == "/account/needs/contact-channels", "still asked"
    client.submit("保存", {"c_channels": ["post"]})
    assert saved(house)["contact_channels"] == ["post"]
    assert "没有电话”，又" not in client.text


def test_way_that_is_wanted_and_forbidden_is_named_whichever_was_said_last(
    house: Store, person: Actor, client: CheckingClient
):
    client.get("/account/needs/contact-phone")
    client.submit("保存", {"c_has_phone": "own"})
    client.submit("保存", {"c_phone": "19900000007"})
    client.submit("保存", {"c_channels": ["sms"]})
    client.submit("保存", {"c_do_not": ["sms", "visit"]})
    assert client.path == "/account/needs/contact-do-not"
    assert "前面选了“发短信”，这里又选了“不要发短信”" in client.text
    assert client.one("input[name=c_do_not][value=sms]").has_attr("checked")
    assert saved(house)["contact_do_not"] == ["sms", "visit"], "what is never to be done is obeyed at once"
    client.submit("保存", {"c_do_not": ["call"]})
    client.get("/account/needs/contact-channels")
    client.submit("保存", {"c_channels": ["phone"]})
    assert client.path == "/account/needs/contact-do-not"
    assert "前面选了“打电话”，这里又选了“不要打电话”" in client.text


def test_what_was_said_is_confirmed_on_one_page_of_the_next_application(
    house: Store, person: Actor, client: CheckingClient
):
    with house.transaction() as db:
        submitted(db, person)
        draft = start_application(db, person, DEFINITION, "self", secrets.token_urlsafe(16))
        answers = answers_for("self", {})
        for page in DEFINITION.pages:
            if page.section == "person":
                fields = {one.id: answers[one.id] for one in page.fields if one.id in answers}
                save_page(db, person, draft.reference, page.id, fields)
        reference = draft.reference
    client.get(f"/apply/zj-01/{reference}/contact-phone")
    assert client.path == f"/apply/zj-01/{reference}/still-so"
    assert "大字" in client.text
    client.submit("还是这样，继续")
    assert client.path.startswith(f"/apply/zj-01/{reference}/")
    assert "/contact-" not in client.path
    client.get(f"/apply/zj-01/{reference}/contact-format")
    assert client.one("input[name=c_format][value=large]").has_attr("checked")


def test_changed_needs_are_asked_page_by_page(house: Store, person: Actor, client: CheckingClient):
    with house.transaction() as db:
        submitted(db, person)
        reference = start_application(db, person, DEFINITION, "self", secrets.token_urlsafe(16)).reference
    client.get(f"/apply/zj-01/{reference}/still-so")
    client.follow("有变化，要改")
    assert client.path == f"/apply/zj-01/{reference}/contact-phone"


def test_who_acts_says_it_for_the_person_until_the_authority_ends(
    house: Store, person: Actor, client: CheckingClient
):
    with house.transaction() as db:
        submitted(db, person, "proxy")
        kept = db.scalars(select(Representation)).one()
        kept_id = kept.id
    client.get(f"/account/people/{kept_id}/needs/contact-do-not")
    assert "示例王小明" not in client.one("title").text
    client.submit("保存", {"c_do_not": ["others"]})
    assert client.path == f"/account/people/{kept_id}/needs"
    with house.transaction() as db:
        db.get_one(Representation, kept_id).state = "asked"
    client.get(f"/account/people/{kept_id}/needs", expect=403)
    with house.transaction() as db:
        other = make_resident(db, "19900000055")
        client.browser.set_cookie("session", open_session(db, other, "code"))
    client.get(f"/account/people/{kept_id}/needs", expect=404)
