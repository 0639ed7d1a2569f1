"""Pages as they are asked of somebody of whom something is known: an answer from earlier brings its further
questions along at once, with no saving in between (WCAG 3.3.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from portal.catalogue.model import Answers, Page
from portal.usecases.applications import journey_of
from portal.usecases.known_facts import known_answers
from portal.web.going import Going


def known_on(db: Session, going: Going, pages: Sequence[Page]) -> Answers:
    """Facts from earlier for questions of these pages, those asked now and those that an answer uncovers,
    that were not answered in this application. Where all that is asked now is answered, nothing from earlier
    can uncover more."""
    if going.is_correction or all(field.id in going.answers for page in pages for field in page.fields):
        return {}
    whole = [going.definition.page(page.id) or page for page in pages]
    unanswered = [field.id for page in whole for field in page.fields if field.id not in going.answers]
    return known_answers(db, going.application, unanswered) if unanswered else {}


def has_hidden_questions(going: Going, pages: Sequence[Page]) -> bool:
    """Whether an answer could uncover a question on one of these pages."""
    return any(
        whole is not None and len(whole.fields) > len(page.fields)
        for page in pages
        for whole in [going.definition.page(page.id)]
    )


def with_known(going: Going, known: Answers) -> Going:
    """The application as if what is known had been answered: what it asks then. Its answers stay as they are,
    nothing is kept by this."""
    if not known:
        return going
    answers = {**known, **going.answers}
    return replace(going, journey=journey_of(going.definition, going.application, answers))
