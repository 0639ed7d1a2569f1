"""Asking another unit about an application (征询意见): by whoever has it in hand, answered by the unit asked.

The clock of the step goes on: a question to colleagues is no cause to pause it (rules.md 10.0.4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Definition, Region, Role, UnitKind
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.store.applications import Application, Submission
from portal.store.consultations import Consultation
from portal.store.documents import Document
from portal.store.units import UnitRow
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_after
from portal.usecases.consulted import asked_of, get_question, is_live
from portal.usecases.deciders import keeping_away
from portal.usecases.documents import list_by_keys
from portal.usecases.reminders import tell_officer
from portal.usecases.review_answers import AnswerSection, file_keys, read_sections
from portal.usecases.staff_names import name_of
from portal.usecases.submission import newest_submission
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.whole_view import get_whole

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 4000
LATEST_DAYS = 180
"""Nobody is asked for an opinion on a day further away."""
PAGE_ROWS = 50

_CURSOR = re.compile(r"(\d{1,7})-(\d{1,18})")


@dataclass(frozen=True)
class Asking:
    """What is asked, of whom, by when, and what they are shown of the application."""

    unit_code: str
    words: str
    due_on: date
    sections: Sequence[str] = ()
    documents: Sequence[str] = ()
    attention: str = ""


@dataclass(frozen=True)
class ConsultationPage:
    """One page of the questions to a unit; ``after`` is the cursor of the next, None on the last."""

    rows: tuple[Consultation, ...]
    after: str | None


@dataclass(frozen=True)
class ConsultationSeen:
    """One question with what it shows, for the unit asked. Once it is over it shows nothing any more."""

    consultation: Consultation
    application: Application
    definition: Definition
    sections: tuple[AnswerSection, ...]
    documents: tuple[Document, ...]
    asked_by: str
    asking_unit: UnitRow
    is_live: bool


def ask_unit(db: Session, actor: Actor, reference: str, asking: Asking) -> Consultation:
    """Ask another unit. Raises NotFound, NotAllowed where the actor has not got the step in hand (a head of
    unit need not), Invalid by question: ``unit``, ``due_on``, ``sections``, ``documents``."""
    seen = get_whole(db, actor, reference, lock=True)
    application = seen.application
    if seen.entry.closed_at is not None:
        raise Conflict("step_is_closed", when=seen.entry.closed_at)
    if actor.role is not Role.LEAD and seen.entry.claimed_by_id != actor.account_id:
        raise NotAllowed("not_taken")
    submission = newest_submission(db, application)
    if submission is None:
        raise NotFound("submission")
    _refuse_odd(db, actor, seen.definition, submission, asking)
    known = _find_same(db, actor, application, asking)
    if known is not None:
        return known
    consultation = Consultation(
        application_id=application.id,
        entry_id=seen.entry.id,
        submission_id=submission.id,
        unit_code=asking.unit_code,
        attention=asking.attention or None,
        sections=list(asking.sections),
        documents=list(asking.documents),
        words=asking.words,
        asked_by_id=actor.signed_in_id,
        asked_unit=actor.unit_code,
        asked_at=clock.now(),
        due_on=asking.due_on,
    )
    db.add(consultation)
    db.flush()
    set_timer(db, "consultation_due", consultation.id, morning_after(asking.due_on))
    _record(db, actor, consultation, "consultation:ask")
    return consultation


def _find_same(db: Session, actor: Actor, application: Application, asking: Asking) -> Consultation | None:
    """The same question of the same person that still waits: pressed twice it is asked once."""
    waiting = db.scalars(
        select(Consultation).where(
            Consultation.application_id == application.id,
            Consultation.unit_code == asking.unit_code,
            Consultation.asked_by_id == actor.account_id,
            Consultation.is_open.is_(True),
        )
    )
    new = (asking.words, asking.due_on, list(asking.sections), list(asking.documents))
    return next((old for old in waiting if (old.words, old.due_on, old.sections, old.documents) == new), None)


def list_askable_units(db: Session, actor: Actor, application: Application) -> Sequence[UnitRow]:
    """The open units of the region but the actor's own: kind after kind, those of the county first."""
    rows = db.scalars(
        select(UnitRow)
        .where(
            UnitRow.region == application.region,
            UnitRow.closed_on.is_(None),
            UnitRow.code != actor.unit_code,
        )
        .order_by(UnitRow.code)
    ).all()
    kinds = list(UnitKind)
    return sorted(rows, key=lambda one: (kinds.index(UnitKind(one.kind)), one.county != application.county))


def withdraw_consultation(db: Session, actor: Actor, reference: str, consultation_id: int) -> None:
    """Take a question back; once it was answered or taken back nothing happens. Raises NotFound."""
    application = get_whole(db, actor, reference, lock=True).application
    own = (Consultation.application_id == application.id, Consultation.asked_unit == actor.unit_code)
    wanted = select(Consultation).where(Consultation.id == consultation_id, *own).with_for_update()
    consultation = db.scalar(wanted.execution_options(populate_existing=True))
    if consultation is None:
        raise NotFound("consultation")
    if consultation.is_open:
        consultation.withdrawn_at = clock.now()
        _close(db, actor, consultation, "consultation:withdraw")


