"""The session of a request: found by its cookie before anything else, touched now and then, ended at once."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import Flask, g, request
from werkzeug.wrappers import Response

from portal import clock
from portal.usecases import sessions
from portal.usecases.actor import VISITOR
from portal.web.cookies import guarded
from portal.web.parts import end_first_look, first_look, parts, reading, transaction


def cookie_name() -> str:
    return guarded("session")


def load_session() -> None:
    """Before each request: who is signed in here."""
    about = g._get_current_object()  # what is asked often is not asked through Flask's stand-in
    about.actor = VISITOR
    about.signed_in = None
    about.locked = None
    token = request.cookies.get(cookie_name())
    if not token or request.path.startswith(("/static/", "/healthz")):
        return
    found = sessions.find_session(first_look(), token)
    if request.method not in ("GET", "HEAD"):
        end_first_look()  # a body may be long in coming
    if found is None:
        g.ended_token = token
        with reading() as db:
            g.locked = sessions.find_locked_session(db, token)
        return
    about.session_token = token
    about.signed_in = found
    about.actor = found.actor
    if clock.now() - found.last_seen_at > sessions.TOUCH_EVERY:
        with transaction() as db:
            sessions.touch_session(db, found.session_id)


def start(response: Response, token: str, *, is_shared: bool) -> Response:
    """Put a new session's token into the browser; on a shared computer it goes when the browser closes."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=None if is_shared else int(sessions.LONGEST["resident"].total_seconds()),
        httponly=True,
        secure=parts().settings.is_https,
        samesite="Lax",
        path="/",
    )
    return response


def end(response: Response) -> Response:
    """Forget the session, and tell the browser to forget the pages too (shared computers)."""
    response.delete_cookie(cookie_name(), path="/", secure=parts().settings.is_https)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def forget_pages(response: Response) -> Response:
    """Tell the browser to forget the pages of whoever was there before. Chromium, without script, shows them
    on Back although they are no-store, unless a cookie that no script reads has changed: this is that one."""
    response.headers["Clear-Site-Data"] = '"cache"'
    response.set_cookie(
        guarded("turn"),
        token_urlsafe(8),
        httponly=True,
        secure=parts().settings.is_https,
        samesite="Lax",
        path="/",
    )
    return response


def register(app: Flask) -> None:
    app.before_request(load_session)
    app.teardown_request(end_first_look)
