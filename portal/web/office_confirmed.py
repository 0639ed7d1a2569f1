"""How who stood at the counter agreed to what was handed in, for whoever reads the whole application."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.evidence_pages import CONFIRMATION_NAME
from portal.i18n import moment_text
from portal.usecases.confirmations import find_confirmation
from portal.usecases.review import Review
from portal.usecases.staff_names import names_of
from portal.web.preferences import language
from portal.web.rendering import say
from portal.web.visit_confirming import CONFIRMED_BY

BY_THEMSELVES = ("online", "post")
"""Channels in which nobody of the staff typed."""


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """The word of the newest submission; nothing where who applied handed it in themselves."""
    submission = review.submission
    if submission.channel in BY_THEMSELVES or not review.is_whole:
        return {"confirmed": None}
    found = find_confirmation(db, review.application.id, submission.answers_hash)
    if found is None:
        return {"confirmed": None}
    names = names_of(db, [found.first_id, found.second_id])
    return {
        "confirmed": found,
        "confirmed_by": CONFIRMED_BY[found.way],
        "confirmed_at": moment_text(found.made_at, language()),
        "heard_by": [names[one] for one in (found.first_id, found.second_id) if one in names],
        "confirmed_scan": say(CONFIRMATION_NAME),
    }
