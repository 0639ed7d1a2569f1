"""What officers found at earlier steps, for those who decide after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Field, Step
from portal.store.applications import Application
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
    found = list_findings(db, application, get_definition(db, application.definition_hash))
    papers = ((one.step.paper, one) for one in found)
    return next((one for paper, one in papers if paper is not None and paper.id == document.evidence), None)


def list_findings(db: Session, application: Application, definition: Definition) -> tuple[Finding, ...]:
    forms = forms_of(db, application)
    return tuple(
        Finding(
            step,
            tuple((field, forms[step.id][field.id]) for field in step.fields if field.id in forms[step.id]),
        )
        for step in definition.service.steps
        if step.id in forms
    )
