"""Posts that read the whole of an application: some steps need only a part (``sees`` of a step), and what
staff and applicant write to each other, notes, opinions and the history are not theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition
from portal.rules.errors import NotFound
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import entry_of, get_seen


@dataclass(frozen=True)
class WholeView:
    application: Application
    definition: Definition
    entry: StepEntry
    """The newest visit to the actor's post."""


def get_whole(db: Session, actor: Actor, reference: str, *, lock: bool = False) -> WholeView:
    """Raises NotFound for another post's application, and for a post that reads only a part of it."""
    application = get_seen(db, actor, reference, lock=lock)
    definition, entry = definition_of(db, application), entry_of(application, actor)
    if step_of(definition, entry.step).sees:
        raise NotFound("application")
    return WholeView(application, definition, entry)
