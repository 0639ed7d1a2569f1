"""Numbers of a region that hold on a day: what its file says, and what administrators said of a day on.

Each number holds until the next one begins, whoever said it; of two that begin on one day the administrators'
holds. Every reader asks here, so that a number changes for everybody on the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Parameter, ParameterUnit, Region
from portal.store.amendments import DatedAmount
from portal.usecases.actor import Actor
from portal.usecases.administrators import require_administrator

BOUNDS: Final[Mapping[ParameterUnit, tuple[int, int]]] = {
    "yuan": (0, 10_000_000),
    "days": (1, 3_660),
    "working_days": (1, 400),
    "months": (1, 1_200),
    "years": (1, 100),
    "percent": (0, 100),
    "pieces": (1, 10_000),
}
"""The least and the most that a number can be: beyond, somebody slipped on the keys."""


@dataclass(frozen=True)
class AmountSeen:
    """A number that officials may change: as it holds today, and as it will from later days on."""

    known: Parameter
    """A row of the region's file, for what it is called and in what it is counted."""
    now: Parameter | None
    later: tuple[Parameter, ...]


def find_parameter(db: Session, region: Region, name: str, on: date | None = None) -> Parameter | None:
    """The number with its source as it holds on a day (today where none is named); None where none holds."""
    return find_parameters(db, region, [name], on).get(name)


def find_parameters(
    db: Session, region: Region, names: Iterable[str], on: date | None = None
) -> Mapping[str, Parameter]:
    """The same for several, in one query; those that do not hold are left out."""
    day, wanted = on or clock.today(), list(names)
    set_by_hand = _amounts(db, region, wanted, day)
    found = {}
    for name in wanted:
        candidates = [one for one in (region.parameter(name, day), *set_by_hand.get(name, ())) if one]
        if candidates:
            found[name] = _newest(candidates)
    return found


def find_number(db: Session, region: Region, name: str, on: date | None = None) -> int | None:
    """The number that holds today, or on a given day; None where the region says nothing."""
    found = find_parameter(db, region, name, on)
    return int(found.value) if found is not None else None


def find_changeable(region: Region, name: str) -> Parameter | None:
    """The row of the region's file that says what a number is called, where officials may change it."""
    return _changeable(region).get(name)


def list_amounts(db: Session, actor: Actor, region: Region) -> list[AmountSeen]:
    """Every number of the region that officials may change, in the order of its file, in one query.
    Raises NotAllowed for who is no administrator."""
    require_administrator(actor)
    known, today = _changeable(region), clock.today()
    set_by_hand = _amounts(db, region, list(known), date.max)
    seen = []
    for name, one in known.items():
        every = [row for row in region.parameters if row.name == name] + set_by_hand.get(name, [])
        now = [row for row in every if row.effective_from <= today <= (row.effective_to or date.max)]
        later = {row.effective_from: row for row in every if row.effective_from > today}
        in_order = tuple(later[day] for day in sorted(later))
        seen.append(AmountSeen(one, _newest(now) if now else None, in_order))
    return seen


def _changeable(region: Region) -> dict[str, Parameter]:
    """Numbers with a label; texts and switches are not numbers."""
    return {
        one.name: one
        for one in region.parameters
        if one.label is not None and isinstance(one.value, int) and not isinstance(one.value, bool)
    }


def _amounts(db: Session, region: Region, names: list[str], until: date) -> dict[str, list[Parameter]]:
    """What administrators set, by name, the earlier days first."""
    rows = db.scalars(_AMOUNTS, {"region": region.code, "names": names, "until": until})
    found: dict[str, list[Parameter]] = {}
    for row in rows:
        known = find_changeable(region, row.name)
        found.setdefault(row.name, []).append(
            Parameter(
                name=row.name,
                value=row.value,
                label=known.label if known else None,
                unit=known.unit if known else None,
                effective_from=row.from_on,
                source=row.source,
                status="verified" if row.is_verified else "unverified",
            )
        )
    return found


_AMOUNTS = (
    select(DatedAmount)
    .where(
        DatedAmount.region == bindparam("region"),
        DatedAmount.name.in_(bindparam("names", expanding=True)),
        DatedAmount.from_on <= bindparam("until"),
    )
    .order_by(DatedAmount.from_on)
)
"""Written once: to put it together takes longer than to answer it."""


def _newest(candidates: list[Parameter]) -> Parameter:
    """The one that began last; the file's come first in the list and give way on the same day."""
    newest = candidates[0]
    for one in candidates[1:]:
        if one.effective_from >= newest.effective_from:
            newest = one
    return newest
