"""Every front of the house, joined to the app in the order in which a request meets them."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from portal.web import (
    access,
    account,
    applications,
    apply,
    appointments,
    benefits,
    bodies,
    certificates,
    csrf,
    desk,
    desk_asks,
    desk_confirmations,
    desk_corrections,
    desk_deaths,
    desk_identity,
    desk_voices,
    document_pages,
    errors,
    exports,
    family_deaths,
    figures,
    for_me,
    handbook,
    household,
    inspection_remarks,
    inspections,
    invitations,
    letters,
    live_region,
    manage,
    needs,
    office,
    office_objections,
    office_recusals,
    office_takedowns,
    office_waivers,
    offline,
    operations,
    own_appointments,
    own_record,
    paper_forms,
    people,
    preferences,
    public,
    ratings,
    rendering,
    responses,
    session_cookie,
    staff_door,
    staff_enrolment,
    staff_letters,
    staff_proving,
    staff_security,
    static_files,
    thread,
    verification,
    visit_door,
    visit_journey,
    visits,
    voices,
    ward,
)
from portal.web.parts import Parts
from portal.web.preferences import babel_locale

__all__ = ["babel_locale", "register"]

BEFORE_EVERY_REQUEST = (live_region, session_cookie, visit_door, bodies, csrf, access)
"""Which units are there, who is it, is their visitor still here, is the form readable, is it ours, may they
come in: in this order."""
AROUND_EVERY_PAGE = (preferences, rendering, responses, errors)
FRONTS = (
    public,
    account,
    needs,
    own_record,
    ward,
    family_deaths,
    certificates,
    benefits,
    verification,
    staff_door,
    staff_enrolment,
    staff_proving,
    staff_security,
    apply,
    applications,
    household,
    thread,
    document_pages,
    letters,
    ratings,
    invitations,
    voices,
    for_me,
    people,
    desk,
    desk_confirmations,
    desk_asks,
    desk_corrections,
    desk_deaths,
    desk_identity,
    desk_voices,
    visits,
    visit_journey,
    office,
    office_objections,
    office_recusals,
    office_takedowns,
    office_waivers,
    exports,
    figures,
    inspection_remarks,
    inspections,
    staff_letters,
    handbook,
    paper_forms,
    offline,
    own_appointments,
    appointments,
    manage,
    operations,
)


class RowNumber(IntegerConverter):
    """The number of a row; what no column can hold is no address, not a failure of the database."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def register(app: Flask, parts: Parts) -> None:
    app.extensions["portal"] = parts
    app.url_map.converters["int"] = RowNumber
    for room in BEFORE_EVERY_REQUEST + AROUND_EVERY_PAGE + FRONTS:
        room.register(app)
    static_files.register(app, parts.static_files)
