"""Signing in through the state's identity platform, where the region has one."""

from __future__ import annotations

import hmac
import logging
import secrets

from flask import Flask, g, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.rules.errors import Conflict, NotFound
from portal.usecases.platform_sign_in import sign_in_with_platform
from portal.usecases.sessions import close_session
from portal.web.access import actor, public
from portal.web.account_sign_in import enter
from portal.web.parts import parts, transaction
from portal.web.rendering import render
from portal.web.sign_in_state import forget, keep, own_address, remembered

Answered = str | Response | tuple[str, int]

RETURN = "/sign-in/platform/return"

log = logging.getLogger("portal.web.platform")


@public
def leave_for_platform() -> Answered:
    """Go to the platform. A link and not a form: our policy lets no form lead to another site."""
    identity = parts().gateways.identity
    if not identity.is_on:
        raise NotFound("platform")
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    try:
        asked = identity.authorize(_return_address(), state, nonce)
    except (PermanentFailure, TemporaryFailure) as failure:
        return _failed(failure)
    kept = {
        "state": state,
        "nonce": nonce,
        "verifier": asked.verifier,
        "next": own_address(request.args.get("next")),
    }
    return keep(redirect(asked.url, 303), kept)


@public
def return_from_platform() -> Answered:
    """The platform's answer: believed only when it answers the question that this browser asked."""
    identity = parts().gateways.identity
    kept = remembered()
    if not identity.is_on:
        raise NotFound("platform")
    code, state = request.args.get("code", ""), request.args.get("state", "")
    is_answer = "state" in kept and hmac.compare_digest(kept["state"].encode(), state.encode())
    if not (is_answer and code):
        return _failed(None)
    try:
        verified = identity.exchange(code, _return_address(), kept["verifier"], kept["nonce"])
    except (PermanentFailure, TemporaryFailure) as failure:
        return _failed(failure)
    try:
        with transaction() as db:
            opened = sign_in_with_platform(db, actor(), verified)
            if g.signed_in and g.signed_in.kind == "resident":
                close_session(db, actor(), g.signed_in.session_id)
    except Conflict as conflict:
        reasons = {
            "proven_elsewhere": _("这个证件号码已经在另一个账户里核实过。"),
            "other_person": _("这个账户里填的是另一个人的证件号码。"),
            "closed": _("这个账户已经停用。"),
        }
        return forget(Response(*_page("account/platform_conflict.html", 409, reason=reasons[conflict.key])))
    return enter(opened, kept["next"], is_shared=False)


def _page(template: str, status: int, **context: str) -> tuple[str, int, None, str]:
    body, status = render(template, status, **context)
    return body, status, None, "text/html"


def _failed(failure: Exception | None) -> Response:
    """The other ways to sign in are still open."""
    if failure is not None:
        log.warning("identity platform: %s", failure)
    return forget(redirect("/sign-in?platform=failed", 303))


def _return_address() -> str:
    return parts().settings.base_url + RETURN


def register(app: Flask) -> None:
    app.add_url_rule("/sign-in/platform", "account.platform", leave_for_platform)
    app.add_url_rule(RETURN, "account.platform_return", return_from_platform)
