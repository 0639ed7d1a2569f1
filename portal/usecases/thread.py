"""What the office and the applicant write to each other about an application, with marks of what was read.

A message of the office is told to the applicant in the ways that they allow; one of the applicant becomes a
task of the post where the application stands, which an answer finishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.texts import Text
from portal.rules.deadlines import due
from portal.rules.errors import NotFound
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.store.tasks import Task
from portal.store.thread import ThreadMessage
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar
from portal.usecases.notices import tell_applicant
from portal.usecases.rates import Limit
from portal.usecases.reminders import tell_officer
from portal.usecases.tasks import drop_task, finish_task, may_do, open_task
from portal.usecases.transitions import authority_of
from portal.usecases.visitor_messages import ANSWER_DAYS
from portal.usecases.whole_view import get_whole

LONGEST_MESSAGE = 2000
MOST_SHOWN = 200
"""The newest; `WRITTEN` keeps a thread from growing past what a page holds."""
WRITTEN = Limit("thread_message", 20, timedelta(hours=1))
"""Messages of one applicant about one application."""

NEW_MESSAGE = Text(
    zh="办事的工作人员给您留言了。请登录，在“我的事”里看。",
    easy="工作人员给您留言了。请登录看。",
    en="The office wrote to you about your application. Sign in to read it.",
)


def write_to_applicant(db: Session, actor: Actor, reference: str, words: str) -> Sequence[str]:
    """Write to the applicant; the channels through which they are told of it, none where they allow none.

    Whoever waited for an answer has it: the task of it is done. Raises NotFound.
    """
    application = get_whole(db, actor, reference, lock=True).application
    if _is_repeated(db, actor, application, words):
        return ("account",)
    message = _add(db, actor, application, "office", words)
    for task in db.scalars(select(Task).where(*_waiting(application))).all():
        if may_do(actor, task):
            finish_task(db, actor, task.id)
        else:
            drop_task(db, application, task, "done_elsewhere")
    channels = tell_applicant(db, application, NEW_MESSAGE, unique=f"thread-{message.id}")
    _record(db, actor, application, message, authority="office", channels=channels)
    return channels


def write_to_office(db: Session, actor: Actor, reference: str, words: str) -> ThreadMessage | None:
    """The applicant writes; None where the same was written a moment ago. An answer is promised within
    ``ANSWER_DAYS`` working days. Raises NotFound for another's application and for a draft."""
    application = _own(db, actor, reference, lock=True)
    if _is_repeated(db, actor, application, words):
        return None
    message = _add(db, actor, application, "applicant", words)
    entry = _read_whole_at(db, application)
    answer_due = due(clock.today(), ANSWER_DAYS, "working", (), get_calendar(db))
    open_task(db, application, "message", unit_code=entry.unit_code, role=entry.role, due_on=answer_due.on)
    if entry.claimed_by_id is not None:
        tell_officer(
            db,
            entry.claimed_by_id,
            unique=f"thread-{message.id}",
            application=application,
            about=(
                "申请人留言",
                "申请人留言了，请登录看。\nThe applicant has written.\n",
            ),
        )
    _record(db, actor, application, message, authority=authority_of(application))
    return message


def list_thread(db: Session, application: Application) -> Sequence[ThreadMessage]:
    """The newest messages, oldest first."""
    newest = db.scalars(
        select(ThreadMessage)
        .where(ThreadMessage.application_id == application.id)
        .order_by(ThreadMessage.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    return newest[::-1]


def get_own_thread(db: Session, actor: Actor, reference: str) -> tuple[Application, Sequence[ThreadMessage]]:
    """The thread for the applicant, who has now read it; recorded the first time. Raises NotFound."""
    application = _own(db, actor, reference)
    if mark_read(db, application, "office"):
        record_event(
            db,
            actor,
            stream_of(application),
            "message:read",
            person_id=application.person_id,
            authority=authority_of(application),
        )
    return application, list_thread(db, application)


def mark_read(db: Session, application: Application, side: str) -> bool:
    """What this side wrote was read now, as far as it was not; whether there was anything."""
    unread = (
        update(ThreadMessage)
        .where(
            ThreadMessage.application_id == application.id,
            ThreadMessage.side == side,
            ThreadMessage.read_at.is_(None),
        )
        .values(read_at=clock.now())
        .returning(ThreadMessage.id)
    )
    return bool(db.scalars(unread).all())


def count_unread(db: Session, application: Application) -> int:
    """How many messages of the office the applicant has not read."""
    unread = select(func.count()).where(
        ThreadMessage.application_id == application.id,
        ThreadMessage.side == "office",
        ThreadMessage.read_at.is_(None),
    )
    return db.scalar(unread) or 0


def _own(db: Session, actor: Actor, reference: str, *, lock: bool = False) -> Application:
    application = get_own(db, actor, reference, "write", lock=lock)
    if application.state == "draft":
        raise NotFound("application")
    return application


def _read_whole_at(db: Session, application: Application) -> StepEntry:
    """The newest visit to a post that reads the whole application: an assessing hospital gets no messages."""
    definition = definition_of(db, application)
    whole = (one for one in reversed(application.entries) if not step_of(definition, one.step).sees)
    return next(whole, application.entries[-1])


def _is_repeated(db: Session, actor: Actor, application: Application, words: str) -> bool:
    """Pressed twice, it is said once."""
    newest = db.scalar(
        select(ThreadMessage)
        .where(ThreadMessage.application_id == application.id)
        .order_by(ThreadMessage.id.desc())
        .limit(1)
    )
    return newest is not None and (newest.by_id, newest.words) == (actor.account_id, words)


def _add(db: Session, actor: Actor, application: Application, side: str, words: str) -> ThreadMessage:
    message = ThreadMessage(
        application_id=application.id,
        side=side,
        by_id=actor.signed_in_id,
        unit_code=actor.unit_code,
        at=clock.now(),
        words=words,
    )
    db.add(message)
    db.flush()
    return message


def _waiting(application: Application) -> tuple[ColumnElement[bool], ...]:
    return (Task.application_id == application.id, Task.kind == "message", Task.state == "open")


def _record(
    db: Session,
    actor: Actor,
    application: Application,
    message: ThreadMessage,
    *,
    authority: str,
    channels: Sequence[str] = (),
) -> None:
    record_event(
        db,
        actor,
        stream_of(application),
        "message:send",
        person_id=application.person_id,
        authority=authority,
        details={"message": message.id, "channels": list(channels)},
    )
