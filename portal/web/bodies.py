"""What a post may hold at all, before anything reads it: a body is read once, a field costs much more."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

MOST_FIELDS = 2000
"""In one form; the largest page has some hundred. Forms in parts have a limit of their own (Flask)."""


def refuse_floods() -> None:
    """Before each request: 413 for millions of fields, which would take minutes and gigabytes to read."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if request.get_data().count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def register(app: Flask) -> None:
    app.before_request(refuse_floods)
