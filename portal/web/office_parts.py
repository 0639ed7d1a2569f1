"""The topics of an application's page, a module each: ``page_parts`` is what its include (named in
templates/office/application.html) is told, ``add_to`` adds its addresses below the application.
"""

from __future__ import annotations

from typing import Any, Protocol

from flask import Blueprint
from sqlalchemy.orm import Session

from portal.usecases.review import Review
from portal.web import (
    desk_corrections,
    office_advice,
    office_benefits,
    office_bulk,
    office_compare,
    office_confirmed,
    office_consultations,
    office_consulted,
    office_copies,
    office_documents,
    office_extensions,
    office_first_result,
    office_history,
    office_looks,
    office_moved,
    office_notes,
    office_payments,
    office_recusals,
    office_representation,
    office_same_person,
    office_second_looks,
    office_signals,
    office_thread,
    office_voices,
    proof_page,
    public_notices,
)
from portal.web.access import Mark
from portal.web.parts import reading


class Shown(Protocol):
    """A topic that the page shows."""

    def page_parts(self, db: Session, review: Review, /) -> dict[str, Any]:
        """What its include is told; asked of the database is only what the review does not know."""


class Posted(Protocol):
    """A topic with addresses of its own."""

    def add_to(self, page: Blueprint, base: str, mark: Mark) -> None:
        """Add them below ``base``, open to whom ``mark`` admits."""


SHOWN: tuple[Shown, ...] = (
    office_bulk,
    proof_page,
    public_notices,
    office_documents,
    office_copies,
    office_looks,
    office_advice,
    office_benefits,
    office_moved,
    office_payments,
    office_consultations,
    office_thread,
    office_notes,
    office_recusals,
    office_representation,
    office_same_person,
    office_extensions,
    office_first_result,
    office_second_looks,
    office_signals,
    desk_corrections,
    office_voices,
    office_confirmed,
)
POSTED: tuple[Posted, ...] = (
    proof_page,
    office_payments,
    office_moved,
    office_documents,
    office_copies,
    office_looks,
    office_compare,
    office_consultations,
    office_thread,
    office_notes,
    office_history,
    office_consulted,
    office_recusals,
    office_representation,
    office_same_person,
    office_second_looks,
    office_voices,
)


def page_parts(review: Review) -> dict[str, Any]:
    """What the includes of all topics are told."""
    found: dict[str, Any] = {}
    with reading() as db:
        for topic in SHOWN:
            found |= topic.page_parts(db, review)
    return found


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses of all topics."""
    for topic in POSTED:
        topic.add_to(page, base, mark)
