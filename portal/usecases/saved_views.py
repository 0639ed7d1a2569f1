"""Lists with their filters under a name of one's own; one of a front may be where the work begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict, NotFound
from portal.store.office_queue import SavedView
from portal.usecases.actor import Actor
from portal.usecases.turns import take_turn

MOST_VIEWS = 20
"""Of one person at one front: more is a list to search in."""

View = SavedView
"""A saved view as pages show it."""


def list_views(db: Session, actor: Actor, front: str) -> Sequence[View]:
    """The actor's own views of a front, in the order in which they were saved."""
    return db.scalars(
        select(SavedView)
        .where(SavedView.account_id == actor.signed_in_id, SavedView.front == front)
        .order_by(SavedView.id)
    ).all()


def find_start(db: Session, account_id: int, front: str) -> View | None:
    """Where the work of this person begins at a front, if they chose a view."""
    return db.scalar(
        select(SavedView).where(
            SavedView.account_id == account_id, SavedView.front == front, SavedView.is_start.is_(True)
        )
    )


def save_view(
    db: Session, actor: Actor, front: str, name: str, which: str, filters: Mapping[str, str]
) -> None:
    """Keep a list with its filters. The same name again replaces it. Raises Conflict ``too_many_views``."""
    take_turn(db, "saved_views", str(actor.signed_in_id))
    views = list_views(db, actor, front)
    known = next((one for one in views if one.name == name), None)
    if known is None:
        if len(views) >= MOST_VIEWS:
            raise Conflict("too_many_views")
        known = SavedView(account_id=actor.signed_in_id, front=front, name=name, created_at=clock.now())
        db.add(known)
    known.which, known.filters = which, dict(filters)


def choose_start(db: Session, actor: Actor, front: str, view_id: int | None) -> None:
    """Begin the work at this front with a view, or with the usual list. Raises NotFound for another's."""
    view = _get_own(db, actor, front, view_id) if view_id is not None else None
    db.execute(
        update(SavedView)
        .where(SavedView.account_id == actor.signed_in_id, SavedView.front == front)
        .values(is_start=False)
    )
    if view is not None:
        view.is_start = True
        db.flush()


def remove_view(db: Session, actor: Actor, front: str, view_id: int) -> None:
    """Forget a view. Raises NotFound for another's."""
    db.delete(_get_own(db, actor, front, view_id))


def _get_own(db: Session, actor: Actor, front: str, view_id: int) -> SavedView:
    view = db.scalar(
        select(SavedView).where(
            SavedView.id == view_id, SavedView.account_id == actor.signed_in_id, SavedView.front == front
        )
    )
    if view is None:
        raise NotFound("view")
    return view
