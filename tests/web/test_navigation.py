"""The main navigation of staff: nobody is offered a page that their post may not open."""

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.web.access import COUNTER, OFFICE, access_of
from portal.web.navigation import GROUPS, NAVIGATION, NOT_OF_THE_POST
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, prepare, sign_in_staff

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("side", "roles"), [("office", OFFICE), ("desk", COUNTER), ("liaison", (Role.LIAISON,))]
)
def test_whoever_is_offered_a_page_may_open_it(app: Flask, side: str, roles: tuple[Role, ...]) -> None:
    addresses = app.url_map.bind("localhost")
    grouped = [entry for _, entries in GROUPS.get(side, ()) for entry in entries]
    for _, href in (*NAVIGATION[side], *grouped):
        endpoint, _arguments = addresses.match(href)
        access = access_of(app.view_functions[endpoint])
        assert access is not None
        for role in roles:
            if href in NOT_OF_THE_POST.get(role, frozenset()):
                continue
            assert access.kind in {"any_staff", "signed_in"} or role in access.roles, (
                f"{role} {href}: {access}"
            )


def test_what_is_not_of_a_post_is_not_offered_behind_the_first_entries_either(app: Flask) -> None:
    with app.extensions["portal"].store.transaction() as db:
        prepare(db)
        token = sign_in_staff(db, "head", Role.LEAD, COUNTY)[1]
    head = CheckingClient(app)
    head.browser.set_cookie("session", token)
    head.get("/office/unit")
    offered = {str(link["href"]) for link in head.page.select("header nav[aria-label=主导航] a")}
    assert {"/office/unit", "/office/coming", "/office/handbook"} <= offered
    assert offered.isdisjoint(NOT_OF_THE_POST[Role.LEAD])
