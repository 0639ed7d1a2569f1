"""还是这样吗: needs that were said before are confirmed on one page, instead of asked again page by page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.model import Page
from portal.catalogue.wording import answer_text
from portal.rules.errors import Conflict
from portal.usecases.access_needs import contact_pages
from portal.usecases.applications import save_page
from portal.usecases.known_facts import KnownPage, known_needs
from portal.web.access import applicant
from portal.web.going import Going, is_open, label_of, load, status_href
from portal.web.jinja_words import said as _
from portal.web.parts import parts, reading, transaction
from portal.web.rendering import page_title, render
from portal.web.visit_door import acting_side

Answered = str | Response | tuple[str, int]
STILL_SO = "still-so"
"""The last part of the address; no page of a service is called so."""


def is_said_before(db: Session, going: Going, page: Page) -> bool:
    """Whether this page begins questions that were all answered before, and nobody asked to change them."""
    if going.is_correction or "change" in request.args or "back" in request.args:
        return False
    asked = contact_pages(going.journey.pages())
    return bool(asked) and asked[0].id == page.id and bool(known_needs(db, going.application, going.journey))


@applicant
def still_so_page(code: str, reference: str) -> Answered:
    """What was said before, to be confirmed."""
    with reading() as db:
        going = load(db, code, reference)
        known = known_needs(db, going.application, going.journey) if going.state == "draft" else ()
    if not is_open(going):
        return redirect(status_href(going.reference), 303)
    if not known:
        return redirect(_first_href(going), 303)
    first = known[0].page.id
    return show_said(going, known, f"{going.href(first)}?change=1", going.before(first))


@applicant
def still_so(code: str, reference: str) -> Answered:
    going, known = keep_said(code, reference)
    return redirect(going.following(known[-1].page.id) if known else _first_href(going), 303)


def show_said(going: Going, known: Sequence[KnownPage], change_href: str, back_href: str) -> Answered:
    """What was said before, with the two ways on; at the counter and at home it is the same page."""
    return render(
        "apply/still_so.html",
        going=going,
        acting_for=going.banner,
        rows=[
            (label_of(going, field), answer_text(field, one.answers[field.id], parts().region, going.voice))
            for one in known
            for field in one.page.fields
        ],
        change_href=change_href,
        back_href=back_href,
        action=going.href(STILL_SO),
        title=page_title(_("还是这样吗？"), going.service_name),
    )


def keep_said(code: str, reference: str) -> tuple[Going, Sequence[KnownPage]]:
    """It is still so: every page of these questions is answered as before. Pressed twice it is answered
    once. Raises NotFound, and Conflict where the application is no draft."""
    with transaction() as db:
        going = load(db, code, reference)
        if going.state != "draft":
            raise Conflict("page_is_closed", what=going.state)
        known = known_needs(db, going.application, going.journey)
        for one in known:
            save_page(db, acting_side(), reference, one.page.id, one.answers)
        return load(db, code, reference), known


def _first_href(going: Going) -> str:
    """Where these questions begin; where there are none, the parts of the application."""
    asked = contact_pages(going.journey.pages())
    return f"{going.href(asked[0].id)}?change=1" if asked else going.base
