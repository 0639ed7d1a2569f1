"""The person says at a counter or at home whether somebody may act for them: for who has no device at all.

Staff type the code of the request and what the person's own document shows; the yes is the person's, who is
there. Nobody does so for themselves or a relative.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError, IdType, same_name
from portal.catalogue.model import Region
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store import blind_index
from portal.store.people import Person
from portal.store.representations import Invitation
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.identity import read_id_number, refuse_oneself, require_counter
from portal.usecases.invitation_answers import answer_ask
from portal.usecases.invitations import Offer, is_open, lock_open, offer_of
from portal.usecases.person_files import is_one_person, merge_files
from portal.usecases.visits import refuse_related

Way = Literal["counter", "home_visit"]


def find_ask_at_desk(db: Session, actor: Actor, code: str) -> Offer | None:
    """The open request with this code; looking is recorded. Raises NotAllowed away from a counter."""
    require_counter(actor)
    row = db.scalar(select(Invitation).where(Invitation.code_index == blind_index(db, "invitation", code)))
    if row is None or row.kind != "ask" or not is_open(row):
        return None
    stream = f"account:{row.made_by_id}"
    details = {"invitation": row.id}
    record_event(
        db, actor, stream, "invitation:look_up", person_id=row.person_id, authority="office", details=details
    )
    return offer_of(db, row)


def answer_at_desk(
    db: Session,
    actor: Actor,
    invitation_id: int,
    region: Region,
    *,
    accepts: bool,
    way: Way,
    name: str,
    id_type: IdType,
    id_number: str,
) -> None:
    """The person's yes or no, whose document was seen. Where they have a file of their own with this number,
    what was begun for them goes into it with the yes.

    Raises Invalid where name or number are not those of the request, NotAllowed for one's own matter or a
    relative's, NotFound, Conflict ``invitation_answered``.
    """
    require_counter(actor)
    row = lock_open(db, invitation_id)
    if row.kind != "ask":
        raise NotFound("invitation")
    number = read_id_number(id_type, id_number)
    index = blind_index(db, "id_number", number)
    refuse_related(db, actor, index)
    refuse_oneself(db, actor, name)
    person = db.get_one(Person, row.person_id)
    faults: dict[str, list[FieldError]] = {}
    if person.name is not None and not same_name(person.name, name):
        faults["name"] = [FieldError("not_as_applied")]
    if person.id_number_index not in (None, index):
        faults["id_number"] = [FieldError("not_as_applied")]
    if faults:
        raise Invalid(faults)
    if accepts and person.id_number_index is None and not person.is_self:
        person.name, person.id_number, person.id_number_index = name, number, index
    if accepts:
        person = _own_file(db, actor, person, index)
    answer_ask(db, actor, person, row.id, region, accepts=accepts, way=way)


def _own_file(db: Session, actor: Actor, person: Person, index: str) -> Person:
    """The person's own file, where one was proven with this number; into which the other one goes."""
    if person.is_self:
        return person
    proven = select(Person).where(
        Person.id_number_index == index, Person.is_self.is_(True), Person.is_proven.is_(True)
    )
    own = db.scalars(proven.order_by(Person.id)).first()
    if own is None or not is_one_person(own, person):
        return person
    try:
        merge_files(db, actor, own, person, cause="staff")
    except Conflict:
        return person  # what stands against it is for the office to settle; the yes counts all the same
    return own
