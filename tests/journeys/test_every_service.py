"""Every service of every region, by made-up people: nobody gets stuck, every step and outcome works, and
every letter says what it promises."""

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.catalogue.texts import LANGUAGES, Language
from portal.rules.journey import Acting
from portal.rules.steps import offered_outcomes
from portal.store.applications import Application
from portal.usecases.applications import definition_of, journey_of, load_answers
from tests.support.any_service import Walker, services_of
from tests.support.client import CheckingClient
from tests.support.journeys import Office, begin, hand_in, walk
from tests.support.made_up import fillings_for
from tests.support.people import parts_of
from tests.support.proxy_voice import ProxyReader

CATALOGUE = load_catalogue()
GIVEN = [(code, acting) for code in services_of("demo") for acting in ("self", "proxy")]
GIVEN_OTHERWISE = [one.service for one in CATALOGUE.regions["second"].benefits] + ["gz-01", "zj-01"]
"""What the second region decides for itself: to whom, how much, how often; the steps are the same."""

MOST_QUESTIONS = 20

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.mark.parametrize(
    ("region", "code", "acting"),
    [*(("demo", *one) for one in GIVEN), *(("second", code, "self") for code in GIVEN_OTHERWISE)],
)
def test_every_outcome_of_every_step_is_decided_and_told(
    db: Session, region: str, code: str, acting: Acting
) -> None:
    definition = CATALOGUE.definition(code, region)
    walker = Walker(db, definition, CATALOGUE.regions[region], acting)
    walker.furnish()
    walker.every_outcome()
    facts = walker.answers().facts
    assert walker.met == {
        (step.id, one.id) for step in definition.service.steps for one in offered_outcomes(step, facts)
    }


@pytest.mark.parametrize("acting", ["self", "proxy"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", services_of("demo"))
def test_it_can_be_looked_at_filled_in_and_handed_in(
    office: Office, code: str, language: Language, acting: Acting
) -> None:
    definition = CATALOGUE.definition(code, "demo")
    client = office.browser(office.resident(), language)
    client.get(f"/services/{code}")
    if definition.service.precheck:
        look_whether_it_fits(client, code)
    reference = begin(client, acting, code)
    reader = ProxyReader(language)
    client.reader = reader if acting == "proxy" else None
    met = walk(client, fillings_for(definition, CATALOGUE.regions["demo"]))
    for page, times in Counter(met).items():  # an answer may uncover a further question of its page
        assert times <= len(definition.page(page).fields)
    assert read_back_on(client) == asked_on_the_way(office, reference)
    hand_in(client, declarations=[one.id for one in definition.service.declarations])
    assert client.path == f"/apply/{code}/{reference}/receipt"
    client.get(f"/account/applications/{reference}")
    assert sorted(reader.found) == []


def read_back_on(client: CheckingClient) -> list[str]:
    """The questions whose answers the check page shows, by the place to which 修改 leads."""
    links = client.page.select("main section[aria-labelledby^=part-] dl .change a")
    return [str(one["href"]).partition("#")[2] for one in links]


def asked_on_the_way(office: Office, reference: str) -> list[str]:
    """Every question on the path, but boxes that say nothing new once they are ticked."""
    with parts_of(office.app).store.reading() as db:
        application = db.scalars(select(Application).where(Application.reference == reference)).one()
        walk = journey_of(definition_of(db, application), application, load_answers(db, application))
        asked = [one.field for one in walk.visible_answers()]
    return [one.id.replace("_", "-") for one in asked if one.kind != "confirm"]


def look_whether_it_fits(client: CheckingClient, code: str) -> None:
    """Answer the pre-check with the first choice of each question, to its result."""
    client.get(f"/services/{code}/check")
    for _ in range(MOST_QUESTIONS):
        if not client.page.select("[name=answer]"):
            return
        first = client.page.select("[name=answer]")[0]
        several = first.get("type") == "checkbox"
        value = str(first["value"])
        client.submit(f"form[action='/services/{code}/check']", {"answer": [value] if several else value})
    raise AssertionError(f"the pre-check of {code} does not end")
