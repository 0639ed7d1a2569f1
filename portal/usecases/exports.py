"""Lists of a unit as files: asked for by an officer, made by the worker, kept a week, for the asker alone.

What a file holds is what the list shows, masked names with it. The worker makes it with the rights that the
asker has then: who has left the post gets nothing. It takes a row by a lease and says after each page how far
it is; the key of the file is written down before the file is, so nothing is left behind.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, get_args

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.catalogue.texts import Language
from portal.gateways.files import FileStore, new_key
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.accounts import Account, StaffRole
from portal.store.exports import Export
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.export_rows import Row, list_rows
from portal.usecases.held_posts import is_held_today
from portal.usecases.queue_lists import QueueFilters, Which
from portal.usecases.spreadsheets import FORMS, Form

log = logging.getLogger("portal.exports")

EXPORTABLE: Final[tuple[Which, ...]] = ("unit", "late", "waiting", "paused", "done")
KEPT: Final = timedelta(days=7)
MOST_ROWS: Final = 50_000
"""Of one file; the page says so where there was more."""
PAGE_ROWS: Final = 500
MOST_WAITING: Final = 5
"""Files that one person may have asked for and not got yet."""
SHOWN: Final = 20
LEASE: Final = timedelta(minutes=2)
"""Of one page of rows, with much room; each page renews it."""
MOST_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(minutes=1)

ExportSeen = Export
"""A file as pages show it."""


@dataclass(frozen=True)
class ExportJob:
    """A file in hand. ``attempt`` tells this lease from a later one."""

    id: int
    attempt: int
    actor: Actor
    which: Which
    filters: QueueFilters
    form: Form
    language: Language
    file_key: str
    stale_key: str | None


def ask_export(
    db: Session, actor: Actor, which: Which, form: Form, language: Language, filters: QueueFilters
) -> Export:
    """Have a list of the actor's post made into a file; on record.

    Raises NotAllowed for who sits at no post, NotFound for a list or form that is not offered, and Conflict
    ``too_many_exports`` where too many wait already.
    """
    if actor.kind != "staff" or actor.role is None or actor.unit_code is None:
        raise NotAllowed("not_staff")
    if which not in EXPORTABLE or form not in FORMS:
        raise NotFound("export")
    waiting = select(func.count()).where(
        Export.account_id == actor.account_id, Export.state.in_(("queued", "making"))
    )
    if (db.scalar(waiting) or 0) >= MOST_WAITING:
        raise Conflict("too_many_exports")
    now = clock.now()
    export = Export(
        account_id=actor.signed_in_id,
        role=actor.role,
        unit_code=actor.unit_code,
        county=actor.county,
        which=which,
        filters={"service": filters.service},
        form=form,
        language=language,
        state="queued",
        asked_at=now,
        due_at=now,
        expires_at=now + KEPT,
    )
    db.add(export)
    db.flush()
    _record(db, actor, "export:ask", export)
    return export


def list_exports(db: Session, actor: Actor) -> Sequence[Export]:
    """The newest files that the actor asked for and that are still there."""
    query = select(Export).where(Export.account_id == actor.signed_in_id, Export.expires_at > clock.now())
    return db.scalars(query.order_by(Export.id.desc()).limit(SHOWN)).all()


def get_export(db: Session, actor: Actor, export_id: int) -> Export:
    """A file of the actor's own, asked for at the same post. Raises NotFound, also when its week is over."""
    export = db.scalar(
        select(Export).where(
            Export.id == export_id,
            Export.account_id == actor.signed_in_id,
            Export.unit_code == actor.unit_code,
            Export.role == actor.role,
            Export.expires_at > clock.now(),
        )
    )
    if export is None:
        raise NotFound("export")
    return export


def open_export(db: Session, actor: Actor, files: FileStore, export_id: int) -> tuple[Export, bytes]:
    """A file that is ready, and its bytes; on record. Raises NotFound."""
    export = get_export(db, actor, export_id)
    if export.state != "ready" or export.file_key is None:
        raise NotFound("export")
    _record(db, actor, "export:read", export)
    return export, files.get(export.file_key)


