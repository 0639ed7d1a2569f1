"""From what went wrong to a page that says what to do. A 500 is our defect, never the person's."""

from __future__ import annotations

import logging
import traceback
from urllib.parse import urlencode

from flask import Flask, g, redirect, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchAddress
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict, Gone, NotAllowed, NotFound, PortalError, TooMany
from portal.usecases import sessions
from portal.usecases.kept_posts import keep_post
from portal.usecases.refusals import record_refused
from portal.web.access import actor, staff_front
from portal.web.authority_refused import REFUSED, refused_authority
from portal.web.csrf import StaleForm, must_sign_in
from portal.web.parts import reading, transaction
from portal.web.plain_form import CHOSEN, showable
from portal.web.preferences import own_path
from portal.web.rechecked import ProofTooOld
from portal.web.rendering import render

log = logging.getLogger("portal.web")

NEVER_KEPT = ("csrf_token", "password", "again", "code", "totp", "passkey")
"""Secrets are typed again."""

STATUS: dict[type[PortalError], tuple[int, str]] = {
    NotFound: (404, "errors/not_found.html"),
    NotAllowed: (403, "errors/not_allowed.html"),
    Conflict: (409, "errors/conflict.html"),
    Gone: (410, "errors/visit_over.html"),
    TooMany: (429, "errors/too_many.html"),
}


def portal_error(error: PortalError) -> tuple[str, int]:
    """One table from the rules' refusals to pages."""
    if isinstance(error, NotFound):
        _note_refusal(error)
    if isinstance(error, NotAllowed) and error.key.startswith(REFUSED):
        return refused_authority(error.key.removeprefix(REFUSED), _kept_address())
    status, template = STATUS.get(type(error), (400, "errors/bad_request.html"))
    return render(template, status, error=error)


def _note_refusal(error: NotFound) -> None:
    """Staff who ask for what is not theirs by its number are noted, whether it stands in the address or was
    chosen in a form. Who asks for an application is noted at its door (``office_door``), and inspectors at
    their own door (``inspections``)."""
    named = request.view_args or {}
    is_noted_there = "reference" in named and "token" not in named
    is_of_address = named and not is_noted_there and request.blueprint != "inspect"
    if actor().kind == "staff" and (is_of_address or error.key.startswith(CHOSEN)):
        with transaction() as db:
            record_refused(db, actor(), error.key)


def http_error(error: HTTPException) -> tuple[str, int] | Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, NoSuchAddress):
        return render("errors/not_found.html", 404)
    if isinstance(error, RequestEntityTooLarge):
        return render("errors/too_large.html", 413)
    return render("errors/bad_request.html", error.code)


def unexpected(error: Exception) -> tuple[str, int]:
    """Logged without anything that a person typed; what was sent may be sent again."""
    log.error("unexpected %s at %s\n%s", type(error).__name__, request.url_rule, _trace(error))
    return render("errors/broken.html", 500)


def _trace(error: BaseException) -> str:
    """Where it failed and what kinds of errors led to it; never their words, which may be a person's."""
    lines: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        lines += [f"{type(cause).__name__}\n", *traceback.format_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    return "".join(lines)


def stale_form(_error: StaleForm) -> Response | tuple[str, int]:
    """A form whose token no longer fits: keep what was typed, show it again, let nothing happen by itself."""
    owner = _owner()
    if owner is None or not (request.path.isprintable() and _has_page(request.path)):
        fields = {
            showable(name): [showable(text) for text in texts] for name, texts in _worth_keeping().items()
        }
        action = own_path() + (f"?{request.query_string.decode('ascii', 'ignore')}" if request.args else "")
        return render(
            "errors/stale_form.html", 403, fields=fields, action=action, needs_sign_in=must_sign_in()
        )
    back = _keep(owner)
    if g.signed_in:
        return redirect(back, 303)
    door = staff_front() if is_staff_front(request.path) else "/sign-in"
    return redirect(f"{door}?{urlencode({'next': back, 'ended': '1'})}", 303)


def proof_too_old(error: ProofTooOld) -> Response:
    """An act with weight: keep what was typed, ask who is there, show it again. Nothing happens by itself."""
    return redirect(f"/staff/recheck?{urlencode({'next': error.back or _keep(g.signed_in.account_id)})}", 303)


def _keep(owner: int) -> str:
    """Keep what was posted to this address for its owner; where it is shown again."""
    with transaction() as db:
        token = keep_post(db, owner, request.path, _worth_keeping())
    query = [(name, text) for name, text in request.args.items(multi=True) if name != "kept"]
    query += [("kept", token)] if token else []
    return f"{own_path()}?{urlencode(query)}" if query else own_path()


def _kept_address() -> str | None:
    """Where what a resident has just typed is shown again for a day, once they may go on."""
    is_theirs = g.signed_in and not is_staff_front(request.path)
    if request.method != "POST" or not is_theirs or not _has_page(request.path):
        return None
    return _keep(int(g.signed_in.account_id)) if _worth_keeping() else None


def _worth_keeping() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form if name not in NEVER_KEPT}


def is_staff_front(path: str) -> bool:
    return path.startswith(("/desk", "/office", "/manage", "/staff"))


def _owner() -> int | None:
    if g.signed_in:
        return int(g.signed_in.account_id)
    if token := g.get("ended_token"):
        with reading() as db:
            return sessions.find_owner_of_ended_session(db, token)
    return None


def _has_page(path: str) -> bool:
    """Whether the address that was posted to can also be looked at."""
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and adapter.match(path, method="GET") is not None
    except HTTPException:
        return False


def page_of_application() -> str | None:
    """Where the application stands to which this request belongs; None where there is no such page."""
    reference = (request.view_args or {}).get("reference")
    before, found, _more = request.path.partition(f"/applications/{reference}")
    return before + found if found and _has_page(before + found) else None


def register(app: Flask) -> None:
    app.jinja_env.globals["page_of_application"] = page_of_application
    app.register_error_handler(StaleForm, stale_form)
    app.register_error_handler(ProofTooOld, proof_too_old)
    app.register_error_handler(PortalError, portal_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)
