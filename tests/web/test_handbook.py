"""The handbook of the staff: steps, posts, reasons, letters and evidence of every service."""

import pytest
from flask import Flask

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Role
from portal.store import Store
from tests.support.client import CheckingClient
from tests.support.office import DESK, prepare, sign_in_staff

pytestmark = pytest.mark.one_database


@pytest.fixture
def clerk(app: Flask) -> CheckingClient:
    store: Store = app.extensions["portal"].store
    with store.transaction() as db:
        prepare(db)
        token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)[1]
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client


def test_handbook_is_in_the_navigation_and_leads_to_each_service(clerk: CheckingClient) -> None:
    clerk.get("/desk/tasks")
    clerk.follow("办事手册")
    clerk.follow("新办残疾人证")
    assert clerk.path == "/desk/handbook/zj-01"
    assert clerk.heading() == "新办残疾人证"


def test_service_says_posts_clocks_four_eyes_reasons_letters_and_levels(clerk: CheckingClient) -> None:
    clerk.get("/desk/handbook/zj-01")
    for words in ("乡镇（街道）窗口", "不能和办", "理由代码", "N01", "C01", "需要的级别", "不算在总时间里"):
        assert words in clerk.text, words
    assert "{" not in clerk.text  # what is filled in for each applicant is a gap, never its name


def test_what_nobody_compared_is_marked_and_says_once_what_staff_do_then(clerk: CheckingClient) -> None:
    clerk.get("/desk/handbook/zj-01")
    assert "（待核实）" in clerk.text
    assert clerk.text.count("“待核实”是什么意思？") == 1
    assert "写进决定以前，请先看原文。不清楚，请问主管单位：" in clerk.text
    assert "请不要因为这一条就不申请" not in clerk.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_service_of_the_region_has_its_page(clerk: CheckingClient, language) -> None:
    clerk.use_language(language)
    for code in load_catalogue().regions["demo"].services:
        clerk.get(f"/office/handbook/{code}")


def test_service_that_is_not_given_has_none(clerk: CheckingClient) -> None:
    clerk.get("/desk/handbook/zz-99", expect=404)


def test_visitor_is_sent_to_the_door(app: Flask) -> None:
    answer = app.test_client().get("/office/handbook")
    assert answer.status_code == 303
    assert "sign-in" in answer.headers["Location"]
