"""Documents of an application: which there are, which of them was handed in, and who may look at them.

What applicants do with theirs is in ``own_documents``, the copies of the office are in ``copies``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.evidence_pages import files_of, name_of_document, page_of
from portal.catalogue.model import Evidence
from portal.catalogue.texts import Text
from portal.gateways.paper import Paper
from portal.gateways.scanner import Verdict
from portal.rules.errors import Conflict, NotFound
from portal.rules.steps import step_of
from portal.store.applications import Application, Submission
from portal.store.documents import Document
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own
from portal.usecases.audit import record_event, stream_of
from portal.usecases.claims import entry_of, get_seen
from portal.usecases.consulted import is_shown_to_asked, refuse_kept_away
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.transitions import authority_for

__all__ = [
    "Document",
    "get_arriving",
    "get_document",
    "is_for_office",
    "is_shown",
    "is_submitted",
    "list_by_keys",
    "list_copies",
    "list_documents",
    "list_handed_in",
    "list_kept",
    "place_of",
    "put_in_place",
    "record_document",
]


def get_arriving(db: Session, key: str) -> tuple[Application, Document]:
    """The row of a file whose bytes have come. Raises Conflict where it was thrown away meanwhile."""
    document = db.scalar(select(Document).where(Document.key == key).with_for_update())
    application = db.get(Application, document.application_id) if document else None
    if document is None or application is None:
        raise Conflict("page_is_closed")
    return application, document


def put_in_place(document: Document, paper: Paper, verdict: Verdict) -> None:
    """What was found when the file was made anew; from now on it is there."""
    document.state = "here"
    document.media_type = paper.media_type
    document.size = paper.size
    document.pages = paper.pages
    document.pictures = [list(size) for size in paper.pictures]
    document.quality = [list(codes) for codes in paper.quality]
    document.notes = list(paper.notes)
    document.scan = verdict


def list_documents(db: Session, application: Application, evidence_id: str | None = None) -> list[Document]:
    """What is there now, in the order in which it came."""
    return [one for one in list_kept(db, application) if one.is_here and evidence_id in (None, one.evidence)]


def list_copies(db: Session, application: Application) -> list[Document]:
    """The copies that staff made of papers, in the order in which they came."""
    rows = db.scalars(
        select(Document)
        .where(
            Document.application_id == application.id,
            Document.entry_id.is_not(None),
            Document.removed_at.is_(None),
        )
        .order_by(Document.id)
    )
    return [one for one in rows if one.is_here]


def list_by_keys(db: Session, application: Application, keys: Sequence[str]) -> list[Document]:
    """The documents that an answer names, in its order; those whose bytes are gone are left out."""
    if not keys:
        return []
    found = db.scalars(
        select(Document).where(Document.application_id == application.id, Document.key.in_(keys))
    )
    by_key = {one.key: one for one in found}
    return [by_key[key] for key in keys if key in by_key]


def list_handed_in(db: Session, application: Application) -> list[tuple[Evidence, list[Document]]]:
    """By the thing that they prove, the files that the newest submission names, those that are still here."""
    answers = newest_answers_of(db, application)
    named = [
        (thing, list_by_keys(db, application, answers.get(files_of(thing.id)) or []))
        for thing in definition_of(db, application).service.evidence
    ]
    return [(thing, [one for one in found if one.is_here]) for thing, found in named if found]


def get_document(
    db: Session, actor: Actor, key: str, *, what: str = "file", reference: str | None = None
) -> Document:
    """One document to look at: for the account that handed it in, a clerk beside its holder, and once it was
    submitted staff at a post where the application stands or stood, with ``what`` they looked at.

    Raises NotFound, for another's as for none, and for one not clean (yet); NotAllowed as ``get_own``, and
    ``recused`` for staff who keep away from the application.
    """
    document = db.scalar(select(Document).where(Document.key == key, Document.state == "here"))
    application = db.get(Application, document.application_id) if document and document.is_viewable else None
    if document is None or application is None or reference not in (None, application.reference):
        raise NotFound("document")
    if actor.kind == "staff" and not actor.is_beside:
        if is_shown_to_asked(db, actor, document):
            refuse_kept_away(db, actor, application)
        else:
            get_seen(db, actor, application.reference)
            if not (is_shown(db, actor, application, document.evidence) and is_for_office(db, document)):
                raise NotFound("document")
    elif application.account_id != (actor.behalf_of_id or actor.account_id) or not document.is_here:
        raise NotFound("document")
    else:
        get_own(db, actor, application.reference, "follow")
    if actor.kind == "staff":
        record_document(db, actor, application, document, "document:read", what=what)
    return document


def is_shown(db: Session, actor: Actor, application: Application, thing_id: str) -> bool:
    """Whether the actor's step needs the part of the application in which a thing stands; its own paper it
    always does."""
    definition = definition_of(db, application)
    step = step_of(definition, entry_of(application, actor).step)
    if not step.sees or (step.paper is not None and step.paper.id == thing_id):
        return True
    page = definition.page(page_of(thing_id))
    return page is not None and page.section in step.sees


def place_of(db: Session, document: Document) -> tuple[int, Text]:
    """Its number (from 1) among the files of its thing that are here, and what these are called."""
    application = db.get_one(Application, document.application_id)
    among = list_copies(db, application) if document.is_copy else list_documents(db, application)
    keys = [one.key for one in among if one.evidence == document.evidence]
    number = keys.index(document.key) + 1 if document.key in keys else len(keys) + 1
    definition = definition_of(db, application)
    name = name_of_document(definition, document.evidence, is_copy=document.is_copy)
    if name is None:
        raise NotFound("evidence")
    return number, name


def is_for_office(db: Session, document: Document) -> bool:
    """Whether it is part of what the office works with: handed in, or a copy that the office made."""
    return document.is_here if document.is_copy else is_submitted(db, document)


def is_submitted(db: Session, document: Document) -> bool:
    """Whether a submission names it: then it is part of what was handed in, for ever."""
    if document.is_submitted:
        return True
    rows = db.scalars(select(Submission.answers).where(Submission.application_id == document.application_id))
    return any(document.key in (answers.get(files_of(document.evidence)) or []) for answers in rows)


def list_kept(db: Session, application: Application) -> Sequence[Document]:
    """What the applicant handed in that is there or coming, in the order in which it came."""
    return db.scalars(
        select(Document)
        .where(
            Document.application_id == application.id,
            Document.entry_id.is_(None),
            Document.removed_at.is_(None),
        )
        .order_by(Document.id)
    ).all()


def record_document(
    db: Session, actor: Actor, application: Application, document: Document, tag: str, **details: str
) -> None:
    """What was done with a document, in the application's own stream."""
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority=authority_for(actor, application),
        details={"evidence": document.evidence, "document": document.key, **details},
    )
