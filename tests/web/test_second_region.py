"""The portal of another region: its own name, services and amounts, and nothing of the first."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.config import Settings
from portal.store.applications import StepEntry
from tests.support.client import CheckingClient
from tests.support.journeys import begin, hand_in, walk
from tests.support.made_up import fillings_for
from tests.support.people import furnish, make_resident, parts_of, sign_in
from tests.support.stores import settings_for

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

NAMES_OF_THE_OTHER = ("示例市", "示例县", "样本县", "东风")
MOST_QUESTIONS = 20


@pytest.fixture
def settings(engine_url: str, tmp_path: Path) -> Settings:
    return replace(settings_for(tmp_path, engine_url), region="second")


@pytest.fixture
def visitor(own_app: Flask) -> CheckingClient:
    furnish(own_app, "bt-02")
    return CheckingClient(own_app)


@pytest.mark.parametrize("path", ["/", "/services", "/check", "/service-points", "/services/yj-03"])
def test_public_pages_are_those_of_the_region(visitor: CheckingClient, path: str) -> None:
    visitor.get(path)
    assert "范例市" in visitor.text
    assert [name for name in NAMES_OF_THE_OTHER if name in visitor.text] == []
    assert not [link for link in visitor.page.select("a") if "jt-01" in str(link.get("href"))]


def test_a_service_that_the_region_does_not_give_is_not_there(visitor: CheckingClient) -> None:
    visitor.get("/services/jt-01", expect=404)


def test_amounts_of_a_guide_are_those_of_the_region(visitor: CheckingClient) -> None:
    visitor.get("/services/bt-02")
    assert "210元" in visitor.text
    assert "120元" not in visitor.text


@pytest.mark.parametrize(
    ("code", "said"),
    [("kf-01", "2500元"), ("cy-01", "24个月"), ("gz-01", "6000元"), ("cy-01", "公示7个工作日")],
)
def test_numbers_of_a_guide_are_those_of_the_region(visitor: CheckingClient, code: str, said: str) -> None:
    visitor.get(f"/services/{code}")
    assert said in visitor.text


def test_what_fits_is_found_among_the_services_of_the_region(visitor: CheckingClient) -> None:
    visitor.get("/check")
    for _ in range(MOST_QUESTIONS):
        answers = visitor.page.select("[name=answer]")
        if not answers:
            break
        value = str(answers[0]["value"])
        several = answers[0].get("type") == "checkbox"
        visitor.submit("form[action='/check']", {"answer": [value] if several else value})
    led_to = {str(link["href"]) for link in visitor.page.select("main a[href^='/services/']")}
    assert "/services/bt-02" in led_to
    assert not [href for href in led_to if "jt-01" in href]


def test_an_application_is_handed_in_to_a_counter_of_the_region(
    own_app: Flask, visitor: CheckingClient
) -> None:
    parts = parts_of(own_app)
    with parts.store.transaction() as db:
        account = make_resident(db)
    resident = sign_in(own_app, account)
    resident.get("/apply/jt-01", expect=404)
    definition = parts.catalogue.definition("bt-02", "second")
    reference = begin(resident, "self", "bt-02")
    walk(resident, fillings_for(definition, parts.region))
    hand_in(resident, declarations=[one.id for one in definition.service.declarations])
    assert resident.path == f"/apply/bt-02/{reference}/receipt"
    with parts.store.reading() as db:
        entry = db.scalars(select(StepEntry)).one()
        assert (entry.unit_code, entry.county) == ("desk_qingsong", "890001")
