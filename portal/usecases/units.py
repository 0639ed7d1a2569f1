"""Units and the region's own days: from the region file at ``portal init``; units are found by place.

What administrators do with units afterwards is in ``unit_changes``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Region, UnitKind
from portal.rules.errors import NotFound
from portal.rules.places import ancestors, county_of
from portal.store.amendments import Amendment
from portal.store.prepared import Prepared
from portal.store.units import CalendarDay, UnitRow
from portal.usecases.regions import get_region


def load_region(db: Session, region: Region) -> None:
    """Bring the region's units and days into their tables; what officials changed since is not touched.

    A day of the file that officials took away comes back: it is struck from the file first.
    """
    _load_days(db, region)
    known = set(db.scalars(select(UnitRow.code)))
    new = [
        {
            "code": unit.code,
            "region": region.code,
            "kind": unit.kind,
            "place": unit.place,
            "county": county_of(region, unit.place) or unit.place,
            "names": unit.name.by_language(),
            "contact": {
                "phone": unit.phone,
                "text_line": unit.text_line,
                "address": unit.address.model_dump() if unit.address else None,
                "hours": unit.hours.model_dump() if unit.hours else None,
            },
            "categories": list(unit.categories),
        }
        for unit in region.units
        if unit.code not in known
    ]
    if new:
        db.execute(insert(UnitRow), new)


def _load_days(db: Session, region: Region) -> None:
    known = set(db.scalars(select(CalendarDay.day)))
    days = dict.fromkeys(region.days_off, False) | dict.fromkeys(region.days_on, True)
    whence = {"source": f"regions/{region.code}.toml", "added_at": clock.now()}
    new = [
        {"day": day, "is_working": is_working, **whence}
        for day, is_working in days.items()
        if day not in known
    ]
    if new:
        db.execute(insert(CalendarDay), new)


def get_unit(db: Session, code: str) -> UnitRow:
    """The unit with this code, open or closed. Raises NotFound."""
    unit = db.get(UnitRow, code)
    if unit is None:
        raise NotFound("unit")
    return unit


def unit_for(db: Session, kind: UnitKind, region: Region, place: str) -> UnitRow:
    """The open unit of a kind that serves a place: its own, or the nearest around it, or any of its county.

    Somebody always answers: an application whose place is not in the list goes to the region's default.
    """
    return _nearest(db.scalars(_OPEN_UNITS, {"region": region.code, "kind": kind}).all(), region, place)


def names_of_unit_for(db: Session, kind: UnitKind, region: Region, place: str) -> dict[str, Any]:
    """The names of that unit in all languages, without the rest of its row. Raises NotFound."""
    found = _NAMES_OF_OPEN_UNITS.ask(db, region=region.code, kind=kind)
    names: dict[str, Any] = _nearest(found, region, place).names
    return names


Unit = TypeVar("Unit", UnitRow, Row[Any])


def _nearest(units: Sequence[Unit], region: Region, place: str) -> Unit:
    chain = [one.code for one in ancestors(region, place)] or [region.default_place]
    for code in chain:
        own = next((unit for unit in units if unit.place == code), None)
        if own is not None:
            return own
    county = county_of(region, chain[0])
    near = next((unit for unit in units if unit.county == county), None) or next(iter(units), None)
    if near is None:
        raise NotFound("unit")
    return near


_ARE_OPEN = (
    UnitRow.region == bindparam("region"),
    UnitRow.kind == bindparam("kind"),
    UnitRow.closed_on.is_(None),
)
_OPEN_UNITS = select(UnitRow).where(*_ARE_OPEN).order_by(UnitRow.code)
_NAMES_OF_OPEN_UNITS = Prepared(
    select(UnitRow.code, UnitRow.place, UnitRow.county, UnitRow.names)
    .where(*_ARE_OPEN)
    .order_by(UnitRow.code)
)
"""Written once: to put a query together takes longer than to answer it."""


def list_names_of_units(db: Session, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The names of these units in all languages, by code, in one query; of none, in none."""
    wanted = list(codes)
    if not wanted:
        return {}
    rows = db.execute(select(UnitRow.code, UnitRow.names).where(UnitRow.code.in_(wanted)))
    return {row.code: row.names for row in rows}


def list_units_of(db: Session, region: Region) -> Sequence[UnitRow]:
    """Every unit of a region, the closed ones too, by code."""
    return db.scalars(select(UnitRow).where(UnitRow.region == region.code).order_by(UnitRow.code)).all()


def acting_unit(db: Session, code: str) -> UnitRow:
    """The unit with this code, or the one that has its work since it closed. Raises NotFound."""
    unit, passed = get_unit(db, code), {code}
    while unit.closed_on is not None:
        heir = _named_heir(db, unit)
        if heir is None or heir.code in passed or heir.kind != unit.kind:
            return unit_for(db, UnitKind(unit.kind), get_region(unit.region), unit.place)
        passed.add(heir.code)
        unit = heir
    return unit


def _named_heir(db: Session, unit: UnitRow) -> UnitRow | None:
    """To whom its work went, as two administrators wanted it."""
    closed = (
        Amendment.kind == "unit_close",
        Amendment.subject == unit.code,
        Amendment.effective_at.is_not(None),
    )
    newest = db.scalar(select(Amendment).where(*closed).order_by(Amendment.id.desc()).limit(1))
    return db.get(UnitRow, newest.proposed["to"]) if newest is not None else None


def find_unit(db: Session, code: str, kind: UnitKind) -> UnitRow | None:
    """The open unit of a kind with this code."""
    unit = db.get(UnitRow, code)
    return unit if unit is not None and unit.kind == kind and unit.closed_on is None else None


def unit_covering(db: Session, kind: UnitKind, region: Region, categories: Sequence[str]) -> UnitRow | None:
    """The first open unit of a kind that may assess everything asked; 我不知道 asks for nothing."""
    needed = {one for one in categories if one != UNKNOWN}
    units = db.scalars(_OPEN_UNITS, {"region": region.code, "kind": kind})
    return next((unit for unit in units if needed <= set(unit.categories)), None)
