"""Public notices for tests: an application that has come to the step, as if it had been assessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import StepKind
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import PublicNotice
from portal.usecases.public_notices import open_public_notice
from portal.usecases.transitions import close_entry, open_step
from portal.usecases.units import get_unit
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
    entry = open_step(db, application, STEP, get_unit(db, COUNTY))
    return application, entry


def posted_notice(db: Session, own: Mapping[str, Any] = VILLAGE_ANSWERS) -> PublicNotice:
    """A notice that is up."""
    application, entry = at_notice(db, own)
    return open_public_notice(db, application, entry, DEFINITION, REGION)
