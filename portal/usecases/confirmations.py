"""Whether somebody at the counter has said yes to what a clerk typed for them, on exactly these answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.visits import SpokenConfirmation

ALONE = frozenset({"signed"})
"""Who signs on paper has signed; what leaves no signature is said before two of the staff (rules.md 5.7)."""


def find_confirmation(db: Session, application_id: int, seen_hash: str) -> SpokenConfirmation | None:
    """The newest one of these answers; of other answers it is none."""
    return db.scalar(
        select(SpokenConfirmation)
        .where(
            SpokenConfirmation.application_id == application_id,
            SpokenConfirmation.answers_hash == seen_hash,
        )
        .order_by(SpokenConfirmation.id.desc())
        .limit(1)
    )


def is_whole(confirmation: SpokenConfirmation) -> bool:
    """Whether all were there who have to be: one of the staff for a signature, else two."""
    return confirmation.way in ALONE or confirmation.second_id is not None


def get_confirmed(db: Session, application: Application, seen_hash: str) -> SpokenConfirmation:
    """What lets a clerk hand in what they typed. Raises Conflict ``not_confirmed``, ``waits_for_second``."""
    found = find_confirmation(db, application.id, seen_hash)
    if found is None:
        raise Conflict("not_confirmed")
    if not is_whole(found):
        raise Conflict("waits_for_second", when=found.made_at)
    return found
