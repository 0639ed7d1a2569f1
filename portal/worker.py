"""The worker: sends what waits in the outbox, asks the registers, does what is due, until told to stop.

Any number of workers may run beside each other. One that is killed loses nothing: what it had in hand comes
back when its lease ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from time import monotonic

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from portal.catalogue.model import Region
from portal.config import Settings
from portal.gateways import Gateways
from portal.store import Store
from portal.usecases.audit_seal import seal_events
from portal.usecases.daily_figures import count_next_day
from portal.usecases.document_bytes import (
    hide_unscanned,
    list_waiting,
    note_verdict,
    scan_again,
    sweep_documents,
)
from portal.usecases.export_rows import TITLE, Row, head_of
from portal.usecases.exports import (
    MOST_ROWS,
    ExportJob,
    note_failed,
    note_made,
    note_progress,
    read_page,
    sweep_exports,
    take_export,
)
from portal.usecases.letter_files import make_letter, note_letter, take_letter
from portal.usecases.outbox import deliver, note_outcome, take_message
from portal.usecases.register_checks import ask, note_answer, take_check
from portal.usecases.spreadsheets import as_csv, as_xlsx
from portal.usecases.sweeping import sweep
from portal.usecases.timed import TimerFailed, put_off, run_next_timer

log = logging.getLogger("portal.worker")

POLL_SECONDS = 1.0
SEAL_SECONDS = 60.0
SWEEP_SECONDS = 24 * 3600.0
LONGEST_REST_SECONDS = 60.0
"""How long to wait at most before asking a database again that does not answer."""


class Worker:
    """One loop over the due work. ``stop`` lets it finish the row in hand."""

    def __init__(self, settings: Settings, region: Region, store: Store, gateways: Gateways) -> None:
        self._settings = settings
        self._region = region
        self._store = store
        self._gateways = gateways
        self._stopping = Event()
        self._seal_at = self._sweep_at = monotonic()

    def stop(self) -> None:
        """End after the row in hand; safe to call from a signal or another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped. A database that does not answer is asked again, ever more slowly."""
        rest = POLL_SECONDS
        while not self._stopping.is_set():
            try:
                self.turn()
                rest = POLL_SECONDS
            except SQLAlchemyError as wrong:
                log.error("the database does not answer (%s)", type(wrong).__name__)
                rest = min(2 * rest, LONGEST_REST_SECONDS)
            self._stopping.wait(rest)

    def turn(self) -> None:
        """Everything that is due now."""
        self._until_done(self.run_one_timer)
        self._until_done(self.send_one)
        # One of each a turn: a register or a letter takes seconds, and messages do not wait for many of them.
        self.ask_one_register()
        self.make_letter()
        self.make_export()
        if monotonic() >= self._seal_at and not self._stopping.is_set():
            self._seal_at = monotonic() + SEAL_SECONDS
            self._until_done(self.seal)
            self.scan()
        if monotonic() >= self._sweep_at and not self._stopping.is_set():
            self._sweep_at = monotonic() + SWEEP_SECONDS
            self.sweep()

    def run_one_timer(self) -> bool:
        """Do what is due longest; whether there was anything. A timer that fails is put off."""
        try:
            with self._store.transaction() as db:
                return run_next_timer(db, self._region) is not None
        except TimerFailed as failed:
            cause = failed.__cause__
            if isinstance(cause, OperationalError):
                raise cause from None  # the database is at fault, not the timer
            log.error(
                "%s failed (%s)", failed, type(cause).__name__, exc_info=log.isEnabledFor(logging.DEBUG)
            )
            with self._store.transaction() as db:
                put_off(db, failed.timer_id)
            return True

    def send_one(self) -> bool:
        """Send the message that is due longest; whether there was one."""
        with self._store.transaction() as db:
            outgoing = take_message(db, self._settings.sms_quiet)
        if outgoing is None:
            return False
        failure = deliver(self._gateways, outgoing)
        with self._store.transaction() as db:
            note_outcome(db, outgoing, failure)
        return True

    def make_letter(self) -> bool:
        """Lay out the letter that waits longest; whether there was one."""
        with self._store.transaction() as db:
            job = take_letter(db)
        if job is None:
            return False
        outcome = make_letter(self._gateways, job)
        with self._store.transaction() as db:
            is_noted = note_letter(db, job, outcome)
        if not is_noted:
            self._gateways.files.delete(job.file_key)
        return True

    def make_export(self) -> bool:
        """Make the list that waits longest into a file; whether there was one."""
        with self._store.transaction() as db:
            job = take_export(db)
        if job is None:
            return False
        try:
            self._write_export(job)
        except OperationalError:
            raise  # the database is at fault: the lease ends, and the file is made again
        except Exception as defect:
            # Our own defect, or a full disk, must not stop the worker; its words may hold a row's.
            log.error("export %s: %s", job.id, type(defect).__name__)
            with self._store.transaction() as db:
                note_failed(db, job)
        return True

    def _write_export(self, job: ExportJob) -> None:
        """Page by page, each read and noted in a transaction of its own: nobody waits for a long list."""
        if job.stale_key is not None:
            self._gateways.files.delete(job.stale_key)
        rows: list[Row] = []
        after: str | None = None
        while True:
            with self._store.reading() as db:
                more, after = read_page(db, job, after)
            rows += more
            with self._store.transaction() as db:
                if not note_progress(db, job, len(rows)):
                    return
            if after is None or len(rows) >= MOST_ROWS or self._stopping.is_set():
                break
        if self._stopping.is_set() and after is not None:
            return  # the lease ends, and another worker begins anew
        head = head_of(job.language)
        title = TITLE.say(job.language)
        content = as_xlsx(title, head, rows) if job.form == "xlsx" else as_csv(head, rows)
        self._gateways.files.put(job.file_key, content)
        with self._store.transaction() as db:
            is_noted = note_made(db, job, content, is_cut=after is not None)
        if not is_noted:
            self._gateways.files.delete(job.file_key)

    def ask_one_register(self) -> bool:
        """Ask what waits longest for an answer of a register; whether there was anything."""
        with self._store.transaction() as db:
            asking = take_check(db)
        if asking is None:
            return False
        answer = ask(self._gateways.registers, asking)
        with self._store.transaction() as db:
            note_answer(db, self._region, asking, answer)
        return True

    def seal(self) -> bool:
        """Seal new events of the audit; whether there were any."""
        with self._store.transaction() as db:
            return seal_events(db) is not None

    def scan(self) -> None:
        """Have looked through what came before there was a scanner, or while it did not answer."""
        if self._gateways.scanner.is_on:
            with self._store.transaction() as db:
                hide_unscanned(db)
        with self._store.reading() as db:
            waiting = list_waiting(db)
        for key in waiting:
            verdict = scan_again(self._gateways.files, self._gateways.scanner, key)
            if verdict == "waiting":
                return
            with self._store.transaction() as db:
                note_verdict(db, self._region, key, verdict)

    def sweep(self) -> None:
        """Once a day: throw away what is used up, seal what an earlier sealing may have missed, count what
        ended on the days that are over."""
        with self._store.transaction() as db:
            sweep(db)
        with self._store.transaction() as db:
            sweep_documents(db, self._gateways.files)
        with self._store.transaction() as db:
            sweep_exports(db, self._gateways.files)
        with self._store.transaction() as db:
            seal_events(db, is_thorough=True)
        self._until_done(self.count_day)

    def count_day(self) -> bool:
        """Count the figures of a day that is over; whether there was one."""
        with self._store.transaction() as db:
            return count_next_day(db)

    def _until_done(self, act: Callable[[], bool]) -> None:
        while not self._stopping.is_set() and act():
            pass
