"""A sheet comes back from a home without network: the home visit is written down as it was, and goes on.

Who was there, how that was seen and on which day stands on the sheet; the application counts from that day
once it is handed in, as one on paper does (rules.md 10.0.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError, IdType
from portal.catalogue.model import Answers, Region
from portal.rules.errors import Conflict, Invalid
from portal.rules.journey import Acting
from portal.rules.paper_forms import fault_of_receipt
from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.offline_sheets import OfflineSheet
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.appointments import begin_home_visit
from portal.usecases.audit import record_event, stream_of
from portal.usecases.definitions import get_definition
from portal.usecases.offline_sheets import get_sheet
from portal.usecases.receiving import Reception, receive_by_document, receive_unknown, see_document
from portal.usecases.transitions import authority_for
from portal.usecases.visits import Begun, VisitorStanding, begin_visit, beside, has_open_visit


@dataclass(frozen=True)
class SeenOriginal:
    """The document with which who was there showed who they are."""

    id_type: IdType
    name: str = field(repr=False)
    id_number: str = field(repr=False)


@dataclass(frozen=True)
class FilledSheet:
    """What stands on a sheet: the day of the visit, the original that was seen, the answers page by page."""

    received_on: date
    original: SeenOriginal | None
    pages: Mapping[str, Answers] = field(repr=False)


@dataclass(frozen=True)
class TakenSheet:
    """The application that a sheet became, and the token of the visit in which it is gone on with."""

    service_code: str
    reference: str
    token: str = field(repr=False)


def take_sheet(
    db: Session, actor: Actor, session_id: int, serial: str, filled: FilledSheet, region: Region
) -> TakenSheet:
    """Begin what stands on a sheet, as a draft beside who was there. Sent twice it is begun once, and the
    second time leads to the same draft.

    Raises NotFound for a sheet of a colleague's; Conflict ``visit_open`` while somebody else is received in
    this session, ``sheet_taken`` (``what``: the reference, where it still is there) for one that was handed
    in or thrown away since, ``proven_as_another`` and ``account_closed``; Invalid ``received_on`` for a day
    that cannot be; and NotAllowed as ``receive_by_document``.
    """
    sheet = get_sheet(db, actor, serial, lock=True)
    first = db.get(Application, sheet.application_id) if sheet.application_id is not None else None
    if sheet.taken_at is not None and (first is None or first.state != "draft"):
        raise Conflict("sheet_taken", what=first.reference if first else None, when=sheet.taken_at)
    if has_open_visit(db, session_id, but_of=first.account_id if first is not None else None):
        raise Conflict("visit_open")
    if first is not None:
        return TakenSheet(sheet.service_code, first.reference, _again(db, actor, session_id, sheet, first))
    prepared_on = clock.shanghai(sheet.prepared_at).date()
    if (fault := fault_of_receipt(filled.received_on, prepared_on, clock.today())) is not None:
        raise Invalid({"received_on": [FieldError(fault)]})
    begun = _begin(db, actor, session_id, sheet, filled.original, region)
    who = beside(actor, begun.visit)
    acting: Acting = "proxy" if sheet.acting == "proxy" else "self"
    definition = get_definition(db, sheet.definition_hash)
    application = start_application(db, who, definition, acting, f"offline-sheet-{sheet.serial}")
    for page, answers in filled.pages.items():
        save_page(db, who, application.reference, page, answers)
    sheet.application_id, sheet.taken_at = application.id, clock.now()
    sheet.received_on, sheet.identity_seen = filled.received_on, begun.visit.identity_seen
    record_event(
        db,
        who,
        stream_of(application),
        "sheet:take",
        person_id=application.person_id,
        authority=authority_for(actor, application),
        details={
            "serial": sheet.serial,
            "received_on": filled.received_on.isoformat(),
            "standing": begun.visit.standing,
            "identity_seen": sheet.identity_seen,
        },
    )
    db.flush()
    return TakenSheet(sheet.service_code, application.reference, begun.token)


def standing_of(sheet: OfflineSheet) -> VisitorStanding:
    """Who was there: a sheet in which somebody acts for another is answered by whoever acts."""
    return "representative" if sheet.acting == "proxy" else "self"


def _again(db: Session, actor: Actor, session_id: int, sheet: OfflineSheet, first: Application) -> str:
    """The reply to the first time was lost on the way: back to the same draft. That somebody showed their
    document then is on record; now nobody stands there."""
    return _visit(db, actor, session_id, first.account_id, standing_of(sheet)).token


def _visit(db: Session, actor: Actor, session_id: int, account_id: int, standing: VisitorStanding) -> Begun:
    return begin_visit(
        db, actor, session_id, account_id, channel="home_visit", standing=standing, identity_seen=None
    )


def _begin(
    db: Session,
    actor: Actor,
    session_id: int,
    sheet: OfflineSheet,
    original: SeenOriginal | None,
    region: Region,
) -> Begun:
    """The visit as it was: of who asked for it, else of whose document was seen, else of somebody of whom
    nothing is known yet."""
    standing = standing_of(sheet)
    appointment = db.get(Appointment, sheet.appointment_id) if sheet.appointment_id is not None else None
    if appointment is None:
        at = Reception(actor, session_id, "home_visit", standing)
        if original is None:
            return receive_unknown(db, at)
        return receive_by_document(db, at, original.id_type, original.name, original.id_number, region)
    if appointment.state == "confirmed" and appointment.unit_code == actor.unit_code:
        begun = begin_home_visit(db, actor, session_id, appointment.id, standing=standing)
    else:
        begun = _visit(db, actor, session_id, appointment.account_id, standing)
    if original is None:
        return begun
    outcome = see_document(
        db, actor, begun.visit, original.id_type, original.name, original.id_number, region
    )
    if outcome == "second_claim":
        return begun
    return replace(begun, visit=replace(begun.visit, identity_seen="document", is_proven=True))
