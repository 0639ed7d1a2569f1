"""Units as administrators keep them: a new one, other words or another place, one that closes.

Each act is what an amendment carries out once a second administrator granted it (``amendments``). A change
names only what becomes different, so that two changes of one unit do not undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region, Role, UnitKind
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, NotFound
from portal.rules.places import ancestors, county_of
from portal.store.accounts import StaffRole
from portal.store.amendments import Amendment
from portal.store.applications import StepEntry
from portal.store.tasks import Task
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.held_posts import is_not_over
from portal.usecases.posts import UNITS_OF_ROLES, end_posts_at
from portal.usecases.regions import get_region
from portal.usecases.units import get_unit

TEXTS: Final = ("address", "hours")
CONTACT: Final = ("address", "phone", "text_line", "hours")
"""How a unit is reached; what is missing is not known."""


def new_unit_code(db: Session, kind: UnitKind, place: str) -> str:
    """A code that no unit has and no proposed one will have; nobody needs to read it."""
    begins = f"{kind}_{place}"
    taken = set(db.scalars(select(UnitRow.code).where(UnitRow.code.startswith(begins, autoescape=True))))
    wanted = select(Amendment.subject).where(Amendment.kind == "unit_add")
    taken |= set(db.scalars(wanted.where(Amendment.subject.startswith(begins, autoescape=True))))
    number = 1
    while (code := begins if number == 1 else f"{begins}_{number}") in taken:
        number += 1
    return code


def add_unit(db: Session, code: str, proposed: Mapping[str, Any]) -> None:
    """A new unit of the region that is named in ``proposed``. Raises Conflict ``unit_is_known``, and NotFound
    for an unknown place."""
    if db.get(UnitRow, code) is not None:
        raise Conflict("unit_is_known")
    region = get_region(str(proposed["region"]))
    place = str(proposed["place"])
    unit = UnitRow(
        code=code,
        region=region.code,
        kind=UnitKind(proposed["kind"]),
        place=place,
        county=_county_of(region, place),
        names=_text(proposed["names"]),
        contact=_contact({}, proposed.get("contact", {})),
        categories=list(proposed.get("categories", [])),
    )
    db.add(unit)
    db.flush()


def change_unit(db: Session, code: str, proposed: Mapping[str, Any]) -> None:
    """What ``proposed`` names becomes different, all else stays.

    Another kind or county is another unit for whoever works there and for what lies there. Raises NotFound,
    Conflict ``unit_is_closed``, ``unit_has_work`` or ``unit_has_posts``.
    """
    unit = _open_unit(db, code)
    kind = UnitKind(proposed.get("kind", unit.kind))
    place = str(proposed.get("place", unit.place))
    county = _county_of(get_region(unit.region), place) if "place" in proposed else unit.county
    if (kind, county) != (unit.kind, unit.county) and has_open_work(db, code):
        raise Conflict("unit_has_work")
    if kind != unit.kind and not _posts_fit(db, code, kind):
        raise Conflict("unit_has_posts")
    unit.kind, unit.place, unit.county = kind, place, county
    if "names" in proposed:
        unit.names = _text(proposed["names"])
    unit.contact = _contact(unit.contact, proposed.get("contact", {}))
    unit.categories = list(proposed.get("categories", unit.categories))
    db.flush()


def close_unit(db: Session, actor: Actor, code: str, heir_code: str) -> None:
    """From today on it acts no more: its posts end, and what comes goes to other units. The row stays, so
    that the history keeps its name; what lies open there is brought to the heir by ``unit_closing``.

    Raises NotFound, Conflict ``unit_is_closed``, ``heir_is_other`` (not an open unit of the same kind and
    region) or ``heir_assesses_less``.
    """
    unit, heir = _open_unit(db, code), get_unit(db, heir_code)
    is_alike = (heir.kind, heir.region) == (unit.kind, unit.region)
    if heir.code == unit.code or not is_alike or heir.closed_on is not None:
        raise Conflict("heir_is_other")
    if not set(unit.categories) <= set(heir.categories) and has_open_work(db, code):
        raise Conflict("heir_assesses_less")
    unit.closed_on = clock.today()
    end_posts_at(db, actor, code)
    db.flush()


def has_open_work(db: Session, code: str) -> bool:
    """Whether an application stands at the unit, or it has something to do for one."""
    standing = or_(StepEntry.unit_code == code, StepEntry.stand_in_unit == code)
    entry = select(StepEntry.id).where(standing, StepEntry.closed_at.is_(None)).limit(1)
    task = select(Task.id).where(Task.unit_code == code, Task.state == "open").limit(1)
    return db.scalar(entry) is not None or db.scalar(task) is not None


def _open_unit(db: Session, code: str) -> UnitRow:
    unit = db.get(UnitRow, code, with_for_update=True, populate_existing=True)
    if unit is None:
        raise NotFound("unit")
    if unit.closed_on is not None:
        raise Conflict("unit_is_closed")
    return unit


def _county_of(region: Region, place: str) -> str:
    """Raises NotFound where the region does not know the place."""
    if next(ancestors(region, place), None) is None:
        raise NotFound("place")
    return county_of(region, place) or place


def _posts_fit(db: Session, code: str, kind: UnitKind) -> bool:
    """Whether every post that is held at the unit can be held at one of this kind."""
    held = select(StaffRole.role).where(StaffRole.unit_code == code, is_not_over())
    return all(kind in UNITS_OF_ROLES[Role(role)] for role in db.scalars(held.distinct()))


def _contact(known: Mapping[str, Any], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """``known`` with what is proposed; what is proposed as nothing is not known any more."""
    changed = {
        name: _text(value) if value and name in TEXTS else value or None
        for name, value in proposed.items()
        if name in CONTACT
    }
    return {**dict.fromkeys(CONTACT), **known, **changed}


def _text(words: Mapping[str, Any]) -> dict[str, Any]:
    """Complete, in the shape in which the region's file would have it."""
    return Text.model_validate(words).model_dump(exclude_none=True)
