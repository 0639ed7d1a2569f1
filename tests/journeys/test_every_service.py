"""Every service of every region, by made-up people: nobody gets stuck, every step and outcome works, and
every letter says what it promises."""

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.rules.journey import Acting
from tests.support.any_service import Walker, services_of

CATALOGUE = load_catalogue()
GIVEN = [(region, code) for region in CATALOGUE.regions for code in services_of(region)]

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.mark.parametrize("acting", ["self", "proxy"])
@pytest.mark.parametrize(("region", "code"), GIVEN, ids=str)
def test_every_outcome_of_every_step_is_decided_and_told(
    db: Session, region: str, code: str, acting: Acting
) -> None:
    definition = CATALOGUE.definition(code, region)
    walker = Walker(db, definition, CATALOGUE.regions[region], acting)
    walker.furnish()
    walker.every_outcome()
    assert walker.met == {
        (step.id, outcome.id) for step in definition.service.steps for outcome in step.outcomes
    }
