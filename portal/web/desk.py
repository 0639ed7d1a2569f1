"""The counter: what came in and is looked at first, with the same pages as the office."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.wrappers import Response

from portal.web import queue_page, review_page
from portal.web.access import desk

page = Blueprint("desk", __name__, url_prefix="/desk")
BASE = "/desk"


@page.get("")
@desk
def mine() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "mine")


@page.get("/unit")
@desk
def unit() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "unit")


@page.get("/waiting")
@desk
def waiting() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "waiting")


@page.get("/done")
@desk
def done() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "done")


@page.post("/next")
@desk
def take_next() -> Response:
    return queue_page.take(BASE)


@page.route("/applications/<reference>", methods=["GET", "POST"])
@desk
def application(reference: str) -> review_page.Page:
    return review_page.show_application(BASE, reference)


@page.post("/applications/<reference>/claim")
@desk
def claim(reference: str) -> Response:
    return review_page.take(BASE, reference)


@page.post("/applications/<reference>/release")
@desk
def release(reference: str) -> Response:
    return review_page.give_back(BASE, reference)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
