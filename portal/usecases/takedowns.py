"""A public notice that comes down for safety, and is posted again for a whole new term.

No rule says what becomes of the days of a notice that had to come down (rules.md 2.4 only asks for five
working days). So the step stands still with its reason, the applicant is told, and what is posted again is
up for all of its days: nobody loses time to object, and nobody is accepted behind a page that nobody saw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.public_notices import NoticeWords
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import PublicNotice, Takedown
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_office_event
from portal.usecases.claims import get_seen
from portal.usecases.notices import send_notice
from portal.usecases.public_notices import TAKEN_DOWN, may_take_down, open_public_notice, words_of
from portal.usecases.staff_names import name_of
from portal.usecases.transitions import move, pause, resume

REASONS: Final[Mapping[str, Text]] = {
    "danger": Text(
        zh="公示可能让人有危险", easy="公示可能有危险", en="being public may put somebody in danger"
    ),
    "wrong": Text(zh="公示里有写错的", easy="公示写错了", en="something in the notice is wrong"),
    "other": Text(zh="有别的原因，现在不能公示", easy="别的原因", en="another cause that forbids it for now"),
}
"""Why a notice comes down before its time, as the applicant is told."""


def get_own_notice(db: Session, actor: Actor, reference: str, notice_id: int) -> PublicNotice:
    """A notice that the actor's unit posted. Raises NotFound for any other and for other posts."""
    application = get_seen(db, actor, reference)
    notice = db.get(PublicNotice, notice_id)
    if notice is None or notice.application_id != application.id or not may_take_down(actor, notice):
        raise NotFound("public_notice")
    return notice


def standing_takedown(notice: PublicNotice) -> Takedown | None:
    """Why a notice is down now; None while it is up, and when its step is over."""
    if notice.end_kind != TAKEN_DOWN:
        return None
    return next((one for one in notice.takedowns if one.reposted_at is None), None)


def take_down(
    db: Session, actor: Actor, reference: str, notice_id: int, *, reason: str, words: str = ""
) -> None:
    """Take a notice down before its time. Taken down twice it is down once.

    Raises NotFound for another unit's and for an unknown ``reason`` (``REASONS``), NotAllowed on one's own
    application and for who keeps away, Conflict (who, when) where it is down already or its step is over.
    """
    if reason not in REASONS:
        raise NotFound("reason")
    notice, application, entry = lock_notice(db, actor, reference, notice_id, may_take_down)
    standing = standing_takedown(notice)
    if standing is not None and standing.taken_down_by_id == actor.account_id:
        return
    if notice.ended_at is not None or entry.closed_at is not None or entry.is_paused:
        who = name_of(db, standing.taken_down_by_id) if standing else None
        raise Conflict("notice_is_down", who=who, when=notice.ended_at)
    notice.ended_at, notice.end_kind = clock.now(), TAKEN_DOWN
    notice.takedowns.append(
        Takedown(
            reason=reason,
            words=words or None,
            taken_down_by_id=actor.signed_in_id,
            taken_down_at=clock.now(),
        )
    )
    pause(db, entry, TAKEN_DOWN)
    move(db, actor, application, "suspend", details={"step": entry.step, "outcome": TAKEN_DOWN})
    _record(db, actor, notice, "public_notice:take_down", reason)
    facts = {"event": TAKEN_DOWN, "unit": notice.unit_code}
    why = REASONS[reason].by_language()
    send_notice(db, application, definition_of(db, application), "N08", {**facts, "why": why})


def words_to_post(db: Session, notice: PublicNotice, region: Region) -> NoticeWords:
    """What a notice that is down would say today."""
    return words_of(db, notice.application, _entry_of(db, notice), region)


def post_again(db: Session, actor: Actor, reference: str, notice_id: int, region: Region) -> None:
    """Post a notice again, in today's words and for a whole new term. Posted twice it is posted once.

    Raises NotFound for another unit's, NotAllowed on one's own application and for who keeps
    away, Conflict where its step is over or the head has asked that it be given up (who, when).
    """
    notice, application, entry = lock_notice(db, actor, reference, notice_id, may_take_down)
    if notice.ended_at is None:
        return
    waiver = next((one for one in notice.waivers if one.answered_at is None), None)
    if waiver is not None:
        who = name_of(db, waiver.proposed_by_id)
        raise Conflict("waiver_waits", who=who, what="waiver", when=waiver.proposed_at)
    standing = standing_takedown(notice)
    if standing is None or entry.closed_at is not None:
        raise Conflict("notice_is_over", what=application.state, when=notice.ended_at)
    standing.reposted_by_id, standing.reposted_at = actor.signed_in_id, clock.now()
    definition = definition_of(db, application)
    entry.counted_from_on = clock.today()
    resume(db, entry, step_of(definition, entry.step))
    open_public_notice(db, application, entry, definition, region)
    move(db, actor, application, "advance", details={"step": entry.step, "outcome": "posted_again"})
    _record(db, actor, notice, "public_notice:post_again", standing.reason)
    told = {"village": notice.village, "notice_from_on": notice.from_on, "notice_to_on": notice.to_on}
    send_notice(db, application, definition, "N08", {**told, "unit": notice.unit_code})


def lock_notice(
    db: Session, actor: Actor, reference: str, notice_id: int, may: Callable[[Actor, PublicNotice], bool]
) -> tuple[PublicNotice, Application, StepEntry]:
    """A notice, its application and its step, under the application's lock as whoever withdraws, decides or
    lets the term end. Raises NotFound where ``may`` says no, NotAllowed on one's own application and for who
    keeps away."""
    application = get_seen(db, actor, reference, lock=True)
    notice = db.scalar(
        select(PublicNotice)
        .where(PublicNotice.id == notice_id, PublicNotice.application_id == application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if notice is None or not may(actor, notice):
        raise NotFound("public_notice")
    if actor.account_id == application.account_id:
        raise NotAllowed("own_application")
    return notice, application, _entry_of(db, notice)


def _entry_of(db: Session, notice: PublicNotice) -> StepEntry:
    return db.get_one(StepEntry, notice.entry_id)


def _record(db: Session, actor: Actor, notice: PublicNotice, tag: str, reason: str) -> None:
    application = notice.application
    record_office_event(db, actor, application, tag, details={"public_notice": notice.id, "reason": reason})
