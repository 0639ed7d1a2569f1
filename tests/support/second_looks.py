"""What tests of second looks share: services that ask for a second person, heads of units, more officers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Region, Role
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.definitions import store_definition
from tests.support.office import COUNTY, DEFINITION, REGION, staff_account


def with_second_person(*outcomes: str) -> Definition:
    """ZJ-01, whose outcomes of these names take effect only when a second officer agrees."""
    steps = tuple(
        step.model_copy(
            update={
                "outcomes": tuple(
                    one.model_copy(update={"second_person": True}) if one.id in outcomes else one
                    for one in step.outcomes
                )
            }
        )
        for step in DEFINITION.service.steps
    )
    return DEFINITION.model_copy(update={"service": DEFINITION.service.model_copy(update={"steps": steps})})


def pin(db: Session, application: Application, definition: Definition) -> None:
    """Let the application be one that was started under this definition."""
    application.definition_hash = store_definition(db, definition)
    db.flush()


def region_that_samples(percent: int) -> Region:
    """The region, where so many of a hundred refusals are looked at again."""
    changed: Mapping[str, Any] = {"value": percent}
    parameters = tuple(
        one.model_copy(update=changed) if one.name == "recheck_percent" else one for one in REGION.parameters
    )
    return REGION.model_copy(update={"parameters": parameters})


def head_of(db: Session, unit: str = COUNTY, name: str = "head") -> Actor:
    return staff_account(db, name, Role.LEAD, unit)[0]
