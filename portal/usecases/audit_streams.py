"""The proof for some chains of the audit: whole by themselves, and inside seals signed at their time.

A part can be judged without the rest: a chain by its hashes, an event by being among the hashes whose root a
seal signs. What only the whole can show (that no seal is missing) is for ``verify_audit``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.store.audit import AuditDetails, AuditEvent, AuditLeaf
from portal.usecases.audit import details_hash
from portal.usecases.audit_export import event_line, head_line, seal_line
from portal.usecases.audit_seal import public_key
from portal.usecases.audit_verify import Break, Sealed, Verdict, check_chains, check_seal, stored_seals


def verify_streams(db: Session, streams: Sequence[str]) -> Verdict:
    """Look at these chains, at what is left of their details, and at each seal that holds one of them."""
    events = _events(db, streams)
    breaks = list(check_chains(events))
    breaks += _check_details(db, streams)
    seals = list(_seals(db, streams))
    for sealed in seals:
        breaks += check_seal(sealed, public_key(db))
    sealed_count = db.scalar(
        select(func.count())
        .select_from(AuditLeaf)
        .join(AuditEvent, AuditEvent.id == AuditLeaf.event_id)
        .where(AuditEvent.stream.in_(streams))
    )
    return Verdict(len(events), len(seals), max(0, len(events) - (sealed_count or 0)), tuple(breaks))


def export_streams(db: Session, streams: Sequence[str]) -> Iterator[str]:
    """These chains as a file that proves itself, as ``export_audit`` makes one of everything: of the seals'
    other events only the hashes are in it."""
    yield head_line(db, is_part=True)
    for event in _events(db, streams):
        yield event_line(event)
    for sealed in _seals(db, streams):
        yield seal_line(sealed)


def _events(db: Session, streams: Sequence[str]) -> Sequence[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.stream.in_(streams))
    return db.scalars(query.order_by(AuditEvent.stream, AuditEvent.seq)).all()


def _check_details(db: Session, streams: Sequence[str]) -> Iterator[Break]:
    rows = db.execute(
        select(AuditEvent.stream, AuditEvent.seq, AuditEvent.details_hash, AuditDetails.details)
        .join(AuditDetails, AuditDetails.event_id == AuditEvent.id)
        .where(AuditEvent.stream.in_(streams))
    )
    for row in rows:
        if details_hash(db, row.details) != row.details_hash:
            yield Break(f"{row.stream} event {row.seq}", "its details were changed")


def _seals(db: Session, streams: Sequence[str]) -> Iterator[Sealed]:
    """The seals that hold an event of these chains, each with the hashes of all of its events."""
    held = (
        select(AuditLeaf.seal_id)
        .join(AuditEvent, AuditEvent.id == AuditLeaf.event_id)
        .where(AuditEvent.stream.in_(streams))
        .distinct()
    )
    return stored_seals(db, held)
