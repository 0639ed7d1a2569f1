"""The region with its units as administrators keep them: what residents choose from, and what its names are.

Read from the database at most every ``KEPT_SECONDS`` in a process; the same object as long as nothing
changed, because what is worked out of a region is remembered by it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from portal.catalogue.model import Region, Unit, UnitKind
from portal.catalogue.texts import LANGUAGES, Text
from portal.labels import DISABILITIES, label
from portal.store import Store
from portal.usecases.units import list_units_of

log = logging.getLogger("portal.live_region")

KEPT_SECONDS = 10.0


class LiveRegion:
    """What is known of the units now; nothing before they were read, and where they are as in the file."""

    known: Region | None

    def __init__(self) -> None:
        self.known = None
        self._until = 0.0

    def look(self, store: Store, filed: Region) -> None:
        """Read the units where that was long ago. Where they cannot be read they stay as they were."""
        if monotonic() < self._until:
            return
        self._until = monotonic() + KEPT_SECONDS
        try:
            with store.reading() as db:
                units = _units(filed, list_units_of(db, filed))
        except SQLAlchemyError:
            log.exception("the units could not be read")
            return
        if units != (self.known or filed).units:
            self.known = filed.model_copy(update={"units": units})

    def forget(self) -> None:
        """Read them before the next request of this process: something changed."""
        self._until = 0.0


def _units(filed: Region, rows: Sequence[Any]) -> tuple[Unit, ...]:
    """In the order of the file, and then the new ones; those of the file where there are none yet."""
    known = {unit.code: unit for unit in filed.units}
    places = {code: place for place, code in enumerate(known)}
    in_order = sorted(rows, key=lambda row: places.get(row.code, len(places)))
    return tuple(_unit(row, known.get(row.code)) for row in in_order) or filed.units


def _unit(row: Any, filed: Unit | None) -> Unit:
    address, hours = row.contact.get("address"), row.contact.get("hours")
    return Unit(
        code=row.code,
        kind=UnitKind(row.kind),
        name=_words(row.names),
        place=row.place,
        address=_words(address) if address else None,
        phone=row.contact.get("phone"),
        text_line=row.contact.get("text_line"),
        hours=_words(hours) if hours else None,
        note=_note(row, filed),
        categories=tuple(row.categories),
        is_closed=row.closed_on is not None,
    )


def _words(said: Mapping[str, Any]) -> Text:
    """As the file would say it: easy words only where they are others."""
    return Text.model_validate(
        {one: words for one, words in said.items() if one != "easy" or words != said["zh"]}
    )


def _note(row: Any, filed: Unit | None) -> Text | None:
    """What a hospital assesses, beside its name; as the file says it while that is still so."""
    if filed is not None and filed.categories == tuple(row.categories):
        return filed.note
    if not row.categories:
        return None
    zh, easy, en = ([label(DISABILITIES, one, language) for one in row.categories] for language in LANGUAGES)
    return Text(
        zh=f"评定：{'、'.join(zh)}",
        easy="\n".join(["评定：", *easy]),
        en=f"Assesses: {', '.join(en).lower()}",
    )


def register(app: Flask) -> None:
    """Look before each request for a page."""

    @app.before_request
    def look() -> None:
        if not request.path.startswith(("/static/", "/healthz")):
            found = app.extensions["portal"]
            found.live_region.look(found.store, found.catalogue.regions[found.settings.region])
