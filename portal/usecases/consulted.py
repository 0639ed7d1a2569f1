"""What another unit is shown of an application because it was asked about it (征询意见).

As long as the question is open and the application is under way, and only what whoever asked has chosen.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store.applications import Application
from portal.store.consultations import Consultation
from portal.store.documents import Document
from portal.usecases.actor import Actor

NEVER_ASKED = frozenset({Role.ADMINISTRATOR, Role.INSPECTOR})
"""Posts of the unit that answer nothing: administrators read no applications, inspectors their samples."""


def asked_of(actor: Actor) -> list[ColumnElement[bool]]:
    """The questions to the unit where the actor sits."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role in (None, *NEVER_ASKED):
        return [false()]
    return [Consultation.unit_code == actor.unit_code]


def is_live(consultation: Consultation) -> bool:
    """Whether it still waits for an answer that somebody can use."""
    return consultation.is_open and consultation.application.closed_at is None


def is_shown_to_asked(db: Session, actor: Actor, document: Document) -> bool:
    """Whether an open question to the actor's unit shows this document."""
    rows = db.scalars(
        select(Consultation.documents)
        .join(Application, Application.id == Consultation.application_id)
        .where(
            *asked_of(actor),
            Consultation.application_id == document.application_id,
            Consultation.is_open.is_(True),
            Application.closed_at.is_(None),
        )
    )
    return any(document.key in keys for keys in rows)
