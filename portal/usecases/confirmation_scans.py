"""The scan of what somebody signed, or marked with a thumb, at the counter: a document of its own kind."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.evidence_pages import CONFIRMATION
from portal.gateways.files import new_key
from portal.gateways.paper import Paper
from portal.gateways.scanner import Verdict
from portal.rules.errors import Conflict, NotAllowed
from portal.store.documents import Document
from portal.usecases.actor import Actor
from portal.usecases.applications import get_own
from portal.usecases.documents import get_arriving, put_in_place, record_document


def begin_scan(db: Session, actor: Actor, reference: str, sent_sha256: str, size: int) -> Document:
    """A row for the scan of a signed paper or a thumbprint that is about to be read; the newest counts."""
    if not actor.is_beside:
        raise NotAllowed("counter_only")
    application = get_own(db, actor, reference, "submit", lock=True)
    if application.state not in ("draft", "returned"):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    scan = Document(
        key=new_key(),
        application_id=application.id,
        evidence=CONFIRMATION,
        state="arriving",
        sent_sha256=sent_sha256,
        size=size,
        uploaded_by_id=actor.signed_in_id,
        unit_code=actor.unit_code,
        uploaded_at=clock.now(),
        channel=actor.channel,
    )
    db.add(scan)
    db.flush()
    return scan


def finish_scan(db: Session, actor: Actor, key: str, paper: Paper, verdict: Verdict) -> None:
    """The bytes are in the file gateway. Raises Conflict where the application has moved on meanwhile."""
    application, scan = get_arriving(db, key)
    get_own(db, actor, application.reference, "submit")
    if application.state not in ("draft", "returned"):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    put_in_place(scan, paper, verdict)
    record_document(db, actor, application, scan, "document:add")


def find_scan(db: Session, application_id: int) -> Document | None:
    """The newest scan that no virus was found in."""
    return db.scalar(
        select(Document)
        .where(
            Document.application_id == application_id,
            Document.evidence == CONFIRMATION,
            Document.state == "here",
            Document.removed_at.is_(None),
            Document.scan != "infected",
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def keep_scan(db: Session, key: str) -> None:
    """It was handed in with the application, and stays as what was handed in does."""
    db.execute(update(Document).where(Document.key == key).values(is_submitted=True))
