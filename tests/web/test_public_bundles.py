"""Bundles (一件事): a guide that leads to its services, and nothing that could be applied for."""

import pytest
from flask import Flask

from portal.catalogue.loader import load_catalogue
from tests.support.client import CheckingClient
from tests.support.people import make_resident, parts_of, sign_in
from tests.web.public_support import LANGUAGES, open_region

pytestmark = pytest.mark.one_database

REGION = load_catalogue().regions["demo"]
BUNDLES = [one for one in load_catalogue().services.values() if one.bundle and one.code in REGION.services]


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    open_region(app)
    return CheckingClient(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [one.code for one in BUNDLES])
def test_its_page_leads_to_each_service_that_is_given_here(
    visitor: CheckingClient, code: str, language: str
) -> None:
    bundle = next(one for one in BUNDLES if one.code == code)
    visitor.use_language(language)
    visitor.get(f"/services/{code}")
    led_to = {str(link["href"]) for link in visitor.page.select("main ul.lines a")}
    assert led_to == {f"/services/{one}" for one in bundle.bundle if one in REGION.services}


@pytest.mark.parametrize("code", [one.code for one in BUNDLES])
def test_nothing_offers_to_apply_for_it_or_to_check_it(visitor: CheckingClient, code: str) -> None:
    visitor.get(f"/services/{code}")
    assert visitor.page.select('a[href^="/apply/"]') == []
    visitor.get(f"/services/{code}/check", 404)


def test_an_application_for_it_cannot_be_started(app: Flask) -> None:
    open_region(app)
    with parts_of(app).store.transaction() as db:
        account = make_resident(db, "19900000001")
    client = sign_in(app, account)
    client.get("/apply/yj-01", 404)
    client.get("/apply/zj-01")
    client.post("/apply/yj-01", {"acting": "self"}, 404)
