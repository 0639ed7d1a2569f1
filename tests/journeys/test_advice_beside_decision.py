"""规则怎么说 stands on the page of the office and says that it decides nothing. Applicants do not see it."""

import pytest

from portal.catalogue.loader import load_catalogue
from tests.support.journeys import Office, begin, hand_in, walk
from tests.support.made_up import fillings_for

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CATALOGUE = load_catalogue()
CARE = CATALOGUE.definition("bt-02", "demo")


def test_verdict_is_on_the_page_of_the_office_and_not_on_that_of_the_applicant(office: Office) -> None:
    client = office.browser(office.resident())
    reference = begin(client, "self", "bt-02")
    walk(client, fillings_for(CARE, CATALOGUE.regions["demo"]))
    hand_in(client, declarations=[one.id for one in CARE.service.declarations])
    client.get(f"/account/applications/{reference}")
    assert "规则怎么说" not in client.text
    officer = office.at_post(reference)
    assert officer.page.select("h2#advice")
    assert "按现在知道的情况" in officer.text
    assert "给您参考，不是决定" in officer.text
