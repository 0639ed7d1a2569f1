"""Samples of applications for inspectors: drawn by chance, drawn again to check, never written to.

Inspectors of the city look at the whole region, inspectors of a county at what that county decides.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError, mask_name
from portal.catalogue.model import Role, UnitKind
from portal.rules.errors import Invalid, NotAllowed, NotFound
from portal.rules.sampling import Draw, draw
from portal.store.applications import Application, StepEntry
from portal.store.inspections import InspectedApplication, Inspection, InspectionRemark
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.units import get_unit

Which = Literal["all", "running", "closed"]
UnitSeen = UnitRow
"""A unit as pages show it."""
LARGEST: Final = 200
"""Applications of one sample: more than anybody reads."""
LONGEST_DAYS: Final = 366
PAGE_ROWS: Final = 50


@dataclass(frozen=True)
class Wanted:
    """What to draw from: handed in from a day to a day, at a unit, of a service, running or closed."""

    purpose: str
    from_on: date
    to_on: date
    size: int
    which: Which = "all"
    unit_code: str | None = None
    service_code: str | None = None


@dataclass(frozen=True)
class SampleRow:
    """One application of a sample, as the list shows it."""

    reference: str
    service_code: str
    masked_name: str
    state: str
    submitted_on: date | None
    is_read: bool
    remarks: int
    answers: int


@dataclass(frozen=True)
class DrawnAgain:
    """What drawing again gives: the same sample, or another because the pool is another by now."""

    is_same_pool: bool
    is_same_sample: bool
    pool_size: int


def require_inspector(actor: Actor) -> str:
    """The unit for which the actor inspects. Raises NotAllowed."""
    if actor.kind != "staff" or actor.role is not Role.INSPECTOR or actor.unit_code is None:
        raise NotAllowed("not_inspector")
    return actor.unit_code


def list_units_to_inspect(db: Session, actor: Actor) -> Sequence[UnitRow]:
    """The units whose work the actor may look at, by code."""
    county = _county_of(db, actor)
    query = select(UnitRow).order_by(UnitRow.code)
    return db.scalars(query if county is None else query.where(UnitRow.county == county)).all()


def draw_sample(db: Session, actor: Actor, wanted: Wanted) -> Inspection:
    """Draw and keep a sample; how it was drawn goes on record.

    Raises NotAllowed, and Invalid for a period or a size that makes none, and where there is nothing to draw.
    """
    unit = require_inspector(actor)
    county = _county_of(db, actor)
    _check(db, actor, wanted)
    inspection = Inspection(
        inspecting_unit=unit,
        drawn_by_id=actor.signed_in_id,
        drawn_at=clock.now(),
        purpose=wanted.purpose.strip(),
        county=county,
        unit_code=wanted.unit_code,
        service_code=wanted.service_code,
        which=wanted.which,
        from_on=wanted.from_on,
        to_on=wanted.to_on,
        size=wanted.size,
        seed=secrets.token_hex(16),
        last_id=db.scalar(select(func.max(Application.id))) or 0,
        pool_size=0,
        pool_hash="",
    )
    drawn = _draw(db, inspection)
    if not drawn.references:
        raise Invalid({"from_on": [FieldError("empty_pool")]})
    inspection.pool_size, inspection.pool_hash = drawn.pool_size, drawn.pool_hash
    db.add(inspection)
    db.flush()
    _keep(db, inspection, drawn)
    record_event(
        db,
        actor,
        f"inspection:{inspection.id}",
        "inspection:draw",
        authority="office",
        details={"seed": inspection.seed, "pool": drawn.pool_hash, "references": list(drawn.references)},
    )
    return inspection


def draw_again(db: Session, actor: Actor, inspection_id: int) -> DrawnAgain:
    """Draw by the recorded seed once more and compare. Raises NotFound."""
    inspection = get_inspection(db, actor, inspection_id)
    drawn = _draw(db, inspection)
    kept = [row.reference for row, _one in _picked(db, inspection_id)]
    return DrawnAgain(
        drawn.pool_hash == inspection.pool_hash, list(drawn.references) == kept, drawn.pool_size
    )


def get_inspection(db: Session, actor: Actor, inspection_id: int) -> Inspection:
    """A sample of the actor's own unit of inspection. Raises NotFound, NotAllowed."""
    unit = require_inspector(actor)
    found = db.scalar(
        select(Inspection).where(Inspection.id == inspection_id, Inspection.inspecting_unit == unit)
    )
    if found is None:
        raise NotFound("inspection")
    return found


