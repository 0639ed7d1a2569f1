"""Letters as files: asked for by whoever reads them or for the post, made by the worker, kept encrypted.

A row is taken by a lease, laid out and sealed outside any transaction, and noted. Whoever is killed in the
middle loses the lease; the key of the file is written down before the file is, so nothing is left behind.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition
from portal.catalogue.texts import Language
from portal.gateways import Gateways
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.files import new_key
from portal.letters import TypesettingFailed, as_pdf, render_notice
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.letters import LetterFile
from portal.store.messages import NoticeRow
from portal.usecases.access_needs import Written, written_to
from portal.usecases.actor import Actor
from portal.usecases.definitions import get_definition
from portal.usecases.standing import require_letter
from portal.usecases.turns import take_turn

log = logging.getLogger("portal.letters")

Form = Literal["pdf", "pdf_large"]

LEASE = timedelta(minutes=5)
"""Longer than laying out and sealing may take."""
MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=1)
"""Doubled with each attempt: the sixth comes after about half an hour."""

FOR_GOOD = frozenset({"no_layout", "no_glyph"})
"""Failures that trying again does not mend: this machine lacks a library, or a character."""


@dataclass(frozen=True)
class LetterJob:
    """A letter in hand. ``attempt`` tells this lease from a later one of the same row."""

    id: int
    attempt: int
    definition: Definition
    notice: NoticeRow
    written: Written
    file_key: str
    stale_key: str | None


@dataclass(frozen=True)
class Made:
    sha256: str
    size: int


@dataclass(frozen=True)
class Failed:
    error: str
    is_final: bool


@dataclass(frozen=True)
class AskedFile:
    """A file as whoever asked for it may know it; ``size`` in bytes, ``key`` once it is ready."""

    notice_id: int
    form: Form
    language: Language
    state: Literal["queued", "making", "ready", "failed"]
    size: int
    key: str | None


def queue_letter_file(db: Session, notice: NoticeRow, form: Form, language: Language) -> LetterFile:
    """Have a notice laid out, once for each form and language. One that failed is tried again."""
    take_turn(db, "letter_files", str(notice.id))
    file = _find(db, notice.id, form, language)
    now = clock.now()
    if file is None:
        file = LetterFile(
            notice_id=notice.id, format=form, language=language, state="queued", asked_at=now, due_at=now
        )
        db.add(file)
    elif file.state == "failed":
        file.state, file.error, file.attempts, file.due_at = "queued", None, 0, now
    db.flush()
    return file


def ask_letter_file(db: Session, actor: Actor, notice_id: int, form: Form, language: Language) -> AskedFile:
    """The account's owner wants a notice as a file. Raises NotFound, also for somebody else's notice, and
    NotAllowed for whoever acts for another and may not read their letters (any more)."""
    return as_asked(queue_letter_file(db, _own(db, actor, notice_id), form, language))


def list_letter_files(db: Session, actor: Actor, notice_id: int, language: Language) -> dict[str, AskedFile]:
    """What was asked for of an own notice in a language, by form. Raises NotFound."""
    notice = _own(db, actor, notice_id)
    rows = db.scalars(
        select(LetterFile).where(LetterFile.notice_id == notice.id, LetterFile.language == language)
    )
    return {row.format: as_asked(row) for row in rows}


def get_letter_file(db: Session, actor: Actor, notice_id: int, form: Form, language: Language) -> AskedFile:
    """A file that is ready, of an own notice. Raises NotFound."""
    file = _find(db, _own(db, actor, notice_id).id, form, language)
    if file is None or file.state != "ready":
        raise NotFound("letter_file")
    return as_asked(file)


def as_asked(file: LetterFile) -> AskedFile:
    """What may be known of a row outside."""
    form: Form = file.format  # type: ignore[assignment]
    language: Language = file.language  # type: ignore[assignment]
    key = file.file_key if file.state == "ready" else None
    return AskedFile(file.notice_id, form, language, file.state, file.size or 0, key)  # type: ignore[arg-type]


def take_letter(db: Session) -> LetterJob | None:
    """Lease the letter that waits longest; None when none does."""
    now = clock.now()
    lost = (LetterFile.state == "making", LetterFile.leased_until < now)
    db.execute(
        update(LetterFile)
        .where(*lost, LetterFile.attempts >= MOST_ATTEMPTS)
        .values(state="failed", leased_until=None, error="broken")
    )
    db.execute(update(LetterFile).where(*lost).values(state="queued", leased_until=None))
    due = (
        select(LetterFile.id)
        .where(LetterFile.state == "queued", LetterFile.due_at <= now)
        .order_by(LetterFile.due_at, LetterFile.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    file = db.scalar(select(LetterFile).where(LetterFile.id == due.scalar_subquery()).with_for_update())
    if file is None:
        return None
    stale_key, file.file_key = file.file_key, new_key()
    file.state, file.leased_until, file.attempts = "making", now + LEASE, file.attempts + 1
    notice = file.notice
    language: Language = file.language  # type: ignore[assignment]
    account = db.get_one(Account, notice.account_id)
    return LetterJob(
        id=file.id,
        attempt=file.attempts,
        definition=get_definition(db, notice.definition_hash),
        notice=notice,
        written=Written(language, file.format == "pdf_large", written_to(account, {}).has_digits_apart),
        file_key=file.file_key,
        stale_key=stale_key,
    )


def make_letter(gateways: Gateways, job: LetterJob) -> Made | Failed:
    """Lay out, seal and keep a letter: seconds, outside any transaction."""
    try:
        if job.stale_key is not None:
            gateways.files.delete(job.stale_key)
        written = job.written
        letter = render_notice(
            job.definition, job.notice, written.language, has_digits_apart=written.has_digits_apart
        )
        pdf = as_pdf(letter, is_large=written.is_large)
        unit = str(job.notice.facts["unit"].get("code") or "")
        pdf = gateways.seal.seal(pdf, unit, letter_id=f"letter-{job.id}")
        gateways.files.put(job.file_key, pdf)
    except TypesettingFailed as failed:
        return Failed(failed.why, is_final=failed.why in FOR_GOOD)
    except PermanentFailure:
        return Failed("no_seal", is_final=True)
    except TemporaryFailure:
        return Failed("no_seal", is_final=False)
    except Exception as defect:
        # Our own defect, or a full disk, must not stop the worker; its words may hold the letter's.
        log.error("letter file %s: %s", job.id, type(defect).__name__)
        return Failed("broken", is_final=False)
    return Made(hashlib.sha256(pdf).hexdigest(), len(pdf))


def note_letter(db: Session, job: LetterJob, outcome: Made | Failed) -> bool:
    """Write down how it went, and when to try again. False when somebody else has it by now: then nobody
    knows of the file, and it must go."""
    file = db.get(LetterFile, job.id, with_for_update=True)
    if file is None or file.state != "making" or file.attempts != job.attempt:
        return False
    file.leased_until = None
    if isinstance(outcome, Made):
        file.state, file.made_at = "ready", clock.now()
        file.sha256, file.size = outcome.sha256, outcome.size
        return True
    log.warning("letter file %s failed: %s", file.id, outcome.error)
    if outcome.is_final or file.attempts >= MOST_ATTEMPTS:
        file.state, file.error = "failed", outcome.error
    else:
        file.state, file.due_at = "queued", _later(file.attempts)
    return True


def _later(attempts: int) -> datetime:
    return clock.now() + FIRST_WAIT * float(2 ** (attempts - 1))


def _own(db: Session, actor: Actor, notice_id: int) -> NoticeRow:
    notice = db.scalar(
        select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.account_id == actor.side_id)
    )
    if notice is None:
        raise NotFound("notice")
    require_letter(actor, db.get_one(Application, notice.application_id), notice.created_at)
    return notice


def _find(db: Session, notice_id: int, form: Form, language: str) -> LetterFile | None:
    return db.scalar(
        select(LetterFile).where(
            LetterFile.notice_id == notice_id,
            LetterFile.format == form,
            LetterFile.language == language,
        )
    )
