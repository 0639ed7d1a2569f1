"""The assessment that somebody objects to, as far as it was made here (残疾人证管理办法 art. 25, ZJ-07).

Whoever decides on the objection does not type again what the portal knows: which institution assessed, when,
and what it said; nor whether an application was refused on it. Only of somebody whose identity is proven, by
the rule of ``register_queue.why_not_ask``: a typed number reveals nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import CERTIFICATE_EFFECTS, ON_RECORD, Definition, Service, Step, StepKind
from portal.catalogue.model.effects import ASSESSED
from portal.store.applications import Application, Decision, StepEntry
from portal.store.letters import Delivery
from portal.store.messages import NoticeRow
from portal.usecases.decision_checks import Deciding
from portal.usecases.definitions import get_definition
from portal.usecases.handed_in import list_others_of_person
from portal.usecases.register_queue import why_not_ask
from portal.usecases.units import get_unit

CONCLUSIONS: Final = ("N09", "N10")
"""The letters with which somebody learns what the assessment led to: from then on the ten days count."""


@dataclass(frozen=True)
class FirstResult:
    """The newest assessment of the person that was made here for another application."""

    application: Application
    service: Service
    step: Step
    institution: str
    institution_names: Mapping[str, str]
    assessed_on: date | None
    components: Sequence[Mapping[str, Any]]
    """Rows of category and grade; empty where it was below the standard."""
    received_on: date | None
    """The day on which its letter is known to have been opened or handed over; None where nobody knows."""


@dataclass(frozen=True)
class OnRecord:
    """What the portal knows of what somebody objects to."""

    result: FirstResult | None
    refused: Application | None
    """The application for a card that was refused and can be handled again."""

    def values_for(self, step: Step) -> dict[str, Any]:
        """The answers to questions of a step's form that nobody has to be asked, by field."""
        known = self._known()
        return {one.id: known[one.recorded] for one in step.fields if one.recorded in known}

    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = {}
        if self.refused is not None:
            known |= {"reopened_on": clock.today().isoformat()}
        if self.result is not None:
            known |= {
                "first_source": ON_RECORD,
                "first_institution": self.result.institution,
                "first_on": self.result.assessed_on.isoformat() if self.result.assessed_on else None,
                "first_result": "met" if self.result.components else "below",
                "first_components": list(self.result.components),
            }
        return known


def asks_record(definition: Definition) -> bool:
    """Whether a step of the service asks what the portal may know itself."""
    return any(field.recorded for step in definition.service.steps for field in step.fields)


def find_on_record(db: Session, application: Application) -> OnRecord:
    """What is known of the assessments of the same person. To be asked only for somebody proven."""
    earlier = list_others_of_person(db, application)
    return OnRecord(result=_newest_result(db, earlier), refused=_refused(db, earlier, application))


def with_recorded(
    db: Session, application: Application, definition: Definition, step: Step, deciding: Deciding
) -> Deciding:
    """The form with what the portal knows, whatever was typed there."""
    outcome = step.outcome(deciding.outcome_id)
    wanted = {one.id for one in outcome.fields_of(step) if one.recorded} if outcome else set()
    if not wanted or why_not_ask(db, application, definition) is not None:
        return deciding
    known = find_on_record(db, application).values_for(step)
    found = {name: value for name, value in known.items() if name in wanted}
    return replace(deciding, form={**(deciding.form or {}), **found}, recorded=frozenset(found))


def _newest_result(db: Session, earlier: Sequence[Application]) -> FirstResult | None:
    rows = db.execute(
        select(StepEntry, Decision)
        .join(Decision, Decision.entry_id == StepEntry.id)
        .where(
            StepEntry.application_id.in_([one.id for one in earlier]),
            StepEntry.closed_at.is_not(None),
            Decision.kind == "advance",
        )
        .order_by(Decision.id.desc())
    )
    by_id = {one.id: one for one in earlier}
    for entry, decision in rows:
        application = by_id[entry.application_id]
        service = get_definition(db, application.definition_hash).service
        step = next((one for one in service.steps if one.id == entry.step), None)
        if step is not None and step.kind is StepKind.ASSESSMENT and "assess_on" in decision.form:
            return _result(db, application, service, step, entry, decision)
    return None


def _result(
    db: Session, application: Application, service: Service, step: Step, entry: StepEntry, decision: Decision
) -> FirstResult:
    on = decision.form.get("assess_on")
    return FirstResult(
        application=application,
        service=service,
        step=step,
        institution=entry.unit_code,
        institution_names=dict(get_unit(db, entry.unit_code).names),
        assessed_on=date.fromisoformat(str(on)) if on else None,
        components=tuple(decision.form.get(ASSESSED) or ()),
        received_on=min(_given_on(db, application, decision), default=None),
    )


def _given_on(db: Session, application: Application, decision: Decision) -> Iterator[date]:
    """The days on which a letter with the conclusion is known to have reached somebody."""
    rows = db.execute(
        select(NoticeRow.read_at, Delivery.given_on)
        .outerjoin(Delivery, Delivery.notice_id == NoticeRow.id)
        .where(
            NoticeRow.application_id == application.id,
            NoticeRow.key.in_(CONCLUSIONS),
            NoticeRow.created_at >= decision.decided_at,
        )
    )
    for read_at, given_on in rows:
        if read_at is not None:
            yield clock.shanghai(read_at).date()
        if given_on is not None:
            yield given_on


def _refused(db: Session, earlier: Sequence[Application], application: Application) -> Application | None:
    """The newest that would have led to a card, where it was refused and nothing came after it."""
    for one in earlier:
        if one.service_code == application.service_code or not _leads_to_card(db, one):
            continue
        return one if one.state == "refused" else None
    return None


def _leads_to_card(db: Session, application: Application) -> bool:
    service = get_definition(db, application.definition_hash).service
    has_assessment = any(step.kind is StepKind.ASSESSMENT for step in service.steps)
    return has_assessment and any(isinstance(effect, CERTIFICATE_EFFECTS) for effect in service.effects)