def list_asked(
    db: Session, actor: Actor, after: str | None = None, limit: int = PAGE_ROWS
) -> ConsultationPage:
    """The open questions to the actor's unit that the actor does not keep away from, soonest due first. An
    odd cursor is the start."""
    query = (
        select(Consultation)
        .join(Application, Application.id == Consultation.application_id)
        .where(*asked_of(actor), Consultation.is_open.is_(True), Application.closed_at.is_(None))
        .where(~keeping_away(actor.account_id))
        .options(selectinload(Consultation.application))
        .order_by(Consultation.due_on, Consultation.id)
        .limit(limit + 1)
    )
    found = _CURSOR.fullmatch(after or "")
    if found and 0 < int(found[1]) <= date.max.toordinal():
        last = (date.fromordinal(int(found[1])), int(found[2]))
        query = query.where(tuple_(Consultation.due_on, Consultation.id) > last)
    rows = db.scalars(query).all()
    shown = tuple(rows[:limit])
    return ConsultationPage(
        shown, f"{shown[-1].due_on.toordinal()}-{shown[-1].id}" if len(rows) > limit else None
    )


def get_asked(db: Session, actor: Actor, consultation_id: int) -> ConsultationSeen:
    """One question to the actor's unit with what it shows; recorded as a reading of the person's file.

    Raises NotFound for another unit's, NotAllowed ``recused`` for who keeps away from the application.
    """
    consultation = get_question(db, actor, consultation_id)
    application = consultation.application
    definition = definition_of(db, application)
    is_open = is_live(consultation)
    sections: tuple[AnswerSection, ...] = ()
    documents: tuple[Document, ...] = ()
    if is_open:
        submission = db.get_one(Submission, consultation.submission_id)
        journey = journey_of(definition, application, submission.answers)
        sections = _shown(definition, journey, submission, consultation.sections)
        documents = tuple(list_by_keys(db, application, consultation.documents))
    _record(db, actor, consultation, "consultation:read")
    return ConsultationSeen(
        consultation=consultation,
        application=application,
        definition=definition,
        sections=sections,
        documents=documents,
        asked_by=name_of(db, consultation.asked_by_id) or "",
        asking_unit=db.get_one(UnitRow, consultation.asked_unit),
        is_live=is_open,
    )


def answer_consultation(db: Session, actor: Actor, consultation_id: int, words: str) -> Consultation:
    """Answer for the unit; whoever asked is told. The same answer pressed twice is given once.

    Raises what ``get_asked`` raises, Conflict (who, when) where it is over.
    """
    consultation = get_question(db, actor, consultation_id, lock=True)
    if (consultation.answered_by_id, consultation.answer) == (actor.account_id, words):
        return consultation
    if not is_live(consultation):
        who = name_of(db, consultation.answered_by_id)
        when = consultation.answered_at or consultation.withdrawn_at or consultation.application.closed_at
        raise Conflict("consultation_is_over", who=who, when=when)
    consultation.answer, consultation.answered_by_id = words, actor.signed_in_id
    consultation.answered_at = clock.now()
    _close(db, actor, consultation, "consultation:answer")
    tell_officer(
        db,
        consultation.asked_by_id,
        unique=f"consultation-{consultation.id}-answered",
        application=consultation.application,
        about=("征询意见有答复", "您问的单位答复了，请登录看。\nThe unit that you asked has answered.\n"),
    )
    return consultation


def list_consultations(db: Session, application: Application) -> Sequence[Consultation]:
    """Every question about an application, oldest first."""
    return db.scalars(
        select(Consultation).where(Consultation.application_id == application.id).order_by(Consultation.id)
    ).all()


def note_unanswered(db: Session, _region: Region, consultation_id: int) -> None:
    """The day came and nobody answered: it is written down, and whoever asked is told; once."""
    consultation = db.get(Consultation, consultation_id, with_for_update=True)
    if consultation is None or not is_live(consultation) or consultation.late_at is not None:
        return
    consultation.late_at = clock.now()
    _record(db, SYSTEM, consultation, "consultation:late")
    tell_officer(
        db,
        consultation.asked_by_id,
        unique=f"consultation-{consultation.id}-late",
        application=consultation.application,
        about=(
            "征询意见没有按时答复",
            "您问的单位没有按时答复。\nThe unit asked has not answered.\n",
        ),
    )


def _refuse_odd(
    db: Session, actor: Actor, definition: Definition, submission: Submission, asking: Asking
) -> None:
    """The unit is another open one, the day is to come, and what is shown is part of what was handed in."""
    faults: dict[str, list[FieldError]] = {}
    application = db.get_one(Application, submission.application_id)
    if asking.unit_code not in {unit.code for unit in list_askable_units(db, actor, application)}:
        faults["unit"] = [FieldError("required_choice")]
    if not 0 < (asking.due_on - clock.today()).days <= LATEST_DAYS:
        faults["due_on"] = [FieldError("date_past")]
    if not set(asking.sections) <= {one.id for one in definition.service.sections}:
        faults["sections"] = [FieldError("required_choice")]
    journey = journey_of(definition, application, submission.answers)
    handed_in = file_keys(read_sections(definition, journey, [submission], (), {}))
    if not set(asking.documents) <= set(handed_in):
        faults["documents"] = [FieldError("required_choice")]
    if faults:
        raise Invalid(faults)


def _shown(
    definition: Definition, journey: Journey, submission: Submission, sections: Sequence[str]
) -> tuple[AnswerSection, ...]:
    """The chosen sections as they were handed in when the question was asked; none chosen, none shown."""
    found = read_sections(definition, journey, [submission], sections, {})
    return tuple(one for one in found if one.section.id in sections)


def _close(db: Session, actor: Actor, consultation: Consultation, tag: str) -> None:
    consultation.is_open = False
    drop_timers(db, "consultation_due", consultation.id)
    db.flush()
    _record(db, actor, consultation, tag)


def _record(db: Session, actor: Actor, consultation: Consultation, tag: str) -> None:
    application = consultation.application or db.get_one(Application, consultation.application_id)
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority="office" if actor.kind == "staff" else "system",
        details={
            "consultation": consultation.id,
            "unit": consultation.unit_code,
            "sections": list(consultation.sections),
            "documents": list(consultation.documents),
        },
    )
