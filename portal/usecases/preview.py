"""What a decision would do, before it is made: done with all its refusals, looked at, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Region, Step
from portal.rules.steps import step_of
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.messages import Message, NoticeRow
from portal.usecases.access_needs import Written, needs_for, written_to
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import get_seen
from portal.usecases.decision_checks import Deciding
from portal.usecases.definitions import get_definition
from portal.usecases.deliveries import INVITATION, deliveries_of
from portal.usecases.review import decide
from portal.usecases.transitions import open_entry


@dataclass(frozen=True)
class DraftNotice:
    """A notice as it would be sent: without number, which it gets when it is."""

    key: str
    facts: dict[str, Any]
    created_at: datetime
    number: str | None = None


@dataclass(frozen=True)
class Telling:
    """How the applicant would get a notice: in which language, which kind of letter, through which ways."""

    written: Written
    format: str
    """The answer to ``c_format``; empty where it was not asked."""
    ways: tuple[str, ...]
    """Keys of ``letters.DELIVERY_WAYS``, in the order in which they were planned."""
    messages: tuple[tuple[str, str], ...]
    """(channel, text) of every message exactly as it would leave."""


@dataclass(frozen=True)
class LetterAhead:
    """A notice that would be sent, with how the applicant would get it."""

    definition: Definition
    """The one that has its words."""
    notice: DraftNotice
    telling: Telling


@dataclass(frozen=True)
class Preview:
    """What a decision would do: the notices that the applicant would read, the step that would follow."""

    letters: tuple[LetterAhead, ...]
    """In the order in which they would go out: of the decision, then of the step that begins with it."""
    next_step: Step | None


def preview_decision(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    version: int,
    deciding: Deciding,
    seen: str | None = None,
) -> Preview:
    """What ``decide`` would do, with exactly its refusals: it is done, looked at, and undone."""
    newest = select(func.max(NoticeRow.id)).join(Application).where(Application.reference == reference)
    before = db.scalar(newest) or 0
    attempt = db.begin_nested()
    try:
        decide(db, actor, reference, region, version=version, deciding=deciding, seen=seen, is_agreed=True)
        db.flush()
        application = get_seen(db, actor, reference)
        following = open_entry(application) if application.state == "in_review" else None
        return Preview(
            letters=tuple(_ahead(db, application, told) for told in _told_since(db, application, before)),
            next_step=step_of(definition_of(db, application), following.step) if following else None,
        )
    finally:
        attempt.rollback()


def _told_since(db: Session, application: Application, before: int) -> Sequence[NoticeRow]:
    return db.scalars(
        select(NoticeRow)
        .where(NoticeRow.application_id == application.id, NoticeRow.id > before)
        .where(NoticeRow.key != INVITATION)
        .order_by(NoticeRow.id)
    ).all()


def _ahead(db: Session, application: Application, told: NoticeRow) -> LetterAhead:
    return LetterAhead(
        definition=get_definition(db, told.definition_hash),
        notice=DraftNotice(told.key, dict(told.facts), told.created_at),
        telling=_telling(db, application, told),
    )


def _telling(db: Session, application: Application, notice: NoticeRow) -> Telling:
    needs = needs_for(db, application)
    messages = db.execute(
        select(Message.channel, Message.body).where(Message.notice_id == notice.id).order_by(Message.id)
    )
    return Telling(
        written=written_to(db.get_one(Account, application.account_id), needs),
        format=str(needs.get("contact_format") or ""),
        ways=tuple(one.way for one in deliveries_of(db, notice)),
        messages=tuple((channel, body) for channel, body in messages),
    )
