"""What applicants do with their documents: hand one in, turn it, name it, take it back while that may be.

A file arrives in three acts: a row that says it is coming (``begin_document``), its bytes outside every
transaction (``document_bytes``), and that it is here (``finish_document``). What breaks off in between leaves
a row that the next sweeping takes away with its bytes.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.evidence_pages import files_of, page_of
from portal.catalogue.field_types import FieldError, trimmed
from portal.catalogue.field_types.documents import MOST_DOCUMENTS
from portal.gateways.files import new_key
from portal.gateways.paper import Paper
from portal.gateways.scanner import Verdict
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.applications import Application
from portal.store.documents import Document
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own, may_edit
from portal.usecases.documents import get_arriving, list_kept, put_in_place, record_document

MOST_MEGABYTES = 60
"""Of all documents of an application together (rules.md 10.0.3)."""
LONGEST_OWN_NAME = 60


def begin_document(
    db: Session, actor: Actor, reference: str, evidence_id: str, sent_sha256: str, size: int
) -> Document:
    """A row for a file of ``size`` bytes that is about to be read. The same file for the same thing, sent
    again, is the one that is here already.

    Raises NotFound, Conflict for a closed page, Invalid where it is too much.
    """
    application = _open_for_change(db, actor, reference, evidence_id)
    _require_files_for(db, application, evidence_id)
    kept = list_kept(db, application)
    for one in kept:
        if (one.evidence, one.sent_sha256, one.is_here) == (evidence_id, sent_sha256, True):
            return one
    fault = None
    if len(kept) >= MOST_DOCUMENTS:
        fault = FieldError("file_too_many", max=MOST_DOCUMENTS)
    elif sum(one.size for one in kept) + size > MOST_MEGABYTES * 1024**2:
        fault = FieldError("file_total_too_large", max=MOST_MEGABYTES)
    if fault:
        raise Invalid({files_of(evidence_id): [fault]})
    document = Document(
        key=new_key(),
        application_id=application.id,
        evidence=evidence_id,
        state="arriving",
        sent_sha256=sent_sha256,
        size=size,
        uploaded_by_id=actor.signed_in_id,
        uploaded_at=clock.now(),
        channel=actor.channel,
    )
    db.add(document)
    db.flush()
    return document


def finish_document(db: Session, actor: Actor, key: str, paper: Paper, verdict: Verdict) -> None:
    """The bytes are in the file gateway: from now on the document is there.

    Raises Conflict where the page was closed, or the draft thrown away, meanwhile: the row and its bytes go
    with the next sweeping.
    """
    application, document = get_arriving(db, key)
    _open_for_change(db, actor, application.reference, document.evidence)
    put_in_place(document, paper, verdict)
    record_document(db, actor, application, document, "document:add")


def abandon_document(db: Session, key: str) -> None:
    """Forget the row of a file that was not taken."""
    db.execute(delete(Document).where(Document.key == key, Document.state == "arriving"))


def remove_document(db: Session, actor: Actor, reference: str, key: str) -> None:
    """Take a document back. Twice is once; one that was submitted stays with what was submitted."""
    application, document = _own(db, actor, reference, key)
    if document.removed_at is None:
        document.removed_at = clock.now()
        record_document(db, actor, application, document, "document:remove")


def rotate_document(db: Session, actor: Actor, reference: str, key: str) -> None:
    """Look at it a quarter further to the right; its bytes stay as they are."""
    application, document = _own(db, actor, reference, key)
    document.rotation = (document.rotation + 90) % 360
    record_document(db, actor, application, document, "document:rotate")


def name_document(db: Session, actor: Actor, reference: str, key: str, own_name: str) -> None:
    """What the person calls it, beside the name that the system gives; blank takes it back."""
    application, document = _own(db, actor, reference, key)
    wanted = trimmed(trimmed(own_name)[:LONGEST_OWN_NAME]) or None
    if document.own_name != wanted:
        document.own_name = wanted
        record_document(db, actor, application, document, "document:name")


def _require_files_for(db: Session, application: Application, evidence_id: str) -> None:
    """Raises NotFound where no files are taken to prove this."""
    evidence = definition_of(db, application).service.evidence
    if not any(one.id == evidence_id and one.accepts for one in evidence):
        raise NotFound("evidence")


def _open_for_change(db: Session, actor: Actor, reference: str, evidence_id: str) -> Application:
    application = get_own(db, actor, reference, "fill", lock=True)
    if not may_edit(db, application, page_of(evidence_id)):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    return application


def _own(db: Session, actor: Actor, reference: str, key: str) -> tuple[Application, Document]:
    """A document of the actor's own application that may be changed now."""
    application = get_own(db, actor, reference, "fill")
    document = db.scalar(
        select(Document)
        .where(Document.key == key, Document.application_id == application.id, Document.state == "here")
        .with_for_update()
    )
    if document is None:
        raise NotFound("document")
    return _open_for_change(db, actor, reference, document.evidence), document
