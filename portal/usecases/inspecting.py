"""One application of a sample as an inspector reads it: its way, its clocks, its decisions, who saw what.

Every reading goes on record with the sample that it belongs to. Answers stay masked until the inspector says
why they are needed; then they are open to everyone who inspects the sample, until the end of that day.
Nothing is written but remarks, which whoever leads the unit answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Definition, Role
from portal.rules.errors import Invalid, NotAllowed, NotFound
from portal.rules.references import grouped
from portal.store.applications import Application, Decision, StepEntry
from portal.store.inspections import InspectedApplication, Inspection, InspectionRemark
from portal.store.public_notices import NoticeWaiver
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, journey_of
from portal.usecases.audit import record_office_event
from portal.usecases.event_history import PAGE_ROWS, PastEvent, list_events
from portal.usecases.heads import tell_heads
from portal.usecases.inspections import get_inspection
from portal.usecases.review_answers import AnswerSection, read_sections
from portal.usecases.staff_names import names_of
from portal.usecases.submission import list_submissions
from portal.usecases.units import list_names_of_units

RemarkSeen = InspectionRemark
EntrySeen = StepEntry
DecisionSeen = Decision
WaiverSeen = NoticeWaiver
"""Rows as pages show them."""


@dataclass(frozen=True)
class Inspected:
    """What the page shows. ``are_answers_open``: whether the values of ``sections`` may be shown today."""

    inspection: Inspection
    application: Application
    definition: Definition
    entries: Sequence[StepEntry]
    decisions: Mapping[int, Sequence[Decision]]
    """By the entry that they were made at."""
    waivers: Sequence[NoticeWaiver]
    """Where a public notice was given up for safety, or should have been, and why."""
    sections: tuple[AnswerSection, ...]
    are_answers_open: bool
    events: tuple[PastEvent, ...]
    before: int | None
    """The cursor of older events."""
    remarks: Sequence[InspectionRemark]
    names: Mapping[int, str]
    units: Mapping[str, dict[str, str]]


def read_inspected(
    db: Session, actor: Actor, inspection_id: int, reference: str, before: int | None = None
) -> Inspected:
    """Read one application of a sample; on record with the sample and its purpose. Raises NotFound."""
    inspection, application, one = _get(db, actor, inspection_id, reference)
    is_open = one.answers_opened_on == clock.today()
    _record(db, actor, application, inspection, "inspection:read_answers" if is_open else "inspection:read")
    one.first_read_at = one.first_read_at or clock.now()
    definition = definition_of(db, application)
    entries = db.scalars(
        select(StepEntry)
        .where(StepEntry.application_id == application.id)
        .order_by(StepEntry.seq)
        .options(selectinload(StepEntry.pauses))
    ).all()
    decisions: dict[int, list[Decision]] = {entry.id: [] for entry in entries}
    for decision in db.scalars(
        select(Decision).where(Decision.entry_id.in_(list(decisions))).order_by(Decision.id)
    ):
        decisions[decision.entry_id].append(decision)
    submissions = list_submissions(db, application)
    journey = journey_of(definition, application, submissions[-1].answers)
    events, older = list_events(db, application, before, PAGE_ROWS)
    remarks = _remarks(db, inspection_id, application.id)
    deciders = [made.decided_by_id for some in decisions.values() for made in some]
    writers = [known for remark in remarks for known in (remark.by_id, remark.answered_by_id)]
    waivers = db.scalars(
        select(NoticeWaiver).where(NoticeWaiver.entry_id.in_(list(decisions))).order_by(NoticeWaiver.id)
    ).all()
    writers += [known for waiver in waivers for known in (waiver.proposed_by_id, waiver.answered_by_id)]
    return Inspected(
        inspection=inspection,
        application=application,
        definition=definition,
        entries=entries,
        decisions=decisions,
        waivers=waivers,
        sections=read_sections(definition, journey, submissions, (), {}),
        are_answers_open=is_open,
        events=events,
        before=older,
        remarks=remarks,
        names=names_of(db, [*deciders, *writers, *(entry.claimed_by_id for entry in entries)]),
        units=list_names_of_units(db, {entry.unit_code for entry in entries}),
    )


def open_answers(db: Session, actor: Actor, inspection_id: int, reference: str, cause: str) -> None:
    """Open the answers for today, with the reason on record. Raises NotFound, Invalid without a reason."""
    inspection, application, one = _get(db, actor, inspection_id, reference)
    if not cause.strip():
        raise Invalid({"cause": [FieldError("required_text")]})
    one.answers_opened_on, one.answers_cause = clock.today(), cause.strip()
    _record(db, actor, application, inspection, "inspection:open_answers", cause.strip())


def make_remark(
    db: Session, actor: Actor, inspection_id: int, reference: str, unit_code: str, words: str
) -> InspectionRemark:
    """Write what was found to a unit where the application stood, and tell its head.

    Raises NotFound, also for a unit that had nothing to do with it, and Invalid without words.
    """
    inspection, application, _one = _get(db, actor, inspection_id, reference)
    if unit_code not in {entry.unit_code for entry in application.entries}:
        raise NotFound("unit")
    if not words.strip():
        raise Invalid({"words": [FieldError("required_text")]})
    remark = InspectionRemark(
        inspection_id=inspection.id,
        application_id=application.id,
        unit_code=unit_code,
        words=words.strip(),
        by_id=actor.signed_in_id,
        at=clock.now(),
    )
    db.add(remark)
    db.flush()
    _record(db, actor, application, inspection, "inspection:remark")
    number = grouped(application.reference)
    tell_heads(
        db,
        unit_code,
        topic=f"inspection-remark-{remark.id}",
        subject=f"监督意见：{number}",
        body=f"监督员对收件号{number}的申请写了意见。请登录查看和答复。\n"
        f"An inspector has remarked on application {number}. Please sign in to read and answer.\n",
    )
    return remark


def list_remarks(
    db: Session, actor: Actor, before: int | None = None
) -> tuple[Sequence[tuple[InspectionRemark, str]], int | None]:
    """The remarks to the unit that the actor leads with the references, newest first; the next cursor."""
    query = (
        select(InspectionRemark, Application.reference)
        .join(Application, Application.id == InspectionRemark.application_id)
        .where(InspectionRemark.unit_code == _led_unit(actor))
        .order_by(InspectionRemark.id.desc())
        .limit(PAGE_ROWS + 1)
    )
    rows = db.execute(query if before is None else query.where(InspectionRemark.id < before)).all()
    found = [(row[0], row[1]) for row in rows[:PAGE_ROWS]]
    return found, found[-1][0].id if len(rows) > PAGE_ROWS else None


def get_remark(db: Session, actor: Actor, remark_id: int) -> tuple[InspectionRemark, str]:
    """A remark to the unit that the actor leads, and the reference. Raises NotFound."""
    row = db.execute(
        select(InspectionRemark, Application.reference)
        .join(Application, Application.id == InspectionRemark.application_id)
        .where(InspectionRemark.id == remark_id, InspectionRemark.unit_code == _led_unit(actor))
    ).first()
    if row is None:
        raise NotFound("inspection_remark")
    return row[0], row[1]


def answer_remark(db: Session, actor: Actor, remark_id: int, words: str) -> None:
    """Answer once; a second answer changes nothing. Raises NotFound, Invalid without words."""
    remark, _reference = get_remark(db, actor, remark_id)
    db.refresh(remark, with_for_update=True)
    if remark.answered_at is not None:
        return
    if not words.strip():
        raise Invalid({"answer": [FieldError("required_text")]})
    remark.answer, remark.answered_by_id, remark.answered_at = words.strip(), actor.signed_in_id, clock.now()
    application = db.get_one(Application, remark.application_id)
    _record(db, actor, application, db.get_one(Inspection, remark.inspection_id), "inspection:answer")


def _get(
    db: Session, actor: Actor, inspection_id: int, reference: str
) -> tuple[Inspection, Application, InspectedApplication]:
    inspection = get_inspection(db, actor, inspection_id)
    row = db.execute(
        select(Application, InspectedApplication)
        .join(InspectedApplication, InspectedApplication.application_id == Application.id)
        .where(InspectedApplication.inspection_id == inspection_id, Application.reference == reference)
    ).first()
    if row is None:
        raise NotFound("application")
    if row[0].account_id == actor.account_id:
        raise NotAllowed("own_application")
    return inspection, row[0], row[1]


def _remarks(db: Session, inspection_id: int, application_id: int) -> Sequence[InspectionRemark]:
    return db.scalars(
        select(InspectionRemark)
        .where(
            InspectionRemark.inspection_id == inspection_id, InspectionRemark.application_id == application_id
        )
        .order_by(InspectionRemark.id)
    ).all()


def _led_unit(actor: Actor) -> str:
    if actor.kind != "staff" or actor.role is not Role.LEAD or actor.unit_code is None:
        raise NotAllowed("not_lead")
    return actor.unit_code


def _record(
    db: Session, actor: Actor, application: Application, inspection: Inspection, tag: str, cause: str = ""
) -> None:
    details = {"inspection": inspection.id, "purpose": inspection.purpose}
    record_office_event(
        db, actor, application, tag, details={**details, "cause": cause} if cause else details
    )
