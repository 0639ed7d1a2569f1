"""Is the audit whole: every chain, every detail that still exists, every seal.

Chains and seals are judged by what they say alone, so the same rules judge the database and an exported file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.store.audit import AuditDetails, AuditEvent, AuditLeaf, AuditSeal
from portal.usecases.audit import FIRST, details_hash, event_hash
from portal.usecases.audit_seal import merkle_root, public_key, seal_words

READ_AT_ONCE = 1000


@dataclass(frozen=True)
class Break:
    """Something that is not as it was written. ``place`` says where, ``fault`` what is wrong there."""

    place: str
    fault: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}"


@dataclass(frozen=True)
class Sealed:
    """A seal with the hashes of its events in the order of the tree; None where the event is missing."""

    number: int
    seal: AuditSeal
    hashes: tuple[str | None, ...]


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and every break found."""

    events: int
    seals: int
    unsealed: int
    breaks: tuple[Break, ...]


def verify_audit(db: Session) -> Verdict:
    """Look at everything. Nothing is changed."""
    breaks = list(check_chains(stored_events(db)))
    breaks += check_details(db)
    breaks += check_seals(stored_seals(db), public_key(db))
    breaks += _check_leaf_counts(db)
    events = db.scalar(select(func.count()).select_from(AuditEvent)) or 0
    seals = db.scalar(select(func.count()).select_from(AuditSeal)) or 0
    leaves = db.scalar(select(func.count()).select_from(AuditLeaf)) or 0
    return Verdict(events, seals, max(0, events - leaves), tuple(breaks))


def check_chains(events: Iterable[AuditEvent]) -> Iterator[Break]:
    """Each stream counts 1, 2, 3, and each event names the hash before it. Events come stream by stream."""
    stream, seq, previous = "", 0, FIRST
    for event in events:
        if event.stream != stream:
            stream, seq, previous = event.stream, 0, FIRST
        place = f"{event.stream} event {event.seq}"
        if event.seq != seq + 1:
            yield Break(place, f"follows event {seq}: something between them is missing or out of order")
        elif event.previous_hash != previous:
            yield Break(place, "does not name the hash of the event before it")
        if event_hash(event) != event.hash:
            yield Break(place, "was changed: its content does not give its hash")
        seq, previous = event.seq, event.hash


def check_details(db: Session) -> Iterator[Break]:
    """Details that were not erased say what they said when they were written."""
    rows = db.execute(
        select(AuditEvent.stream, AuditEvent.seq, AuditEvent.details_hash, AuditDetails.details).join(
            AuditDetails, AuditDetails.event_id == AuditEvent.id
        ),
        execution_options={"yield_per": READ_AT_ONCE},
    )
    for row in rows:
        if details_hash(db, row.details) != row.details_hash:
            yield Break(f"{row.stream} event {row.seq}", "its details were changed")


def check_seals(seals: Iterable[Sealed], key: str) -> Iterator[Break]:
    """Each root comes from its events, names the root before it, and is signed with our key."""
    previous = FIRST
    for sealed in seals:
        if sealed.seal.previous_root != previous:
            yield Break(
                f"seal {sealed.number}",
                "does not name the root of the seal before it: one is missing or out of order",
            )
        previous = sealed.seal.root
        yield from check_seal(sealed, key)


def check_seal(sealed: Sealed, key: str) -> Iterator[Break]:
    """One seal by itself: its root comes from its events and is signed with our key."""
    place, seal = f"seal {sealed.number}", sealed.seal
    words = seal_words(seal.root, seal.previous_root, seal.leaf_count, seal.sealed_at)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(seal.signature, words)
    except InvalidSignature:
        yield Break(place, "its signature does not fit")
    present = [one for one in sealed.hashes if one is not None]
    missing = seal.leaf_count - len(present)
    if missing > 0:
        yield Break(place, f"{missing} of its {seal.leaf_count} events are missing")
    elif missing < 0 or not present or merkle_root(present) != seal.root:
        yield Break(place, "its events do not give its root: one was changed, added or moved")


def stored_events(db: Session) -> Iterator[AuditEvent]:
    """Every event, stream by stream, in order."""
    query = select(AuditEvent).order_by(AuditEvent.stream, AuditEvent.seq)
    for event in db.scalars(query, execution_options={"yield_per": READ_AT_ONCE}):
        yield event
        db.expunge(event)  # a long audit does not fit into memory


def stored_seals(db: Session, ids: Select[int] | None = None) -> Iterator[Sealed]:
    """Every seal in order, or those with these ids, with the hashes of its events."""
    seals = select(AuditSeal).order_by(AuditSeal.id)
    for seal in db.scalars(seals if ids is None else seals.where(AuditSeal.id.in_(ids))).all():
        hashes = db.scalars(
            select(AuditEvent.hash)
            .select_from(AuditLeaf)
            .outerjoin(AuditEvent, AuditEvent.id == AuditLeaf.event_id)
            .where(AuditLeaf.seal_id == seal.id)
            .order_by(AuditLeaf.position)
        )
        yield Sealed(seal.id, seal, tuple(hashes))


def _check_leaf_counts(db: Session) -> Iterator[Break]:
    """Leaves without their seal: the seal was taken away."""
    counts = (
        select(AuditLeaf.seal_id, func.count())
        .outerjoin(AuditSeal, AuditSeal.id == AuditLeaf.seal_id)
        .where(AuditSeal.id.is_(None))
        .group_by(AuditLeaf.seal_id)
    )
    for seal_id, count in db.execute(counts):
        yield Break(f"seal {seal_id}", f"is missing although {count} events were sealed by it")
