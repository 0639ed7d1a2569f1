"""Whom to ask: the units that serve a place, as officials keep them now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Region, UnitKind
from portal.catalogue.texts import Text
from portal.rules.errors import NotFound
from portal.store.units import UnitRow
from portal.usecases.units import get_unit, unit_for


@dataclass(frozen=True)
class ContactUnit:
    """A unit as a resident needs it; phones are digits without grouping."""

    kind: UnitKind
    name: Text
    address: Text | None
    hours: Text | None
    phone: str | None
    text_line: str | None


def list_contact_units(
    db: Session, region: Region, kinds: Iterable[UnitKind], place: str
) -> dict[UnitKind, ContactUnit]:
    """For each kind the unit that serves ``place``; kinds that nobody serves are left out."""
    found: dict[UnitKind, ContactUnit] = {}
    for kind in dict.fromkeys(kinds):
        try:
            found[kind] = _contact(unit_for(db, kind, region, place))
        except NotFound:
            continue
    return found


def get_contact_unit(db: Session, code: str) -> ContactUnit:
    """The unit with this code. Raises NotFound."""
    return _contact(get_unit(db, code))


def _contact(unit: UnitRow) -> ContactUnit:
    names, contact = unit.names, unit.contact
    return ContactUnit(
        kind=UnitKind(unit.kind),
        name=Text.model_validate(names),
        address=_text(contact.get("address")),
        hours=_text(contact.get("hours")),
        phone=contact.get("phone"),
        text_line=contact.get("text_line"),
    )


def _text(words: dict[str, Any] | None) -> Text | None:
    return Text.model_validate(words) if words else None
