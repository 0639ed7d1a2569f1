"""The door to one application for officers: what is not their post's is not found, and the try is noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.rules.errors import NotFound
from portal.usecases.review import Review, get_review, record_refused_reading
from portal.web.access import actor
from portal.web.parts import parts, transaction


@contextmanager
def at_application(reference: str) -> Iterator[Session]:
    """A transaction about an application. NotFound is passed on, after noting who asked for it."""
    try:
        with transaction() as db:
            yield db
    except NotFound:
        with transaction() as db:
            record_refused_reading(db, actor(), reference)
        raise


def open_review(reference: str) -> Review:
    """The application for this officer. Raises NotFound for another post's."""
    with at_application(reference) as db:
        return get_review(db, actor(), reference, parts().region)
