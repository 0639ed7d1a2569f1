"""Copies that staff make of papers: of an original that somebody brought, of the sealed form of a step.

A copy belongs to the application and answers nothing. Who made it and when is recorded, and the applicant
sees it. It proves as much as any copy (level C); that the original was seen is said by who looked, and by
nobody else (``evidence_checks``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.evidence_pages import files_of, way_of
from portal.catalogue.field_types import FieldError
from portal.catalogue.field_types.documents import MOST_DOCUMENTS
from portal.catalogue.model import Answers, Definition, FileKind, Step
from portal.catalogue.texts import Text
from portal.gateways.files import new_key
from portal.gateways.paper import Paper
from portal.gateways.scanner import Verdict
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.permissions import EntryFacts, why_not_claim
from portal.rules.steps import step_of
from portal.store.accounts import Account
from portal.store.applications import Application, StepEntry
from portal.store.documents import Document
from portal.store.tasks import Task
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.claims import get_seen
from portal.usecases.deciders import entry_facts
from portal.usecases.documents import get_arriving, is_shown, list_copies, put_in_place, record_document
from portal.usecases.evidence import EvidenceState, list_evidence
from portal.usecases.evidence_checks import find_look_at
from portal.usecases.evidence_tasks import close_evidence_tasks, list_open_tasks, open_again
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.review import Review
from portal.usecases.tasks import may_do
from portal.usecases.transitions import open_entry

BOTH_KINDS: tuple[FileKind, ...] = ("image", "pdf")


@dataclass(frozen=True)
class Copying:
    """One paper of an application and the copies that staff have made of it."""

    application: Application
    definition: Definition
    thing_id: str
    title: Text
    """What the paper is called."""
    accepts: tuple[FileKind, ...]
    copies: tuple[Document, ...]
    may_add: bool
    removable: frozenset[str]
    """Keys of the copies that the actor may take back or turn."""


@dataclass(frozen=True)
class MadeCopy:
    """A copy and who made it: the unit is for everybody, the name for colleagues."""

    document: Document
    unit: UnitRow | None
    name: str


def list_papers(db: Session, actor: Actor, review: Review) -> list[Copying]:
    """Every paper of an application of which the actor sees copies or may make one, in the order of the
    service."""
    proof, answers = review.proof, review.submission.answers
    tasks, made = proof.open_tasks, proof.copies
    desk = _desk_at(db, actor, review.application, review.facts, answers, tasks, made)
    found = [_copying(db, actor, desk, thing_id) for thing_id in _papers_of(desk)]
    return [one for one in found if one.copies or one.may_add]


def get_copying(db: Session, actor: Actor, reference: str, thing_id: str) -> Copying:
    """One paper for an officer. Raises NotFound for another post's application, and for a paper that it does
    not ask for or that the actor's step does not see."""
    application = get_seen(db, actor, reference)
    desk = _desk_of(db, actor, application)
    if thing_id not in _papers_of(desk):
        raise NotFound("evidence")
    return _copying(db, actor, desk, thing_id)


@dataclass(frozen=True)
class _Desk:
    """Where the actor sits towards an application, asked once for all of its papers."""

    application: Application
    definition: Definition
    entry: StepEntry | None
    step: Step | None
    """Where the application stands."""
    is_at_post: bool
    to_see: frozenset[str]
    """The things whose originals the actor's post has to see."""
    sees: tuple[str, ...]
    """The papers that the actor's step has to do with."""
    answers: Answers
    """As last handed in."""
    copies: tuple[Document, ...]

    def may_copy(self, thing_id: str) -> bool:
        """Whether a copy may be added now: the application stands at the actor's post, or it is a task of
        that post to see the original. A step that is a second pair of eyes adds nothing to what it judges."""
        if self.step is None:
            return False
        if thing_id in _step_papers(self.definition):
            return self.is_at_post and self.step.paper is not None and self.step.paper.id == thing_id
        return thing_id in self.to_see or (self.is_at_post and not self.step.not_same_person_as)


def _desk_of(db: Session, actor: Actor, application: Application) -> _Desk:
    entry = open_entry(application)
    step = step_of(definition_of(db, application), entry.step) if entry else None
    facts = entry_facts(db, application, entry, step) if entry and step else None
    answers, tasks = newest_answers_of(db, application), list_open_tasks(db, application)
    made = tuple(list_copies(db, application))
    return _desk_at(db, actor, application, facts, answers, tasks, made)


def _desk_at(
    db: Session,
    actor: Actor,
    application: Application,
    facts: EntryFacts | None,
    answers: Answers,
    tasks: Sequence[Task],
    made: tuple[Document, ...],
) -> _Desk:
    """``facts``: of the open step, needed where it is at the actor's post."""
    definition, entry = definition_of(db, application), open_entry(application)
    is_own = actor.account_id == application.account_id
    return _Desk(
        application=application,
        definition=definition,
        entry=entry,
        step=step_of(definition, entry.step) if entry else None,
        is_at_post=facts is not None and why_not_claim(actor, facts) in (None, "taken"),
        to_see=frozenset(one.about for one in tasks if may_do(actor, one) and not is_own),
        sees=tuple(
            one
            for one in (*_step_papers(definition), *(thing.id for thing in definition.service.evidence))
            if is_shown(db, actor, application, one)
        ),
        answers=answers,
        copies=made,
    )


def _step_papers(definition: Definition) -> tuple[str, ...]:
    return tuple(step.paper.id for step in definition.service.steps if step.paper)


def _papers_of(desk: _Desk) -> list[str]:
    """What is asked for as evidence and taken as a file, then the papers of steps that it has come to."""
    service = desk.definition.service
    asked = [one.id for one in service.evidence if one.accepts and desk.answers.get(way_of(one.id))]
    been = {entry.step for entry in desk.application.entries}
    own = [one.paper.id for one in service.steps if one.paper and one.id in been]
    return [one for one in (*asked, *own) if one in desk.sees]


