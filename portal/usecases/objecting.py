"""What an objection of the person stops: handing in, and the last word of an officer who has not heard it.

Nobody goes on over the head of the person (民法典 art. 35, 残疾人保障法 art. 9; rules.md 5.7): a draft waits
until they take the objection back; a review goes on once an officer has taken note of it with words.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.voices import OwnWords


def find_objection(db: Session, application: Application) -> OwnWords | None:
    """The objection that stands."""
    return list_objections(db, [application.id]).get(application.id)


def list_objections(db: Session, application_ids: Collection[int]) -> dict[int, OwnWords]:
    """As ``find_objection`` for several applications at once, by their id."""
    standing = db.scalars(_STANDING, {"application_ids": list(application_ids)})
    return {said.application_id: said for said in standing}  # the newest


_STANDING = (
    select(OwnWords)
    .where(
        OwnWords.application_id.in_(bindparam("application_ids", expanding=True)),
        OwnWords.kind == "objection",
        OwnWords.settled_at.is_(None),
    )
    .order_by(OwnWords.id)
)
"""Written once: to put it together takes longer than to answer it."""


def refuse_objected(db: Session, application: Application) -> None:
    """For handing in. Raises Conflict ``person_objects`` while an objection stands."""
    standing = find_objection(db, application)
    if standing is not None:
        raise Conflict("person_objects", what="objection", when=standing.said_at)


def refuse_unheard(db: Session, application: Application) -> None:
    """For the last word. Raises Conflict ``objection_unheard`` while no officer has taken note."""
    standing = find_objection(db, application)
    if standing is not None and standing.seen_at is None:
        raise Conflict("objection_unheard", what="objection", when=standing.said_at)
