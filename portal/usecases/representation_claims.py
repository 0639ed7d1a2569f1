"""What somebody says of the person they act for, and the proof of it that comes with an application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types.identity import birth_date
from portal.catalogue.model import Definition, Region
from portal.rules.acting import Basis, day_of_age
from portal.store.applications import Application
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.representations import activate

OTHERS: Final[Mapping[str, Basis]] = {
    "entrusted": "entrusted",
    "appointed": "appointed",
    "committee": "committee",
    "institution": "institution",
    "desk": "staff",
}
"""What somebody said who is no relative (meaning ``acting_as``), as the basis on which they then act."""


def note_answers(
    db: Session, application: Application, definition: Definition, answers: Mapping[str, Any]
) -> None:
    """What somebody who acts for another says of it with an application: their relation, whether the person
    knows, what the person wants (rules.md 5.7). A relation that was proved stays as it was proved."""
    if application.representation_id is None:
        return
    kept = db.get_one(Representation, application.representation_id)
    meant = definition.meant(answers)
    if kept.state == "claimed" or not kept.relation:
        kept.relation = str(meant.get("relation") or "")
    kept.is_informed = {"yes": True, "against": True, "no": False}.get(str(meant.get("person_informed")))
    kept.wish = meant.get("person_wish") or None
    kept.not_informed_why = meant.get("not_informed_why") or None


def note_proof(
    db: Session,
    actor: Actor,
    region: Region,
    application: Application,
    definition: Definition,
    answers: Mapping[str, Any],
    level: str,
) -> None:
    """The paper by which somebody says that they act was seen with an application (B, or C for a copy) or
    known to a register (A): it counts for everything from now on. What was shown to be ended stays ended."""
    if application.representation_id is None:
        return
    kept = db.get_one(Representation, application.representation_id)
    basis = basis_said(definition, answers, is_minor=_is_minor(db, kept))
    if kept.state not in ("asked", "claimed", "active") or (kept.state, kept.basis) == ("active", basis):
        return
    activate(db, actor, region, kept, basis=basis, to_on=kept.to_on, proof_level="C" if level > "B" else "B")


def basis_said(definition: Definition, answers: Mapping[str, Any], *, is_minor: bool) -> Basis:
    """On what somebody says that they act; ``claimed`` where they name nothing that the law knows. A
    certificate says nothing of it: who cannot decide for themselves a court finds (民法典 art. 24)."""
    meant = definition.meant(answers)
    if (other := meant.get("acting_as")) in OTHERS:
        return OTHERS[str(other)]
    if meant.get("is_guardian") == "yes":
        return "minor_guardian" if is_minor else "adult_guardian"
    return "claimed"


def _is_minor(db: Session, kept: Representation) -> bool:
    born = birth_date(db.get_one(Person, kept.person_id).id_number or "")
    return born is not None and clock.today() < day_of_age(born)
