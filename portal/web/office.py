"""Reviewers: the queue, the application page, decisions."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.web import queue_page, review_page
from portal.web.access import staff

page = Blueprint("office", __name__, url_prefix="/office")
BASE = "/office"

office = staff(Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER, Role.TOWNSHIP_CLERK, Role.HOSPITAL)


@page.get("")
@office
def mine() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "mine")


@page.get("/unit")
@office
def unit() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "unit")


@page.get("/waiting")
@office
def waiting() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "waiting")


@page.get("/done")
@office
def done() -> tuple[str, int]:
    return queue_page.show_queue(BASE, "done")


@page.post("/next")
@office
def take_next() -> Response:
    return queue_page.take(BASE)


@page.route("/applications/<reference>", methods=["GET", "POST"])
@office
def application(reference: str) -> review_page.Page:
    return review_page.show_application(BASE, reference)


@page.post("/applications/<reference>/claim")
@office
def claim(reference: str) -> Response:
    return review_page.take(BASE, reference)


@page.post("/applications/<reference>/release")
@office
def release(reference: str) -> Response:
    return review_page.give_back(BASE, reference)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
