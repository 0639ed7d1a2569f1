"""Objections to what is posted: anyone may make one while it is up, the unit that posts looks into it.

No account and no name are needed. Whoever objects gets a number that shows when an answer is due, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Role
from portal.rules.deadlines import Due, due
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import new_reference, parse_reference
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import NoticeWaiver, Objection, PublicNotice, Takedown
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar
from portal.usecases.objection_letters import answer_objector, tell_of_objection, tell_of_outcome
from portal.usecases.public_notices import get_posted_row, give_to_unit, may_take_down
from portal.usecases.rates import Limit
from portal.usecases.staff_names import name_of
from portal.usecases.tasks import finish_task
from portal.usecases.timers import set_timer

ANSWER_DAYS = 5
"""Working days until an answer: a promise, as for every message (words.md 6); no national limit is known."""

OBJECTED = Limit("objection", 20, timedelta(hours=1))
"""Objections to one notice by all visitors together: nobody is known, and nobody is flooded."""

READERS = frozenset({Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER})
"""Who reviews the result reads what was said against it, at whichever county it was posted."""


@dataclass(frozen=True)
class ObjectionReceipt:
    """What may be said of an objection to whoever has its number: never what was written."""

    reference: str
    received_on: date
    due: Due
    is_answered: bool
    has_contact: bool


@dataclass(frozen=True)
class NoticeRecord:
    """A notice of an application as the office sees it: when it was up, and what was said against it."""

    notice: PublicNotice
    objections: Sequence[Objection]
    is_own: bool
    """Whether it is the actor's unit that posts and answers."""
    may_take_down: bool
    """Whether the actor may take it down for safety, and post it again."""
    takedowns: Sequence[Takedown]
    """When it had to come down before its time, oldest first."""
    waivers: Sequence[NoticeWaiver]
    """When the head of the unit wanted it given up for good, oldest first."""


def object_to(db: Session, actor: Actor, slug: str, body: str, contact: str | None = None) -> str:
    """Keep an objection encrypted, give it to the unit that posts, and return its number.

    Raises NotFound once the notice is down. Count the try before (``OBJECTED``, by slug).
    """
    notice = get_posted_row(db, slug, lock=True)
    answer_due = due(clock.today(), ANSWER_DAYS, "working", (), get_calendar(db))
    objection = Objection(
        public_notice_id=notice.id,
        reference=new_reference(),
        body=body,
        contact=contact or None,
        created_at=clock.now(),
        due_on=answer_due.on,
    )
    db.add(objection)
    db.flush()
    give_to_unit(db, notice, objection)
    _record(db, actor, notice, objection, "objection:make", authority="self")
    tell_of_objection(db, objection)
    return objection.reference


def get_objection_receipt(db: Session, slug: str, typed: str) -> ObjectionReceipt:
    """When an objection came and when it is answered; also after the notice is down. Raises NotFound."""
    try:
        reference = parse_reference(typed)
    except FieldError as fault:
        raise NotFound("objection") from fault
    objection = db.scalar(
        select(Objection)
        .join(PublicNotice)
        .where(Objection.reference == reference, PublicNotice.slug == slug)
    )
    if objection is None:
        raise NotFound("objection")
    received_on = clock.shanghai(objection.created_at).date()
    return ObjectionReceipt(
        reference=reference,
        received_on=received_on,
        due=due(received_on, ANSWER_DAYS, "working", (), get_calendar(db)),
        is_answered=objection.answered_at is not None,
        has_contact=objection.contact is not None,
    )


def has_open_objection(db: Session, entry: StepEntry) -> bool:
    """Whether something said against the notice of this step is unanswered, or was found to be right:
    then the step does not end by itself, and an officer decides."""
    waiting = (
        exists()
        .where(PublicNotice.entry_id == entry.id)
        .where(Objection.public_notice_id == PublicNotice.id)
        .where(or_(Objection.answered_at.is_(None), Objection.is_upheld.is_(True)))
    )
    return bool(db.scalar(select(waiting)))


def list_notice_records(db: Session, actor: Actor, application: Application) -> list[NoticeRecord]:
    """Every notice of an application with its objections, for the unit that posts and the reviewing county;
    none for anyone else who works on the application."""
    notices = db.scalars(
        select(PublicNotice).where(PublicNotice.application_id == application.id).order_by(PublicNotice.id)
    )
    return [
        NoticeRecord(
            notice=one,
            objections=tuple(one.objections),
            is_own=one.unit_code == actor.unit_code,
            may_take_down=may_take_down(actor, one),
            takedowns=tuple(one.takedowns),
            waivers=tuple(one.waivers),
        )
        for one in notices
        if actor.role in READERS or one.unit_code == actor.unit_code
    ]


def get_objection(
    db: Session, actor: Actor, reference: str, objection_id: int, *, lock: bool = False
) -> Objection:
    """One objection to the notice of an application, for the unit that posts; recorded as a reading.

    Raises NotFound for anyone else, and where it belongs to another application.
    """
    query = (
        select(Objection)
        .join(PublicNotice)
        .join(Application)
        .where(
            Objection.id == objection_id,
            Application.reference == reference,
            PublicNotice.unit_code == (actor.unit_code if actor.kind == "staff" else None),
        )
    )
    found = db.scalar(
        query.with_for_update(of=Objection).execution_options(populate_existing=True) if lock else query
    )
    if found is None:
        raise NotFound("objection")
    if not lock:
        _record(db, actor, found.notice, found, "objection:read")
    return found


def answer_objection(
    db: Session, actor: Actor, reference: str, objection_id: int, words: str, *, is_upheld: bool
) -> Objection:
    """Say what was found out, and whether the objection is right. Its task is done with it; the applicant
    hears what came of it, and whoever objected gets the answer where they left a number or a mail address.

    Pressed twice it is said once. Raises NotFound for another unit's, Conflict (who, when) where it was
    answered before in other words.
    """
    objection = get_objection(db, actor, reference, objection_id, lock=True)
    if objection.answered_at is not None:
        if (objection.answered_by_id, objection.answer, objection.is_upheld) == (
            actor.account_id,
            words,
            is_upheld,
        ):
            return objection
        who = name_of(db, objection.answered_by_id)
        raise Conflict("objection_answered", who=who, when=objection.answered_at)
    objection.answer, objection.is_upheld = words, is_upheld
    objection.answered_by_id, objection.answered_at = actor.signed_in_id, clock.now()
    db.flush()
    task = db.scalar(
        select(Task).where(
            Task.application_id == objection.notice.application_id,
            Task.kind == "objection",
            Task.about == objection.reference,
            Task.state == "open",
        )
    )
    if task is not None:
        finish_task(db, actor, task.id)
    if not is_upheld:
        # the term may be over by now; where nothing else stands against it, the step ends in its own way
        unique = f"objection-{objection.id}"
        set_timer(db, "step_over", objection.notice.entry_id, clock.now(), unique=unique)
    _record(db, actor, objection.notice, objection, "objection:answer", is_upheld=is_upheld)
    tell_of_outcome(db, objection)
    answer_objector(db, objection)
    return objection


def _record(
    db: Session,
    actor: Actor,
    notice: PublicNotice,
    objection: Objection,
    tag: str,
    *,
    authority: str = "office",
    is_upheld: bool | None = None,
) -> None:
    application = notice.application
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority=authority,
        details={"objection": objection.id} | ({} if is_upheld is None else {"is_upheld": is_upheld}),
    )
