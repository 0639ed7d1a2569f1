"""The token that ties a posted form to the browser that was shown it.

Masked anew in every page, because pages are compressed (BREACH). It lives as long as the session: slow
readers and tired people never lose a form to a token's own clock.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets

from flask import Flask, Response, current_app, g, request

from portal.rules.errors import PortalError
from portal.web.access import access_of, actor
from portal.web.cookies import guarded
from portal.web.parts import parts

TOKEN_BYTES = 16
VISIT_COOKIE = "visit"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class StaleForm(PortalError):
    """A form whose token does not fit (any more); what it carried is kept and shown again."""


def csrf_token() -> str:
    """A fresh mask over this browser's secret."""
    mask = secrets.token_bytes(TOKEN_BYTES)
    return base64.urlsafe_b64encode(mask + _xor(mask, _secret())).decode().rstrip("=")


def is_token_good(token: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 2 * TOKEN_BYTES:
        return False
    return hmac.compare_digest(_xor(raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]), _secret())


def _secret() -> bytes:
    signing = parts().settings.keys.signing_key
    return hmac.digest(signing, b"csrf\0" + browser().encode(), "sha256")[:TOKEN_BYTES]


def browser() -> str:
    """What this browser is known by: its session, else a random visit cookie set for the purpose."""
    token = g.get("session_token") or request.cookies.get(guarded(VISIT_COOKIE))
    if not token:
        token = g.get("new_visit") or secrets.token_urlsafe(TOKEN_BYTES)
        g.new_visit = token
    return str(token)


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(TOKEN_BYTES)


def check_token() -> None:
    """Before each request: raises StaleForm for a post without a good token, and for one of somebody who has
    been signed out meanwhile: what was typed must not be lost on the way to the sign-in."""
    if request.method in SAFE_METHODS:
        return
    if must_sign_in() or not is_token_good(request.form.get("csrf_token", "")):
        raise StaleForm


def must_sign_in() -> bool:
    """Whether a visitor asks for what is only open to those who are signed in."""
    if request.endpoint is None or actor().kind != "visitor":
        return False
    access = access_of(current_app.view_functions[request.endpoint])
    return access is not None and not access.admits(actor())


def send_visit_cookie(response: Response) -> Response:
    if visit := g.get("new_visit"):
        response.set_cookie(
            guarded(VISIT_COOKIE),
            visit,
            httponly=True,
            samesite="Lax",
            secure=parts().settings.is_https,
            path="/",
        )
    return response


def register(app: Flask) -> None:
    app.before_request(check_token)
    app.after_request(send_visit_cookie)
    app.jinja_env.globals["csrf_token"] = csrf_token
