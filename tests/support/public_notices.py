"""Public notices for tests: an application that has come to the step, as if it had been assessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import StepKind
from portal.rules.deadlines import due
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import PublicNotice
from portal.usecases.calendar import get_calendar
from portal.usecases.public_notices import open_public_notice
from portal.usecases.transitions import close_entry
from tests.support.office import ANSWERS, COUNTY, DEFINITION, REGION, resident, submitted

VILLAGE_ANSWERS: Mapping[str, Any] = {
    **ANSWERS,
    "h_place": {"code": "880001001", "written": ""},
    "h_detail": "示例东风镇示例莲花村3组12号",
}
VILLAGE = "示例东风镇示例莲花村"


STEP = next(step for step in DEFINITION.service.steps if step.kind == StepKind.PUBLIC_NOTICE)


def at_notice(db: Session, own: Mapping[str, Any] = VILLAGE_ANSWERS) -> tuple[Application, StepEntry]:
    """An application that stands at the step of public notice, its notice not yet posted."""
    application = submitted(db, resident(db), own=own)
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
    return open_public_notice(db, application, entry, DEFINITION, REGION)