def take_export(db: Session) -> ExportJob | None:
    """Lease the file that waits longest; None when none does."""
    now = clock.now()
    lost = (Export.state == "making", Export.leased_until < now)
    too_often = update(Export).where(*lost, Export.attempts >= MOST_ATTEMPTS)
    db.execute(too_often.values(state="failed", leased_until=None, error="broken"))
    db.execute(update(Export).where(*lost).values(state="queued", leased_until=None))
    export = db.scalar(
        select(Export)
        .where(Export.state == "queued", Export.due_at <= now)
        .order_by(Export.due_at, Export.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if export is None:
        return None
    if not _holds_post(db, export):
        export.state, export.error = "failed", "left_post"
        return None
    stale_key, export.file_key = export.file_key, new_key()
    export.state, export.leased_until, export.done = "making", now + LEASE, 0
    export.attempts += 1
    return ExportJob(
        id=export.id,
        attempt=export.attempts,
        actor=Actor("staff", export.account_id, True, Role(export.role), export.unit_code, export.county),
        which=next(one for one in get_args(Which) if one == export.which),
        filters=QueueFilters(**export.filters),
        form="xlsx" if export.form == "xlsx" else "csv",
        language=next(one for one in get_args(Language) if one == export.language),
        file_key=export.file_key,
        stale_key=stale_key,
    )


def read_page(db: Session, job: ExportJob, after: str | None) -> tuple[list[Row], str | None]:
    """The next rows of the list, and the cursor behind them."""
    return list_rows(db, job.actor, job.which, job.filters, job.language, after, PAGE_ROWS)


def note_progress(db: Session, job: ExportJob, done: int) -> bool:
    """Say how many rows there are so far; False where somebody else has it by now."""
    export = _in_hand(db, job)
    if export is None:
        return False
    export.done, export.leased_until = done, clock.now() + LEASE
    return True


def note_made(db: Session, job: ExportJob, content: bytes, *, is_cut: bool) -> bool:
    """The file is there. False where somebody else has it by now: then it must go."""
    export = _in_hand(db, job)
    if export is None:
        return False
    export.state, export.leased_until, export.made_at = "ready", None, clock.now()
    export.sha256, export.size, export.is_cut = hashlib.sha256(content).hexdigest(), len(content), is_cut
    return True


def note_failed(db: Session, job: ExportJob) -> None:
    """It went wrong: try again later, or leave it."""
    export = _in_hand(db, job)
    if export is None:
        return
    export.leased_until = None
    if export.attempts >= MOST_ATTEMPTS:
        export.state, export.error = "failed", "broken"
    else:
        export.state = "queued"
        export.due_at = clock.now() + FIRST_WAIT * 2 ** (export.attempts - 1)


def sweep_exports(db: Session, files: FileStore) -> None:
    """Throw away the files whose week is over."""
    over = select(Export).where(Export.expires_at <= clock.now(), Export.file_key.is_not(None))
    for export in db.scalars(over.where(Export.state != "making")).all():
        files.delete(export.file_key or "")
        export.file_key = None


def _in_hand(db: Session, job: ExportJob) -> Export | None:
    export = db.get(Export, job.id, with_for_update=True)
    return export if export and export.state == "making" and export.attempts == job.attempt else None


def _holds_post(db: Session, export: Export) -> bool:
    held = (
        select(StaffRole.id)
        .join(Account, Account.id == StaffRole.account_id)
        .where(
            StaffRole.account_id == export.account_id,
            StaffRole.unit_code == export.unit_code,
            StaffRole.role == export.role,
            is_held_today(),
            Account.disabled_at.is_(None),
        )
    )
    return db.scalar(held.limit(1)) is not None


def _record(db: Session, actor: Actor, tag: str, export: Export) -> None:
    details = {"export": export.id, "which": export.which, "unit": export.unit_code, "form": export.form}
    record_event(db, actor, f"account:{actor.signed_in_id}", tag, authority="office", details=details)
