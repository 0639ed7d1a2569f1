"""What staff do with the record by which somebody acts, on the page of an application: they write down what
proves it, once for everything; and where two dispute, they stop it, hear both, and let it go on or end it.
Nothing is chosen by a machine (rules.md 5.7, 10.0.6 no. 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Region
from portal.rules.acting import Basis
from portal.rules.errors import NotFound
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.notes import add_note
from portal.usecases.representations import (
    activate,
    end_representation,
    resume_representation,
    suspend_representation,
)
from portal.usecases.staff_names import name_of
from portal.usecases.whole_view import WholeView, get_whole

PROVABLE: Final[tuple[Basis, ...]] = (
    "minor_guardian",
    "adult_guardian",
    "agreed_guardian",
    "appointed",
    "entrusted",
    "committee",
    "institution",
    "staff",
)
"""What a paper can show (the table of rules.md 5.7)."""
Level = Literal["B", "C"]
Dispute = Literal["suspend", "resume", "end"]


@dataclass(frozen=True)
class AuthorityAtWork:
    """The record by which somebody acts in an application, as the office reads it."""

    kept: Representation
    seen_by: str
    """Who saw the proof; empty while nobody has."""


def find_authority(db: Session, actor: Actor, reference: str) -> AuthorityAtWork | None:
    """The record of an application; None where the person acts for themselves. Raises NotFound for another
    post's application, and for a post that reads only a part of it."""
    application = get_whole(db, actor, reference).application
    if application.representation_id is None or application.acting == "self":
        return None
    kept = db.get_one(Representation, application.representation_id)
    return AuthorityAtWork(kept, name_of(db, kept.proof_seen_by_id) or "")


def record_authority(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    basis: Basis,
    level: Level,
    to_on: date | None,
    words: str,
) -> None:
    """What proves the record was seen: the original (B) or a copy (C). It counts for every later application.

    ``words``: which paper, for colleagues. Raises NotFound, NotAllowed ``recused``, and what
    ``representations.activate`` raises.
    """
    whole, kept = _lock(db, actor, reference)
    activate(db, actor, region, kept, basis=basis, to_on=to_on, proof_level=level)
    add_note(db, actor, reference, words)
    details = {"representation": kept.id, "basis": basis, "level": level}
    record_office_event(db, actor, whole.application, "representation:prove", details=details)


def settle_dispute(
    db: Session, actor: Actor, reference: str, region: Region, *, what: Dispute, words: str
) -> None:
    """Stop it while two dispute, let it go on, or end it; both sides are told, ``words`` are for colleagues.

    Raises NotFound, NotAllowed ``recused``, Conflict where it is not stopped and should go on.
    """
    whole, kept = _lock(db, actor, reference)
    if what == "suspend":
        suspend_representation(db, actor, region, kept, why="dispute")
    elif what == "resume":
        resume_representation(db, actor, region, kept)
    else:
        end_representation(db, actor, region, kept, by="staff", why="revoked")
    add_note(db, actor, reference, words)
    tag = f"representation:{what}"
    record_office_event(db, actor, whole.application, tag, details={"representation": kept.id})


def _lock(db: Session, actor: Actor, reference: str) -> tuple[WholeView, Representation]:
    whole = get_whole(db, actor, reference, lock=True)
    if whole.application.representation_id is None or whole.application.acting == "self":
        raise NotFound("representation")
    wanted = select(Representation).where(Representation.id == whole.application.representation_id)
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    return whole, db.scalars(locked).one()
