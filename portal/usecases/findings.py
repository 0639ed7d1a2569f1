"""What officers found at earlier steps, for those who decide after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Field, Step
from portal.store.applications import Application, Decision, StepEntry
from portal.store.documents import Document
from portal.usecases.definitions import get_definition
from portal.usecases.steps import forms_of


@dataclass(frozen=True)
class Finding:
    """The form of a decided step: its questions with what was written."""

    step: Step
    rows: tuple[tuple[Field, Any], ...]


def find_finding_on(db: Session, document: Document) -> Finding | None:
    """What was entered in the form of the step whose paper this is; None for other documents, and before the
    step is decided."""
    application = db.get_one(Application, document.application_id)
    definition = get_definition(db, application.definition_hash)
    found = findings_in(definition, forms_of(db, application))
    papers = ((one.step.paper, one) for one in found)
    return next((one for paper, one in papers if paper is not None and paper.id == document.evidence), None)


def forms_in(entries: Iterable[StepEntry], decisions: Iterable[Decision]) -> dict[str, Mapping[str, Any]]:
    """The newest form of every decided step, by step: ``steps.forms_of`` of what was read already."""
    steps = {entry.id: entry.step for entry in entries}
    return {steps[one.entry_id]: one.form for one in decisions if one.form}


def facts_with(facts: Mapping[str, Any], forms: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What conditions of steps look at: what follows from the answers, and what officers found."""
    return {**facts, **{name: found for form in forms.values() for name, found in form.items()}}


def findings_for(step: Step, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What a post may read of them. One that sees a part of the application, and is told what it is shown,
    reads no more: whoever builds reads the plan, not what was found about the person (rules.md 10.0.2)."""
    if not step.sees or not step.shows:
        return tuple(findings)
    return tuple(found for one in findings if (found := _part_for(step, one)).rows)


def _part_for(step: Step, finding: Finding) -> Finding:
    if finding.step.id == step.id:
        return finding
    shown = [
        one for part in step.shows if part.step == finding.step.id for one in part.fields_of(finding.step)
    ]
    return Finding(finding.step, tuple(row for row in finding.rows if row[0] in shown))


def findings_in(definition: Definition, forms: Mapping[str, Mapping[str, Any]]) -> tuple[Finding, ...]:
    """By the newest form of every decided step, in the order of the service."""
    return tuple(
        Finding(
            step,
            tuple((field, forms[step.id][field.id]) for field in step.fields if field.id in forms[step.id]),
        )
        for step in definition.service.steps
        if step.id in forms
    )
