"""Applications of the demonstration for other services than the certificate: the two subsidies' way, a home
to be made over, questions and complaints, so that every office unit has something of each before it.

Some have just come, some are late, some stand still for the applicant or for a paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Region
from portal.usecases.demo_applications import Past, tell
from portal.usecases.demo_people import make_demo_resident

FIRST_NUMBER: Final = 901
"""Of the residents of these stories: beyond those whom ``portal demo`` counts, and still with a telephone."""

SUBSIDY, HOME, WORD = "bt-01", "gz-01", "sq-01"


@dataclass(frozen=True)
class Story:
    """One application: of which service, where the person lives, and what happened to it when."""

    service: str
    township: str
    past: Past


IN_EVERY_TOWNSHIP: Final[tuple[tuple[str, Past], ...]] = (
    (SUBSIDY, (("submit", 1),)),
    (SUBSIDY, (("submit", 16), ("accept", 15))),  # the township is late
    (HOME, (("submit", 2),)),
)
IN_EVERY_COUNTY: Final[tuple[tuple[str, Past], ...]] = (
    (SUBSIDY, (("submit", 5), ("ask_more", 4))),
    (SUBSIDY, (("submit", 6), ("accept", 5), ("agree", 1))),
    (SUBSIDY, (("submit", 22), ("accept", 21), ("agree", 19), ("wait_card", 17))),
    (SUBSIDY, (("submit", 40), ("accept", 39), ("agree", 37), ("agree", 35))),  # civil affairs are late
    (SUBSIDY, (("submit", 12), ("accept", 11), ("agree", 9), ("agree", 7), ("checked", 1))),
    (HOME, (("submit", 14), ("accept", 12))),  # the county is late
    (HOME, (("submit", 40), ("accept", 38), ("eligible", 34), ("visited", 20), ("propose", 3))),
    (
        HOME,
        (
            *(("submit", 90), ("accept", 88), ("eligible", 84), ("visited", 70), ("propose", 60)),
            *(("agree", 50), ("no_objection", 28), ("originals", 27), ("approve", 26)),
        ),
    ),
    (WORD, (("submit", 0),)),
    (WORD, (("submit", 9), ("forward", 8))),
)


def stories_of(region: Region) -> Iterator[Story]:
    """Every township with what waits at its desk, every county with what waits at its units."""
    counties = [place.code for place in region.places if place.level == "county"]
    for county in counties:
        towns = [one.code for one in region.places if one.level == "township" and one.parent == county]
        for town in towns:
            yield from (Story(service, town, past) for service, past in IN_EVERY_TOWNSHIP)
        for number, (service, past) in enumerate(IN_EVERY_COUNTY if towns else ()):
            yield Story(service, towns[number % len(towns)], past)


def make_demo_story(
    db: Session, definition: Definition, region: Region, seed: int, number: int, story: Story
) -> None:
    """One story, the ``number``-th of its region, of a resident of its own; who is there is left alone."""
    resident = make_demo_resident(db, FIRST_NUMBER + number, seed)
    if resident is not None:
        tell(db, definition, region, resident, story.past, township=story.township)
