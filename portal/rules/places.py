"""Places of a region: who lies in whom, which county decides, and finding one from what was typed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.catalogue.field_types.normalise import compact
from portal.catalogue.model import Place, Region
from portal.catalogue.remembering import remembered

LONGEST_QUERY = 60
MOST_FOUND = 8
SHORTEST_CODE = 4


def ancestors(region: Region, code: str) -> Iterator[Place]:
    """The place itself and everything it lies in, outwards. Empty for a code the region does not know."""
    by_code = _by_code(region)
    place = by_code.get(code)
    while place is not None:
        yield place
        place = by_code.get(place.parent) if place.parent else None


@remembered
def _by_code(region: Region) -> dict[str, Place]:
    return {place.code: place for place in region.places}


def county_of(region: Region, code: str) -> str | None:
    """The county a place lies in; None where the region does not know the place."""
    return next((place.code for place in ancestors(region, code) if place.level == "county"), None)


def township_of(region: Region, code: str) -> str | None:
    return next((place.code for place in ancestors(region, code) if place.level == "township"), None)


def find_places(region: Region, typed: str) -> list[Place]:
    """Counties and townships whose name, old name or code was typed, best first; never a refusal.

    A name counts when it is part of what was typed (示例县莲花镇3组) or the other way round (莲花).
    """
    words = compact(typed[:LONGEST_QUERY])
    if not words:
        return []
    found = [(rank, place) for place in region.places if (rank := _rank(region, place, words)) is not None]
    found.sort(key=lambda pair: (pair[0], pair[1].code))
    return [place for _, place in found[:MOST_FOUND]]


def places_named(region: Region, typed: str) -> list[Place]:
    """Places of every level that are called exactly this: by name, old name, full name or code."""
    words = compact(typed[:LONGEST_QUERY]).lower()
    return [
        place
        for place in region.places
        if words in (place.code, *_names(place))
        or words in (compact(full_name(region, place.code, one)).lower() for one in ("zh", "en"))
    ]


def _rank(region: Region, place: Place, words: str) -> int | None:
    """0 is best. Townships before counties, since they say more."""
    if place.level not in ("county", "township"):
        return None
    level = 0 if place.level == "township" else 1
    if words.isdigit():
        return level if _fits_code(region, place, words) else None
    typed = words.lower()
    names = _names(place)
    around = [name for one in ancestors(region, place.code) for name in _names(one)]
    tests = (
        (level, any(name == typed for name in names)),
        (2 + level, any(name in typed for name in names)),
        # the county was typed, and the question wants to know which of its townships
        (3, level == 0 and any(name == typed for name in around)),
        (4 + level, any(typed in name for name in names)),
    )
    return next((rank for rank, fits in tests if fits), None)


def _names(place: Place) -> list[str]:
    return [compact(name).lower() for name in (place.name.zh, place.name.en, *place.aliases)]


def _fits_code(region: Region, place: Place, digits: str) -> bool:
    """An ID number's first six digits name a county, and so all of its townships."""
    chain = [one.code for one in ancestors(region, place.code) if one.level in ("county", "township")]
    return len(digits) >= SHORTEST_CODE and any(
        digits.startswith(code) or code.startswith(digits) for code in chain
    )


def full_name(region: Region, code: str, language: str) -> str:
    """From the city to the place itself in Chinese; the other way round in English.

    Every place of a region lies in one province, which is named by itself only.
    """
    chain = [one.name for one in ancestors(region, code) if one.level != "province" or one.code == code]
    if language == "en":
        return ", ".join(name.en for name in chain)
    return "".join(name.zh for name in reversed(chain))
