"""Units: filled from the region file at ``portal init``, and found by place when an application is routed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Region, UnitKind
from portal.rules.errors import NotFound
from portal.rules.places import ancestors, county_of
from portal.store.units import UnitRow


def load_region(db: Session, region: Region) -> None:
    """Bring the region's units into the table; what officials changed since is not touched."""
    known = set(db.scalars(select(UnitRow.code)))
    for unit in region.units:
        if unit.code in known:
            continue
        db.add(
            UnitRow(
                code=unit.code,
                region=region.code,
                kind=unit.kind,
                place=unit.place,
                county=county_of(region, unit.place) or unit.place,
                names={"zh": unit.name.zh, "easy": unit.name.say("easy"), "en": unit.name.en},
                contact={
                    "phone": unit.phone,
                    "text_line": unit.text_line,
                    "address": unit.address.model_dump() if unit.address else None,
                    "hours": unit.hours.model_dump() if unit.hours else None,
                },
                categories=list(unit.categories),
            )
        )
    db.flush()


def get_unit(db: Session, code: str) -> UnitRow:
    unit = db.get(UnitRow, code)
    if unit is None:
        raise NotFound("unit")
    return unit


def unit_for(db: Session, kind: UnitKind, region: Region, place: str) -> UnitRow:
    """The open unit of a kind that serves a place: its own, or the nearest around it, or any of its county.

    Somebody always answers: an application whose place is not in the list goes to the region's default.
    """
    units = db.scalars(
        select(UnitRow)
        .where(UnitRow.region == region.code, UnitRow.kind == kind, UnitRow.closed_on.is_(None))
        .order_by(UnitRow.code)
    ).all()
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
