"""What left an officer's hands while its page was open: who has it now or put it back, and when.

A page knows nothing of what happened since it was read. Whoever posts from an old one hears what came in
between instead of a bare no, and keeps what they wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.rules.errors import Conflict
from portal.store.applications import Application, StepEntry
from portal.store.audit import AuditEvent
from portal.usecases.actor import Actor
from portal.usecases.audit import stream_of
from portal.usecases.claims import entry_of, get_seen, taken_conflict
from portal.usecases.decisions import conflict_of
from portal.usecases.proposals import refuse_while_proposed
from portal.usecases.staff_names import name_of

PUT_BACK: Final[Mapping[str, str]] = {
    "application:release": "release",
    "application:take_back": "take_back",
}
"""By the tag of the event with which a step went back to its post, what is said of it."""


def refuse_out_of_hands(db: Session, actor: Actor, application: Application, entry: StepEntry) -> None:
    """Raises Conflict (who, what, when) where somebody has decided it, has it, or has put it back meanwhile.
    Nothing is said of a step that nobody has had yet."""
    if entry.closed_at is not None:
        raise conflict_of(db, application, entry)
    if entry.claimed_by_id not in (None, actor.account_id):
        raise taken_conflict(db, entry)
    if entry.claimed_by_id is None:
        _refuse_put_back(db, application, entry)


def refuse_changed_hands(db: Session, actor: Actor, reference: str) -> None:
    """As ``refuse_out_of_hands``, and where it waits meanwhile for the applicant or for a second officer.
    Raises NotFound for another post's."""
    application = get_seen(db, actor, reference)
    entry = entry_of(application, actor)
    refuse_out_of_hands(db, actor, application, entry)
    if entry.is_paused:
        raise conflict_of(db, application, entry)
    refuse_while_proposed(db, entry)


def _refuse_put_back(db: Session, application: Application, entry: StepEntry) -> None:
    newest = db.scalar(
        select(AuditEvent)
        .where(
            AuditEvent.stream == stream_of(application),
            AuditEvent.tag.in_(PUT_BACK),
            AuditEvent.at >= entry.opened_at,
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    if newest is not None:
        who = name_of(db, newest.actor_id)
        raise Conflict("put_back_meanwhile", who=who, what=PUT_BACK[newest.tag], when=newest.at)
