"""Display settings and the chosen place: in cookies without an account, with the account for who has one."""

import pytest
from flask import Flask

from portal import clock
from portal.store.accounts import Account
from portal.usecases import sessions
from tests.support.client import CheckingClient
from tests.web.public_support import open_region

pytestmark = pytest.mark.one_database


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    open_region(app)
    return CheckingClient(app)


def test_settings_are_kept_for_the_next_pages(visitor: CheckingClient) -> None:
    visitor.get("/preferences")
    visitor.submit("保存设置", {"size": "36", "theme": "yellow", "spacing": "wide", "digits": "1"})
    assert "设置已经保存" in visitor.text
    visitor.get("/service-points")
    html = visitor.one("html")
    assert (html["data-size"], html["data-theme"], html["data-spacing"]) == ("36", "yellow", "wide")
    assert "1 9 9" in visitor.text


def test_settings_of_who_is_signed_in_are_kept_with_the_account(app: Flask, visitor: CheckingClient) -> None:
    store = app.extensions["portal"].store
    with store.transaction() as db:
        account = Account(kind="resident", created_at=clock.now())
        db.add(account)
        db.flush()
        visitor.browser.set_cookie("session", sessions.open_session(db, account, "code"))
    visitor.get("/preferences")
    visitor.submit("保存设置", {"size": "28"})
    with store.reading() as db:
        assert db.get_one(Account, account.id).preferences == {"size": "28"}
    visitor.browser.delete_cookie("settings")
    visitor.get("/")
    assert visitor.one("html")["data-size"] == "28"


def test_saved_settings_page_is_already_in_the_new_language(visitor: CheckingClient) -> None:
    visitor.get("/preferences")
    visitor.language = "en"
    visitor.submit("保存设置", {"language": "en"})
    assert visitor.one("html")["lang"] == "en"


def test_settings_lead_back_to_the_page_before(visitor: CheckingClient) -> None:
    page = visitor.browser.get("/preferences", headers={"Referer": "http://localhost/services/zj-01?q=1"})
    assert 'name="from" value="/services/zj-01"' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/x",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://[",
        "\0",
        "http://localhost//evil.example",
    ],
)
def test_settings_never_lead_to_another_site(visitor: CheckingClient, elsewhere: str) -> None:
    visitor.get("/preferences")
    choices = {"language": "zh", "elder": "0", "size": "18", "theme": "auto"}
    choices |= {"spacing": "normal", "digits": "0", "motion": "0", "from": elsewhere}
    visitor.post("/preferences", choices)
    assert visitor.href("回到刚才的页面") == "http://localhost/"


@pytest.mark.parametrize("size", ["", "99", "\0", "🙂" * 1000])
def test_setting_that_is_not_offered_is_asked_again(visitor: CheckingClient, size: str) -> None:
    visitor.get("/preferences")
    visitor.post("/preferences", {"size": size}, expect=422)
    assert visitor.one("#size-error")


def test_place_is_found_by_name_and_kept(visitor: CheckingClient) -> None:
    visitor.get("/region")
    visitor.submit("查找地区", {"q": "南湖"})
    visitor.submit("换到这里", {"place": "880002001"})
    assert "地区换成了示例市样本县示例南湖镇" in visitor.text
    visitor.get("/")
    assert "当前地区： 示例市样本县示例南湖镇" in visitor.text


def test_unknown_place_says_so_and_offers_the_counties(visitor: CheckingClient) -> None:
    visitor.get("/region?q=火星")
    assert "没有找到这个地方" in visitor.text
    assert {"880001", "880002"} <= {str(one["value"]) for one in visitor.page.select("input[type=radio]")}


def test_every_township_of_the_chosen_county_can_be_chosen(visitor: CheckingClient) -> None:
    visitor.get("/region")
    offered = [str(one["value"]) for one in visitor.page.select("input[type=radio]")]
    assert offered == ["880001", "880001001", "880001002", "880002"]
    assert visitor.one("input[checked]")["value"] == "880001"


@pytest.mark.parametrize("place", ["", "8800", "110101", "\0", "880001' OR 1=1"])
def test_place_that_is_not_offered_is_refused_with_422(visitor: CheckingClient, place: str) -> None:
    visitor.get("/region")
    visitor.post("/region", {"place": place}, expect=422)
    assert visitor.one("#place-error")


def test_place_in_a_changed_cookie_is_passed_over(visitor: CheckingClient) -> None:
    visitor.browser.set_cookie("place", "999999\u00ff")
    visitor.get("/")
    assert "示例市示例县" in visitor.text
