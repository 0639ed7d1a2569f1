"""还是这样吗 at the counter: what the visitor said before is read out and confirmed, not asked again."""

from __future__ import annotations

from flask import Flask, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.usecases.access_needs import contact_pages
from portal.usecases.known_facts import known_needs
from portal.web.access import desk
from portal.web.going import Going, is_open, load
from portal.web.parts import reading
from portal.web.still_so import STILL_SO, keep_said, show_said
from portal.web.visit_block import pages_in, section_after
from portal.web.visit_door import visit_href

Answered = str | Response | tuple[str, int]


def is_said_before(db: Session, going: Going, section_id: str) -> bool:
    """Whether this part begins questions that were all answered before, and nobody asked to change them."""
    if going.state != "draft" or "change" in request.args:
        return False
    return section_id == _part_of(going) and bool(known_needs(db, going.application, going.journey))


@desk
def still_so_page(token: str, code: str, reference: str) -> Answered:
    """What was said before, to be read out."""
    with reading() as db:
        going = load(db, code, reference)
        known = known_needs(db, going.application, going.journey) if going.state == "draft" else ()
    if not is_open(going):
        return redirect(visit_href("applications", going.reference), 303)
    part = _part_of(going)
    if not known or part is None:
        return redirect(going.href(f"part/{part}") if part else going.base, 303)
    return show_said(going, known, going.href(f"part/{part}?change=1"), going.base)


@desk
def still_so(token: str, code: str, reference: str) -> Answered:
    """It is: on to what the same part asks beside it, else to the next part."""
    going, known = keep_said(code, reference)
    part = _part_of(going)
    if part is None:
        return redirect(going.base, 303)
    settled = {one.page.id for one in known}
    if any(page.id not in settled for page in pages_in(going, part)):
        return redirect(going.href(f"part/{part}"), 303)
    following = section_after(going, part)
    return redirect(going.href(f"part/{following.id}" if following else "check"), 303)


def _part_of(going: Going) -> str | None:
    """The part in which these questions begin; None where the service has none."""
    return next((page.section for page in contact_pages(going.journey.pages())), None)


def register(app: Flask) -> None:
    address = f"/desk/visits/<token>/apply/<code>/<reference>/{STILL_SO}"
    app.add_url_rule(address, "visit_journey_still_so_page", still_so_page)
    app.add_url_rule(address, "visit_journey_still_so", still_so, methods=["POST"])
