"""The main navigation of staff: nobody is offered a page that their post may not open."""

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.web.access import COUNTER, OFFICE, access_of
from portal.web.navigation import GROUPS, NAVIGATION, NOT_OF_THE_POST

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
