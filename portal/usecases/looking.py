"""An application as every page of its journey looks at it: its columns and its answers, asked for at once.

To put rows together as objects that can be changed takes longer than the rest of the question. Who changes
something asks ``applications.get_own``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers
from portal.rules.errors import NotFound
from portal.rules.references import parse_reference
from portal.store.applications import AnswerPage, Application
from portal.store.gathered import Gathered
from portal.store.prepared import Prepared
from portal.usecases.actor import Actor


@dataclass(frozen=True)
class Looked:
    """What was seen: ``application`` has the columns that use cases look at which change nothing."""

    application: Any
    answers: Answers  # of all pages together
    typed: dict[str, dict[str, list[str]]]  # by page, what could not be read, to be mended


def look_at_own(db: Session, actor: Actor, reference: str) -> Looked:
    """An application of this account. Raises NotFound for another's, as for one that does not exist."""
    wanted = reference if _OUR_OWN.fullmatch(reference) else _as_typed(reference)
    rows = _OWN_WITH_PAGES.ask(db, reference=wanted, account_id=actor.signed_in_id)
    if not rows:
        raise NotFound("application")
    answers: Answers = {}
    typed: dict[str, dict[str, list[str]]] = {}
    for page, answered, unread in rows[0].pages:
        answers |= answered
        if unread:
            typed[page] = unread
    return Looked(rows[0], answers, typed)


def _as_typed(reference: str) -> str:
    try:
        return parse_reference(reference)
    except FieldError as odd:
        raise NotFound("application") from odd


_OUR_OWN = re.compile(r"[0-9]{12}")
"""As our own links write it: whether there is such an application, its row says, and no check digit."""

_PAGES = select(Gathered(AnswerPage.page, AnswerPage.answers, AnswerPage.typed)).where(
    AnswerPage.application_id == Application.id
)
_OWN_WITH_PAGES = Prepared(
    select(
        Application.id,
        Application.reference,
        Application.definition_hash,
        Application.person_id,
        Application.acting,
        Application.state,
        Application.draft_until_on,
        _PAGES.correlate(Application).scalar_subquery().label("pages"),
    ).where(
        Application.reference == bindparam("reference"), Application.account_id == bindparam("account_id")
    )
)
