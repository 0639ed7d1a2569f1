"""The door of a visit: every address below ``/desk/visits/<token>`` opens only while the visitor is there.

Stands before every request, so that no page of a visit can forget it: once the visit is over its addresses
say so, whoever asks and whatever is posted to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request

from portal.catalogue.field_types.names import mask_name
from portal.rules.errors import NotFound
from portal.usecases.actor import Actor
from portal.usecases.identity import COUNTER_ROLES
from portal.usecases.visits import OpenVisit, beside, find_visit, is_touch_due, touch_visit
from portal.web.access import actor
from portal.web.parts import end_first_look, first_look, transaction

ADDRESS = re.compile(r"/desk/visits/(?!(?:new|waiting)(?:/|$))([^/]+)(?:/|$)")
"""What stands there is the token of a visit, or was never any."""


@dataclass(frozen=True)
class VisitBar:
    """What stands over every page of a visit: who is there, where their page is, the way to end it."""

    name: str
    standing: str
    channel: str
    href: str
    next_href: str


def find_at_door() -> None:
    """Before each request. Raises Gone when the visit of the address is over; to counter staff NotFound for
    an open one that is not of this session, and for what is none. Others are told who may come in."""
    g.visit = None
    found = ADDRESS.match(request.path)
    if found is None:
        return
    session_id = g.signed_in.session_id if g.signed_in else None
    visit: OpenVisit | None = None
    try:
        visit = find_visit(first_look(), actor(), session_id, found.group(1))
    except NotFound:
        if actor().role in COUNTER_ROLES:
            raise
    finally:
        if request.method not in ("GET", "HEAD"):
            end_first_look()
    if visit is None:
        return
    g.visit, g.visit_token = visit, found.group(1)
    if is_touch_due(visit):
        with transaction() as db:
            touch_visit(db, visit)


def current_visit() -> OpenVisit:
    """The visit of this address; pages below ``/desk/visits/<token>`` always have one."""
    visit = g.get("visit")
    assert isinstance(visit, OpenVisit)
    return visit


def visiting_actor() -> Actor:
    """The clerk beside the visitor: what every use case of the applicant's side takes here."""
    return beside(actor(), current_visit())


def acting_side() -> Actor:
    """Who acts on the applicant's side in this request: the resident who is signed in, or the clerk beside
    the visitor of this address."""
    return visiting_actor() if g.get("visit") else actor()


def visit_href(*rest: object) -> str:
    """An address of this visit: ``visit_href("apply", code)``."""
    return "/".join(("/desk/visits", g.visit_token, *(str(one) for one in rest)))


def front_of_journey() -> str:
    """What stands before the code of the service in the addresses of a journey."""
    return visit_href("apply") if g.get("visit") else "/apply"


def front_of_documents() -> str:
    """The same of the addresses of documents."""
    return visit_href("documents") if g.get("visit") else "/documents"


def keeps_nothing() -> bool:
    """Whether the browser may remember nothing that is typed here: it is somebody else's each time."""
    return request.path.startswith(("/desk/visits", "/desk/offline"))


def visit_words() -> dict[str, Any]:
    """For the frame of every page."""
    visit = g.get("visit")
    if visit is None:
        return {"visit_bar": None}
    bar = VisitBar(
        mask_name(visit.name) if visit.name else "",
        visit.standing,
        visit.channel,
        visit_href(),
        visit_href("next"),
    )
    return {"visit_bar": bar, "visit_href": visit_href}


def register(app: Flask) -> None:
    app.before_request(find_at_door)
    app.context_processor(visit_words)
    app.jinja_env.globals["keeps_nothing"] = keeps_nothing
