"""Places of the whole country: imported from the official list, found by name or by an ID number's digits.

A region's own places are known to the catalogue (``rules.places``) and stand first; these are for everybody
who comes from elsewhere. Nobody is refused for a place that is in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, literal, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types.normalise import compact
from portal.catalogue.national import PlaceLine
from portal.rules.places import LONGEST_QUERY, SHORTEST_CODE
from portal.store.places import NationalPlace, PlaceName

MOST_FOUND = 20
MOST_CANDIDATES = 500
COUNTY_DIGITS = 6
CHOOSABLE = ("county", "township")
KINDS = ("特别行政区", "自治州", "自治县", "自治旗", "地区", "街道", *"省市区县旗盟镇乡")
SHORTEST_NAME = 2
NO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""What the list writes where there is no city between province and county."""


@dataclass(frozen=True)
class FoundPlace:
    """A county or township with its whole name, from the province down."""

    code: str
    full_name: str


@dataclass(frozen=True)
class Imported:
    """How many places an import brought, renamed, and found gone from the list."""

    added: int
    renamed: int
    retired: int


def import_places(db: Session, lines: Sequence[PlaceLine]) -> Imported:
    """Bring the list up to date. Old names and abolished places are found too: ID numbers carry them."""
    known = {place.code: place for place in db.scalars(select(NationalPlace))}
    added = [line for line in lines if line.code not in known]
    if added:
        rows = [
            {"code": line.code, "name": line.name, "level": line.level, "parent": line.parent}
            for line in added
        ]
        db.execute(insert(NationalPlace), rows)
    renamed = [line for line in lines if line.code in known and known[line.code].name != line.name]
    for line in renamed:
        known[line.code].name = line.name
    _add_names(db, [*added, *renamed])
    listed, levels = {line.code for line in lines}, {line.level for line in lines}
    for line in lines:
        if line.code in known:
            known[line.code].retired_on = None
    gone = [
        place
        for place in known.values()
        if place.level in levels and place.code not in listed and place.retired_on is None
    ]
    for place in gone:
        place.retired_on = clock.today()
    db.flush()
    return Imported(len(added), len(renamed), len(gone))


def has_places(db: Session) -> bool:
    return db.scalar(select(NationalPlace.code).limit(1)) is not None


def find_national_places(db: Session, typed: str) -> list[FoundPlace]:
    """Counties and townships whose name, old name or code was typed, best first; never a refusal."""
    words = compact(typed[:LONGEST_QUERY])
    if words[:COUNTY_DIGITS].isdigit():
        return _by_code(db, words)
    if len(words) < SHORTEST_NAME:
        return []
    return _by_name(db, words)


def name_of_national_place(db: Session, code: str) -> str | None:
    """The whole name of a county or township; None where there is none with this code."""
    place = db.get(NationalPlace, code)
    return _full_names(db, [place])[code] if place is not None and place.level in CHOOSABLE else None


def _add_names(db: Session, lines: Iterable[PlaceLine]) -> None:
    wanted = {(line.code, word) for line in lines for word in _words_for(line.name)}
    if wanted:
        there = {(row.code, row.name) for row in db.execute(select(PlaceName.code, PlaceName.name))}
        new = wanted - there
        if new:
            db.execute(insert(PlaceName), [{"code": code, "name": name} for code, name in sorted(new)])


def _words_for(name: str) -> set[str]:
    """上城区 is also called 上城."""
    if name in NO_NAMES:
        return set()
    kind = next((kind for kind in KINDS if name.endswith(kind)), "")
    short = name.removesuffix(kind)
    words = {name, short} if len(short) >= SHORTEST_NAME else {name}
    return {compact(word) for word in words}


def _by_code(db: Session, words: str) -> list[FoundPlace]:
    """A whole ID number names a county by its first six digits; fewer digits name all that begin so."""
    digits = words[:COUNTY_DIGITS] if len(words) > 2 * COUNTY_DIGITS else words
    if len(digits) < SHORTEST_CODE:
        return []
    query = select(NationalPlace).where(
        NationalPlace.level.in_(CHOOSABLE), NationalPlace.code.startswith(digits, autoescape=True)
    )
    by_level = func.length(NationalPlace.code)
    return _found(db, list(db.scalars(query.order_by(by_level, NationalPlace.code).limit(MOST_FOUND))))


def _by_name(db: Session, words: str) -> list[FoundPlace]:
    named = or_(PlaceName.name.contains(words, autoescape=True), literal(words).contains(PlaceName.name))
    hits: dict[str, int] = {}
    for code, name in db.execute(select(PlaceName.code, PlaceName.name).where(named).limit(MOST_CANDIDATES)):
        hits[code] = max(hits.get(code, 0), _fit(name, words))
    near = [code for code in hits if len(code) < COUNTY_DIGITS]
    inside = select(NationalPlace).where(NationalPlace.parent.in_(near), NationalPlace.level == "county")
    places = {place.code: place for place in db.scalars(inside)}
    own = [code for code in hits if len(code) >= COUNTY_DIGITS]
    places |= {
        place.code: place for place in db.scalars(select(NationalPlace).where(NationalPlace.code.in_(own)))
    }

    def rank(place: NationalPlace) -> tuple[int, bool, int, str]:
        around = [place.code[:length] for length in (2, 4, 6, 9) if length <= len(place.code)]
        fit = sum(hits.get(code, 0) for code in around)
        return -fit, place.retired_on is not None, len(place.code), place.code

    return _found(db, sorted(places.values(), key=rank)[:MOST_FOUND])


def _fit(name: str, words: str) -> int:
    """How much of what was typed a name accounts for; the very same is best."""
    if name == words:
        return 2 * len(words)
    return len(name) if name in words else len(words)


def _found(db: Session, places: Sequence[NationalPlace]) -> list[FoundPlace]:
    names = _full_names(db, places)
    return [FoundPlace(place.code, names[place.code]) for place in places]


def _full_names(db: Session, places: Sequence[NationalPlace]) -> dict[str, str]:
    around = {place.code[:length] for place in places for length in (2, 4, 6)}
    query = select(NationalPlace.code, NationalPlace.name).where(NationalPlace.code.in_(around))
    names = {code: name for code, name in db.execute(query) if name not in NO_NAMES}
    return {place.code: _joined(place, names) for place in places}


def _joined(place: NationalPlace, names: dict[str, str]) -> str:
    """浙江省杭州市上城区; a city that is its own county is said once."""
    chain = [names.get(place.code[:length], "") for length in (2, 4, 6) if length < len(place.code)]
    return "".join(dict.fromkeys(part for part in (*chain, place.name) if part))
