"""Health for the operator, and in the demo the messages that were sent."""

from __future__ import annotations

from flask import Blueprint, Flask, Response
from sqlalchemy.exc import SQLAlchemyError

from portal.usecases.health import is_schema_current
from portal.web.access import public
from portal.web.parts import reading

page = Blueprint("operations", __name__)


@page.get("/healthz")
@public
def healthz() -> Response:
    """200 when the portal can serve, 503 when not; why is nobody's business but the log's."""
    try:
        with reading() as db:
            is_fit = is_schema_current(db)
    except SQLAlchemyError:
        is_fit = False
    answer = Response("ok\n" if is_fit else "not ready\n", 200 if is_fit else 503, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
