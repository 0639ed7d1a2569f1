"""The start of a service: 替谁办？ Oneself, somebody for whom one acts already, or somebody else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import labels
from portal.rules.errors import Conflict, NotAllowed
from portal.rules.journey import Acting
from portal.usecases import applications
from portal.usecases.drafts import list_drafts
from portal.usecases.represented import ApplicationSeen, Represented, list_reaching
from portal.web.access import actor, applicant
from portal.web.acting_for import relation_words
from portal.web.going import load
from portal.web.jinja_words import said as _
from portal.web.parts import reading, transaction
from portal.web.preferences import language
from portal.web.rendering import page_title, render, say
from portal.web.services import get_applied_for
from portal.web.whole_numbers import whole_number

Answered = str | Response | tuple[str, int]
WITH = "with-"
"""Before the number of a record, where a person is chosen for whom one acts already."""


@dataclass(frozen=True)
class WaitingDraft:
    """A draft to come back to. ``name``: of whom, where it is for another.

    ``is_closed``: who began it may not go on with it today.
    """

    reference: str
    href: str
    until: date
    is_self: bool
    name: str | None
    is_closed: bool


@applicant
def start_page(code: str) -> Answered:
    return _show_start(code)


def _show_start(code: str, error: str | None = None, status: int = 200) -> Answered:
    """替自己办还是替别人办, and the drafts that wait: people come back to these instead of starting again."""
    definition = get_applied_for(code)
    with reading() as db:
        people = list_reaching(db, actor(), definition.service.code)
        drafts = [_waiting(db, code, row) for row in list_drafts(db, actor(), code)]
    service = say(definition.service.name)
    return render(
        "apply/start.html",
        status,
        definition=definition,
        service_name=service,
        title=page_title(_("替谁办？"), service, has_errors=bool(error)),
        error=error,
        people=[
            {"value": f"{WITH}{one.id}", "label": _("替%(name)s办", name=one.name), "hint": _as_what(one)}
            for one in people
        ],
        drafts=drafts,
        start_key=request.form.get("start_key") or secrets.token_urlsafe(24),
    )


def _as_what(one: Represented) -> str:
    """You are her mother, and by what you act; until when, where it ends."""
    words = relation_words(one.relation)
    said = _("您是%(name)s的%(relation)s。", name=one.name, relation=words) if words else ""
    if one.is_proved:
        said += _("授权：%(basis)s。", basis=labels.label(labels.BASES, one.basis, language()))
    return said


def _waiting(db: Session, code: str, row: ApplicationSeen) -> WaitingDraft:
    """One draft, also where the authority by which it was begun does not hold any more."""
    href = f"/apply/{code}/{row.reference}"
    is_self = row.acting == "self"
    try:
        going = load(db, code, row.reference)
    except NotAllowed:
        return WaitingDraft(row.reference, href, row.draft_until_on, is_self, None, is_closed=True)
    return WaitingDraft(row.reference, href, row.draft_until_on, is_self, going.voice.name, is_closed=False)


def chosen_side(chosen: str) -> tuple[Acting, int | None] | None:
    """For whom it is begun, and by which record where somebody acts by one; None where nothing was chosen."""
    if chosen == "self":
        return "self", None
    if chosen == "proxy":
        return "proxy", None
    kept = whole_number(chosen.removeprefix(WITH)) if chosen.startswith(WITH) else None
    return ("proxy", kept) if kept is not None else None


@applicant
def start(code: str) -> Answered:
    definition = get_applied_for(code)
    side = chosen_side(request.form.get("acting", ""))
    if side is None:
        return _show_start(code, _("请选择替谁办。"), 422)
    acting, kept = side
    try:
        with transaction() as db:
            begun = applications.start_application(
                db,
                actor(),
                definition,
                acting,
                request.form.get("start_key", ""),
                representation_id=kept,
            )
            going = load(db, code, begun.reference)
    except Conflict as conflict:
        if conflict.key != "too_many_drafts":
            raise
        most = applications.MOST_DRAFTS
        full = _("没交的草稿最多留%(most)s份。请先接着办一份，或者删掉一份。", most=most)
        return _show_start(code, full, 409)
    first = going.journey.first_incomplete()
    return redirect(going.href(first.id if first else "check"), 303)
