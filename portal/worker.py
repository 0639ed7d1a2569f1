"""The worker: sends what waits in the outbox and does what is due, until it is told to stop.

Any number of workers may run beside each other. One that is killed loses nothing: what it had in hand comes
back when its lease ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from portal.config import Settings
from portal.gateways import Gateways
from portal.store import Store
from portal.usecases.outbox import deliver, note_outcome, take_message

log = logging.getLogger("portal.worker")

POLL_SECONDS = 1.0
LONGEST_REST_SECONDS = 60.0
"""How long to wait at most before asking a database again that does not answer."""


class Worker:
    """One loop over the due work. ``stop`` lets it finish the row in hand."""

    def __init__(self, settings: Settings, store: Store, gateways: Gateways) -> None:
        self._settings = settings
        self._store = store
        self._gateways = gateways
        self._stopping = Event()

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
        self._until_done(self.send_one)

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

    def _until_done(self, act: Callable[[], bool]) -> None:
        while not self._stopping.is_set() and act():
            pass
