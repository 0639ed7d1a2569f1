"""How well each thing of an application is proved: what was chosen, what was seen, what is enough.

Levels are those of rules.md 5.3: A from a register, B seen as an original, C a copy, D a promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Alternative, Answers, Definition, Evidence
from portal.store.applications import Application
from portal.store.documents import Document
from portal.store.evidence import EvidenceCheck
from portal.store.people import Fact
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.definitions import get_definition
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.regions import get_region
from portal.usecases.representation_claims import note_proof

UPLOAD = "upload"
KNOWN = "known"
"""The way of what was not asked, because it was proved before (``known_proof``)."""

SEEN_LEVELS: Final = ("A", "B")
"""Of a register that answered, and of an original that staff held in their hands."""


@dataclass(frozen=True)
class EvidenceState:
    """One thing to be proved, as it stands now."""

    evidence: Evidence
    way: str
    """How the applicant wants to show it."""
    documents: tuple[str, ...]
    """Keys of the copies that were handed in, but for those with a virus."""
    copies: tuple[str, ...]
    """Keys of the copies that staff made."""
    check: EvidenceCheck | None
    """The best look at it that still holds."""
    outdated: EvidenceCheck | None
    """A look that does not hold any more: answers or copies have changed since."""

    @property
    def alternative(self) -> Alternative | None:
        return next((one for one in self.evidence.alternatives if one.way == self.way), None)

    @property
    def level(self) -> str | None:
        """A to D; None while there is nothing."""
        if self.check is not None:
            return self.check.level
        return "C" if self.documents or self.copies else None

    @property
    def is_enough(self) -> bool:
        """Whether the decision may rest on it."""
        return self.level is not None and self.level <= self.evidence.level


def list_evidence(
    db: Session, application: Application, definition: Definition, answers: Answers
) -> tuple[EvidenceState, ...]:
    """What has to be proved after these answers, in the order of the service."""
    return states_of(definition, answers, list_checks(db, application), list_files_beside(db, application))


def states_of(
    definition: Definition,
    answers: Answers,
    checks: Sequence[EvidenceCheck],
    files: Sequence[Document],
) -> tuple[EvidenceState, ...]:
    """The same of what was read already: every look, and the files of ``list_files_beside``."""
    return tuple(
        _state(evidence, answers, [one for one in checks if one.evidence == evidence.id], files)
        for evidence in definition.service.evidence
        if answers.get(f"evidence_{evidence.id}") or any(_is_known(one, evidence) for one in checks)
    )


def lacking_in(states: Iterable[EvidenceState]) -> tuple[Evidence, ...]:
    """What nobody may grant without: an original is seen before its copy is used (国办函〔2016〕108号,
    rules.md 5.3). What may come later holds nothing up (容缺, 5.4)."""
    return tuple(
        one.evidence
        for one in states
        if one.evidence.is_core and not one.is_enough and one.level not in SEEN_LEVELS
    )


def list_checks(db: Session, application: Application) -> list[EvidenceCheck]:
    """Every look at anything, oldest first."""
    return list(db.scalars(_CHECKS, {"application_id": application.id}))


_CHECKS = (
    select(EvidenceCheck)
    .where(EvidenceCheck.application_id == bindparam("application_id"))
    .order_by(EvidenceCheck.id)
)
"""Written once: to put it together takes longer than to answer it."""


def proved_answers(evidence: Evidence, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a look at it confirms."""
    return {name: answers[name] for name in evidence.proves if answers.get(name) not in (None, "", [])}


def raise_facts(
    db: Session,
    application: Application,
    proved: Mapping[str, Any],
    level: str,
    source: str,
    *,
    by: Actor = SYSTEM,
    valid_until_on: date | None = None,
) -> None:
    """What was proved is known that well from now on; what is known better already stays as it is."""
    own = (Fact.person_id == application.person_id, Fact.account_id == application.account_id)
    known = {fact.field: fact for fact in db.scalars(select(Fact).where(*own))}
    for name, value in proved.items():
        fact = known.get(name)
        if fact is not None and fact.level < level:
            continue
        if fact is None:
            fact = Fact(person_id=application.person_id, account_id=application.account_id, field=name)
            db.add(fact)
        fact.value, fact.source, fact.level = value, source, level
        fact.verified_by_id, fact.valid_until_on = by.account_id, valid_until_on
        fact.verified_at = fact.saved_at = clock.now()
    db.flush()
    if application.representation_id is not None:
        _note_relation(db, by, application, proved, level)


def _note_relation(
    db: Session, by: Actor, application: Application, proved: Mapping[str, Any], level: str
) -> None:
    """Where the answer is proved by which somebody says that they act, they may: here and everywhere."""
    definition = get_definition(db, application.definition_hash)
    relation = definition.field_of("relation")
    if relation is not None and relation.id in proved:
        answers = newest_answers_of(db, application)
        region = get_region(application.region)
        note_proof(db, by, region, application, definition, answers, level)


def list_files_beside(db: Session, application: Application) -> Sequence[Document]:
    """What an answer alone does not tell: copies by staff, and files in which a virus was found."""
    return db.scalars(_BESIDE, {"application_id": application.id}).all()


_BESIDE = (
    select(Document)
    .where(
        Document.application_id == bindparam("application_id"),
        Document.state == "here",
        Document.removed_at.is_(None),
        or_(Document.entry_id.is_not(None), Document.scan == "infected"),
    )
    .order_by(Document.id)
)
"""Written once: to put it together takes longer than to answer it."""


def _is_known(check: EvidenceCheck, evidence: Evidence) -> bool:
    """Whether a look is one at the record of a representation, taken over from before."""
    return check.evidence == evidence.id and "representation" in check.recorded


def _state(
    evidence: Evidence, answers: Answers, checks: Iterable[EvidenceCheck], files: Sequence[Document]
) -> EvidenceState:
    infected = {one.key for one in files if one.scan == "infected"}
    copies = [one.key for one in files if one.is_copy and one.evidence == evidence.id]
    named: Sequence[str] = answers.get(f"documents_{evidence.id}") or ()
    documents = tuple(key for key in named if key not in infected)
    holding = [one for one in checks if _holds(one, evidence, answers, documents)]
    lost = [one for one in checks if one not in holding]
    best = min(holding, key=lambda one: (one.level, -one.id), default=None)
    return EvidenceState(
        evidence=evidence,
        way=str(answers.get(f"evidence_{evidence.id}") or KNOWN),
        documents=documents,
        copies=tuple(key for key in copies if key not in infected),
        check=best,
        outdated=lost[-1] if lost and best is None else None,
    )


def _holds(
    check: EvidenceCheck, evidence: Evidence, answers: Mapping[str, Any], documents: tuple[str, ...]
) -> bool:
    """A look holds as long as what it confirmed is still what was answered, with no copy added since."""
    if check.seen_how == "promise":
        return answers.get(f"evidence_{evidence.id}") == "promise"
    proved = check.recorded.get("proved") or {}
    is_same = all(answers.get(name) == value for name, value in proved.items())
    return is_same and set(documents) <= set(check.documents)
