"""Documents that are there already, for tests that look at them and not at how they came."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import clock
from portal.gateways.files import FileStore, new_key
from portal.store.applications import Application
from portal.store.documents import Document
from tests.support import papers


def put_document(
    db: Session,
    files: FileStore,
    application: Application,
    *,
    evidence: str = "hukou",
    key: str | None = None,
    pages: int | None = None,
    quality: list[list[str]] | None = None,
) -> Document:
    """A photo, or with ``pages`` a PDF; part of a submission where an answer names its key."""
    name = key or new_key()
    image = papers.encoded(papers.page((600, 800)))
    parts = [name, *(f"{name}-{page}" for page in range(1, (pages or 0) + 1))]
    for part in parts:
        files.put(part, image)
    document = Document(
        key=name,
        application_id=application.id,
        evidence=evidence,
        state="here",
        sent_sha256=name * 2,
        uploaded_by_id=application.account_id,
        uploaded_at=clock.now(),
        channel="online",
        media_type="application/pdf" if pages else "image/jpeg",
        size=len(image),
        pages=pages or 1,
        pictures=[[600, 800]] * (pages or 1),
        quality=quality or [[] for _ in range(pages or 1)],
        scan="unscanned",
    )
    db.add(document)
    db.flush()
    return document
