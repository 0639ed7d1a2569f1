"""What somebody of the staff asked for by its number, and it is not theirs or not there, goes on record."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.usecases.actor import Actor
from portal.usecases.audit import record_event


def record_refused(db: Session, actor: Actor, what: str) -> None:
    """Note that the actor asked for a ``what`` (task, rating, document) that is not theirs, in a transaction
    of its own. Whoever asks for an application is noted there (``review.record_refused_reading``)."""
    record_event(
        db, actor, f"account:{actor.signed_in_id}", f"{what}:read_refused", person_id=None, authority="office"
    )
