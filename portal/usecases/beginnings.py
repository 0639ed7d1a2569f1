"""What a draft begins with: for whom it is, a reference, and the days until it is deleted by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition
from portal.rules.acting import CLAIMED_POWERS
from portal.rules.journey import Acting
from portal.rules.references import new_reference
from portal.store.applications import Application
from portal.store.database import plainly
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.calendar import morning_of
from portal.usecases.person_files import get_own_file
from portal.usecases.standing import authority_from, get_representation, refuse_act
from portal.usecases.timers import set_timer

WARN_DAYS_BEFORE_DELETION = (14, 3)


def for_whom(
    db: Session, actor: Actor, definition: Definition, acting: Acting, representation_id: int | None
) -> tuple[Person, Representation | None]:
    """The person file and by what the actor's side acts for it; None for oneself. Raises NotFound for a
    record that is not theirs, NotAllowed where it does not reach this service today."""
    if acting == "self":
        return _person_for(db, actor, acting), None
    if representation_id is None:
        person = _person_for(db, actor, acting)
        return person, _claim_representation(db, actor, person)
    kept = get_representation(db, actor, representation_id)
    authority, today = authority_from(kept), clock.today()
    refuse_act(actor, "begin", "representative", authority, definition.service.code, today, is_hidden=False)
    return db.get_one(Person, kept.person_id), kept


def _person_for(db: Session, actor: Actor, acting: Acting) -> Person:
    """For oneself always the same person file; for someone else a new claim until it is known who."""
    if acting == "self":
        return get_own_file(db, actor)
    person = Person(claimed_by_id=actor.side_id, is_self=False, created_at=clock.now())
    db.add(person)
    db.flush()
    return person


def _claim_representation(db: Session, actor: Actor, person: Person) -> Representation:
    """What someone says who acts for another: claimed until the office has seen the proof."""
    claimed = Representation(
        account_id=actor.side_id,
        person_id=person.id,
        relation="",
        powers=list(CLAIMED_POWERS),
        state="claimed",
        from_on=clock.today(),
        created_at=clock.now(),
    )
    db.add(claimed)
    db.flush()
    return claimed


def free_reference(db: Session) -> str:
    """A reference that nothing has yet."""
    while True:
        reference = new_reference()
        if plainly(db).scalar(_BY_REFERENCE, {"reference": reference}) is None:
            return reference


_BY_REFERENCE = select(Application.id).where(Application.reference == bindparam("reference"))
"""Written once: to put it together takes longer than to answer it."""


def set_draft_timers(db: Session, application: Application) -> None:
    """Warn before a draft is deleted by itself, and delete it the day after its last."""
    last = application.draft_until_on
    for days in WARN_DAYS_BEFORE_DELETION:
        warning = morning_of(last - timedelta(days=days))
        set_timer(db, "draft_expiry", application.id, warning, unique=f"{application.reference}-warn{days}")
    set_timer(
        db,
        "draft_expiry",
        application.id,
        morning_of(last + timedelta(days=1)),
        unique=f"{application.reference}-delete",
    )
