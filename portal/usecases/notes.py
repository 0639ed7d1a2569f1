"""Internal notes on an application: for colleagues who read the whole of it, never for the applicant."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.applications import Application
from portal.store.notes import Note
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.whole_view import get_whole

LONGEST_NOTE = 2000
MOST_SHOWN = 100
"""The newest; no application of a person has more."""


def add_note(db: Session, actor: Actor, reference: str, words: str) -> Note:
    """Leave a note; the same words pressed twice are one. Raises NotFound."""
    application = get_whole(db, actor, reference, lock=True).application
    newest = db.scalar(
        select(Note).where(Note.application_id == application.id).order_by(Note.id.desc()).limit(1)
    )
    if newest is not None and (newest.by_id, newest.words) == (actor.account_id, words):
        return newest
    note = Note(application_id=application.id, by_id=actor.signed_in_id, at=clock.now(), words=words)
    db.add(note)
    db.flush()
    record_office_event(db, actor, application, "note:add", details={"note": note.id})
    return note


def list_notes(db: Session, application: Application) -> Sequence[Note]:
    """The newest notes, oldest first."""
    newest = db.scalars(
        select(Note).where(Note.application_id == application.id).order_by(Note.id.desc()).limit(MOST_SHOWN)
    ).all()
    return newest[::-1]
