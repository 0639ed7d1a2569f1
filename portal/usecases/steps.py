"""What begins with a step: its unit, its clock, the letter that tells of it, the day on which it would lapse.

A step stands at the unit of the place that decides (业务属地) or where it was handed in (收件地);
some name their unit in an answer or in the form of an earlier step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Answers, Definition, Field, Outcome, Region, Step, StepKind, UnitKind
from portal.rules.deadlines import Due, due
from portal.rules.steps import next_step, promised_days, step_of
from portal.store.applications import Application, Decision, StepEntry
from portal.store.database import plainly
from portal.store.units import UnitRow
from portal.usecases.applications import journey_of
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.notices import send_notice
from portal.usecases.public_notices import open_public_notice
from portal.usecases.showing import shown_facts
from portal.usecases.timers import set_timer
from portal.usecases.transitions import open_step
from portal.usecases.units import find_unit, unit_covering, unit_for


def begin_step(
    db: Session,
    application: Application,
    definition: Definition,
    region: Region,
    step: Step,
    *,
    counted_from_on: date | None = None,
) -> StepEntry:
    """Bring the application to a step, with everything that belongs to its beginning. Its days count from
    today, or from an earlier day on which the paper was handed over."""
    facts = facts_of(db, application, definition)
    unit = _unit_of(db, application, definition, region, step, facts)
    stand_in = _unit_at(db, application, region, step, step.stand_in.unit) if step.stand_in else None
    entry = open_step(db, application, step, unit, stand_in, counted_from_on=counted_from_on)
    if may_lapse(step, facts):
        set_timer(db, "step_lapse", entry.id, morning_after(lapses_on(entry, step)))
    told = beginning_facts(entry, step, unit, facts)
    if step.kind == StepKind.PUBLIC_NOTICE:
        notice = open_public_notice(db, application, entry, definition, region)
        told |= {"village": notice.village, "notice_from_on": notice.from_on, "notice_to_on": notice.to_on}
    told |= shown_facts(definition, application, region, step, facts)
    if _is_passed_on(application, definition, entry):
        facts = {"unit": application.entries[-2].unit_code}
        send_notice(db, application, definition, "N05", facts)
    if step.notice is not None:
        send_notice(db, application, definition, step.notice, told)
    return entry


def go_on_from(
    db: Session,
    application: Application,
    definition: Definition,
    region: Region,
    step: Step,
    outcome: Outcome,
) -> None:
    """Begin what follows a step that was left without a decision: its own end, silence, or a notice that was
    given up."""
    following = next_step(definition, step.id, outcome, facts_of(db, application, definition))
    if following is None:
        raise RuntimeError("a step that ends by itself leads nowhere")
    begin_step(db, application, definition, region, following)


def _is_passed_on(application: Application, definition: Definition, entry: StepEntry) -> bool:
    """Whether the file has just come from the place of acceptance to that of the household (rules.md 2.4)."""
    if application.acceptance_county in (None, application.county):
        return False
    places = [step_of(definition, one.step).at for one in application.entries if one.seq <= entry.seq]
    return places[-1] == "household" and "acceptance" in places and places.count("household") == 1


def is_at_home(facts: Mapping[str, Any]) -> bool:
    """Whether the doctors come to the person, and not the person to them (art. 11)."""
    return facts.get("assess_at") == "home"


def may_lapse(step: Step, facts: Mapping[str, Any]) -> bool:
    """Whether the application ends when the step is not done in time: who waits at home for others to come
    has missed nothing."""
    return step.lapse_days is not None and not is_at_home(facts)


def lapses_on(entry: StepEntry, step: Step) -> date:
    """The last calendar day on which the step may still be done; counted anew after a pause."""
    since = max([entry.opened_on, *(one.to_on for one in entry.pauses if one.to_on is not None)])
    return since + timedelta(days=step.lapse_days or 0)


def facts_of(db: Session, application: Application, definition: Definition) -> Answers:
    """What conditions of steps look at: the newest answers, and what officers found in earlier steps."""
    facts = journey_of(definition, application, newest_answers_of(db, application)).facts
    for form in forms_of(db, application).values():
        facts |= form
    return facts


def forms_of(db: Session, application: Application) -> dict[str, dict[str, Any]]:
    """The newest form of every decided step, by step."""
    rows = plainly(db).execute(_FORMS, {"application_id": application.id})
    return {step: form for step, form in rows if form}


_FORMS = (
    select(StepEntry.step, Decision.form)
    .join(Decision, Decision.entry_id == StepEntry.id)
    .where(StepEntry.application_id == bindparam("application_id"))
    .order_by(Decision.id)
)
"""Written once: to put it together takes longer than to answer it."""


def promise(
    db: Session, application: Application, definition: Definition, after: str, facts: Mapping[str, Any]
) -> Due:
    """By when the decision is promised, counted from today: only the steps whose days count."""
    days = promised_days(definition, after, facts)
    return due(clock.today(), days, "working", (), get_calendar(db))


def promised_facts(
    db: Session, application: Application, definition: Definition, after: str, known: Mapping[str, Any]
) -> dict[str, Any]:
    """What the letter of a step forward says: since when it is accepted, and by when there is a decision."""
    when = promise(db, application, definition, after, known)
    return {
        "accepted_on": clock.today(),
        "due_on": when.on,
        "promised_on": when.on,
        "is_due_provisional": when.is_provisional,
    }


def carried_out_by(db: Session, step: Step) -> dict[str, Any]:
    """What the letter of a decision says of the step that carries it out: by when, counted from today."""
    when = due(clock.today(), step.clock.days, step.clock.unit, (), get_calendar(db))
    return {"ready_on": when.on, "is_due_provisional": when.is_provisional}


def beginning_facts(entry: StepEntry, step: Step, unit: UnitRow, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the letter that opens a step says of it."""
    told: dict[str, Any] = {
        "step_name": step.name.by_language(),
        "step_kind": step.kind,
        "unit": entry.stand_in_unit or unit.code,  # the federation writes for a hospital
        "due_on": entry.due_on,
        "is_due_provisional": entry.is_due_provisional,
    }
    if step.kind == StepKind.ASSESSMENT:
        told |= {
            "hospital": dict(unit.names),
            "hospital_address": unit.contact.get("address") or {},
            "hospital_hours": unit.contact.get("hours") or {},
            "hospital_phone": unit.contact.get("phone") or "",
            "visit_by_on": lapses_on(entry, step),
            "is_home_visit": is_at_home(facts),
        }
    return told


def _unit_of(
    db: Session,
    application: Application,
    definition: Definition,
    region: Region,
    step: Step,
    facts: Mapping[str, Any],
) -> UnitRow:
    """The unit that was named, where one was and it is open; else the one of the place."""
    if step.unit_from is not None:
        named = facts.get(step.unit_from)
        unit = find_unit(db, str(named), step.unit) if named else None
        if unit is not None:
            return unit
        needed = facts.get(_check_with(definition, step.unit_from) or "")
        covering = unit_covering(db, step.unit, region, needed if isinstance(needed, list) else [])
        if covering is not None:
            return covering
    return _unit_at(db, application, region, step, step.unit)


def _unit_at(db: Session, application: Application, region: Region, step: Step, kind: UnitKind) -> UnitRow:
    here = (application.acceptance_township, application.acceptance_county)
    home = (application.township, application.county)
    places = [*here, *home] if step.at == "acceptance" else [*home]
    return unit_for(db, kind, region, next((one for one in places if one), region.default_place))


def _check_with(definition: Definition, field_id: str) -> str | None:
    fields: list[Field] = [field for step in definition.service.steps for field in step.fields]
    found = next((field for field in fields if field.id == field_id), definition.field(field_id))
    return found.check_with if found else None
