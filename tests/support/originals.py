"""What everyone must have been shown before anything can be granted."""

from sqlalchemy.orm import Session

from portal.catalogue.model import OutcomeKind
from portal.rules.steps import step_of
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.demo_applications import see_originals
from portal.usecases.transitions import open_entry


def see_before(db: Session, actor: Actor, application: Application, outcome_id: str) -> None:
    """Before an outcome that grants, the officer has seen the original of everything."""
    entry = open_entry(application)
    assert entry is not None
    step = step_of(definition_of(db, application), entry.step)
    kinds = [one.kind for one in step.outcomes if one.id == outcome_id]
    if kinds == [OutcomeKind.APPROVE]:
        see_originals(db, actor, application)
