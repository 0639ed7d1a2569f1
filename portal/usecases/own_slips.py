"""A new 本人联系单 that the person makes in their own account: for the counter, the telephone, somebody's
computer. The one before opens nothing from that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.store.applications import Application
from portal.store.people import Person
from portal.store.voices import PersonSlip
from portal.usecases.actor import Actor
from portal.usecases.own_files import is_own_of
from portal.usecases.person_slips import find_live_slip, make_slip


def list_own_slips(db: Session, actor: Actor) -> Sequence[PersonSlip]:
    """The slips that open now what others do in the actor's name: seldom more than one."""
    found = (find_live_slip(db, one.id) for one in _files(db, actor))
    return [one for one in found if one is not None]


def renew_own_slips(db: Session, actor: Actor, before: Collection[int]) -> Sequence[PersonSlip]:
    """A new slip for each file in which others act for the actor. ``before``: the ids that were read when it
    was asked for, so that pressed twice it is made once."""
    known = list_own_slips(db, actor)
    if {one.id for one in known} != set(before):
        return known
    return [make_slip(db, actor, one, "account") for one in _files(db, actor)]


def _files(db: Session, actor: Actor) -> Sequence[Person]:
    """What others wrote of the actor, or have under way in the actor's own file."""
    acted = select(Application.id).where(
        Application.person_id == Person.id,
        Application.acting == "proxy",
        Application.account_id != actor.side_id,
    )
    return db.scalars(
        select(Person).where(is_own_of(actor.side_id), acted.exists()).order_by(Person.id)
    ).all()
