"""One visitor at a time at the counter: received in four ways, and nothing of them afterwards."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import Account, Contact
from portal.store.applications import Application, Slip
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.people import Person
from portal.store.visits import Entering, Visit
from portal.store.voices import PersonSlip
from portal.usecases.applications import note_entering
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.recusals import add_relative
from tests.support import office
from tests.support.chain import chain_staff, lead
from tests.support.client import CheckingClient
from tests.support.pages import HOSTILE_TEXT
from tests.support.receiving import (
    NAME,
    NUMBER,
    at_home,
    by_document,
    choose,
    handed_in,
    sent_code,
    visitor_of,
)
from tests.support.workers import PASSWORD, Worker, give_post, make_worker, sign_in

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:00+08:00")


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["portal"].store
    return found


@pytest.fixture
def clerk(app: Flask, client: CheckingClient, store: Store) -> Worker:
    with store.transaction() as db:
        worker = make_worker(db, Role.DESK_CLERK, name="示例窗口")
    sign_in(app, client, worker)
    return worker


def test_who_has_no_account_is_received_by_document_and_found_again(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    first = by_document(client)
    assert re.fullmatch(r"/desk/visits/[\w-]{43}", first)
    assert "正在接待：示某" in client.text
    assert "身份已核实" in client.text
    with store.reading() as db:
        account = db.scalars(select(Account).where(Account.kind == "resident")).one()
        assert (account.identity_level, account.proven_by) == ("proven", "desk")
        assert db.scalars(select(Contact)).all() == []
        created = db.scalars(select(AuditEvent).where(AuditEvent.tag == "account:create")).one()
        assert (created.actor_kind, created.actor_id) == ("staff", clerk.account_id)
    client.submit("下一位，结束这次接待")
    assert "上一次接待已经结束" in client.text
    second = by_document(client)
    assert second != first
    with store.reading() as db:
        assert len(db.scalars(select(Account).where(Account.kind == "resident")).all()) == 1


def test_reader_of_cards_fills_the_form_and_sends_nothing(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    choose(client, "document")
    client.submit("填到下面", {"reader": f"{NAME}\t男\t汉\t８８００００195001010013"})
    assert client.one("#name")["value"] == NAME
    assert client.one("#id-number")["value"] == NUMBER
    with store.reading() as db:
        assert db.scalars(select(Visit)).all() == []
    client.submit("确认，开始接待", {"is_same": True})
    assert client.heading() == "来人的页面"


def test_ended_visit_says_so_at_every_address_to_everybody(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    reference, _ = handed_in(store, visitor_of(store, address))
    client.get(f"{address}/applications/{reference}")
    letter = client.page.select("a[href*='/letters/']")[0]["href"]
    pages = [
        *("", "/services", "/letters", "/identity", "/contact"),
        f"/applications/{reference}",
        "/apply/zj-01",
        f"/apply/zj-01/{reference}",
    ]
    client.get(address)
    client.submit("下一位，结束这次接待")
    resident = CheckingClient(app)
    for path in [*(address + one for one in pages), str(letter)]:
        for asking in (client, resident):
            asking.get(path, 410)
            assert asking.heading() == "本次接待已经结束"
            assert NAME not in asking.text
            assert asking.page.select("#home") == []


def test_post_to_an_ended_visit_does_nothing_and_says_so(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    reference, _ = handed_in(store, visitor_of(store, address))
    client.get(f"{address}/applications/{reference}")
    token = client.token
    client.submit("下一位，结束这次接待")
    for path, fields in {
        f"/applications/{reference}/withdraw": {"is_sure": "yes"},
        "/contact": {"contact": "19900000101"},
        "/next": {},
    }.items():
        client.post(address + path, {"csrf_token": token, **fields}, 410)
        client.post(address + path, {"csrf_token": "stale", **fields}, 410)
    with store.reading() as db:
        assert "19900000101" not in db.scalars(select(Message.to)).all()
        assert db.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "application:withdraw")).all() == []


def test_open_visit_is_of_one_session_alone(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    other = CheckingClient(app)
    sign_in(app, other, clerk)
    other.get(address, 404)
    visitor = CheckingClient(app)
    visitor.get(address)
    assert visitor.path.startswith("/staff/sign-in")
    client.get(address)


@pytest.mark.parametrize("how", ["lock", "sign_out", "idle", "next"])
def test_visit_ends_with_what_ends_it(
    client: CheckingClient, clerk: Worker, store: Store, clock_at: Callable[..., None], how: str
) -> None:
    address = by_document(client)
    token = client.token
    if how == "idle":
        clock_at("2026-11-23T12:31:00+08:00")
        client.get(address, 410)
    elif how == "next":
        by_document(client)
    else:
        client.post({"lock": "/staff/lock", "sign_out": "/sign-out"}[how], {"csrf_token": token})
        with store.reading() as db:
            assert db.scalars(select(Visit.ended_by)).all() == [how]
            ended = select(AuditEvent.tag).where(AuditEvent.tag == "visit:end")
            assert db.scalars(ended).all() == ["visit:end"]
    client.get(address, 410)


def test_visit_goes_on_while_somebody_works_in_it(
    client: CheckingClient, clerk: Worker, clock_at: Callable[..., None]
) -> None:
    address = by_document(client)
    for minute in (20, 40, 59):
        clock_at(f"2026-11-23T12:{minute}:00+08:00")
        client.get(address)


def test_slip_opens_the_account_that_applied(client: CheckingClient, clerk: Worker, store: Store) -> None:
    account_id = visitor_of(store, by_document(client))
    reference, code = handed_in(store, account_id)
    client.get("/desk/visits")
    choose(client, "slip")
    client.submit("确认，开始接待", {"reference": reference, "slip_code": "AAAAAAAA"}, 422)
    client.submit("确认，开始接待", {"reference": reference, "slip_code": code})
    assert client.heading() == "来人的页面"
    assert visitor_of(store, client.path) == account_id
    assert "凭回执或者本人联系单" in client.text


def test_slip_of_a_representative_opens_nothing_to_the_person(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    with store.transaction() as db:
        office.prepare(db)
        helper = office.resident(db)
        application = office.submitted(db, helper, "proxy")
        reference, code = application.reference, db.get_one(Slip, application.id).code
    choose(client, "slip")
    client.submit("确认，开始接待", {"reference": reference, "slip_code": code}, 422)
    assert "代办人的回执" in client.text
    choose(client, "slip", standing="representative")
    client.submit("确认，开始接待", {"reference": reference, "slip_code": code})
    assert visitor_of(store, client.path) == helper.account_id


def test_code_to_the_own_phone_opens_what_was_begun_at_home(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    with store.transaction() as db:
        account = Account(kind="resident", preferences={}, created_at=clock.now())
        db.add(account)
        db.flush()
        new_contact(db, account, TypedContact("phone", "19900000101"))
        account_id = account.id
    choose(client, "code")
    client.submit("发验证码", {"contact": "199 0000 0101"})
    assert "19900000101" not in client.text
    code = sent_code(store)
    home = CheckingClient(app)
    home.get("/sign-in")
    home.submit("发验证码", {"contact": "19900000101"})
    home.submit("登录", {"code": code}, 422)  # it signs nobody in
    wrong = "000000" if code != "000000" else "000001"
    client.submit("确认，开始接待", {"code": wrong}, 422)
    client.submit("确认，开始接待", {"code": code})
    assert visitor_of(store, client.path) == account_id


def test_code_of_another_clerk_opens_nothing(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    choose(client, "code")
    client.submit("发验证码", {"contact": "19900000102"})
    code = sent_code(store)
    with store.transaction() as db:
        colleague = make_worker(db, Role.DESK_CLERK, "desk-two", name="示例同事")
    other = CheckingClient(app)
    sign_in(app, other, colleague)
    choose(other, "code")
    other.submit("发验证码", {"contact": "19900000102"})
    other.submit("确认，开始接待", {"code": code}, 422)
    client.submit("确认，开始接待", {"code": code})
    with store.reading() as db:
        assert len(db.scalars(select(Contact)).all()) == 1


def test_rest_of_the_day_is_out_of_the_way_while_somebody_stands_there(
    client: CheckingClient, clerk: Worker
) -> None:
    def offered() -> list[str]:
        return [str(link["href"]) for link in client.page.select("header nav a")]

    client.get("/desk/visits")
    assert "/desk/unit" in offered()
    choose(client, "none")
    client.submit("开始接待", {"is_sure": True})
    assert "/desk/visits" in offered()
    assert "/desk/unit" not in offered()


def test_with_nothing_at_all_a_visit_begins_unproven_and_a_document_proves_it(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    choose(client, "none")
    client.submit("开始接待", {"is_sure": True})
    assert "身份还没有核实" in client.text
    client.follow("看证件原件")
    client.submit("确认身份", {"id_type": "resident", "name": NAME, "id_number": NUMBER, "is_same": True})
    assert "身份已核实" in client.text
    assert "看证件原件" not in [link.text for link in client.page.select("main a")]
    with store.reading() as db:
        assert db.scalars(select(Visit.identity_seen)).all() == ["document"]


def test_own_matters_and_relatives_are_refused_by_word_and_by_number(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    client.get("/desk/visits")
    filled = {"channel": "counter", "standing": "self", "is_related": "yes", "way": "document"}
    client.submit("接待", filled, 422)
    assert "另一位同事接待" in client.text
    with store.transaction() as db:
        add_relative(db, clerk.actor, NUMBER, "relative")
    by_document(client, 422)
    assert client.one("#errors a[href='#id-number']")
    by_document(client, 422, name="示例窗口", id_number="880000198811020010")
    with store.reading() as db:
        assert db.scalars(select(Visit)).all() == []
        assert db.scalars(select(Person)).all() == []


def test_no_document_is_seen_on_the_telephone(client: CheckingClient, clerk: Worker) -> None:
    client.get("/desk/visits")
    filled = {"channel": "phone", "standing": "self", "is_related": "no", "way": "document"}
    client.submit("接待", filled, 422)
    client.get("/desk/visits/new/document/phone/self", 404)
    client.get("/desk/visits/new/slip/phone/self")


def test_own_phone_is_added_at_the_counter_and_opens_the_account_at_home(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    account_id = visitor_of(store, by_document(client))
    client.follow("加来人的手机或者邮箱")
    client.submit("发验证码", {"contact": "19900000103"})
    client.submit("确认", {"code": sent_code(store)})
    assert "手机尾号0103" in client.text
    home = CheckingClient(app)
    home.get("/sign-in")
    home.submit("发验证码", {"contact": "19900000103"})
    home.submit("登录", {"code": sent_code(store)})
    assert home.path == "/account"
    with store.reading() as db:
        assert db.scalars(select(Contact.account_id)).all() == [account_id]


def test_nothing_of_a_visit_is_kept_by_the_browser_or_filled_in_by_it(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    for path in ("/desk/visits", address, f"{address}/contact", f"{address}/identity"):
        answer = client.get(path)
        assert answer.response.headers["Cache-Control"] == "no-store"
        for box in client.page.select("main input[type=text], main input[type=search], main textarea"):
            assert box.get("autocomplete") == "off", box
    assert NAME not in str(client.one("title"))
    client.get(address)
    ended = client.submit("下一位，结束这次接待")
    assert ended.path == "/desk/visits"


def test_letter_is_shown_for_printing_and_never_as_a_download(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    reference, code = handed_in(store, visitor_of(store, address))
    client.get(f"{address}/applications/{reference}")
    client.follow("打印回执")
    assert code[:4] in client.text
    assert code[4:] in client.text
    assert client.page.select("a[download]") == []
    assert client.one("html")["data-size"] == "28"  # large print, as was said
    with store.reading() as db:
        read = db.scalars(select(AuditEvent).where(AuditEvent.tag == "notice:read")).one()
        assert (read.actor_kind, read.actor_id) == ("staff", clerk.account_id)


def test_begun_at_the_counter_is_finished_at_home(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    client.follow("办一件事")
    client.submit("查找", {"q": "残疾人证"})
    client.get(f"{address}/apply/zj-01")
    client.submit("form[action*='/apply/']", {"acting": "self"})
    reference = client.path.split("/")[6]
    client.get(f"{address}/contact")
    client.submit("发验证码", {"contact": "19900000104"})
    client.submit("确认", {"code": sent_code(store)})
    assert "还没有提交" in client.text
    client.submit("下一位，结束这次接待")
    home = at_home(app, store, "19900000104")
    assert " ".join((reference[:4], reference[4:8], reference[8:])) in home.text
    home.get(f"/apply/zj-01/{reference}")


def test_begun_at_home_is_taken_over_at_the_counter(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    home = at_home(app, store, "19900000105")
    home.get("/apply/zj-01")
    home.submit("form[action*='/apply/']", {"acting": "self"})
    reference = home.path.split("/")[3]
    choose(client, "code")
    client.submit("发验证码", {"contact": "19900000105"})
    client.submit("确认，开始接待", {"code": sent_code(store)})
    address = client.path
    link = client.one(f"a[href='{address}/apply/zj-01/{reference}']")
    client.get(str(link["href"]))
    assert client.path.startswith(address)
    with store.reading() as db:
        assert db.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "application:start")).all()
        assert db.scalars(select(Entering)).all() == []


def test_who_typed_it_at_the_counter_neither_takes_nor_decides_it_at_another_post(
    app: Flask, client: CheckingClient, clerk: Worker, store: Store
) -> None:
    account_id = visitor_of(store, by_document(client))
    reference, _code = handed_in(store, account_id)
    with store.transaction() as db:
        application = db.scalars(select(Application)).one()
        note_entering(db, replace(clerk.actor, behalf_of_id=account_id), application)
        lead(db, chain_staff(db), application, ("forward",))
        posts = {
            "typed": replace(clerk, role_id=give_post(db, clerk.account_id, Role.COUNTY_REVIEWER)),
            "colleague": make_worker(db, Role.COUNTY_REVIEWER, "colleague", name="示例同事"),
        }
    address = f"/office/applications/{reference}"
    for who, button in {"typed": 0, "colleague": 1}.items():
        browser = CheckingClient(app)
        sign_in(app, browser, posts[who])
        browser.get(address)
        assert len(browser.page.select(f"form[action='{address}/claim']")) == button, who
        browser.post(f"{address}/claim", {"csrf_token": browser.token}, 200 if button else 403)


def test_own_slip_brings_back_who_has_nothing_but_a_draft(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    choose(client, "none")
    client.submit("开始接待", {"is_sure": True})
    account_id = visitor_of(store, client.path)
    client.follow("本人联系单")
    client.submit("做一张联系单")
    with store.reading() as db:
        slip = db.scalars(select(PersonSlip)).one()
    assert slip.code[:4] in client.text
    client.submit("下一位，结束这次接待")
    choose(client, "slip")
    client.submit("确认，开始接待", {"reference": slip.number, "slip_code": slip.code})
    assert visitor_of(store, client.path) == account_id


def test_record_of_who_looked_is_shown_only_to_who_was_seen_with_a_document(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    reference, code = handed_in(store, visitor_of(store, address))
    client.get(f"{address}/record")
    assert client.page.select("main h2")
    choose(client, "slip")
    client.submit("确认，开始接待", {"reference": reference, "slip_code": code})
    client.follow("谁替来人办过，谁看过来人的材料")
    assert "先要看来人的证件原件" in client.text
    client.follow("看证件原件")
    assert client.path.endswith("/identity")
    with store.reading() as db:
        assert len(db.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "record:read")).all()) == 1


def test_who_is_proven_and_comes_with_a_code_reads_the_record_as_at_home(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    with store.transaction() as db:
        account = db.get_one(Account, visitor_of(store, address))
        new_contact(db, account, TypedContact("phone", "19900000103"))
    choose(client, "code")
    client.submit("发验证码", {"contact": "19900000103"})
    client.submit("确认，开始接待", {"code": sent_code(store)})
    client.follow("谁替来人办过，谁看过来人的材料")
    assert "怎么知道我是谁" in client.text


def test_what_somebody_else_began_for_the_visitor_is_seen_and_not_mended_or_withdrawn(
    client: CheckingClient, clerk: Worker, store: Store
) -> None:
    address = by_document(client)
    account_id = visitor_of(store, address)
    with store.transaction() as db:
        office.prepare(db)
        application = office.submitted(db, office.resident(db), "proxy")
        application.person.own_account_id = account_id
        reference = application.reference
    client.get(address)
    client.get(str(client.one(f"a[href='{address}/applications/{reference}']")["href"]))
    assert client.page.select("#withdraw") == []
    client.post(
        f"{address}/applications/{reference}/withdraw", {"csrf_token": client.token, "is_sure": "yes"}, 403
    )


def test_showing_again_who_one_is_ends_no_visit(client: CheckingClient, clerk: Worker, store: Store) -> None:
    address = by_document(client)
    client.get("/staff/recheck")
    client.post("/staff/recheck", {"csrf_token": client.token, "password": PASSWORD})
    client.get(address)
    assert client.heading() == "来人的页面"


@pytest.mark.parametrize("way", ["document", "slip", "code", "none"])
def test_hostile_answers_are_refused_in_words(
    client: CheckingClient, clerk: Worker, store: Store, way: str
) -> None:
    address = f"/desk/visits/new/{way}/counter/self"
    client.get(address)
    names = [one["name"] for one in client.page.select("main input[name]") if one["name"] != "csrf_token"]
    for extra in ({}, {"sealed": HOSTILE_TEXT}, {"read": "yes"}):
        filled = {name: HOSTILE_TEXT for name in names if name != "read"} | extra
        expect = 200 if way == "document" and "read" in extra else 422
        client.post(address, {"csrf_token": client.token, **filled}, expect)
    with store.reading() as db:
        assert db.scalars(select(Visit)).all() == []
