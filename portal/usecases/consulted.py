"""What another unit is shown of an application because it was asked about it (征询意见).

As long as the question is open and the application is under way, and only what whoever asked has chosen.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import NotAllowed, NotFound
from portal.store.applications import Application
from portal.store.consultations import Consultation
from portal.store.documents import Document
from portal.usecases.actor import Actor
from portal.usecases.deciders import recused_ids

NEVER_ASKED = frozenset({Role.ADMINISTRATOR, Role.INSPECTOR})
"""Posts of the unit that answer nothing: administrators read no applications, inspectors their samples."""


def asked_of(actor: Actor) -> list[ColumnElement[bool]]:
    """The questions to the unit where the actor sits."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role in (None, *NEVER_ASKED):
        return [false()]
    return [Consultation.unit_code == actor.unit_code]


def get_question(db: Session, actor: Actor, consultation_id: int, *, lock: bool = False) -> Consultation:
    """A question to the actor's unit, to read or, with ``lock``, to answer.

    Raises NotFound for another unit's, and what ``refuse_kept_away`` raises.
    """
    found = _asked(db, actor, consultation_id, lock=lock)
    refuse_kept_away(db, actor, found.application)
    return found


def get_asked_to_keep_away(
    db: Session, actor: Actor, consultation_id: int, *, lock: bool = False
) -> Application:
    """The application that the actor's unit is asked about, for what even those may do who keep away from
    it: say so. Raises NotFound for another unit's."""
    application = _asked(db, actor, consultation_id).application
    if lock:
        db.refresh(application, with_for_update=True)
    return application


def _asked(db: Session, actor: Actor, consultation_id: int, *, lock: bool = False) -> Consultation:
    query = select(Consultation).where(Consultation.id == consultation_id, *asked_of(actor))
    found = db.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound("consultation")
    return found


def refuse_kept_away(db: Session, actor: Actor, application: Application) -> None:
    """An opinion has a part in what is decided: who keeps away from the application or is the applicant gives
    none and reads nothing of it; a colleague of the unit does (rules.md 10.0.2). Raises NotAllowed
    ``recused``."""
    if actor.account_id in recused_ids(db, application) | {application.account_id}:
        raise NotAllowed("recused")


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
