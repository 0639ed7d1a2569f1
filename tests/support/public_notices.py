"""Public notices for tests: a service that has the step, and an application that has come to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Step, StepKind
from portal.rules.deadlines import due
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import PublicNotice
from portal.usecases.calendar import get_calendar
from portal.usecases.definitions import store_definition
from portal.usecases.public_notices import open_public_notice
from portal.usecases.transitions import close_entry
from tests.support.office import ANSWERS, COUNTY, DEFINITION, REGION, resident, submitted

VILLAGE_ANSWERS: Mapping[str, Any] = {
    **ANSWERS,
    "h_place": {"code": "880001001", "written": ""},
    "h_detail": "示例东风镇示例莲花村3组12号",
}
VILLAGE = "示例东风镇示例莲花村"


def noticing(definition: Definition = DEFINITION) -> Definition:
    """The service with a step of public notice for everyone of 18 and over, as its last step."""
    if any(step.kind == StepKind.PUBLIC_NOTICE for step in definition.service.steps):
        return definition
    decision = definition.service.steps[-1]
    step = Step.model_validate({
        **decision.model_dump(by_alias=True, exclude={"not_same_person_as", "fields"}),
        "id": "public_notice",
        "kind": "public_notice",
        "role": "county_reviewer",
        "at": "acceptance",
        "when": {"not": {"field": "@age", "less_than": 18}},
        "clock": {"days": 5, "counts": False, "cite": "art9"},
    })  # fmt: skip
    service = definition.service.model_copy(update={"steps": (*definition.service.steps, step)})
    return definition.model_copy(update={"service": service})


NOTICING = noticing()
STEP = next(step for step in NOTICING.service.steps if step.kind == StepKind.PUBLIC_NOTICE)


def at_notice(db: Session, own: Mapping[str, Any] = VILLAGE_ANSWERS) -> tuple[Application, StepEntry]:
    """An application that stands at the step of public notice, its notice not yet posted."""
    application = submitted(db, resident(db), own=own)
    application.definition_hash = store_definition(db, NOTICING)
    standing = application.entries[-1]
    close_entry(db, standing, "forward")
    db.flush()
    term = due(clock.today(), STEP.clock.days, STEP.clock.unit, (), get_calendar(db))
    entry = StepEntry(
        application_id=application.id,
        seq=standing.seq + 1,
        step=STEP.id,
        round=1,
        unit_code=COUNTY,
        county="880001",
        role=STEP.role,
        service_code=application.service_code,
        opened_at=clock.now(),
        opened_on=clock.today(),
        counted_from_on=clock.today(),
        due_on=term.on,
        is_due_provisional=term.is_provisional,
        urgency=0,
    )
    application.entries.append(entry)
    db.flush()
    return application, entry


def posted_notice(db: Session, own: Mapping[str, Any] = VILLAGE_ANSWERS) -> PublicNotice:
    """A notice that is up."""
    application, entry = at_notice(db, own)
    return open_public_notice(db, application, entry, NOTICING, REGION)
