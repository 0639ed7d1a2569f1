"""A front where applications are worked on: the queue, one application, taking it and giving it back.

The counter and the office are the same pages behind different doors.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.usecases.queue_lists import Which
from portal.web import (
    office_absences,
    office_bulk,
    office_parts,
    office_search,
    office_views,
    queue_page,
    rating_pages,
    review_page,
    task_page,
)
from portal.web.access import Mark

EVERYWHERE: Sequence[Which] = ("mine", "returned", "unit", "late", "waiting", "paused", "done")
"""The queues that every front has."""


def work_front(name: str, mark: Mark, more: Sequence[Which] = ()) -> Blueprint:
    """The pages below ``/name``, open to whom ``mark`` admits; ``more`` are queues of this front alone."""
    base = f"/{name}"
    page = Blueprint(name, __name__, url_prefix=base)

    def add_queue(rule: str, which: Which) -> None:
        @page.get(rule, endpoint=which)
        @mark
        def queue() -> tuple[str, int]:
            return queue_page.show_queue(base, which)

    for which, rule in queue_page.ADDRESSES.items():
        if which in (*EVERYWHERE, *more):
            add_queue(rule, which)

    @page.post("/next")
    @mark
    def take_next() -> Response:
        return queue_page.take(base)

    @page.route("/applications/<reference>", methods=["GET", "POST"])
    @mark
    def application(reference: str) -> review_page.Page:
        return review_page.show_application(base, reference)

    @page.post("/applications/<reference>/claim")
    @mark
    def claim(reference: str) -> Response:
        return review_page.take(base, reference)

    @page.post("/applications/<reference>/release")
    @mark
    def release(reference: str) -> Response:
        return review_page.give_back(base, reference)

    page.add_app_template_global(queue_page.way_back, "way_back")
    office_search.add_to(page, base, mark)
    office_views.add_to(page, base, mark)
    office_bulk.add_to(page, base, mark)
    office_absences.add_to(page, base, mark)
    task_page.add_to(page, base, mark)
    rating_pages.add_to(page, base, mark)
    office_parts.add_to(page, base, mark)
    return page
