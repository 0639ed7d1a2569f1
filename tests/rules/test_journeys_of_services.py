"""The way through the questions of every service: no answers leave anybody stuck, or an answer out of the
check page. What holds of ZJ-01 in more detail is in ``test_journey``."""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

import pytest

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Answers, Definition, Field, Region
from portal.rules.journey import Acting, Journey, on_path
from tests.support.made_up import answer_to

CATALOGUE = load_catalogue()
TODAY = date(2026, 11, 22)
CHILD_ID = "880000201506120033"
OFFERED = sorted(
    (code, region) for code, region in CATALOGUE.definitions if not CATALOGUE.services[code].bundle
)
EXAMPLES = 4
"""For each definition; what is drawn depends on its codes alone, so that each run tries the same."""

NONSENSE = (None, "", [], 7, True, {}, "?", "2015-06-12", CHILD_ID, ["?"], {"code": 3}, UNKNOWN, [UNKNOWN])


def an_answer(field: Field, region: Region, chance: Random) -> Any:
    """Good, chosen, unknown, empty or nonsensical."""
    values = [choice.value for choice in field.choices] or ["yes", "no"]
    several = chance.sample(values, chance.randint(1, len(values)))
    chosen = several if field.kind == "multi" else several[0]
    return chance.choice([answer_to(field, region), chosen, chosen, chance.choice(NONSENSE)])


def some_answers(definition: Definition, region: Region, chance: Random) -> Answers:
    """Answers to about half of all questions, whether they are asked or not."""
    asked = [field for page in definition.pages for field in page.fields if chance.random() < 0.5]
    return {field.id: an_answer(field, region, chance) for field in asked}


def to_the_end(definition: Definition, answers: Mapping[str, Any], acting: Acting, region: Region) -> Journey:
    """Whoever goes on answering what is asked comes to the end."""
    given = dict(answers)
    for _ in range(2 * len(definition.pages)):
        walk = Journey(definition, given, acting, TODAY)
        page = walk.first_incomplete()
        if page is None:
            return walk
        given |= {field.id: answer_to(field, region) for field in page.fields}
    raise AssertionError(f"stuck on {page.id if page else ''}")


@pytest.mark.parametrize("example", range(EXAMPLES))
@pytest.mark.parametrize(("code", "region_code"), OFFERED)
def test_no_answers_leave_a_journey_stuck_or_an_answer_unread(
    code: str, region_code: str, example: int
) -> None:
    definition, region = CATALOGUE.definition(code, region_code), CATALOGUE.regions[region_code]
    acting: Acting = "proxy" if example % 2 else "self"
    answers = some_answers(definition, region, Random(f"{region_code} {code} {example}"))
    kept = on_path(definition, answers, acting, TODAY)
    assert set(kept) <= set(answers)
    assert on_path(definition, kept, acting, TODAY) == kept
    walk = to_the_end(definition, answers, acting, region)
    assert walk.missing() == ()
    read_back = [one.field.id for one in walk.visible_answers()]
    assert len(read_back) == len(set(read_back))
    asked = {field.id for page in walk.pages() for field in page.fields}
    assert set(walk.answers) == set(read_back) == asked
