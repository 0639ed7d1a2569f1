"""Seal the audit: hashes of new events become the leaves of a Merkle tree, its root is signed and chained.

Whoever holds one seal outside the portal (``portal audit-export``) can show later that nothing before it was
changed, removed or put in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.audit import AuditEvent, AuditLeaf, AuditSeal
from portal.usecases.audit import FIRST
from portal.usecases.turns import is_our_turn

MOST_LEAVES = 20_000
"""In one seal; what is left waits for the next."""
LOOK_BACK = 100_000
"""Event ids: how far below the newest sealed one an open transaction may still add an event. The thorough
sealing, once a day, looks at all of them."""


def seal_events(db: Session, *, is_thorough: bool = False) -> AuditSeal | None:
    """Seal what is not sealed yet; None when there is nothing new. One sealer at a time."""
    if not is_our_turn(db, "audit seal"):
        return None
    last = db.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
    events = _unsealed(db, is_thorough=is_thorough)
    if not events:
        return None
    root = merkle_root([digest for _, digest in events])
    previous = last.root if last else FIRST
    now = clock.now()
    signed = sealing_key(db).sign(seal_words(root, previous, len(events), now))
    seal = AuditSeal(
        sealed_at=now, leaf_count=len(events), root=root, previous_root=previous, signature=signed
    )
    db.add(seal)
    db.flush()
    db.execute(
        insert(AuditLeaf),
        [
            {"event_id": event_id, "seal_id": seal.id, "position": position}
            for position, (event_id, _) in enumerate(events)
        ],
    )
    return seal


def merkle_root(hashes: Sequence[str]) -> str:
    """The root over event hashes in order, as RFC 6962 section 2.1 builds it.

    A leaf is SHA-256 of 00 and the event's hash, a node SHA-256 of 01 and its two children; a list of n is
    split at the largest power of two below n. Raises ValueError for an empty list.
    """
    if not hashes:
        raise ValueError("a tree without leaves has no root")
    return _root([hashlib.sha256(b"\0" + bytes.fromhex(one)).digest() for one in hashes]).hex()


def seal_words(root: str, previous_root: str, leaf_count: int, sealed_at: datetime) -> bytes:
    """What is signed, five lines of ASCII."""
    return f"portal-audit-seal-1\n{root}\n{previous_root}\n{leaf_count}\n{sealed_at.isoformat()}\n".encode()


def sealing_key(db: Session) -> Ed25519PrivateKey:
    """The key that signs, made from the seal key of the keys file."""
    seed = hashlib.sha256(b"portal-audit-seal\0" + db.info["keys"].seal_key).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(db: Session) -> str:
    """The public half, in hexadecimal: 32 bytes, as RFC 8032 writes it."""
    return sealing_key(db).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _root(nodes: list[bytes]) -> bytes:
    """Level by level; an odd one out moves up as it is, which gives the tree of RFC 6962."""
    while len(nodes) > 1:
        pairs = [
            hashlib.sha256(b"\1" + left + right).digest()
            for left, right in zip(nodes[::2], nodes[1::2], strict=False)
        ]
        nodes = pairs + nodes[2 * len(pairs) :]
    return nodes[0]


def _unsealed(db: Session, *, is_thorough: bool) -> list[tuple[int, str]]:
    newest = db.scalar(select(func.max(AuditLeaf.event_id))) or 0
    lowest = 0 if is_thorough else newest - LOOK_BACK
    rows = db.execute(
        select(AuditEvent.id, AuditEvent.hash)
        .outerjoin(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
        .where(AuditEvent.id > lowest, AuditLeaf.event_id.is_(None))
        .order_by(AuditEvent.id)
        .limit(MOST_LEAVES)
    )
    return [(row.id, row.hash) for row in rows]
