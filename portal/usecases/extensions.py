"""More days for a step: the officer asks with a reason, the head of the unit grants, the applicant is told.

Once for each step, by no more days than its definition allows (行政许可法 art. 42, rules.md 5.2 and 10.0.4).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Role, Step
from portal.rules.deadlines import due
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.permissions import why_not
from portal.rules.references import grouped
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.store.extensions import Extension
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_office_event
from portal.usecases.calendar import get_calendar
from portal.usecases.claims import get_seen
from portal.usecases.deciders import entry_facts, recused_ids
from portal.usecases.heads import tell_heads
from portal.usecases.notices import send_notice
from portal.usecases.reminders import tell_officer
from portal.usecases.staff_names import name_of
from portal.usecases.transitions import open_entry, set_due

NOTICE = "N16"
WhyNotExtend = Literal["not_asked_here", "extended_before", "waits", "paused"]


def ask_extension(db: Session, actor: Actor, reference: str, days: int, cause: str) -> Extension:
    """Ask the head of the unit for more days; ``cause`` is what the applicant would read.

    Raises NotFound, NotAllowed (not in the actor's hand, or the step knows no extension), Conflict where one
    waits or was granted before, Invalid for days that the step does not allow or a cause that is missing.
    """
    application, entry, step = _open(db, actor, reference)
    refusal = why_not(actor, entry_facts(db, application, entry, step))
    if refusal is not None:
        raise NotAllowed(refusal)
    obstacle = why_not_extend(db, entry, step)
    if obstacle in ("extended_before", "waits"):
        raise Conflict(obstacle)
    if obstacle is not None or step.clock.extension is None:
        raise NotAllowed(obstacle or "not_asked_here")
    most = step.clock.extension.days
    faults: dict[str, list[FieldError]] = {}
    if not 1 <= days <= most:
        faults["days"] = [FieldError("number_between", min=1, max=most)]
    if not cause.strip():
        faults["cause"] = [FieldError("required_text")]
    if faults:
        raise Invalid(faults)
    extension = Extension(
        entry_id=entry.id,
        unit_code=actor.unit_code or entry.unit_code,
        days=days,
        cause=cause.strip(),
        asked_by_id=actor.signed_in_id,
        asked_at=clock.now(),
    )
    db.add(extension)
    db.flush()
    _record(db, actor, application, entry, extension, "extension:ask")
    number = grouped(application.reference)
    tell_heads(
        db,
        extension.unit_code,
        topic=f"extension-{extension.id}",
        subject=f"申请延长时限：{number}",
        body=f"收件号{number}的申请，有人申请延长时限。请在“等我看的事”里答复。\n"
        f"Application {number}: more days are asked for. Please answer under “Waiting for me”.\n",
    )
    return extension


def why_not_extend(db: Session, entry: StepEntry, step: Step) -> WhyNotExtend | None:
    """Why nobody can ask for more days here; None when it can be asked."""
    if step.clock.extension is None:
        return "not_asked_here"
    if entry.is_paused:
        return "paused"
    sharing = [one.id for one in entry.application.entries if one.opened_on >= entry.counted_from_on]
    standing = db.scalars(
        select(Extension.is_granted).where(
            Extension.entry_id.in_(sharing), Extension.is_granted.is_not(False)
        )
    ).all()
    if None in standing:
        return "waits"
    return "extended_before" if standing else None


def get_extension(db: Session, actor: Actor, extension_id: int, *, lock: bool = False) -> Extension:
    """One request, for the head of the unit that has the step. Raises NotFound for anyone else."""
    query = select(Extension).where(Extension.id == extension_id, Extension.unit_code == actor.unit_code)
    found = db.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None or actor.role is not Role.LEAD:
        raise NotFound("extension")
    return found


def reference_of(db: Session, extension: Extension) -> str:
    """Of which application the request is."""
    return db.get_one(StepEntry, extension.entry_id).application.reference


def new_due_of(db: Session, extension: Extension) -> date:
    """The last day of the step when the days are granted now."""
    entry = db.get_one(StepEntry, extension.entry_id)
    step = step_of(definition_of(db, entry.application), entry.step)
    return due(entry.due_on, extension.days, step.clock.unit, (), get_calendar(db)).on


def decide_extension(
    db: Session, actor: Actor, extension_id: int, *, is_granted: bool, words: str = "", summary: str = ""
) -> Extension:
    """Grant the days or refuse them. Granted: the due date moves, and the applicant gets the reason and the
    new date in writing (N16). Said twice in the same way it is said once.

    Raises NotFound, NotAllowed for who asked or keeps away, Conflict (who, when) where somebody else decided
    or the step has moved on, Invalid where a refusal has no words or a grant has no simple sentence.
    """
    asked = get_extension(db, actor, extension_id)
    entry = db.get_one(StepEntry, asked.entry_id)
    application = db.get_one(Application, entry.application_id, with_for_update=True)
    extension = get_extension(db, actor, extension_id, lock=True)
    if extension.decided_at is not None:
        if (extension.decided_by_id, extension.is_granted) == (actor.account_id, is_granted):
            return extension
        who = name_of(db, extension.decided_by_id)
        raise Conflict("decided_meanwhile", who=who, what="extension", when=extension.decided_at)
    if actor.account_id == extension.asked_by_id:
        raise NotAllowed("four_eyes")
    if actor.account_id in recused_ids(db, application) | {application.account_id}:
        raise NotAllowed("recused")
    if entry.closed_at is not None or entry.is_paused:
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    missing = "summary" if is_granted else "words"
    if not (summary if is_granted else words).strip():
        raise Invalid({missing: [FieldError("required_text")]})
    extension.is_granted, extension.words = is_granted, words.strip() or None
    extension.decided_by_id, extension.decided_at = actor.signed_in_id, clock.now()
    db.flush()
    _record(db, actor, application, entry, extension, "extension:grant" if is_granted else "extension:refuse")
    granted = ("延长时限同意了", "请登录看新的最后一天。\nMore days were granted.\n")
    refused = ("延长时限没有同意", "请登录看原因。\nMore days were not granted.\n")
    unique = f"extension-{extension.id}-answered"
    about = granted if is_granted else refused
    tell_officer(db, extension.asked_by_id, unique=unique, application=application, about=about)
    if is_granted:
        definition = definition_of(db, application)
        set_due(db, entry, step_of(definition, entry.step))
        facts = {"due_on": entry.due_on, "is_due_provisional": entry.is_due_provisional}
        told = {"unit": entry.unit_code, "words": extension.cause, "summary": summary.strip()}
        send_notice(db, application, definition, NOTICE, {**facts, **told})
    return extension


def list_extensions(db: Session, application: Application) -> list[Extension]:
    """Every request for more days, oldest first."""
    entries = [one.id for one in application.entries]
    return list(db.scalars(select(Extension).where(Extension.entry_id.in_(entries)).order_by(Extension.id)))


def _open(db: Session, actor: Actor, reference: str) -> tuple[Application, StepEntry, Step]:
    application = get_seen(db, actor, reference, lock=True)
    entry = open_entry(application)
    if entry is None:
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    return application, entry, step_of(definition_of(db, application), entry.step)


def _record(
    db: Session, actor: Actor, application: Application, entry: StepEntry, extension: Extension, tag: str
) -> None:
    record_office_event(
        db,
        actor,
        application,
        tag,
        details={"step": entry.step, "days": extension.days, "due_on": entry.due_on.isoformat()},
    )
