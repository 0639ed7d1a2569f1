"""Forms on paper: printed from the definition with a serial of their own, entered later as the application
that they would have been online, received on the day on which they were handed over.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Definition
from portal.catalogue.texts import Language
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.journey import Acting
from portal.rules.paper_forms import fault_of_receipt, parse_serial
from portal.rules.references import new_reference
from portal.store.applications import Application
from portal.store.paper_forms import PaperForm
from portal.usecases.actor import Actor
from portal.usecases.applications import get_own, start_application
from portal.usecases.audit import record_event, stream_of
from portal.usecases.definitions import get_definition, store_definition
from portal.usecases.transitions import authority_for

PrintedForm = PaperForm
"""A form as pages show it."""


def print_form(
    db: Session, actor: Actor, definition: Definition, *, acting: Acting, language: Language, is_large: bool
) -> str:
    """Give out one form; its serial. Whoever is signed in as staff is kept as who printed it: of residents
    nothing is."""
    form = PaperForm(
        serial=_free_serial(db),
        service_code=definition.service.code,
        definition_hash=store_definition(db, definition),
        acting=acting,
        language=language,
        is_large=is_large,
        printed_at=clock.now(),
        printed_by_id=actor.account_id if actor.kind == "staff" else None,
    )
    db.add(form)
    db.flush()
    return form.serial


def print_draft(
    db: Session, actor: Actor, reference: str, *, language: Language, is_large: bool
) -> PaperForm:
    """Give out a form on which the answers of a draft stand, for whoever may go on with it; handed over, it
    is that draft. Raises NotFound, NotAllowed, and Conflict ``page_is_closed`` for what was handed in."""
    draft = get_own(db, actor, reference, "fill")
    if draft.state != "draft":
        raise Conflict("page_is_closed", what=draft.state)
    serial = print_form(
        db,
        actor,
        get_definition(db, draft.definition_hash),
        acting="proxy" if draft.acting == "proxy" else "self",
        language=language,
        is_large=is_large,
    )
    form = get_form(db, draft.service_code, serial)
    form.draft_id = draft.id
    db.flush()
    return form


def get_form_of_draft(db: Session, application_id: int, serial: str) -> PaperForm:
    """A form that was printed of this draft. Raises NotFound."""
    form = db.scalar(
        select(PaperForm).where(PaperForm.serial == serial, PaperForm.draft_id == application_id)
    )
    if form is None:
        raise NotFound("paper_form")
    return form


def get_form(db: Session, service_code: str, serial: str) -> PaperForm:
    """A printed form of a service. Raises NotFound."""
    form = db.scalar(
        select(PaperForm).where(PaperForm.serial == serial, PaperForm.service_code == service_code)
    )
    if form is None:
        raise NotFound("paper_form")
    return form


def enter_form(db: Session, actor: Actor, serial: str, received_on: date) -> Application:
    """Begin to type in a form that was handed over on ``received_on``: a draft of the definition that was
    printed, which counts from that day once it is handed in.

    Typed again it is the same draft; printed of a draft it is that one. Raises NotAllowed for whoever stands
    beside nobody, NotFound for a number that was never printed, Conflict ``paper_entered`` (``what``: the
    reference) for one that is somebody else's or is handed in, Invalid (``serial``, ``received_on``).
    """
    if not actor.is_beside:
        raise NotAllowed("counter_only")
    form = _locked(db, serial)
    printed_on = clock.shanghai(form.printed_at).date()
    if (fault := fault_of_receipt(received_on, printed_on, clock.today())) is not None:
        raise Invalid({"received_on": [FieldError(fault)]})
    first = _printed_or_entered_as(db, form)
    if first is not None and (first.account_id != actor.side_id or first.state != "draft"):
        raise Conflict("paper_entered", what=first.reference, when=form.entered_at)
    on_paper = replace(actor, channel="paper")
    if first is None:
        definition = get_definition(db, form.definition_hash)
        acting: Acting = "proxy" if form.acting == "proxy" else "self"
        first = start_application(db, on_paper, definition, acting, secrets.token_urlsafe(16))
    if find_form_of(db, first) is None:  # of several printed of one draft the first that came counts
        form.application_id = first.id
    form.received_on, form.received_by_id = received_on, actor.signed_in_id
    form.entered_at = clock.now()
    record_event(
        db,
        on_paper,
        stream_of(first),
        "paper:enter",
        person_id=first.person_id,
        authority=authority_for(actor, first),
        details={"serial": form.serial, "received_on": received_on.isoformat()},
    )
    db.flush()
    return first


def find_form_of(db: Session, application: Application) -> PaperForm | None:
    """The paper as which an application was handed over; None where it never was on paper."""
    return db.scalar(_OF, {"application_id": application.id})


_OF = select(PaperForm).where(PaperForm.application_id == bindparam("application_id"))
"""Written once: to put it together takes longer than to answer it."""


def _printed_or_entered_as(db: Session, form: PaperForm) -> Application | None:
    """The application that a form is; locked, as another form may be printed of the same draft."""
    known = form.application_id or form.draft_id
    return db.get(Application, known, with_for_update=True) if known else None


def _locked(db: Session, typed: str) -> PaperForm:
    try:
        serial = parse_serial(typed)
    except FieldError as fault:
        raise Invalid({"serial": [fault]}) from fault
    form = db.scalar(
        select(PaperForm)
        .where(PaperForm.serial == serial)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if form is None:
        raise NotFound("paper_form")
    return form


def _free_serial(db: Session) -> str:
    while True:
        serial = new_reference()
        if db.scalar(select(PaperForm.id).where(PaperForm.serial == serial)) is None:
            return serial
