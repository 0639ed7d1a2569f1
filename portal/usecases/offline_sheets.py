"""Sheets for homes without network: prepared from the definition before staff go out, filled in there on
their own device, and sent later as the application that they would have begun with network.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.journey import Acting
from portal.rules.references import new_reference
from portal.store.applications import Application
from portal.store.offline_sheets import OfflineSheet
from portal.usecases.actor import Actor
from portal.usecases.appointments import OPEN, get_appointment
from portal.usecases.audit import record_event
from portal.usecases.definitions import store_definition
from portal.usecases.identity import require_counter


def prepare_sheet(
    db: Session, actor: Actor, definition: Definition, acting: Acting, appointment_id: int | None = None
) -> str:
    """Prepare one sheet for going out; its serial. ``appointment_id``: for which visit that was arranged.

    Raises NotAllowed away from a counter, NotFound for an appointment of somebody else's, Conflict
    ``appointment_is_over``.
    """
    require_counter(actor)
    if actor.unit_code is None:
        raise NotAllowed("counter_only")
    if appointment_id is not None:
        appointment = get_appointment(db, actor, appointment_id)
        if appointment.state not in OPEN:
            raise Conflict("appointment_is_over", what=appointment.state, when=appointment.ended_at)
    sheet = OfflineSheet(
        serial=_free_serial(db),
        service_code=definition.service.code,
        definition_hash=store_definition(db, definition),
        acting=acting,
        appointment_id=appointment_id,
        prepared_by_id=actor.signed_in_id,
        unit_code=actor.unit_code,
        prepared_at=clock.now(),
    )
    db.add(sheet)
    db.flush()
    record_event(
        db,
        actor,
        f"account:{actor.signed_in_id}",
        "sheet:prepare",
        authority="office",
        details={"serial": sheet.serial, "service": sheet.service_code},
    )
    return sheet.serial


def get_sheet(db: Session, actor: Actor, serial: str, *, lock: bool = False) -> OfflineSheet:
    """A sheet that the actor prepared. Raises NotFound for a colleague's, as for one that never was."""
    require_counter(actor)
    query = select(OfflineSheet).where(
        OfflineSheet.serial == serial, OfflineSheet.prepared_by_id == actor.signed_in_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    sheet = db.scalar(query)
    if sheet is None:
        raise NotFound("offline_sheet")
    return sheet


def find_sheet_of(db: Session, application: Application) -> OfflineSheet | None:
    """The sheet as which an application came; None where it never was on one."""
    return db.scalar(_OF, {"application_id": application.id})


_OF = select(OfflineSheet).where(OfflineSheet.application_id == bindparam("application_id"))
"""Written once: to put it together takes longer than to answer it."""


def _free_serial(db: Session) -> str:
    while True:
        serial = new_reference()
        if db.scalar(select(OfflineSheet.id).where(OfflineSheet.serial == serial)) is None:
            return serial
