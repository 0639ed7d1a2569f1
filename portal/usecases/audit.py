"""Record what happened: one hash chain per stream, in the transaction of the change itself.

If it was not recorded it did not happen. Rows carry ids and hashes; words go to the erasable details.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.applications import Application
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.database import plainly
from portal.usecases.actor import Actor
from portal.usecases.turns import take_turn

FIRST = "0" * 64
"""What the first event of a stream names as the hash before it."""


def record_event(
    db: Session,
    actor: Actor,
    stream: str,
    tag: str,
    *,
    person_id: int | None = None,
    authority: str = "self",
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append an event (``tag`` is ``subject:action``) to a stream (``application:REF``, ``account:ID``)."""
    take_turn(db, "audit", stream)
    last = plainly(db).execute(_LAST, {"stream": stream}).first()
    event = AuditEvent(
        stream=stream,
        seq=last.seq + 1 if last else 1,
        at=clock.now(),
        tag=tag,
        actor_kind=actor.kind,
        actor_id=actor.account_id,
        role=actor.role,
        unit_code=actor.unit_code,
        person_id=person_id,
        authority=authority,
        channel=actor.channel,
        details_hash=details_hash(db, details or {}),
        previous_hash=last.hash if last else FIRST,
        hash="",
    )
    event.hash = event_hash(event)
    db.add(event)
    db.flush()
    if details:
        db.add(AuditDetails(event_id=event.id, details=dict(details)))
    return event


_LAST = (
    select(AuditEvent.seq, AuditEvent.hash)
    .where(AuditEvent.stream == bindparam("stream"))
    .order_by(AuditEvent.seq.desc())
    .limit(1)
)
"""Written once: to put it together takes longer than to answer it."""


def stream_of(application: Application) -> str:
    return f"application:{application.reference}"


def record_office_event(
    db: Session,
    actor: Actor,
    application: Application,
    tag: str,
    *,
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """What staff did with an application, in its stream and about its person."""
    return record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority="office",
        details=details,
    )


def event_hash(event: AuditEvent) -> str:
    """The link of the chain: everything in the row, and the hash before it."""
    row = [
        event.stream,
        event.seq,
        event.at.isoformat(),
        event.tag,
        event.actor_kind,
        event.actor_id,
        event.role,
        event.unit_code,
        event.person_id,
        event.authority,
        event.channel,
        event.details_hash,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(row, ensure_ascii=True).encode()).hexdigest()


def details_hash(db: Session, details: Mapping[str, Any]) -> str:
    """Keyed, so that a guessable detail cannot be confirmed from the chain after it was erased."""
    words = json.dumps(details, ensure_ascii=False, sort_keys=True).encode()
    return hmac.new(db.info["keys"].index_key, b"audit\0" + words, hashlib.sha256).hexdigest()
