"""Certificates and benefits of somebody as who guards them by law sees them (rules.md 5.7; 民法典 art. 34).

Whoever else acts sees no more than the letters of what they applied for. It ends with the record, that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.rules.acting import GUARDIANS
from portal.rules.errors import NotAllowed
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.benefit_lists import BenefitSeen, list_benefits_held_by
from portal.usecases.certificates import CertificateSeen, list_certificates_held_by
from portal.usecases.standing import authority_from, get_representation


@dataclass(frozen=True)
class Holdings:
    """What somebody holds and gets, newest first."""

    certificates: Sequence[CertificateSeen]
    benefits: Sequence[BenefitSeen]


def read_holdings_of_ward(
    db: Session, actor: Actor, representation_id: int, region: Region
) -> Holdings | None:
    """What the actor's ward holds and gets; None for somebody whose identity nobody has seen. That it was
    read stands in the record of the ward.

    Raises NotFound for another's record, NotAllowed ``authority_...`` where the actor guards nobody by it
    (any more).
    """
    kept = get_representation(db, actor, representation_id)
    authority = authority_from(kept)
    if (standing := authority.on(clock.today())) != "active":
        raise NotAllowed(f"authority_{standing}")
    if authority.basis not in GUARDIANS:
        raise NotAllowed("authority_power")
    person = db.get_one(Person, kept.person_id)
    if not person.is_proven or person.id_number_index is None:
        return None
    record_event(
        db,
        actor,
        f"account:{actor.side_id}",
        "certificate:read",
        person_id=person.id,
        authority="guardian",
        details={"representation": kept.id},
    )
    return Holdings(list_certificates_held_by(db, person, region), list_benefits_held_by(db, person, region))
