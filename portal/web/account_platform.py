"""Signing in through the state's identity platform, where the region has one."""

from __future__ import annotations

import logging
from dataclasses import asdict

from flask import Flask, g, make_response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict, NotFound
from portal.usecases.platform_sign_in import (
    PlatformFailed,
    PlatformQuestion,
    ask_platform,
    hear_platform,
    sign_in_with_platform,
)
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
    try:
        asked = ask_platform(identity, _return_address())
    except PlatformFailed as failure:
        return _failed(failure)
    kept = asdict(asked) | {"next": own_address(request.args.get("next"))}
    return keep(redirect(asked.url, 303), kept)


@public
def return_from_platform() -> Answered:
    """The platform's answer: believed only when it answers the question that this browser asked."""
    identity = parts().gateways.identity
    if not identity.is_on:
        raise NotFound("platform")
    kept = remembered()
    target = kept.pop("next", None)
    try:
        if "verifier" not in kept:
            raise PlatformFailed("this browser asked nothing")
        asked = PlatformQuestion(**kept)
        code, state = request.args.get("code", ""), request.args.get("state", "")
        verified = hear_platform(identity, _return_address(), asked, state, code)
    except PlatformFailed as failure:
        return _failed(failure)
    try:
        with transaction() as db:
            opened = sign_in_with_platform(db, actor(), verified)
            if g.signed_in and g.signed_in.kind == "resident":
                close_session(db, actor(), g.signed_in.session_id)
    except Conflict as conflict:
        return forget(make_response(_conflict(conflict)))
    return enter(opened, target, is_shared=False)


def _conflict(conflict: Conflict) -> tuple[str, int]:
    """Two accounts for one person, or one account for two: staff sort it out."""
    reasons = {
        "proven_elsewhere": _("这个证件号码已经在另一个账户里核实过。"),
        "other_person": _("这个账户里填的是另一个人的证件号码。"),
        "closed": _("这个账户已经停用。"),
    }
    return render("account/platform_conflict.html", 409, reason=reasons[conflict.key])


def _failed(failure: PlatformFailed) -> Response:
    """The other ways to sign in are still open."""
    log.warning("identity platform: %s", failure)
    return forget(redirect("/sign-in?platform=failed", 303))


def _return_address() -> str:
    return parts().settings.base_url + RETURN


def register(app: Flask) -> None:
    app.add_url_rule("/sign-in/platform", "account.platform", leave_for_platform)
    app.add_url_rule(RETURN, "account.platform_return", return_from_platform)
