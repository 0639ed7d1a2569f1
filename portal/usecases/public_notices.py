"""Public notices (公示): posted when their step opens, gone when the term is over or the step is left.

What a notice says is frozen when it is posted, and is the same that the applicant saw before handing in
(``rules/public_notices.notice_words``). Objections to one are in ``objections``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.catalogue.model import Definition, Region, Role
from portal.catalogue.texts import Text
from portal.rules.errors import NotFound
from portal.rules.places import county_of
from portal.rules.public_notices import NoticeWords, notice_place, notice_step, notice_words
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import Objection, PublicNotice
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.contact_units import ContactUnit, get_contact_unit
from portal.usecases.definitions import get_definition
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.tasks import drop_tasks, open_task
from portal.usecases.units import get_unit, names_of_unit_for

PAGE_ROWS = 50
TAKEN_DOWN: Final = "taken_down"
"""How a notice ended for now, why the clock of its step stands, and what the letter tells of."""
WAIVED: Final = "waived"
"""How a notice ended that is never posted again, and how its step was left without the rest of its days."""


@dataclass(frozen=True)
class Posted:
    """A notice as anyone may read it: there is nothing else of it to show."""

    slug: str
    words: NoticeWords
    place: str
    county: str
    from_on: date
    to_on: date


@dataclass(frozen=True)
class PostedPage:
    """One page of what is posted now, by county and town; ``after`` is the cursor of the next page."""

    notices: tuple[Posted, ...]
    after: str | None


def preview_public_notice(
    db: Session, definition: Definition, region: Region, facts: Mapping[str, Any], name: str | None
) -> NoticeWords | None:
    """The words that would be posted, were it today; None where this application has no such step.

    ``facts`` are the answers and what follows from them (``Journey.facts``).
    """
    step = notice_step(definition, facts)
    if step is None:
        return None
    names = names_of_unit_for(db, step.unit, region, notice_place(definition, step, region, facts))
    return notice_words(definition, step, region, facts, name, Text.model_validate(names))


def open_public_notice(
    db: Session, application: Application, entry: StepEntry, definition: Definition, region: Region
) -> PublicNotice:
    """Post the notice of a step that has opened; opened again, the same one has a new term."""
    notice = _of_entry(db, entry)
    words = words_of(db, application, entry, region)
    if notice is None:
        notice = _new_notice(db, application, entry, definition, region)
    notice.masked_name, notice.village, notice.days = words.masked_name, words.village, words.days
    notice.ended_at = notice.end_kind = None
    _set_term(notice, entry)
    db.flush()
    for objection in db.scalars(
        select(Objection).where(Objection.public_notice_id == notice.id, Objection.answered_at.is_(None))
    ):
        give_to_unit(db, notice, objection)
    _record(db, notice, "public_notice:open", {"from": str(notice.from_on), "to": str(notice.to_on)})
    return notice


def follow_term(db: Session, entry: StepEntry) -> None:
    """Let the notice stay up as long as its step now lasts: its due date was counted anew."""
    notice = _of_entry(db, entry)
    if notice is not None and notice.ended_at is None:
        _set_term(notice, entry)
        db.flush()


def end_public_notice(db: Session, entry: StepEntry, kind: str) -> None:
    """Take the notice of a step down, for whatever reason (``kind``) it is left. Ended twice is once."""
    notice = _of_entry(db, entry)
    if notice is None or notice.ended_at is not None:
        return
    notice.ended_at = clock.now()
    notice.end_kind = kind
    db.flush()
    drop_tasks(db, notice.application, "objection", why="notice_over")
    _record(db, notice, "public_notice:end", {"kind": kind})


def give_to_unit(db: Session, notice: PublicNotice, objection: Objection) -> None:
    """What was said against a notice is for the unit that posted it to look into."""
    open_task(
        db,
        notice.application,
        "objection",
        unit_code=notice.unit_code,
        about=objection.reference,
        due_on=objection.due_on,
    )


def list_public_notices(
    db: Session, region: Region, county: str | None = None, after: str | None = None, limit: int = PAGE_ROWS
) -> PostedPage:
    """What is posted now, by county and town. A county that the region does not have has none."""
    query = select(PublicNotice).where(*is_posted(clock.today())).limit(limit + 1)
    if county is not None:
        query = query.where(PublicNotice.county == county)
    last = db.scalar(select(PublicNotice).where(PublicNotice.slug == after)) if after else None
    order = (PublicNotice.county, PublicNotice.place, PublicNotice.id)
    if last is not None:
        query = query.where(tuple_(*order) > (last.county, last.place, last.id))
    rows = db.scalars(query.where(PublicNotice.region == region.code).order_by(*order)).all()
    shown = rows[:limit]
    return PostedPage(tuple(posted(db, row) for row in shown), shown[-1].slug if len(rows) > limit else None)


def get_public_notice(db: Session, slug: str) -> Posted:
    """One notice while it is up. Raises NotFound before and after, as for one that never was."""
    return posted(db, get_posted_row(db, slug))


def find_posted_notice(db: Session, application: Application) -> Posted | None:
    """The notice of an application, while it is up."""
    row = db.scalar(
        select(PublicNotice)
        .where(PublicNotice.application_id == application.id, *is_posted(clock.today()))
        .order_by(PublicNotice.id.desc())
        .limit(1)
    )
    return posted(db, row) if row else None


def is_taken_down(db: Session, slug: str) -> bool:
    """Whether there was a notice at this address that came down before its time and is not up again."""
    down = select(PublicNotice.id).where(
        PublicNotice.slug == slug, PublicNotice.end_kind.in_((TAKEN_DOWN, WAIVED))
    )
    return db.scalar(down) is not None


def may_take_down(actor: Actor, notice: PublicNotice) -> bool:
    """The reviewers of the unit that posts it."""
    return (actor.role, actor.unit_code) == (Role.COUNTY_REVIEWER, notice.unit_code)


def words_of(db: Session, application: Application, entry: StepEntry, region: Region) -> NoticeWords:
    """What the notice of a step says, from the newest answers."""
    definition = get_definition(db, application.definition_hash)
    unit = Text.model_validate(get_unit(db, entry.unit_code).names)
    answers, step = newest_answers_of(db, application), step_of(definition, entry.step)
    return notice_words(definition, step, region, answers, application.subject_name, unit)


def get_posted_row(db: Session, slug: str, *, lock: bool = False) -> PublicNotice:
    """The row behind a notice that is up. Raises NotFound."""
    query = select(PublicNotice).where(PublicNotice.slug == slug, *is_posted(clock.today()))
    row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("public_notice")
    return row


def get_posting_unit(db: Session, slug: str) -> ContactUnit:
    """Whom to ask about a notice. Raises NotFound, also after its term."""
    return get_contact_unit(db, get_posted_row(db, slug).unit_code)


def posted(db: Session, notice: PublicNotice) -> Posted:
    """What may be said of a notice."""
    words = NoticeWords(
        service=get_definition(db, notice.definition_hash).service.name,
        masked_name=notice.masked_name,
        village=notice.village,
        unit=Text.model_validate(get_unit(db, notice.unit_code).names),
        days=notice.days,
    )
    return Posted(notice.slug, words, notice.place, notice.county, notice.from_on, notice.to_on)


def is_posted(today: date) -> tuple[ColumnElement[bool], ...]:
    """Up from the moment of posting to the end of the last day: no timer has to take it down."""
    return (PublicNotice.ended_at.is_(None), PublicNotice.to_on >= today)


def _new_notice(
    db: Session, application: Application, entry: StepEntry, definition: Definition, region: Region
) -> PublicNotice:
    step = step_of(definition, entry.step)
    answers = newest_answers_of(db, application)
    place = notice_place(definition, step, region, answers)
    notice = PublicNotice(
        slug=secrets.token_hex(8),
        application_id=application.id,
        entry_id=entry.id,
        place=place,
        county=county_of(region, place) or place,
        region=region.code,
        service_code=application.service_code,
        definition_hash=application.definition_hash,
        unit_code=entry.unit_code,
        posted_at=clock.now(),
    )
    db.add(notice)
    return notice


def _set_term(notice: PublicNotice, entry: StepEntry) -> None:
    """The day of posting itself is not counted (民法典 art. 201)."""
    notice.from_on = entry.counted_from_on + timedelta(days=1)
    notice.to_on = max(entry.due_on, notice.from_on)


def _of_entry(db: Session, entry: StepEntry) -> PublicNotice | None:
    return db.scalar(select(PublicNotice).where(PublicNotice.entry_id == entry.id).with_for_update())


def _record(db: Session, notice: PublicNotice, tag: str, details: Mapping[str, Any]) -> None:
    application = notice.application
    record_event(
        db,
        SYSTEM,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority="system",
        details={"public_notice": notice.id, **details},
    )