def list_inspections(
    db: Session, actor: Actor, before: int | None = None
) -> tuple[Sequence[Inspection], int | None]:
    """The samples of the actor's unit, newest first, and the cursor of the next page."""
    query = select(Inspection).where(Inspection.inspecting_unit == require_inspector(actor))
    if before is not None:
        query = query.where(Inspection.id < before)
    rows = db.scalars(query.order_by(Inspection.id.desc()).limit(PAGE_ROWS + 1)).all()
    return rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].id if len(rows) > PAGE_ROWS else None


def list_sample(db: Session, actor: Actor, inspection_id: int) -> list[SampleRow]:
    """The applications of a sample in the order of their lots, names masked. Raises NotFound."""
    get_inspection(db, actor, inspection_id)
    counted = db.execute(
        select(InspectionRemark.application_id, func.count(), func.count(InspectionRemark.answered_at))
        .where(InspectionRemark.inspection_id == inspection_id)
        .group_by(InspectionRemark.application_id)
    )
    remarks = {row[0]: (row[1], row[2]) for row in counted}
    return [
        SampleRow(
            application.reference,
            application.service_code,
            mask_name(application.subject_name or ""),
            application.state,
            application.submitted_on,
            one.first_read_at is not None,
            *remarks.get(application.id, (0, 0)),
        )
        for application, one in _picked(db, inspection_id)
    ]


def sampled_references(db: Session, actor: Actor, inspection_id: int) -> list[str]:
    """The references of a sample. Raises NotFound."""
    get_inspection(db, actor, inspection_id)
    return [application.reference for application, _one in _picked(db, inspection_id)]


def record_refused_inspecting(db: Session, actor: Actor) -> None:
    """Note that somebody asked for a sample or an application that is not theirs to inspect."""
    stream = f"account:{actor.signed_in_id}"
    record_event(db, actor, stream, "inspection:read_refused", authority="office")


def _picked(db: Session, inspection_id: int) -> list[tuple[Application, InspectedApplication]]:
    rows = db.execute(
        select(Application, InspectedApplication)
        .join(InspectedApplication, InspectedApplication.application_id == Application.id)
        .where(InspectedApplication.inspection_id == inspection_id)
        .order_by(InspectedApplication.position)
    )
    return [(row[0], row[1]) for row in rows]


def _keep(db: Session, inspection: Inspection, drawn: Draw) -> None:
    ids = db.execute(
        select(Application.reference, Application.id).where(Application.reference.in_(drawn.references))
    )
    by_reference = {row.reference: row.id for row in ids}
    db.add_all(
        InspectedApplication(
            inspection_id=inspection.id, application_id=by_reference[reference], position=position
        )
        for position, reference in enumerate(drawn.references, 1)
    )
    db.flush()


def _draw(db: Session, inspection: Inspection) -> Draw:
    """From what was handed in by then; whether it had ended is asked as of the moment of the drawing."""
    query = select(Application.reference).where(
        Application.submitted_on.between(inspection.from_on, inspection.to_on),
        Application.id <= inspection.last_id,
        Application.state != "draft",
    )
    if inspection.county is not None:
        query = query.where(Application.county == inspection.county)
    if inspection.service_code is not None:
        query = query.where(Application.service_code == inspection.service_code)
    if inspection.unit_code is not None:
        stood = select(StepEntry.id).where(
            StepEntry.application_id == Application.id,
            StepEntry.unit_code == inspection.unit_code,
            StepEntry.opened_at <= inspection.drawn_at,
        )
        query = query.where(stood.exists())
    is_closed = Application.closed_at <= inspection.drawn_at
    if inspection.which == "closed":
        query = query.where(is_closed)
    elif inspection.which == "running":
        query = query.where(Application.closed_at.is_(None) | ~is_closed)
    return draw(db.scalars(query), inspection.seed, inspection.size)


def _check(db: Session, actor: Actor, wanted: Wanted) -> None:
    errors: dict[str, Sequence[FieldError]] = {}
    if not wanted.purpose.strip():
        errors["purpose"] = [FieldError("required_text")]
    if wanted.to_on < wanted.from_on:
        errors["to_on"] = [FieldError("order")]
    elif (wanted.to_on - wanted.from_on).days >= LONGEST_DAYS:
        errors["to_on"] = [FieldError("too_long")]
    if not 0 < wanted.size <= LARGEST:
        errors["size"] = [FieldError("size")]
    known = {unit.code for unit in list_units_to_inspect(db, actor)}
    if wanted.unit_code is not None and wanted.unit_code not in known:
        raise NotFound("unit")
    if errors:
        raise Invalid(errors)


def _county_of(db: Session, actor: Actor) -> str | None:
    """The county to which the inspector is held; None for the city, which looks at all of them."""
    unit = get_unit(db, require_inspector(actor))
    return None if unit.kind == UnitKind.CITY_FEDERATION else unit.county
