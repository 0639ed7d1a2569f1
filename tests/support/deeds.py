"""Decisions with effects for tests: an outcome that brings about one thing, carried out on an application."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Outcome, Region
from portal.catalogue.model.effects import Effect
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.effects import run_effects
from tests.support.certificates import APPROVER
from tests.support.office import DEFINITION, REGION

GRANTING: Outcome = next(o for step in DEFINITION.service.steps for o in step.outcomes if o.effects)
FORM = "assessment"
"""The step of the service whose form has the group of components."""


def carry_out(
    db: Session,
    application: Application,
    effect: Effect,
    form: Mapping[str, Any] | None = None,
    *,
    region: Region = REGION,
    actor: Actor = APPROVER,
    step: str = FORM,
) -> dict[str, Any]:
    """What a decision with this effect brings about; ``form`` is that of the deciding step."""
    outcome = GRANTING.model_copy(update={"effects": (effect,)})
    return run_effects(db, actor, application, DEFINITION, region, outcome, {step: form or {}})
