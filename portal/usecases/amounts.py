"""Numbers of a region that hold today: what administrators said of a day on, before the region's own file."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Parameter, Region
from portal.store.amendments import DatedAmount


def find_parameter(db: Session, region: Region, name: str, on: date | None = None) -> Parameter | None:
    """The number with its source as it holds on a day (today where none is named); None where none holds."""
    day = on or clock.today()
    newest = (
        select(DatedAmount)
        .where(DatedAmount.region == region.code, DatedAmount.name == name, DatedAmount.from_on <= day)
        .order_by(DatedAmount.from_on.desc())
        .limit(1)
    )
    found = db.scalar(newest)
    if found is None:
        return region.parameter(name, day)
    return Parameter(
        name=found.name,
        value=found.value,
        effective_from=found.from_on,
        source=found.source,
        status="verified" if found.is_verified else "unverified",
    )


def find_number(db: Session, region: Region, name: str) -> int | None:
    """The number that holds today; None where the region says nothing."""
    found = find_parameter(db, region, name)
    return int(found.value) if found is not None else None
