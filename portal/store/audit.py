"""The audit: one hash chain per stream, details apart so that they can be erased, sealed by Merkle roots.

Rows hold ids and keyed hashes only. UPDATE and DELETE are refused by triggers on both engines.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import EncryptedJson


class AuditEvent(Base):
    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index("ix_audit_events_person", "person_id", "id"),  # who acted for one, who opened their file
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    stream: Mapped[str]  # application:REF, account:ID, unit:CODE
    seq: Mapped[int]
    at: Mapped[datetime]
    tag: Mapped[str]  # subject:action
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(Key)
    role: Mapped[str | None]
    unit_code: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(Key)
    authority: Mapped[str]  # self, representation:ID, office, system
    channel: Mapped[str]
    details_hash: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditDetails(Base):
    """What was changed, in words; may be erased without breaking the chain."""

    __tablename__ = "audit_details"

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), primary_key=True)
    details: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("audit_details.details"))


class AuditSeal(Base):
    """A signed Merkle root over events, chained to the seal before."""

    __tablename__ = "audit_seals"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sealed_at: Mapped[datetime]
    leaf_count: Mapped[int]
    root: Mapped[str]
    previous_root: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class AuditLeaf(Base):
    """Which seal covers which event, in which place of the tree."""

    __tablename__ = "audit_leaves"
    __table_args__ = (UniqueConstraint("seal_id", "position"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("audit_seals.id"))
    position: Mapped[int]
