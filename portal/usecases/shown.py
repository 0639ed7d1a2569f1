"""What an officer had before them when they decided: nothing is decided on what changed since.

The version of the application counts its moves and rounds of answers. What lies beside them has no part in
it: files, looks at originals, what registers said, what both sides wrote, what other units answered. All of
that in one word is the mark that a form carries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.consultations import Consultation
from portal.store.documents import Document
from portal.store.evidence import EvidenceCheck, RegisterCheck
from portal.store.thread import ThreadMessage
from portal.store.voices import OwnWords
from portal.usecases.staff_names import name_of

Column = InstrumentedAttribute[Any]

COUNTED: Final[tuple[Column, ...]] = (
    Document.uploaded_at,
    Document.described_at,
    Document.removed_at,
    EvidenceCheck.seen_at,
    RegisterCheck.answered_at,
    ThreadMessage.at,
    Consultation.answered_at,
    OwnWords.said_at,
)
"""Each is empty until it happens: how many there are changes with everything that comes."""

BY: Final[Mapping[Column, Column | None]] = {
    Document.uploaded_at: Document.uploaded_by_id,
    Document.described_at: Document.described_by_id,
    Document.removed_at: Document.uploaded_by_id,
    EvidenceCheck.seen_at: EvidenceCheck.seen_by_id,
    RegisterCheck.answered_at: None,
    ThreadMessage.at: ThreadMessage.by_id,
    Consultation.answered_at: Consultation.answered_by_id,
    OwnWords.said_at: None,
}
"""Who did it; nobody, where a register answered, or the person spoke for themselves."""

APPLICANT: Final = "applicant"
"""Who it was, where it was no colleague: colleagues have names (templates/errors/_deeds.html)."""

WHAT: Final[Mapping[Column, str]] = {
    Document.uploaded_at: "document",
    Document.described_at: "document",
    Document.removed_at: "document",
    EvidenceCheck.seen_at: "evidence",
    RegisterCheck.answered_at: "register",
    ThreadMessage.at: "message",
    Consultation.answered_at: "consultation",
    OwnWords.said_at: "own_words",
}
"""By what came, what is said of it (templates/errors/conflict.html)."""


def mark_of(db: Session, application: Application) -> str:
    """What lies beside the answers now, in one word. Take it before reading what is shown: then whatever
    comes in between makes another mark."""
    counts = [
        select(func.count(column)).where(column.class_.application_id == application.id).scalar_subquery()
        for column in COUNTED
    ]
    found = db.execute(select(*counts)).one()
    return hashlib.sha256(repr((application.id, *found)).encode()).hexdigest()[:32]


def refuse_unseen(db: Session, application: Application, seen: str) -> None:
    """Raises Conflict (who, what, when) where something has come since the mark ``seen``."""
    if seen == mark_of(db, application):
        return
    found = [one for column in COUNTED if (one := _newest(db, application, column)) is not None]
    if not found:
        raise Conflict("changed_meanwhile", what=application.state, when=application.changed_at)
    when, who, what = max(found, key=lambda one: one[0])
    raise Conflict("changed_meanwhile", who=who, what=what, when=when)


def _newest(db: Session, application: Application, column: Column) -> tuple[datetime, str | None, str] | None:
    """When the newest of one kind came, from whom, and what it is; None where there is none."""
    by = BY[column]
    row = db.execute(
        select(column, *([by] if by is not None else []))
        .where(column.class_.application_id == application.id, column.is_not(None))
        .order_by(column.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    by_id = row[1] if by is not None else None
    is_own_side = by_id is not None and by_id == application.account_id
    return row[0], APPLICANT if is_own_side else name_of(db, by_id), WHAT[column]
