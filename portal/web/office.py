"""Reviewers: the queue, the application page, decisions."""

from __future__ import annotations

from flask import Flask

from portal.catalogue.model import Role
from portal.web import office_extensions, office_people, office_rechecks
from portal.web.access import office, staff
from portal.web.work_front import work_front


def register(app: Flask) -> None:
    """Add this front's addresses."""
    page = work_front("office", office, ("coming", "stand_in"))
    office_people.add_to(page, "/office")
    office_extensions.add_to(page, "/office", office)
    for topic in (office_extensions, office_rechecks):
        topic.add_for_heads(page, "/office", staff(Role.LEAD))
    app.register_blueprint(page)