def _copying(db: Session, actor: Actor, desk: _Desk, thing_id: str) -> Copying:
    definition = desk.definition
    title = {one.id: one.title for one in definition.service.evidence}
    title |= {one.paper.id: one.paper.title for one in definition.service.steps if one.paper}
    accepts = {one.id: one.accepts for one in definition.service.evidence}
    copies = tuple(one for one in desk.copies if one.evidence == thing_id)
    return Copying(
        application=desk.application,
        definition=definition,
        thing_id=thing_id,
        title=title[thing_id],
        accepts=accepts.get(thing_id, BOTH_KINDS),
        copies=copies,
        may_add=desk.may_copy(thing_id),
        removable=frozenset(one.key for one in copies if _may_change(db, actor, desk, one)),
    )


def begin_copy(
    db: Session, actor: Actor, reference: str, thing_id: str, sent_sha256: str, size: int
) -> Document:
    """A row for a copy of ``size`` bytes that is about to be read. The same file for the same paper, sent
    again, is the one that is here already.

    Raises NotFound as ``get_copying``, NotAllowed for who may not add it, Invalid where it is too much.
    """
    copying = _for_change(db, actor, reference, thing_id)
    application = copying.application
    for one in copying.copies:
        if one.sent_sha256 == sent_sha256:
            return one
    if len(list_copies(db, application)) >= MOST_DOCUMENTS:
        raise Invalid({files_of(thing_id): [FieldError("file_too_many", max=MOST_DOCUMENTS)]})
    entry = open_entry(application)
    document = Document(
        key=new_key(),
        application_id=application.id,
        entry_id=entry.id if entry else None,
        evidence=thing_id,
        state="arriving",
        sent_sha256=sent_sha256,
        size=size,
        uploaded_by_id=actor.signed_in_id,
        unit_code=actor.unit_code,
        uploaded_at=clock.now(),
        channel=actor.channel,
    )
    db.add(document)
    db.flush()
    return document


def finish_copy(db: Session, actor: Actor, key: str, paper: Paper, verdict: Verdict) -> None:
    """The bytes are in the file gateway: from now on the copy is there, and proves what a copy proves.

    Raises NotAllowed where the application has moved on meanwhile, Conflict where the row is gone: the row
    and its bytes go with the next sweeping.
    """
    application, document = get_arriving(db, key)
    copying = _for_change(db, actor, application.reference, document.evidence)
    put_in_place(document, paper, verdict)
    record_document(db, actor, application, document, "document:copy")
    state = _state_of(db, copying)
    if state is not None and state.is_enough:
        close_evidence_tasks(db, actor, application, document.evidence)


def remove_copy(db: Session, actor: Actor, reference: str, key: str) -> None:
    """Take a copy back while the step at which it was made is not decided. Twice is once.

    Raises NotFound, Conflict once the step is decided or an original was compared with it.
    """
    copying, document = _own(db, actor, reference, key)
    if document.removed_at is None:
        before = _state_of(db, copying)
        document.removed_at = clock.now()
        record_document(db, actor, copying.application, document, "document:remove")
        after = _state_of(db, copying)
        if before is not None and before.is_enough and after is not None:
            open_again(db, copying.application, after)


def turn_copy(db: Session, actor: Actor, reference: str, key: str) -> None:
    """Look at it a quarter further to the right. Raises as ``remove_copy``."""
    copying, document = _own(db, actor, reference, key)
    document.rotation = (document.rotation + 90) % 360
    record_document(db, actor, copying.application, document, "document:rotate")


def list_made_copies(db: Session, application: Application) -> list[MadeCopy]:
    """Every copy with who made it, in the order in which they came."""
    return [made_copy(db, one) for one in list_copies(db, application)]


def made_copy(db: Session, document: Document) -> MadeCopy:
    """Who made a copy."""
    unit = db.get(UnitRow, document.unit_code) if document.unit_code else None
    return MadeCopy(document, unit, db.get_one(Account, document.uploaded_by_id).display_name or "")


def _for_change(db: Session, actor: Actor, reference: str, thing_id: str) -> Copying:
    get_seen(db, actor, reference, lock=True)
    copying = get_copying(db, actor, reference, thing_id)
    if not copying.may_add:
        raise NotAllowed("may_not_copy")
    return copying


def _own(db: Session, actor: Actor, reference: str, key: str) -> tuple[Copying, Document]:
    """A copy that the actor may change now."""
    application = get_seen(db, actor, reference, lock=True)
    document = db.scalar(
        select(Document).where(
            Document.key == key, Document.application_id == application.id, Document.entry_id.is_not(None)
        )
    )
    if document is None:
        raise NotFound("document")
    desk = _desk_of(db, actor, application)
    if document.removed_at is None and not _may_change(db, actor, desk, document):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    return get_copying(db, actor, reference, document.evidence), document


def _may_change(db: Session, actor: Actor, desk: _Desk, document: Document) -> bool:
    """Whoever made it, or may make another, while the step is open at which it was made and no look at an
    original rests on it."""
    if desk.entry is None or desk.entry.id != document.entry_id or find_look_at(db, document) is not None:
        return False
    return document.uploaded_by_id == actor.account_id or desk.may_copy(document.evidence)


def _state_of(db: Session, copying: Copying) -> EvidenceState | None:
    """How well the paper proves what it proves; None for the paper of a step."""
    db.flush()
    answers = newest_answers_of(db, copying.application)
    states = list_evidence(db, copying.application, copying.definition, answers)
    return next((one for one in states if one.evidence.id == copying.thing_id), None)
