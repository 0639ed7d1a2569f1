"""A relation that staff have seen proved is not asked for again: the proof counts for every later application
of the same record (rules.md 5.3: level B is reusable later).

Later is what was begun after the original was seen: nobody's questions change while they answer them.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.evidence_pages import page_of
from portal.catalogue.model import Answers, Definition, Evidence
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.evidence import EvidenceCheck
from portal.store.representations import Representation
from portal.usecases.actor import SYSTEM
from portal.usecases.audit import record_event, stream_of

SEEN: Final = "B"
"""An original that staff saw. A copy still has to be compared."""


def settled_pages(definition: Definition, application: Any, answers: Answers) -> frozenset[str]:
    """The pages that need not be asked: how to prove a relation that is proved. ``application`` is a row, or
    its columns together with those of the record by which somebody acts (``looking``)."""
    if application.acting != "proxy":
        return frozenset()
    kept = application.representation if isinstance(application, Application) else application
    if kept is None or kept.proof_level != SEEN or kept.proof_seen_at is None:
        return frozenset()
    if kept.proof_seen_at >= application.created_at:
        return frozenset()
    return frozenset(page_of(one.id) for one in _about_relation(definition, kept.relation, answers))


def keep_known_proof(db: Session, application: Application, journey: Journey) -> None:
    """What was seen before counts for this one too, by whom and when it was seen; twice is once."""
    definition, answers = journey.definition, journey.answers
    if not settled_pages(definition, application, answers) or application.representation_id is None:
        return
    kept = db.get_one(Representation, application.representation_id)
    for evidence in _about_relation(definition, kept.relation, answers):
        known = select(EvidenceCheck.id).where(
            EvidenceCheck.application_id == application.id, EvidenceCheck.evidence == evidence.id
        )
        is_asked = evidence.when is None or evidence.when.may_hold(journey.facts)
        if not is_asked or db.scalar(known) is not None:
            continue
        db.add(
            EvidenceCheck(
                application_id=application.id,
                evidence=evidence.id,
                level=SEEN,
                seen_how="desk",
                seen_by_id=kept.proof_seen_by_id,
                seen_at=kept.proof_seen_at,
                documents=[],
                recorded={
                    "proved": {name: answers[name] for name in evidence.proves if answers.get(name)},
                    "representation": kept.id,
                },
            )
        )
        db.flush()
        record_event(
            db,
            SYSTEM,
            stream_of(application),
            "evidence:known",
            person_id=application.person_id,
            authority="system",
            details={"evidence": evidence.id, "representation": kept.id},
        )


def _about_relation(definition: Definition, relation: str, answers: Answers) -> tuple[Evidence, ...]:
    """What proves the relation; nothing where another relation is said now than was proved."""
    asked = definition.field_of("relation")
    if asked is None or answers.get(asked.id) not in (None, "", relation):
        return ()
    return tuple(one for one in definition.service.evidence if asked.id in one.proves)
