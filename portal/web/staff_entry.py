"""Through the door of staff: where each post's work begins, where somebody was going, with what they came."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from flask import g, redirect, request
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.usecases.actor import Actor
from portal.usecases.passkeys import Site
from portal.usecases.sessions import close_session, find_session
from portal.usecases.staff_sign_in import TICKET_LIFE
from portal.web import session_cookie
from portal.web.cookies import guarded
from portal.web.csrf import browser
from portal.web.parts import parts, reading, transaction
from portal.web.rendering import say

HOMES: Mapping[Role, str] = {
    Role.LIAISON: "/desk/appointments",
    Role.DESK_CLERK: "/desk/start",
    Role.TOWNSHIP_CLERK: "/desk/start",
    Role.COUNTY_REVIEWER: "/office/start",
    Role.COUNTY_APPROVER: "/office/start",
    Role.HOSPITAL: "/office/start",
    Role.UPPER_REVIEWER: "/office/start",
    Role.DEPARTMENT_OFFICER: "/office/start",
    Role.CONTRACTOR: "/office/start",
    Role.LEAD: "/office/start",
    Role.INSPECTOR: "/inspect",
    Role.ADMINISTRATOR: "/manage",
}
"""Where a post's work begins."""

FRONTS = ("/desk", "/office", "/inspect", "/manage")
OWN_PAGES = ("/staff/post", "/staff/security")
"""Pages of everyone's own, whatever the post."""


def wanted() -> str | None:
    """Where someone was going before signing in: only a page of a staff front, never another site."""
    address = request.args.get("next", "")
    is_ours = any(_lies_below(address, front) for front in FRONTS + OWN_PAGES)
    return address if is_ours and address.isprintable() and "\\" not in address else None


def onward() -> str:
    """The rest of an address that carries on where someone was going."""
    address = wanted()
    return "?" + urlencode({"next": address}) if address else ""


def first_page(token: str) -> str:
    """The page that was asked for, else the home of the post, else the choice of posts."""
    with reading() as db:
        opened = find_session(db, token)
    if opened is None or opened.role is None:
        return "/staff/post"
    home = HOMES[opened.role]
    own_front = "/" + home.split("/")[1]
    address = wanted()
    may_go = address and any(_lies_below(address, front) for front in (own_front, *OWN_PAGES))
    return address if address and may_go else home


def signed_in(target: str, token: str) -> Response:
    """Go on with a session that ends when the browser closes: desks are shared. A locked one here ends."""
    if g.locked:
        with transaction() as db:
            close_session(db, Actor("staff", g.locked.account_id), g.locked.session_id)
    return session_cookie.start(redirect(target, 303), token, is_shared=True)


def passkey_site() -> Site | None:
    """Who asks for passkeys; None where the portal has only a number for a name: browsers refuse that."""
    address = urlsplit(parts().settings.base_url)
    host = address.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        origin = f"{address.scheme}://{address.netloc}"
        return Site(host, origin, say(parts().region.site_name), browser())
    return None


def shown_passkey() -> str:
    """What the browser says of a passkey that was shown, with the form that carries it; empty for none."""
    return request.form.get("passkey", "")


def find_ticket() -> str:
    return request.cookies.get(_ticket_cookie(), "")


def keep_ticket(response: Response, ticket: str) -> Response:
    response.set_cookie(
        _ticket_cookie(),
        ticket,
        max_age=int(TICKET_LIFE.total_seconds()),
        httponly=True,
        secure=parts().settings.is_https,
        samesite="Lax",
        path="/",
    )
    return response


def drop_ticket(response: Response) -> Response:
    response.delete_cookie(_ticket_cookie(), path="/", secure=parts().settings.is_https)
    return response


def _lies_below(address: str, front: str) -> bool:
    path = address.partition("?")[0]
    return path == front or path.startswith(front + "/")


def _ticket_cookie() -> str:
    return guarded("staff-ticket")
