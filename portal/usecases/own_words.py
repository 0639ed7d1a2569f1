"""What the person said, as the office reads it; and the officer's note that an objection was heard."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict, NotFound
from portal.store.applications import Application
from portal.store.voices import OwnWords, PersonSlip
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.staff_names import name_of
from portal.usecases.voices import settle
from portal.usecases.whole_view import get_whole

KEPT_FROM_THE_OFFICE = ("hide", "show")
"""What the person keeps from who acts decides nothing."""


def list_own_words(db: Session, application: Application) -> Sequence[OwnWords]:
    """What the person said of an application, oldest first."""
    rows = select(OwnWords).where(
        OwnWords.application_id == application.id, OwnWords.kind.not_in(KEPT_FROM_THE_OFFICE)
    )
    return db.scalars(rows.order_by(OwnWords.id)).all()


def find_newest_slip(db: Session, application: Application) -> PersonSlip | None:
    """The newest slip of the person, on or off: how it reached them, and whether it was used."""
    rows = select(PersonSlip).where(PersonSlip.person_id == application.person_id)
    return db.scalar(rows.order_by(PersonSlip.id.desc()).limit(1))


def get_own_words(
    db: Session, actor: Actor, reference: str, words_id: int, *, lock: bool = False
) -> OwnWords:
    """One of them, for a post that reads the whole application. Raises NotFound."""
    application = get_whole(db, actor, reference, lock=lock).application
    said = db.scalar(
        select(OwnWords)
        .where(OwnWords.id == words_id, OwnWords.application_id == application.id)
        .execution_options(populate_existing=True)
    )
    if said is None or said.kind in KEPT_FROM_THE_OFFICE:
        raise NotFound("own_words")
    return said


def take_note(
    db: Session, actor: Actor, reference: str, words_id: int, answer: str, *, is_settled: bool
) -> OwnWords:
    """Take note of an objection, with words of what was done about it; ``is_settled`` once both were heard
    and it stands no more. Pressed twice it is noted once.

    Raises NotFound, Conflict (who, when) where a colleague noted other words.
    """
    said = get_own_words(db, actor, reference, words_id, lock=True)
    if said.kind != "objection":
        raise NotFound("own_words")
    if said.seen_at is not None:
        if (said.seen_by_id, said.answer) == (actor.account_id, answer):
            return said
        if said.settled_at is not None or not is_settled:
            who = name_of(db, said.seen_by_id)
            raise Conflict("objection_noted", who=who, what="objection_noted", when=said.seen_at)
    said.seen_by_id, said.seen_at, said.answer = actor.signed_in_id, clock.now(), answer
    application = db.get_one(Application, said.application_id)
    if is_settled:
        settle(db, application, said, actor.signed_in_id)
    db.flush()
    details = {"words": said.id, "is_settled": is_settled}
    record_office_event(db, actor, application, "voice:note", details=details)
    return said
