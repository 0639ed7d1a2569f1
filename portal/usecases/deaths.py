"""Death mid-way: the applications of the person end, nothing more is sent to them; a wrong report is undone.

A representative is told in writing, the dead person's own account is not (words.md 6). Any counter undoes a
wrong report at once, on whatever day the living person comes: everything goes on where it stood, and the days
in between are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region, StepKind
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import parse_reference
from portal.rules.states import may
from portal.rules.steps import step_of
from portal.store.accounts import Account
from portal.store.applications import Application, ClockPause, Correction, StepEntry
from portal.store.deaths import Death
from portal.store.messages import Message, NoticeRow
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, open_correction
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_after, morning_of
from portal.usecases.claims import get_seen
from portal.usecases.deliveries import drop_deliveries
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.identity import require_counter
from portal.usecases.notices import send_notice
from portal.usecases.public_notices import open_public_notice
from portal.usecases.regions import get_region
from portal.usecases.representations import resume_after_death, suspend_for_death
from portal.usecases.steps import lapses_on
from portal.usecases.subjects import hold_key_again
from portal.usecases.tasks import drop_tasks
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.transitions import close_entry, move, open_entry, set_due
from portal.usecases.turns import take_turn

SOURCES: Final = ("register", "document", "family", "village", "other")
"""On whose word a death is reported."""
DIED: Final = "ended"
"""The outcome of the step at which an application stood."""


@dataclass(frozen=True)
class DeathReport:
    """What the page of an application says of it."""

    died_on: date | None
    source: str
    words: str
    reported_by: str
    reported_on: date


def report_death(
    db: Session, actor: Actor, reference: str, *, source: str, died_on: date | None = None, words: str = ""
) -> None:
    """End what is under way for the person of this application. Reported twice it is reported once.

    Raises NotFound for another post's application and for an unknown source.
    """
    application = get_seen(db, actor, reference, lock=True)
    if source not in SOURCES:
        raise NotFound("source")
    take_turn(db, "person", str(application.person_id))
    for person in _files_of(db, application.person):
        if find_death(db, person.id) is not None:
            continue
        person.death_reported_at = clock.now()
        db.add(
            Death(
                person_id=person.id,
                application_id=application.id,
                died_on=died_on.isoformat() if died_on else None,
                source=source,
                words=words or None,
                reported_by_id=actor.signed_in_id,
                reported_at=clock.now(),
            )
        )
        db.flush()
        _record(db, actor, application, person, "person:report_death", source)
        _drop_messages(db, person)
        ended = [one for one in _applications_of(db, person) if may(one.state, "end")]
        for one in ended:
            _end(db, actor, one)
        told_ids = {one.account_id for one in ended if one.acting == "proxy"}
        suspend_for_death(db, actor, get_region(application.region), person, told_ids)


def undo_death(db: Session, actor: Actor, reference: str, region: Region) -> Application:
    """The person lives: at any counter, for any application of theirs. Undone twice it is undone once.

    Raises NotAllowed away from a counter, NotFound for a reference that does not exist, Conflict where nobody
    was reported dead.
    """
    require_counter(actor)
    try:
        wanted = parse_reference(reference)
    except FieldError as odd:
        raise NotFound("application") from odd
    application = db.scalar(select(Application).where(Application.reference == wanted).with_for_update())
    if application is None or application.submitted_at is None:
        raise NotFound("application")
    take_turn(db, "person", str(application.person_id))
    standing = find_death(db, application.person_id)
    if standing is None:
        raise Conflict("nobody_was_reported", what=application.state, when=application.changed_at)
    same_report = select(Death).where(
        Death.application_id == standing.application_id, Death.undone_at.is_(None)
    )
    for death in db.scalars(same_report).all():
        death.undone_by_id, death.undone_at = actor.signed_in_id, clock.now()
        person = db.get_one(Person, death.person_id)
        person.death_reported_at = None
        db.flush()
        _record(db, actor, application, person, "person:undo_death", death.source)
        resume_after_death(db, actor, region, person)
        for one in _applications_of(db, person):
            entry = one.entries[-1] if one.entries else None
            if one.state == "ended" and entry is not None and entry.outcome == DIED:
                _reopen(db, actor, one, entry, clock.shanghai(death.reported_at).date(), region)
    return application


def find_death(db: Session, person_id: int) -> Death | None:
    """The report that stands; None for the living."""
    return db.scalar(select(Death).where(Death.person_id == person_id, Death.undone_at.is_(None)))


def find_death_report(db: Session, application: Application) -> DeathReport | None:
    """The report that stands, as staff read it on the page of an application."""
    found = find_death(db, application.person_id)
    if found is None:
        return None
    return DeathReport(
        died_on=date.fromisoformat(found.died_on) if found.died_on else None,
        source=found.source,
        words=found.words or "",
        reported_by=db.get_one(Account, found.reported_by_id).display_name or "",
        reported_on=clock.shanghai(found.reported_at).date(),
    )


def _files_of(db: Session, person: Person) -> Sequence[Person]:
    """The file of the person; of somebody proven also the other proven files with the same number."""
    if not person.is_proven or person.id_number_index is None:
        return [person]
    same = select(Person).where(Person.id_number_index == person.id_number_index, Person.is_proven.is_(True))
    return db.scalars(same.order_by(Person.id)).all()


def _applications_of(db: Session, person: Person) -> Iterable[Application]:
    own = select(Application).where(Application.person_id == person.id).order_by(Application.id)
    return db.scalars(own.with_for_update()).all()


def _end(db: Session, actor: Actor, application: Application) -> None:
    correction = open_correction(db, application)
    if correction is not None:
        correction.ended_at = clock.now()
        drop_timers(db, "correction_due", correction.id)
    entry = open_entry(application)
    if entry is not None:
        close_entry(db, entry, DIED)
    drop_tasks(db, application, why="died")
    drop_deliveries(db, application)
    move(db, actor, application, "end", details={"reason": "death"})
    if application.acting == "proxy":
        facts = {"ended_on": clock.today(), "is_death": True}
        send_notice(db, application, definition_of(db, application), "N18", facts)


def _drop_messages(db: Session, person: Person) -> None:
    """What waits to be sent: everything to the dead person's own account, of others' what is about them."""
    about = select(NoticeRow.id).join(Application).where(Application.person_id == person.id)
    unwanted: list[ColumnElement[bool]] = [Message.notice_id.in_(about)]
    if person.is_self:
        unwanted.append(Message.account_id == person.claimed_by_id)
    db.execute(
        update(Message)
        .where(Message.state == "queued", Message.is_quiet_exempt.is_(False), or_(*unwanted))
        .values(state="failed", leased_until=None, last_error="no longer wanted")
        .execution_options(synchronize_session=False)
    )


def _reopen(
    db: Session, actor: Actor, application: Application, entry: StepEntry, ended_on: date, region: Region
) -> None:
    """Back to the step where it stood. The days between are a pause; what waited for the step waits again."""
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    entry.closed_at = entry.outcome = application.closed_at = None
    move(db, actor, application, "reopen")
    hold_key_again(db, application)
    if entry.is_paused:
        _go_on_waiting(db, actor, application, entry, ended_on)
    else:
        if ended_on < clock.today():
            entry.pauses.append(
                ClockPause(entry_id=entry.id, from_on=ended_on, to_on=clock.today(), reason="death_report")
            )
            db.flush()
        set_due(db, entry, step)
    if step.kind is StepKind.PUBLIC_NOTICE and not entry.is_paused:
        open_public_notice(db, application, entry, definition, region)
    if step.lapse_days is not None and lapses_on(entry, step) >= clock.today():
        set_timer(db, "step_lapse", entry.id, morning_after(lapses_on(entry, step)))
    open_evidence_tasks(db, application, definition, newest_answers_of(db, application))
    if application.acting == "proxy":  # who was told of the end is told of the mistake
        told = {"event": "death_undone", "unit": actor.unit_code}
        send_notice(db, application, definition, "N18", told)


def _go_on_waiting(
    db: Session, actor: Actor, application: Application, entry: StepEntry, ended_on: date
) -> None:
    """The step stood still: for the applicant, who has as many days left as before, or until a date."""
    asked = db.scalar(
        select(Correction)
        .where(Correction.entry_id == entry.id, Correction.answered_at.is_(None))
        .order_by(Correction.id.desc())
        .limit(1)
    )
    if asked is not None:
        asked.ended_at = None
        asked.due_on += clock.today() - ended_on
        set_timer(db, "correction_due", asked.id, morning_after(asked.due_on))
        move(db, actor, application, "return")
    until_on = entry.pauses[-1].until_on if entry.pauses else None
    if until_on is not None:
        set_timer(db, "step_resume", entry.id, morning_of(max(until_on, clock.today())))


def _record(
    db: Session, actor: Actor, application: Application, person: Person, tag: str, source: str
) -> None:
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=person.id,
        authority="office",
        details={"source": source},
    )
