"""The counter: what came in and is looked at first, with the same pages as the office."""

from __future__ import annotations

from flask import Flask

from portal.web import desk_today
from portal.web.access import counter
from portal.web.work_front import work_front


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(work_front("desk", counter))
    desk_today.register(app)
