"""What the visitor has under way: drafts and applications with what each waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.catalogue.model import Definition
from portal.rules.acting import Side
from portal.rules.errors import NotAllowed
from portal.store.applications import Application, Correction, StepEntry
from portal.store.people import Person
from portal.usecases.access_needs import Needs, needs_of
from portal.usecases.actor import Actor
from portal.usecases.definitions import get_definition
from portal.usecases.objecting import list_objections
from portal.usecases.own_files import find_self_file, is_own_of
from portal.usecases.standing import require_act, side_of
from portal.usecases.transitions import open_entry

MOST_SHOWN = 100
"""Of one visitor; who has more is asked for which."""
ORDER = {"returned": 0, "draft": 1, "in_review": 2}


@dataclass(frozen=True)
class UnderWay:
    """One of the visitor's, and whose turn it is."""

    application: Application
    definition: Definition
    side: Side
    entry: StepEntry | None
    correction: Correction | None
    is_held: bool
    """Whether the days of the correction stand still: the person objects."""
    refused: str | None
    """Why it is closed to who stands there (``authority_over`` and the like); None when it is open."""


def list_under_way(db: Session, actor: Actor) -> Sequence[UnderWay]:
    """Everything on the visitor's side, and what others began for them: what needs attention first."""
    # United and not "or": PostgreSQL would go through every application there is to answer that.
    theirs = union(
        select(Application.id).where(Application.account_id == actor.side_id),
        select(Application.id)
        .join(Person, Person.id == Application.person_id)
        .where(is_own_of(actor.side_id)),
    )
    rows = db.scalars(
        select(Application)
        .where(Application.id.in_(theirs))
        .options(
            selectinload(Application.entries),
            joinedload(Application.person),
            joinedload(Application.representation),
        )
        .order_by(Application.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    asked = open_corrections(db, [row.id for row in rows])
    objected = list_objections(db, asked) if asked else {}
    found = []
    for row in sorted(rows, key=lambda one: ORDER.get(one.state, 3)):
        side = side_of(actor, row)
        if side is None:
            continue
        definition = get_definition(db, row.definition_hash)
        refused = _refusal(actor, row, side)
        correction, is_held = asked.get(row.id), row.id in objected
        found.append(UnderWay(row, definition, side, open_entry(row), correction, is_held, refused))
    return found


def visitor_needs(db: Session, account_id: int) -> Needs:
    """How the visitor is met and reached, as far as anybody said; empty where nobody did."""
    own = find_self_file(db, account_id)
    return needs_of(db, own) if own is not None else {}


def open_corrections(db: Session, ids: Sequence[int]) -> dict[int, Correction]:
    """What was asked of these applications and is not answered yet, by application, with its points."""
    if not ids:
        return {}
    is_open = (Correction.answered_at.is_(None), Correction.ended_at.is_(None))
    rows = db.scalars(
        select(Correction)
        .where(Correction.application_id.in_(ids), *is_open)
        .options(selectinload(Correction.points))
    )
    return {row.application_id: row for row in rows}


def _refusal(actor: Actor, application: Application, side: Side) -> str | None:
    try:
        require_act(actor, application, "follow", side)
    except NotAllowed as refusal:
        return refusal.key
    return None
