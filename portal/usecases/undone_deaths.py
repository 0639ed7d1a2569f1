"""A wrong report of a death is undone: at any counter, at once, on whatever day the living person comes.

Everything goes on where it stood, and the days in between are not counted (words.md 6).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError, IdType, same_name
from portal.catalogue.model import Region, StepKind
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import parse_reference
from portal.rules.steps import step_of
from portal.store import blind_index
from portal.store.applications import Application, ClockPause, Correction, StepEntry
from portal.store.deaths import Death
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_after, morning_of
from portal.usecases.card_changes import find_cancelled, restore_certificate
from portal.usecases.card_moves import go_on_with_moves
from portal.usecases.certificates import find_in_force
from portal.usecases.deaths import (
    DIED,
    FAMILY_TASK,
    applications_of,
    files_of,
    find_death,
    record_death,
)
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.identity import read_id_number, require_counter
from portal.usecases.notices import send_notice
from portal.usecases.public_notices import open_public_notice
from portal.usecases.representations import resume_after_death
from portal.usecases.steps import facts_of, lapses_on, may_lapse
from portal.usecases.subjects import hold_key_again
from portal.usecases.tasks import drop_tasks
from portal.usecases.timers import set_timer
from portal.usecases.transitions import move, set_due
from portal.usecases.turns import take_turn

RESTORED: Final = "N20"
"""What tells the holder that a card which was cancelled by mistake is good again."""
DEATH: Final = "death"
"""The reason of a card that was cancelled because its holder was thought dead."""


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
    if find_death(db, application.person_id) is None:
        raise Conflict("nobody_was_reported", what=application.state, when=application.changed_at)
    undo_death_of(db, actor, application.person, region)
    return application


def undo_death_by_number(
    db: Session, actor: Actor, region: Region, *, name: str, id_type: IdType, id_number: str
) -> bool:
    """The same for somebody who has no number of an application, by what their document shows: every file
    with exactly this number and this name. Says whether there was a report; who asked is recorded.

    Raises NotAllowed away from a counter, Invalid ``id_number`` for a number that cannot be.
    """
    require_counter(actor)
    index = blind_index(db, "id_number", read_id_number(id_type, id_number))
    dead = select(Person).where(Person.id_number_index == index, Person.death_reported_at.is_not(None))
    files = [one for one in db.scalars(dead.order_by(Person.id)) if same_name(one.name or "", name)]
    record_event(
        db,
        actor,
        f"account:{actor.signed_in_id}",
        "person:look_up",
        authority="office",
        details={"found": [one.id for one in files]},
    )
    for file in files:
        take_turn(db, "person", str(file.id))
        if find_death(db, file.id) is not None:  # it was not undone with the one before
            undo_death_of(db, actor, file, region)
    return bool(files)


def undo_death_of(db: Session, actor: Actor, person: Person, region: Region) -> None:
    """The same for somebody who stands there, with or without an application. Raises as ``undo_death``."""
    require_counter(actor)
    take_turn(db, "person", str(person.id))
    standing = find_death(db, person.id)
    if standing is None:
        raise Conflict("nobody_was_reported", what="person")
    same_report = select(Death).where(
        Death.undone_at.is_(None),
        or_(
            Death.person_id.in_([one.id for one in files_of(db, person)]),
            and_(Death.application_id.is_not(None), Death.application_id == standing.application_id),
        ),
    )
    for death in db.scalars(same_report.order_by(Death.id)).all():
        death.undone_by_id, death.undone_at = actor.signed_in_id, clock.now()
        dead = db.get_one(Person, death.person_id)
        dead.death_reported_at = None
        db.flush()
        record_death(db, actor, _stream_of(db, death), dead, "person:undo_death", death.source)
        resume_after_death(db, actor, region, dead)
        _give_card_back(db, actor, region, dead)
        go_on_with_moves(db, dead, clock.shanghai(death.reported_at).date())
        for one in applications_of(db, dead):
            drop_tasks(db, one, "staff_check", FAMILY_TASK, why="done_elsewhere")
            entry = one.entries[-1] if one.entries else None
            if one.state == "ended" and entry is not None and entry.outcome == DIED:
                ended_at = entry.closed_at or death.reported_at
                _reopen(db, actor, one, entry, clock.shanghai(ended_at).date(), region)


def _give_card_back(db: Session, actor: Actor, region: Region, person: Person) -> None:
    """A card that was cancelled because of the death is in force again, unless there is another by now."""
    cancelled = find_cancelled(db, person, (DEATH,))
    if cancelled is None or find_in_force(db, cancelled.person) is not None:
        return
    application, cancelled_on = cancelled.spoken_through, cancelled.cancelled_on
    restore_certificate(db, actor, application, region, cancelled)
    facts = {"event": "card_restored", "unit": actor.unit_code, "decided_on": cancelled_on}
    facts |= {"valid_to_on": cancelled.valid_to_on}
    send_notice(db, application, definition_of(db, application), RESTORED, facts)


def _stream_of(db: Session, death: Death) -> str:
    if death.application_id is not None:
        return stream_of(db.get_one(Application, death.application_id))
    return f"account:{death.reported_by_id}"


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
    known = facts_of(db, application, definition)
    if may_lapse(step, known) and lapses_on(entry, step) >= clock.today():
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
        .where(
            Correction.application_id == application.id,
            Correction.entry_id == entry.id,
            Correction.answered_at.is_(None),
        )
        .order_by(Correction.id.desc())
        .limit(1)
    )
    if asked is not None:
        asked.ended_at = None
        asked.due_on += clock.today() - ended_on
        due_at, unique = morning_after(asked.due_on), asked.due_on.isoformat()
        set_timer(db, "correction_due", asked.id, due_at, unique=unique)
        move(db, actor, application, "return")
    until_on = entry.pauses[-1].until_on if entry.pauses else None
    if until_on is not None:
        set_timer(db, "step_resume", entry.id, morning_of(max(until_on, clock.today())))
