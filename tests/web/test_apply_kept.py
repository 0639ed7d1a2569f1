"""Sessions and tokens end while people type: nothing is lost, nothing happens by itself, none else sees."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from portal.store.accounts import Account, KeptPost
from portal.usecases.sessions import open_session
from tests.support.client import ORIGIN, CheckingClient
from tests.support.journeys import FORM, Office, begin, go, walk
from tests.support.people import parts_of

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

ClockAt = Callable[[str], None]
TYPED = {"p_name": "示例王晓明", "p_name_sound": "xiao ming"}


@pytest.fixture
def account(office: Office) -> Account:
    return office.resident()


def at_name(office: Office, account: Account) -> tuple[CheckingClient, str]:
    """Somebody on the page of the name, with nothing saved there yet."""
    client = office.browser(account)
    reference = begin(client)
    walk(client, until="person-name")
    return client, reference


def sign_in_again(office: Office, client: CheckingClient, account: Account) -> None:
    with parts_of(office.app).store.transaction() as db:
        token = open_session(db, db.get_one(Account, account.id), "code")
    client.browser.set_cookie("session", token)


def kept_posts(office: Office) -> list[KeptPost]:
    with parts_of(office.app).store.reading() as db:
        return list(db.scalars(select(KeptPost)))


def target_of(client: CheckingClient) -> str:
    """Where the sign-in page would lead afterwards."""
    assert client.answer is not None
    return parse_qs(urlsplit(client.answer.url).query)["next"][0]


def test_text_typed_in_an_ended_session_is_shown_after_signing_in_and_saved_when_sent_again(
    office: Office, account: Account, clock_at: ClockAt
) -> None:
    client, reference = at_name(office, account)
    clock_at("2026-11-23T14:00+08:00")
    client.submit(FORM, TYPED)
    assert client.path == "/sign-in"
    target = target_of(client)
    sign_in_again(office, client, account)
    client.get(target)
    assert client.path == f"/apply/zj-01/{reference}/person-name"
    assert client.one("[name=p_name]")["value"] == TYPED["p_name"]
    other = office.browser(account)
    go(other, reference, "person-name")  # nothing was saved by itself
    assert not other.one("[name=p_name]").get("value")
    client.submit(FORM)
    go(other, reference, "person-name")
    assert other.one("[name=p_name]")["value"] == TYPED["p_name"]


def test_kept_text_is_shown_to_nobody_else(office: Office, account: Account, clock_at: ClockAt) -> None:
    client, reference = at_name(office, account)
    clock_at("2026-11-23T14:00+08:00")
    client.submit(FORM, TYPED)
    target = target_of(client)
    stranger = office.browser(office.resident("19900000002"))
    stranger.get(target, 404)
    own = begin(stranger)
    token = parse_qs(urlsplit(target).query)["kept"][0]
    go(stranger, own, f"person-name?kept={token}")
    assert TYPED["p_name"] not in stranger.page.decode()
    assert TYPED["p_name"] not in kept_posts(office)[0].path
    assert reference in kept_posts(office)[0].path


def test_kept_text_is_gone_after_a_day(office: Office, account: Account, clock_at: ClockAt) -> None:
    client, _reference = at_name(office, account)
    clock_at("2026-11-23T14:00+08:00")
    client.submit(FORM, TYPED)
    target = target_of(client)
    clock_at("2026-11-24T14:01+08:00")
    sign_in_again(office, client, account)
    client.get(target)
    assert not client.one("[name=p_name]").get("value")


def test_form_of_an_earlier_session_comes_back_with_what_was_typed(office: Office, account: Account) -> None:
    client, reference = at_name(office, account)
    sign_in_again(office, client, account)  # another tab signed in anew; the token of this form is old
    client.submit(FORM, TYPED)
    assert client.path == f"/apply/zj-01/{reference}/person-name"
    assert client.one("[name=p_name]")["value"] == TYPED["p_name"]
    client.submit(FORM)
    assert client.path.endswith("/person-identity")


def test_way_back_to_the_check_page_outlives_the_session(
    office: Office, account: Account, clock_at: ClockAt
) -> None:
    client = office.browser(account)
    reference = begin(client)
    walk(client)
    go(client, reference, "person-name?back=check")
    clock_at("2026-11-23T14:00+08:00")
    client.submit(FORM, TYPED)
    target = target_of(client)
    sign_in_again(office, client, account)
    client.get(target)
    client.submit(FORM)
    assert client.path == f"/apply/zj-01/{reference}/check"
    assert TYPED["p_name"] in client.text


def test_ticked_declarations_come_back(office: Office, account: Account, clock_at: ClockAt) -> None:
    client = office.browser(account)
    reference = begin(client)
    walk(client)
    clock_at("2026-11-23T14:00+08:00")
    client.submit(FORM, {"declarations": ["cs_truth", "cs_proactive"]})
    target = target_of(client)
    sign_in_again(office, client, account)
    client.get(target)
    assert client.path == f"/apply/zj-01/{reference}/check"
    ticked = {str(box["value"]) for box in client.page.select("[name=declarations][checked]")}
    assert ticked == {"cs_truth", "cs_proactive"}
    client.submit(FORM)
    assert client.heading() == "已经收到"


def test_rows_of_a_group_come_back(office: Office, account: Account, clock_at: ClockAt) -> None:
    client = office.browser(account)
    begin(client)
    walk(client, until="records")
    client.submit("加一个：以前的医院")
    client.submit("再加一个")
    clock_at("2026-11-23T14:00+08:00")
    client.submit(
        FORM, {"zj_records-2-zj_record_hospital": "示例医院", "zj_records-2-zj_record_year": "两年前"}
    )
    target = target_of(client)
    sign_in_again(office, client, account)
    client.get(target)
    assert client.one("[name=zj_records-2-zj_record_hospital]")["value"] == "示例医院"
    assert client.one("[name=zj_records-2-zj_record_year]")["value"] == "两年前"


def test_who_signed_out_in_another_tab_still_holds_the_text(office: Office, account: Account) -> None:
    client, reference = at_name(office, account)
    client.browser.delete_cookie("session")
    client.submit(FORM, TYPED, expect=403)
    assert client.heading() == "请再提交一次"
    client.submit("再提交一次", expect=403)  # and again: nothing is lost while nobody is signed in
    assert TYPED["p_name"] in client.page.main.decode()
    sign_in_again(office, client, account)
    client.submit("再提交一次")
    assert client.path == f"/apply/zj-01/{reference}/person-name"
    assert client.one("[name=p_name]")["value"] == TYPED["p_name"]


def test_secrets_are_never_kept(office: Office, account: Account, clock_at: ClockAt) -> None:
    client = office.browser(account)
    client.get("/account/password")
    names = [str(one["name"]) for one in client.page.select("main input[type=password]")]
    clock_at("2026-11-23T14:00+08:00")
    sent = dict.fromkeys([*names, "password", "code", "totp"], "correct horse battery")
    client.post("/account/password", sent)
    assert names
    assert [one for one in kept_posts(office) if "correct horse" in one.fields] == []
    assert "correct horse" not in client.page.decode()


def test_hostile_text_stands_harmless_on_the_page_that_asks_to_send_again(office: Office) -> None:
    client = CheckingClient(office.app)
    client.get("/accessibility/report")
    hostile = {
        "what": "a\0b\x1b\x85<b class=unescaped>\ufffe",
        "<b class=unescaped>\0": "x",
        "csrf_token": "bad",
    }
    client.post("/accessibility/report", hostile, expect=403, has_token=False)
    assert client.heading() == "请再提交一次"


@pytest.mark.parametrize("token", ["", "a", "é" * 44, "A" * 43, "A" * 100_000, "\0"])
def test_made_up_token_changes_nothing(office: Office, account: Account, token: str) -> None:
    client, reference = at_name(office, account)
    client.post(client.path, {**TYPED, "csrf_token": token}, has_token=False)
    other = office.browser(account)
    go(other, reference, "person-name")
    assert not other.one("[name=p_name]").get("value")
    answered = client.browser.post(
        f"/apply/zj-01/{reference}/delete", data={"csrf_token": token}, base_url=ORIGIN
    )
    assert answered.status_code == 303
    go(client, reference, "person-name")
