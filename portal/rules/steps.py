"""Which steps an application goes through, in which order, and how many days were promised for them.

Pure. ``facts`` are the answers on the path, what follows from them (``@age``), and the answers that officers
gave in the forms of earlier steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.catalogue.model import Definition, Outcome, Step, StepKind
from portal.rules.errors import NotFound


def applying_steps(definition: Definition, facts: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps in order; one whose condition nobody can answer yet may come."""
    return tuple(
        step for step in definition.service.steps if step.when is None or step.when.holds(facts) is not False
    )


def first_step(definition: Definition, facts: Mapping[str, Any]) -> Step:
    return applying_steps(definition, facts)[0]


def step_of(definition: Definition, step_id: str) -> Step:
    """The step with this id. Raises NotFound, for an entry whose definition does not have it."""
    step = definition.step(step_id)
    if step is None:
        raise NotFound("step")
    return step


def outcome_of(step: Step, outcome_id: str) -> Outcome:
    """The outcome with this id. Raises NotFound, for a decision whose step does not have it."""
    outcome = step.outcome(outcome_id)
    if outcome is None:
        raise NotFound("outcome")
    return outcome


def knows_person(definition: Definition, step: Step) -> bool:
    """Whether the step is shown who the person is. Who only builds is not, nor what their papers say."""
    if not step.sees:
        return True
    subject = definition.service.subject_id_field
    return any(
        page.section in step.sees
        for page in definition.pages
        if any(field.id == subject for field in page.fields)
    )


def steps_after(definition: Definition, step_id: str, facts: Mapping[str, Any]) -> tuple[Step, ...]:
    """What is still to come after a step, as things stand."""
    place = _place(definition, step_id)
    return tuple(step for step in applying_steps(definition, facts) if _place(definition, step.id) > place)


def next_step(definition: Definition, after: str, outcome: Outcome, facts: Mapping[str, Any]) -> Step | None:
    """The step that an outcome leads to: the one it names, else the next that applies; None at the end."""
    if outcome.next is not None:
        return step_of(definition, outcome.next)
    return next(iter(steps_after(definition, after, facts)), None)


def offered_outcomes(step: Step, facts: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """How the step can end as things stand; an outcome whose condition nobody can answer yet is offered."""
    return tuple(one for one in step.outcomes if one.when is None or one.when.holds(facts) is not False)


def promised_days(definition: Definition, after: str, facts: Mapping[str, Any]) -> int:
    """Working days from the end of a step to the decision: each clock that counts, once (rules.md 10b.4)."""
    days = 0
    for step in steps_after(definition, after, facts):
        if step.clock.counts and step.clock.shares_with is None:
            days += step.clock.days
        if step.kind == StepKind.DECISION:
            break
    return days


def _place(definition: Definition, step_id: str) -> int:
    return next(place for place, step in enumerate(definition.service.steps) if step.id == step_id)
