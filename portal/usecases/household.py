"""What only the household can answer (``StepKind.HOUSEHOLD``): it reads what was found, and agrees or not.

It answers by itself on the web; at the counter, on the telephone or at home two members of staff write its
word down through the form of the step. Either way it is one decision on that step, and is shown as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Region, Step, StepKind
from portal.rules.errors import Conflict, NotFound
from portal.rules.steps import step_of
from portal.store.applications import Application, Decision, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own
from portal.usecases.decision_checks import Deciding, checked_outcome
from portal.usecases.decisions import conflict_of, take_effect
from portal.usecases.proposals import refuse_while_proposed
from portal.usecases.showing import Rows, shown_rows
from portal.usecases.steps import facts_of
from portal.usecases.transitions import open_entry


@dataclass(frozen=True)
class Asking:
    """What the household is asked now."""

    application: Application
    definition: Definition
    entry: StepEntry
    step: Step
    rows: Rows
    """What was found, question by question."""
    facts: Mapping[str, Any]
    """What conditions of its questions look at."""

    @property
    def mark(self) -> str:
        """What an answer is about, as its form carries it: a plan that has changed since is not agreed to."""
        return _mark(self.application, self.entry)


def get_asking(db: Session, actor: Actor, reference: str) -> Asking:
    """What the actor's own application asks of the household. Raises NotFound where it asks nothing now."""
    application = get_own(db, actor, reference, "follow")
    definition = definition_of(db, application)
    entry = open_entry(application)
    if entry is None or not is_asking(definition, entry):
        raise NotFound("household_step")
    step, facts = step_of(definition, entry.step), facts_of(db, application, definition)
    return Asking(application, definition, entry, step, shown_rows(definition, step, facts), facts)


def is_asking(definition: Definition, entry: StepEntry) -> bool:
    """Whether a step waits for the household, and does not stand still for another cause."""
    is_theirs = step_of(definition, entry.step).kind is StepKind.HOUSEHOLD
    return is_theirs and entry.closed_at is None and not entry.is_paused


def answer_household_step(
    db: Session, actor: Actor, reference: str, region: Region, *, mark: str, deciding: Deciding
) -> Decision:
    """The household's own answer, which takes effect at once.

    Raises NotFound for anyone else's application, Conflict (who, what, when) where it was answered meanwhile
    or what was shown has changed, Invalid with the errors by field.
    """
    application = get_own(db, actor, reference, "write", lock=True)
    definition = definition_of(db, application)
    entry = open_entry(application)
    if entry is None or not is_asking(definition, entry):
        raise _answered_meanwhile(db, application)
    if _mark(application, entry) != mark:
        raise conflict_of(db, application, entry)
    refuse_while_proposed(db, entry)
    step = step_of(definition, entry.step)
    own = {field.id for field in step.fields} - set(step.witnesses)
    form = {name: value for name, value in (deciding.form or {}).items() if name in own}
    answer = Deciding(deciding.outcome_id, form=form)
    outcome = checked_outcome(db, application, definition, region, _as_asked(step), entry, answer)
    return take_effect(db, actor, application, entry, definition, region, outcome, answer)


def _mark(application: Application, entry: StepEntry) -> str:
    return f"{entry.id}-{application.version}"


def _as_asked(step: Step) -> Step:
    """The step as the household is asked it: without what staff fill in who write its word down."""
    asked = tuple(field for field in step.fields if field.id not in step.witnesses)
    return step.model_copy(update={"fields": asked})


def _answered_meanwhile(db: Session, application: Application) -> Conflict | NotFound:
    """Somebody was first, where the newest step was the household's; else nothing was ever asked."""
    definition = definition_of(db, application)
    kinds = [step_of(definition, one.step).kind for one in application.entries]
    if StepKind.HOUSEHOLD not in kinds:
        return NotFound("household_step")
    return conflict_of(db, application, application.entries[-1])
