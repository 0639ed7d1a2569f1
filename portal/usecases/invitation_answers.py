"""Yes or no to an invitation: by its code, or by the person's own word where they have no account."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import same_name
from portal.catalogue.model import Region
from portal.rules.errors import Conflict, NotFound
from portal.store import blind_index
from portal.store.people import Person
from portal.store.representations import Invitation, Representation
from portal.usecases.actor import Actor
from portal.usecases.alerts import tell_account
from portal.usecases.invitation_messages import DECLINED
from portal.usecases.invitations import Offer, Way, close, drop_asked, is_open, lock_open, offer_of
from portal.usecases.own_accounts import find_own_account, has_contacts
from portal.usecases.person_files import get_own_file, is_one_person, merge_files
from portal.usecases.representations import activate


def find_by_code(db: Session, actor: Actor, code: str, name: str) -> Offer | None:
    """What the code opens for who gives their own ``name`` with it; None alike for a code that is wrong or
    over, a name that the other side did not write, and what is the actor's own."""
    index = blind_index(db, "invitation", code)
    found = db.scalar(select(Invitation).where(Invitation.code_index == index))
    if found is None or not is_open(found) or found.made_by_id == actor.side_id:
        return None
    person = db.get_one(Person, found.person_id)
    holder = find_own_account(person)
    is_taken = holder not in (None, actor.side_id) and (person.is_self or has_contacts(db, holder or 0))
    if found.kind == "ask" and is_taken:
        return None
    named = found.agent_name if found.kind == "invite" else person.name
    return offer_of(db, found) if named is None or same_name(named, name) else None


def read_offer(db: Session, invitation_id: int) -> Offer:
    """What was opened by its code, read once more. Raises NotFound."""
    row = db.get(Invitation, invitation_id)
    if row is None:
        raise NotFound("invitation")
    return offer_of(db, row)


def answer_invitation(
    db: Session, actor: Actor, invitation_id: int, region: Region, *, accepts: bool, way: Way = "web"
) -> Invitation:
    """Yes or no of the signed-in side to which it was opened by its code (``find_by_code``).

    Yes to an invitation: the actor acts from today. Yes to somebody who asked: they act for the actor, whose
    own file takes in what was begun for them. Raises NotFound, Conflict ``invitation_answered``, and
    ``other_person`` where what was begun bears another ID number than the actor's.
    """
    row = lock_open(db, invitation_id)
    person = db.get_one(Person, row.person_id)
    if row.made_by_id == actor.side_id:
        raise NotFound("invitation")
    if not accepts:
        return _say_no(db, actor, row, region, way)
    if row.kind == "invite":
        kept = _record_for(db, row, actor.side_id)
        _take_in_claims(db, actor, kept.account_id, person)
    else:
        kept = db.get_one(Representation, row.representation_id)
        _take_in(db, actor, get_own_file(db, actor), person, kept)
    return _say_yes(db, actor, row, kept, region, way)


def answer_ask(
    db: Session,
    actor: Actor,
    person: Person,
    invitation_id: int,
    region: Region,
    *,
    accepts: bool,
    way: Way,
) -> Invitation:
    """The person's own yes or no, without any account: by their slip, before staff, on the telephone. Who
    calls has made sure that it is the person. Raises NotFound, Conflict ``invitation_answered``."""
    row = lock_open(db, invitation_id)
    if row.kind != "ask" or row.person_id != person.id:
        raise NotFound("invitation")
    if not accepts:
        return _say_no(db, actor, row, region, way)
    return _say_yes(db, actor, row, db.get_one(Representation, row.representation_id), region, way)


def _record_for(db: Session, row: Invitation, agent_id: int) -> Representation:
    """The record by which the helper acts for who invites them: one that was only said, or a new one."""
    said = select(Representation).where(
        Representation.account_id == agent_id,
        Representation.person_id == row.person_id,
        Representation.state.in_(("asked", "claimed")),
    )
    kept = db.scalar(said.order_by(Representation.id).limit(1))
    if kept is None:
        kept = Representation(
            account_id=agent_id, person_id=row.person_id, relation="", powers=[], state="asked"
        )
        kept.from_on, kept.created_at = clock.today(), clock.now()
        db.add(kept)
        db.flush()
    return kept


def _take_in_claims(db: Session, actor: Actor, agent_id: int, person: Person) -> None:
    """What the helper began for the person before they were asked belongs to the person's own file: where
    both files bear one ID number."""
    if person.id_number_index is None:
        return
    claims = select(Person).where(
        Person.claimed_by_id == agent_id,
        Person.is_self.is_(False),
        Person.id_number_index == person.id_number_index,
        Person.id != person.id,
    )
    for claim in db.scalars(claims.order_by(Person.id)).all():
        merge_files(db, actor, person, claim, cause="accepted")


def _take_in(db: Session, actor: Actor, own: Person, claim: Person, kept: Representation) -> None:
    """The person says yes with their own account: what was begun for them is in their own file now."""
    if claim.id == own.id:
        return
    if claim.is_self or claim.claimed_by_id != kept.account_id or not is_one_person(own, claim):
        raise Conflict("other_person")
    merge_files(db, actor, own, claim, cause="accepted")
    db.refresh(kept)


def _say_yes(
    db: Session, actor: Actor, row: Invitation, kept: Representation, region: Region, way: Way
) -> Invitation:
    kept.relation = kept.relation or row.relation
    kept.services, kept.from_on, kept.is_informed = row.services, clock.today(), True
    to_on: date | None = None
    if row.for_days is not None:
        to_on = clock.today() + timedelta(days=row.for_days - 1)  # its first day counts
    powers: Any = row.powers
    activate(db, actor, region, kept, basis="entrusted", powers=powers, to_on=to_on, agreed_way=way)
    if row.kind == "invite":
        kept.agreed_at = row.made_at  # the person's yes is the invitation; this is the helper's
    row.representation_id = kept.id
    close(db, actor, row, "accepted", way)
    return row


def _say_no(db: Session, actor: Actor, row: Invitation, region: Region, way: Way) -> Invitation:
    close(db, actor, row, "declined", way)
    drop_asked(db, row)
    tell_account(db, region, row.made_by_id, DECLINED, unique=f"invitation-{row.id}-end")
    return row
