"""Objecting to an assessment: before handing in, how many working days are left is said (art. 25)."""

import pytest

from portal.catalogue.loader import load_catalogue
from tests.support.journeys import Office, begin, walk
from tests.support.made_up import fillings_for

CATALOGUE = load_catalogue()

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.mark.parametrize(
    ("received_on", "said"),
    [
        ("2026-11-16", "还剩5个工作日，最后一天是2026年11月30日"),
        ("2026-11-09", "今天（2026年11月23日）是最后一天"),
        ("2026-11-06", "最后一天是2026年11月20日，已经过了"),
    ],
    ids=["in time", "last day", "late"],
)
def test_the_days_that_are_left_are_said_before_handing_in(
    office: Office, received_on: str, said: str
) -> None:
    client = office.browser(office.resident())
    begin(client, "self", "zj-07")
    fillings = fillings_for(CATALOGUE.definition("zj-07", "demo"), CATALOGUE.regions["demo"])
    walk(client, {**fillings, "yy_received_on": received_on})
    assert said in client.text
