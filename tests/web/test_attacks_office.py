"""What an attacker or a clumsy officer tried on the pages of staff, and what must never work again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import NotAllowed, NotFound
from portal.rules.references import grouped
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application, StepEntry
from portal.store.audit import AuditEvent
from portal.store.consultations import Consultation
from portal.store.messages import Message, NoticeRow
from portal.store.ratings import Rating
from portal.store.recusals import Recusal
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.assigning import assign
from portal.usecases.claims import claim
from portal.usecases.consultations import Asking, answer_consultation, ask_unit, get_asked
from portal.usecases.notes import add_note
from portal.usecases.ratings import Given, rate
from portal.usecases.recusals import add_relative, declare_recusal
from portal.usecases.sessions import open_session
from portal.usecases.thread import write_to_applicant
from portal.web.parts import parts
from tests.support.chain import BELOW, HOSPITAL, POSTS, chain_staff, lead, up_to
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, DESK, REGION, resident, sign_in_staff, submitted
from tests.support.second_looks import pin, with_second_person

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def reference(house: Store) -> str:
    with house.transaction() as db:
        application = submitted(db, resident(db))
        pin(db, application, with_second_person("refuse"))
        return application.reference


def at_post(app: Flask, house: Store, name: str, role: Role, unit: str) -> CheckingClient:
    with house.transaction() as db:
        _actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def tags(house: Store) -> list[str]:
    with house.reading() as db:
        return list(db.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


@pytest.mark.parametrize("odd", ["[" * 20_000, '{"a":' * 4_000, '{"id":' + "[" * 10_000])
def test_deeply_nested_answer_of_a_device_is_no_failure(app: Flask, client: CheckingClient, odd: str) -> None:
    client.get("/staff/sign-in")
    client.post("/staff/sign-in", {"passkey": odd}, 422)


def test_what_somebody_proposed_who_now_keeps_away_does_not_take_effect(
    app: Flask, house: Store, reference: str
) -> None:
    with house.transaction() as db:
        staff = chain_staff(db)
        application = db.scalars(select(Application)).one()
        lead(db, staff, application, up_to(BELOW, "refuse"))
        proposer = staff["approver"]
        declare_recusal(db, proposer, reference, "relative")
    second = at_post(app, house, "second", *POSTS["approver"])
    second.get("/office/approvals")
    second.get(f"/office/applications/{reference}/proposals/1")
    second.post(f"/office/applications/{reference}/proposals/1", {"answer": "agree"}, 409)
    with house.reading() as db:
        assert db.scalars(select(Application.state)).one() != "refused"


def test_head_who_keeps_away_hands_nothing_out(app: Flask, house: Store, reference: str) -> None:
    with house.transaction() as db:
        head, _token = sign_in_staff(db, "head", Role.LEAD, DESK)
        clerk, _token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
        declare_recusal(db, head, reference, "relative")
    with pytest.raises(NotAllowed), house.transaction() as db:
        assign(db, head, reference, clerk.signed_in_id)
    with house.reading() as db:
        assert db.scalars(select(StepEntry.claimed_by_id)).one() is None


def test_recusal_is_noted_only_at_its_own_application(app: Flask, house: Store, reference: str) -> None:
    with house.transaction() as db:
        other = submitted(db, resident(db)).reference
        clerk, _token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
        recusal = declare_recusal(db, clerk, reference, "interest").id
    head = at_post(app, house, "head", Role.LEAD, DESK)
    head.get(f"/office/applications/{reference}")
    head.post(f"/office/applications/{other}/recusals/{recusal}/note", {}, 404)
    with house.reading() as db:
        assert db.scalars(select(Recusal.noted_at)).one() is None
    assert tags(house)[-1] == "application:read_refused"


def refers(app: Flask, house: Store) -> CheckingClient:
    """The officer of the county who is about to say which hospital assesses."""
    with house.transaction() as db:
        lead(db, chain_staff(db), db.scalars(select(Application)).one(), ("forward",))
    client = at_post(app, house, "refers", *POSTS["reviewer"])
    client.get("/office")
    client.submit("领取下一件")
    client.submit("选这一种，往下填", {"outcome": "accept"})
    return client


def test_hospital_that_does_not_exist_is_not_found_and_the_try_is_recorded(
    app: Flask, house: Store, reference: str
) -> None:
    client = refers(app, house)
    forged = {"do": "preview", "outcome": "accept", "shown": "referred_hospital assess_at words summary"}
    forged |= {"referred_hospital": "hospital_forged", "assess_at": "hospital"}
    client.post(f"/office/applications/{reference}", forged, expect=404)
    assert [tag for tag in tags(house) if tag.endswith(":read_refused")] == ["chosen_unit:read_refused"]


def test_hospital_that_was_closed_meanwhile_is_said_at_the_question_and_what_was_typed_stays(
    app: Flask, house: Store, reference: str
) -> None:
    client = refers(app, house)
    with house.transaction() as db:
        db.get_one(UnitRow, HOSPITAL).closed_on = clock.today()
    with app.app_context():
        parts().live_region.forget()
    filled = {"referred_hospital": HOSPITAL, "assess_at": "hospital", "words": "示例", "summary": "示例"}
    client.submit("看看申请人会读到什么", filled, expect=422)
    assert [str(link["href"]) for link in client.page.select("#errors a")] == ["#referred-hospital"]
    assert "示例" in client.page.select("textarea[name='words']")[0].text


def test_who_keeps_away_finds_at_its_addresses_that_they_do_and_nothing_of_the_person(
    app: Flask, house: Store, reference: str
) -> None:
    clerk = at_post(app, house, "clerk", Role.DESK_CLERK, DESK)
    address = f"/desk/applications/{reference}"
    clerk.get(f"{address}/recusal")
    clerk.submit("回避", {"cause": "relative"})
    assert clerk.heading() == f"您回避的申请，收件号{grouped(reference)}"
    assert "您回避了" in clerk.text
    assert "看不到内容" in clerk.text
    clerk.get(address)
    assert "您回避了" not in clerk.text
    assert not clerk.page.select("nav.contents, form#choose, form#decide")
    for place in ("messages", "notes", "consultations", "evidence/identity", "copies/identity", "death"):
        clerk.get(f"{address}/{place}", expect=403)
        assert "您回避这件申请" in clerk.text
    clerk.get(address)
    clerk.post(address, {"do": "choose", "outcome": "forward"}, expect=403)
    other = at_post(app, house, "other-clerk", Role.DESK_CLERK, DESK)
    other.get(address)
    assert other.page.select("nav.contents")


APPLICATION = "/office/applications/080392358485"
FILLED = {
    "answer": "grant",
    "words": "示例",
    "summary": "示例",
    "result": "right",
    "cause": "own",
    "basis": "示例",
    "source": "family",
    "reason": "other",
}
"""A value for every question that is asked first at the addresses below."""


@pytest.mark.parametrize(
    "address",
    [
        "/office/extensions/7",
        "/office/consultations/7",
        "/office/tasks/7",
        "/office/ratings/7",
        "/office/people/70000",
        f"{APPLICATION}/proposals/7",
        f"{APPLICATION}/extension",
        f"{APPLICATION}/recheck",
        f"{APPLICATION}/reopen",
        f"{APPLICATION}/recusal",
        f"{APPLICATION}/notes",
        f"{APPLICATION}/messages",
        f"{APPLICATION}/consultations",
        f"{APPLICATION}/copies/identity",
        f"{APPLICATION}/evidence/identity",
        f"{APPLICATION}/death",
        f"{APPLICATION}/documents/{'d' * 32}",
        f"{APPLICATION}/objections/7",
    ],
)
def test_number_of_nothing_is_not_found_and_each_try_is_noted_once(
    app: Flask, house: Store, address: str
) -> None:
    somebody = at_post(app, house, "somebody", Role.LEAD, COUNTY)
    somebody.get(address, 404)
    somebody.get("/office/search")
    somebody.post(address, FILLED, 404)
    assert len([tag for tag in tags(house) if tag.endswith(":read_refused")]) == 2


@pytest.mark.parametrize("address", ["/office/letters/7", f"{APPLICATION}/public-notices/7/take-down"])
def test_letters_and_notices_of_nobody_are_noted_too(app: Flask, house: Store, address: str) -> None:
    reviewer = at_post(app, house, "somebody", Role.COUNTY_REVIEWER, COUNTY)
    reviewer.get(address, 404)
    assert len([tag for tag in tags(house) if tag.endswith(":read_refused")]) == 1


@pytest.mark.parametrize("sent", [{}, {"do": ""}, {"do": "read"}, {"contact_words": "示例"}])
def test_post_that_says_nothing_of_a_rating_changes_nothing(
    app: Flask, house: Store, reference: str, sent: dict[str, str]
) -> None:
    with house.transaction() as db:
        owner = Actor("resident", db.scalars(select(Application.account_id)).one())
        rating = rate(db, owner, reference, REGION, "acceptance", Given(1, "contact", words="示例")).id
    clerk = at_post(app, house, "clerk", Role.DESK_CLERK, DESK)
    clerk.get(f"/desk/ratings/{rating}")
    clerk.post(f"/desk/ratings/{rating}", sent)
    with house.reading() as db:
        assert db.scalars(select(Rating.contacted_at)).one() is None


def test_question_to_another_unit_pressed_twice_is_asked_once(house: Store, reference: str) -> None:
    with house.transaction() as db:
        clerk, _token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
        claim(db, clerk, reference)
        asking = Asking(HOSPITAL, "示例", clock.today() + timedelta(days=3))
        assert ask_unit(db, clerk, reference, asking).id == ask_unit(db, clerk, reference, asking).id
        ask_unit(db, clerk, reference, replace(asking, words="另一个问题"))
        assert len(db.scalars(select(Consultation.id)).all()) == 2


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INSPECTOR])
def test_post_that_reads_no_applications_reads_nothing_because_its_unit_was_asked(
    house: Store, reference: str, role: Role
) -> None:
    with house.transaction() as db:
        clerk, _token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
        claim(db, clerk, reference)
        asking = Asking(COUNTY, "示例", clock.today() + timedelta(days=3))
        question = ask_unit(db, clerk, reference, asking).id
        reader, _token = sign_in_staff(db, "reader", role, COUNTY)
        reviewer, _token = sign_in_staff(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)
        assert get_asked(db, reviewer, question).consultation.id == question
        with pytest.raises(NotFound):
            get_asked(db, reader, question)


PRIVATE = "只给同事看的话"


def test_words_among_colleagues_reach_no_page_message_or_letter_of_the_applicant(
    app: Flask, house: Store, reference: str
) -> None:
    with house.transaction() as db:
        clerk, _token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
        claim(db, clerk, reference)
        add_note(db, clerk, reference, PRIVATE)
        asking = Asking(HOSPITAL, PRIVATE, clock.today() + timedelta(days=3), attention=PRIVATE)
        asked = ask_unit(db, clerk, reference, asking)
        nurse, _token = sign_in_staff(db, "nurse", Role.HOSPITAL, HOSPITAL)
        answer_consultation(db, nurse, asked.id, PRIVATE)
        write_to_applicant(db, clerk, reference, "请看看。")
        declare_recusal(db, clerk, reference, "interest", PRIVATE)
        account = db.get_one(Account, db.scalars(select(Application.account_id)).one())
        token = open_session(db, account, "code")
    owner = CheckingClient(app)
    owner.browser.set_cookie("session", token)
    for place in ("", "/messages", "/rating", "/withdraw"):
        answer = owner.browser.get(f"/account/applications/{reference}{place}")
        assert answer.status_code == 200
        assert PRIVATE not in answer.get_data(as_text=True)
    for place in ("notes", "history", "consultations", "compare", "recusal"):
        for front in ("desk", "office"):
            refused = owner.browser.get(f"/{front}/applications/{reference}/{place}")
            assert refused.status_code in (403, 404)
            assert PRIVATE not in refused.get_data(as_text=True)
    with house.reading() as db:
        told = [(one.subject, one.body) for one in db.scalars(select(Message))]
        facts = [one.facts for one in db.scalars(select(NoticeRow))]
    assert PRIVATE not in str(told)
    assert PRIVATE not in str(facts)


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("notes", {"words": "示例", "note": "示例"}),
        ("messages", {"message": "示例"}),
        ("evidence/identity", {"how": "desk", "name": "示例王小明", "seal": "none", "is_same": "yes"}),
        ("death", {"source": "family"}),
    ],
)
def test_who_keeps_away_writes_nothing_of_it(
    app: Flask, house: Store, reference: str, address: str, fields: dict[str, str]
) -> None:
    clerk = at_post(app, house, "clerk", Role.DESK_CLERK, DESK)
    clerk.get("/desk")
    clerk.post(f"/desk/applications/{reference}/claim", {})
    clerk.post(f"/desk/applications/{reference}/recusal", {"cause": "relative"})
    offered = {str(one.get("href") or one.get("action")) for one in clerk.page.select("main a, main form")}
    assert not {one for one in offered if one.endswith(f"{reference}/{address}")}
    before = [one for one in tags(house) if not one.endswith(":read")]
    clerk.post(f"/desk/applications/{reference}/{address}", fields, 403)
    assert "您回避这件申请。" in clerk.text
    assert [one for one in tags(house) if not one.endswith(":read")] == before


def test_who_keeps_away_by_the_number_of_a_relative_can_still_put_it_back(
    app: Flask, house: Store, reference: str
) -> None:
    clerk = at_post(app, house, "clerk", Role.DESK_CLERK, DESK)
    clerk.get("/desk")
    clerk.post(f"/desk/applications/{reference}/claim", {})
    with house.transaction() as db:
        holder = db.scalars(select(StepEntry.claimed_by_id)).one()
        add_relative(
            db, Actor("staff", holder, True, Role.DESK_CLERK, DESK), "88000019881102001X", "relative"
        )
    clerk.get(f"/desk/applications/{reference}")
    clerk.post(f"/desk/applications/{reference}/messages", {"message": "示例"}, 403)
    clerk.get("/desk")
    clerk.post(f"/desk/applications/{reference}/release", {})
    with house.reading() as db:
        assert db.scalars(select(StepEntry.claimed_by_id)).one() is None
