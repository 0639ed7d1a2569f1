"""The receipt of an application as a proof: its reference, and the code that stands beside it."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.rules.references import parse_reference, parse_slip_code
from portal.store.applications import Application, Slip
from portal.usecases.rates import Limit

TRIED: Final = Limit("look_up", 10, timedelta(hours=1))
"""Tries of one reference at every door together, and from one old number; a code alone has 39.6 bits."""


def find_by_slip(db: Session, reference: str, code: str) -> Application | None:
    """The application whose receipt somebody holds; None, the same for a wrong reference, a wrong code and a
    slip that was switched off. Count the try before (``TRIED``, by ``one_way_to_write``)."""
    try:
        wanted, spoken = parse_reference(reference), parse_slip_code(code)
    except FieldError:
        return None
    found = db.execute(
        select(Application, Slip.code)
        .join(Slip, Slip.application_id == Application.id)
        .where(Application.reference == wanted, Slip.is_off.is_(False))
    ).first()
    return found.Application if found is not None and hmac.compare_digest(found.code, spoken) else None


def one_way_to_write(reference: str) -> str:
    """One reference is one, however it is written: else every way to write it had tries of its own."""
    try:
        return parse_reference(reference)
    except FieldError:
        return reference
