"""The bytes of documents: taken in and looked through outside every transaction, handed out, swept away."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import IO

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import FileKind, Region
from portal.gateways.files import FileStore
from portal.gateways.paper import LARGEST_BYTES, MOST_PAGES, Fault, Paper, read_paper
from portal.gateways.scanner import Scanner, Verdict
from portal.store.applications import Application
from portal.store.documents import Document
from portal.usecases.documents import is_submitted
from portal.usecases.viruses import tell_of_virus

__all__ = [
    "LARGEST_BYTES",
    "Fault",
    "Paper",
    "Verdict",
    "hide_unscanned",
    "list_waiting",
    "measure",
    "note_verdict",
    "page_of_document",
    "part_key",
    "scan_again",
    "sweep_documents",
    "take_in",
    "turned",
    "whole_of",
]

UNSENT_KEPT = timedelta(days=1)
"""How long bytes stay that no application needs: long enough for whatever is under way."""
MOST_SWEPT = 500
MOST_SCANNED = 20
PIECE_BYTES = 64 * 1024
ORIENTATIONS = {90: 6, 180: 3, 270: 8}
"""How EXIF says that a picture is looked at turned to the right by so many degrees."""


def measure(file: IO[bytes]) -> tuple[str, int]:
    """The sha256 and the size of what was sent, read piece by piece. Raises Fault for none and too much."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    if not size:
        raise Fault("file_empty")
    if size > LARGEST_BYTES:
        raise Fault("file_too_large", max=LARGEST_BYTES // 1024**2)
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest(), size


def take_in(
    files: FileStore, scanner: Scanner, key: str, file: IO[bytes], accepts: Sequence[FileKind]
) -> tuple[Paper, Verdict]:
    """Have a file looked through, read and made anew, and keep what was made under ``key``.

    Raises Fault with the code of the words that say what to do; then nothing is kept.
    """
    file.seek(0)
    verdict = scanner.scan(file)
    if verdict == "infected":
        raise Fault("file_infected")
    kept: list[str] = []

    def keep(number: int, part: bytes) -> None:
        kept.append(part_key(key, number))
        files.put(kept[-1], part)

    try:
        paper = read_paper(file, keep)
        if paper.media_type == "application/pdf" and "pdf" not in accepts:
            raise Fault("file_pictures_only")
    except BaseException:
        for one in kept:
            files.delete(one)
        raise
    return paper, verdict


def part_key(key: str, number: int) -> str:
    """0 is the whole, from 1 on the images of pages."""
    return f"{key}-{number}" if number else key


def whole_of(files: FileStore, document: Document) -> bytes:
    """The document to keep: a PDF as it was made anew, a photo as it is looked at."""
    if document.is_pdf:
        return files.get(document.key)
    return page_of_document(files, document, 1)


def page_of_document(files: FileStore, document: Document, page: int, *, turned_by: int = 0) -> bytes:
    """The image of a page (from 1) as a JPEG, at the angle chosen and ``turned_by`` further to the right.
    Raises FileNotFoundError."""
    if not 1 <= page <= document.pages:
        raise FileNotFoundError("no such page")
    image = files.get(part_key(document.key, page if document.is_pdf else 0))
    return turned(image, (document.rotation + turned_by) % 360)


def turned(jpeg: bytes, rotation: int) -> bytes:
    """The picture, with a remark for who shows it: look at it turned to the right. Not one point changes."""
    if rotation not in ORIENTATIONS:
        return jpeg
    tiff = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 0x0112, 3, 1, ORIENTATIONS[rotation], 0, 0)
    remark = b"Exif\0\0" + tiff
    after = 4 + int.from_bytes(jpeg[4:6]) if jpeg[2:4] == b"\xff\xe0" else 2
    segment = b"\xff\xe1" + struct.pack(">H", len(remark) + 2) + remark
    return jpeg[:after] + segment + jpeg[after:]


def list_waiting(db: Session) -> Sequence[str]:
    """Keys of documents that nobody has looked through yet because the scanner did not answer."""
    waiting = select(Document.key).where(Document.scan == "waiting", Document.state == "here")
    return db.scalars(waiting.order_by(Document.id).limit(MOST_SCANNED)).all()


def hide_unscanned(db: Session) -> None:
    """A scanner is there: what came before it was waits for it, and is seen by nobody until it is clean."""
    unscanned = update(Document).where(Document.scan == "unscanned", Document.state == "here")
    db.execute(unscanned.values(scan="waiting"))


def scan_again(files: FileStore, scanner: Scanner, key: str) -> Verdict:
    """What the scanner says now of what was kept. Bytes that were swept away meanwhile can do no harm."""
    try:
        return scanner.scan(BytesIO(files.get(key)))
    except FileNotFoundError:
        return "clean"


def note_verdict(db: Session, region: Region, key: str, verdict: Verdict) -> None:
    """Keep what the scanner said. Where it found a virus, whoever has to do with the file is told."""
    document = db.scalar(select(Document).where(Document.key == key))
    if document is None:
        return
    is_news = verdict == "infected" and document.scan != "infected"
    document.scan = verdict
    if is_news:
        tell_of_virus(db, region, document)


def sweep_documents(db: Session, files: FileStore) -> int:
    """Delete what belongs to no application any more, was removed before it was submitted, broke off on its
    way, or was left out of the submission; how many. What a submission names stays."""
    unsure = (
        select(Document)
        .outerjoin(Application, Application.id == Document.application_id)
        .where(
            Document.is_submitted.is_(False),
            Document.uploaded_at < clock.now() - UNSENT_KEPT,
            or_(
                Document.application_id.is_(None),
                Document.removed_at.is_not(None),
                Document.state == "arriving",
                and_(Document.entry_id.is_(None), Application.state.not_in(("draft", "returned"))),
            ),
        )
        .order_by(Document.id)
        .limit(MOST_SWEPT)
    )
    swept = 0
    for document in db.scalars(unsure).all():
        if is_submitted(db, document):
            document.is_submitted = True
            continue
        _forget_bytes(files, document)
        db.delete(document)
        swept += 1
    return swept


def _forget_bytes(files: FileStore, document: Document) -> None:
    pages = document.pages if document.state == "here" else MOST_PAGES
    for number in range(pages + 1):
        files.delete(part_key(document.key, number))
