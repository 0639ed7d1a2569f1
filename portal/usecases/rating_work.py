"""What the rated unit does with ratings: reads its own, gets in touch where that was wished, puts right what
was bad. Whose rating it is, it reads only where that was agreed to (rules.md 5.6)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import false, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, NotFound
from portal.store.ratings import Rating
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.definitions import get_definition
from portal.usecases.deliveries import INVITATION
from portal.usecases.notices import send_notice
from portal.usecases.ratings import record_rating
from portal.usecases.tasks import TaskKind, finish_task

PAGE_ROWS = 50

RatingRow = Rating
"""A rating as pages show it."""

RATING_TASKS: tuple[TaskKind, ...] = ("rating_contact", "rating_mend")
"""Finished where the rating is read, by saying what was done."""


@dataclass(frozen=True)
class RatingSeen:
    """A rating as its unit reads it: who gave it is there only where that was agreed to."""

    row: Rating
    service: Text
    subject_name: str | None
    reference: str | None
    follow_up: Rating | None


@dataclass(frozen=True)
class RatingPage:
    ratings: tuple[RatingSeen, ...]
    after: int | None


def list_ratings(db: Session, actor: Actor, after: int | None = None, limit: int = PAGE_ROWS) -> RatingPage:
    """The ratings of the actor's unit, newest first, ``limit`` a page."""
    query = select(Rating).where(*_own(actor)).order_by(Rating.id.desc()).limit(limit + 1)
    rows = db.scalars(query.where(Rating.id < after) if after is not None else query).all()
    shown = rows[:limit]
    return RatingPage(
        tuple(_seen(db, row) for row in shown), shown[-1].id if len(rows) > limit and shown else None
    )


def get_rating(db: Session, actor: Actor, rating_id: int) -> RatingSeen:
    """One rating of the actor's unit; reading whose it is goes on record. Raises NotFound."""
    rating = _get(db, actor, rating_id)
    if rating.consent != "unnamed":
        record_rating(db, actor, rating, "rating:read", "office")
    return _seen(db, rating)


def note_contact(db: Session, actor: Actor, rating_id: int, words: str = "") -> None:
    """Somebody of the unit has got in touch. Raises NotFound, Conflict where nobody wished it."""
    rating = _get(db, actor, rating_id, lock=True)
    if rating.contacted_at is not None:
        return
    if rating.contact_due_on is None:
        raise Conflict("no_contact_wished")
    _finish(db, actor, rating, "rating_contact", words)
    rating.contacted_by_id, rating.contacted_at = actor.signed_in_id, clock.now()
    record_rating(db, actor, rating, "rating:contact", "office")


def note_mended(db: Session, actor: Actor, rating_id: int, words: str) -> None:
    """The unit has put it right: the one follow-up rating is open, and the person is asked for it.

    Raises NotFound, Conflict where there was nothing to mend, or where a wished contact has not been made.
    """
    rating = _get(db, actor, rating_id, lock=True)
    if rating.mended_at is not None:
        return
    if rating.mend_due_on is None:
        raise Conflict("nothing_to_mend")
    has_died = rating.application.person.death_reported_at is not None
    if rating.contact_due_on is not None and rating.contacted_at is None and not has_died:
        raise Conflict("contact_first")
    _finish(db, actor, rating, "rating_mend", words)
    rating.mended_by_id, rating.mended_at, rating.mended_words = actor.signed_in_id, clock.now(), words
    record_rating(db, actor, rating, "rating:mend", "office")
    application = rating.application
    # a letter would tell who it was; and nobody is asked to rate once somebody has died (words.md 6)
    if application.state != "ended" and rating.consent != "unnamed" and not has_died:
        facts = {"event": "mended", "unit": rating.unit_code}
        send_notice(db, application, definition_of(db, application), INVITATION, facts)


def _finish(db: Session, actor: Actor, rating: Rating, kind: TaskKind, words: str) -> None:
    task = db.scalar(
        select(Task).where(
            Task.application_id == rating.application_id,
            Task.kind == kind,
            Task.about == str(rating.id),
            Task.state == "open",
        )
    )
    if task is not None:
        finish_task(db, actor, task.id, words)


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    """The ratings of the unit at which the actor sits; none for who sits at none."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role is None:
        return [false()]
    return [Rating.unit_code == actor.unit_code]


def _get(db: Session, actor: Actor, rating_id: int, *, lock: bool = False) -> Rating:
    query = select(Rating).where(Rating.id == rating_id, *_own(actor))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    rating = db.scalar(query)
    if rating is None:
        raise NotFound("rating")
    return rating


def _seen(db: Session, rating: Rating) -> RatingSeen:
    application = rating.application
    is_named = rating.consent != "unnamed"
    return RatingSeen(
        row=rating,
        service=get_definition(db, application.definition_hash).service.name,
        subject_name=application.subject_name if is_named else None,
        reference=application.reference if is_named else None,
        follow_up=db.scalar(select(Rating).where(Rating.follows_id == rating.id)),
    )
