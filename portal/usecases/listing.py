"""What the lists of the office know of an application without opening it, as it was last handed in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.usecases.access_needs import answers_with, needs_of
from portal.usecases.search_keys import add_journey_keys
from portal.usecases.special_needs import special_needs
from portal.usecases.transitions import copy_listed, open_entry


def list_as_handed_in(db: Session, application: Application, journey: Journey) -> None:
    """After each round: what it is found by, whether the person has special needs, and where it lives."""
    known = needs_of(db, application.person)
    answers = answers_with(journey.definition, journey.answers, known)
    application.has_needs = bool(special_needs(journey.definition, answers))
    add_journey_keys(db, application, journey)
    entry = open_entry(application)
    if entry is not None:
        copy_listed(application, entry)
