"""What goes with an application besides its answers: notes, the thread with the applicant, opinions of
others. Only for posts that read the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.store.applications import Application
from portal.store.consultations import Consultation
from portal.store.notes import Note
from portal.store.thread import ThreadMessage
from portal.usecases.consultations import list_consultations
from portal.usecases.notes import list_notes
from portal.usecases.thread import list_thread, mark_read


@dataclass(frozen=True)
class Correspondence:
    thread: Sequence[ThreadMessage] = ()
    notes: Sequence[Note] = ()
    consultations: Sequence[Consultation] = ()

    def staff_ids(self) -> Iterable[int | None]:
        """Everyone of the staff who had a part in it."""
        yield from (one.by_id for one in self.thread if one.side == "office")
        yield from (one.by_id for one in self.notes)
        for one in self.consultations:
            yield from (one.asked_by_id, one.answered_by_id)


def read_correspondence(db: Session, application: Application) -> Correspondence:
    """All of it, in the order in which it came; what the applicant wrote has been read now."""
    thread = list_thread(db, application)
    if any(one.side == "applicant" and one.read_at is None for one in thread):
        mark_read(db, application, "applicant")
    return Correspondence(
        thread=thread,
        notes=list_notes(db, application),
        consultations=list_consultations(db, application),
    )
