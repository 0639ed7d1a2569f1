"""What an officer filled in, and everything that must be there before it can take effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError
from portal.catalogue.model import Definition, Field, Outcome, OutcomeKind, Region, Step
from portal.catalogue.wording import region_options
from portal.rules.checks import run_check
from portal.rules.errors import Invalid
from portal.rules.steps import offered_outcomes
from portal.store.applications import Application, StepEntry
from portal.usecases.asking import may_be_asked_again, newest_journey
from portal.usecases.evidence import lacking_in, list_evidence
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.invoices import unexplained_use
from portal.usecases.objecting import refuse_unheard
from portal.usecases.objections import has_open_objection
from portal.usecases.steps import facts_of

LAST_WORDS = (OutcomeKind.APPROVE, OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)
"""What nobody says on answers that they entered themselves (rules.md 10.0.2), nor unheard."""
SUMMARY_LENGTH = 30
"""Characters of 用一句话告诉申请人 (words.md 2)."""
WORDS_LENGTH = 2000


@dataclass(frozen=True)
class PointAsked:
    """One thing to put right: the page that it reopens, why, and what exactly to do."""

    page: str
    reason: str
    words: str


@dataclass(frozen=True)
class Deciding:
    """What the officer filled in."""

    outcome_id: str
    reasons: Sequence[str] = ()
    summary: str = ""
    words: str = ""
    form: Mapping[str, Any] | None = None
    points: Sequence[PointAsked] = ()
    recorded: frozenset[str] = frozenset()
    """The questions of the form that the portal answered itself (``first_results``)."""


def checked_outcome(
    db: Session,
    application: Application,
    definition: Definition,
    region: Region,
    step: Step,
    entry: StepEntry,
    deciding: Deciding,
) -> Outcome:
    """The chosen outcome, when everything that it needs is there. Raises Invalid with every fault, and
    Conflict ``objection_unheard`` for the last word over the head of a person who objects."""
    known = facts_of(db, application, definition)
    offered = offered_outcomes(step, known)
    outcome = next((one for one in offered if one.id == deciding.outcome_id), None)
    if outcome is None:
        raise Invalid({"outcome": [FieldError("required_choice")]})
    if outcome.id == step.ends_with and clock.today() <= entry.due_on:
        raise Invalid({"outcome": [FieldError("term_not_over", day=entry.due_on.isoformat())]})
    if outcome.id == step.ends_with and has_open_objection(db, entry):
        raise Invalid({"outcome": [FieldError("objection_open")]})
    if outcome.kind == OutcomeKind.APPROVE:
        _refuse_unproved(db, application, definition)
    faults: dict[str, list[FieldError]] = {}
    if outcome.kind == OutcomeKind.RETURN:
        faults |= _check_points(db, application, definition, outcome, deciding.points)
    elif outcome.reasons and not set(deciding.reasons) <= set(outcome.reasons):
        faults["reasons"] = [FieldError("choice_unknown")]
    elif outcome.reasons and not deciding.reasons:
        faults["reasons"] = [FieldError("required_multi")]
    needs_summary = bool(deciding.words) or outcome.kind in (OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)
    if needs_summary and not deciding.summary:
        faults["summary"] = [FieldError("required_text")]
    for name, text, most in (
        ("summary", deciding.summary, SUMMARY_LENGTH),
        ("words", deciding.words, WORDS_LENGTH),
    ):
        if len(text) > most:
            faults[name] = [FieldError("too_long", max=most, count=len(text))]
    asked = [field for field in outcome.fields_of(step) if field.id not in deciding.recorded]
    faults |= _check_form(asked, region, deciding.form or {}, known)
    faults = unexplained_use(db, application, asked, deciding.form or {}) | faults
    if faults:
        raise Invalid(faults)
    if outcome.kind in LAST_WORDS:
        refuse_unheard(db, application)
    return outcome


def _refuse_unproved(db: Session, application: Application, definition: Definition) -> None:
    """Nobody grants on what nobody has checked. Raises Invalid."""
    answers = newest_answers_of(db, application)
    if lacking_in(list_evidence(db, application, definition, answers)):
        raise Invalid({"outcome": [FieldError("evidence_lacking")]})


def _check_points(
    db: Session,
    application: Application,
    definition: Definition,
    outcome: Outcome,
    points: Sequence[PointAsked],
) -> dict[str, list[FieldError]]:
    """Asked once and completely, each thing tied to a page that the applicant can open."""
    if not points:
        return {"points": [FieldError("required_multi")]}
    pages = {page.id for page in newest_journey(db, application, definition).pages()}
    still_open = may_be_asked_again(db, application, definition)
    faults: dict[str, list[FieldError]] = {}
    for point in points:
        if point.page not in pages or point.reason not in outcome.reasons:
            faults[f"points-{point.page}"] = [FieldError("choice_unknown")]
        elif still_open is not None and point.page not in still_open:
            faults[f"points-{point.page}"] = [FieldError("asked_too_late")]
        elif len(point.words) > WORDS_LENGTH:
            faults[f"points-{point.page}"] = [
                FieldError("too_long", max=WORDS_LENGTH, count=len(point.words))
            ]
    return faults


def _check_form(
    fields: Sequence[Field], region: Region, form: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, list[FieldError]]:
    """The questions of the outcome, with the same field types as everywhere."""
    context = FieldContext(today=clock.today(), answers=form)
    answers = {**known, **form}
    faults: dict[str, list[FieldError]] = {}
    for field in fields:
        if field.when is not None and field.when.holds(answers) is not True:
            continue
        kind = FIELD_TYPES[field.kind]
        value = form.get(field.id, kind.empty)
        found = kind.validate(value, region_options(field, region), context)
        found = list(found) or run_check(field, value, answers, region)
        if found:
            faults[field.id] = found
    return faults
