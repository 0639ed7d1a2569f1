"""After handing in: what the applicant still has to show, how they chose to show it, and where."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition
from portal.usecases.contact_units import ContactUnit, get_contact_unit
from portal.usecases.evidence import UPLOAD, EvidenceState
from portal.usecases.evidence_tasks import list_still_to_show
from portal.usecases.represented import ApplicationSeen
from portal.web.rendering import say

BY_STAFF = frozenset({"home_visit", "staff_check"})
"""Ways in which staff come or look; everything else the applicant brings or sends."""


@dataclass(frozen=True)
class StillToShow:
    """Names of things with how each is shown, and the unit that wants to see them."""

    rows: list[tuple[str, str]]
    where: ContactUnit | None
    """None where nothing is brought or sent: the staff come, or look it up."""
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
        rows=[(say(one.evidence.title), _way_words(one)) for one in states],
        where=get_contact_unit(db, taker) if ways - BY_STAFF else None,
        is_visited="home_visit" in ways,
    )


def _way_words(state: EvidenceState) -> str:
    if state.way == UPLOAD:
        return _("文件已经收到。原件还要看一次。")
    alternative = state.alternative
    return say(alternative.label) if alternative else _("原件还要看一次。")
