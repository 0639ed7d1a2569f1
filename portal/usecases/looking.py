"""An application as every page of its journey looks at it: its columns and its answers, asked for at once.

To put rows together as objects that can be changed takes longer than the rest of the question. Who changes
something asks ``applications.get_own``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers
from portal.rules.acting import Act
from portal.rules.errors import NotFound
from portal.rules.references import parse_reference
from portal.store.applications import AnswerPage, Application
from portal.store.gathered import Gathered
from portal.store.prepared import Prepared
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.standing import authority_from, refuse_act


@dataclass(frozen=True)
class Looked:
    """What was seen: ``application`` has the columns that use cases look at which change nothing."""

    application: Any
    answers: Answers  # of all pages together
    typed: dict[str, dict[str, list[str]]]  # by page, what could not be read, to be mended


def look_at_own(db: Session, actor: Actor, reference: str, act: Act = "fill") -> Looked:
    """An application of this account. Raises NotFound for another's, as for one that does not exist, and
    NotAllowed where who acts for somebody may not (any more)."""
    wanted = reference if _OUR_OWN.fullmatch(reference) else _as_typed(reference)
    rows = _OWN_WITH_PAGES.ask(db, reference=wanted, account_id=actor.side_id)
    if not rows:
        raise NotFound("application")
    row = rows[0]
    is_proxy = row.acting == "proxy"
    refuse_act(
        actor,
        act,
        "representative" if is_proxy else "self",
        authority_from(_Kept(*row[-6:])) if is_proxy else None,
        row.service_code,
        clock.today(),
        is_hidden=row.is_hidden,
    )
    answers: Answers = {}
    typed: dict[str, dict[str, list[str]]] = {}
    for page, answered, unread in row.pages:
        answers |= answered
        if unread:
            typed[page] = unread
    return Looked(row, answers, typed)


def _as_typed(reference: str) -> str:
    try:
        return parse_reference(reference)
    except FieldError as odd:
        raise NotFound("application") from odd


class _Kept(NamedTuple):
    """The columns of a representation, as the question below lists them last."""

    state: str
    basis: str
    powers: list[str]
    services: list[str] | None
    from_on: date
    to_on: date | None


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
        Application.service_code,
        Application.is_hidden,
        Application.created_at,
        Representation.relation,
        Representation.proof_level,
        Representation.proof_seen_at,
        _PAGES.correlate(Application).scalar_subquery().label("pages"),
        Representation.state.label("kept_state"),
        Representation.basis,
        Representation.powers,
        Representation.services,
        Representation.from_on,
        Representation.to_on,
    )
    .outerjoin(Representation, Representation.id == Application.representation_id)
    .where(Application.reference == bindparam("reference"), Application.account_id == bindparam("account_id"))
)
