"""After handing in: what the applicant still has to show, how they chose to show it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition
from portal.letters import way_words
from portal.usecases.contact_units import ContactUnit, get_contact_unit
from portal.usecases.evidence_tasks import BY_STAFF, list_still_to_show
from portal.usecases.represented import ApplicationSeen
from portal.usecases.transitions import FOR_APPLICANT
from portal.web.preferences import language
from portal.web.rendering import say


@dataclass(frozen=True)
class StillToShow:
    """Names of things with how each is shown, and the unit that wants to see them."""

    rows: list[tuple[str, str]]
    where: ContactUnit | None
    """None where nothing is brought or sent: the staff come, or look it up."""
    until_on: date | None
    """By when it is best brought, since the unit looks at it by then; None once it goes on without, or waits.
    Nothing ends on that day: what is missing is asked for in writing first (rules.md 5.2)."""
    is_provisional: bool
    is_asked: bool
    """Whether that was done already: it is done once."""
    is_visited: bool


def find_still_to_show(
    db: Session, application: ApplicationSeen, definition: Definition
) -> StillToShow | None:
    """None where everything was seen, or nothing has to be."""
    states = list_still_to_show(db, application, definition)
    if not states:
        return None
    ways = {one.way for one in states}
    taker = application.entries[0].unit_code
    return StillToShow(
        rows=[(say(one.evidence.title), way_words(one.evidence, one.way, language())) for one in states],
        where=get_contact_unit(db, taker) if ways - BY_STAFF else None,
        until_on=_until(application),
        is_provisional=application.entries[0].is_due_provisional,
        is_asked=any(one.reason == FOR_APPLICANT for one in application.entries[0].pauses),
        is_visited="home_visit" in ways,
    )


def _until(application: ApplicationSeen) -> date | None:
    first = application.entries[0]
    if first.closed_at is not None or first.is_paused or first.due_on < clock.today():
        return None
    return first.due_on
