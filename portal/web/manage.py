"""Administrators: how the portal stands, and what visitors wrote; never applications."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.letters import has_layout
from portal.rules.references import grouped
from portal.usecases.answering import answer_visitor, get_written, list_answered, list_waiting
from portal.usecases.overview import check_audit, get_overview
from portal.web import manage_amendments, manage_amounts, manage_calendar, manage_staff, manage_units
from portal.web.access import actor, admin
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import own_path
from portal.web.rendering import render

page = Blueprint("manage", __name__, url_prefix="/manage")

LONGEST_ANSWER = 1000


class AnswerForm(PlainForm):
    answer = Question(_l("答复的内容"), "longtext", max_length=LONGEST_ANSWER)


@page.get("")
@admin
def overview() -> tuple[str, int]:
    with reading() as db:
        found = get_overview(db, actor())
    return render("manage/overview.html", found=found, has_layout=has_layout())


@page.post("/audit-check")
@admin
def audit_check() -> tuple[str, int]:
    with reading() as db:
        verdict = check_audit(db, actor())
    return render("manage/audit_check.html", verdict=verdict)


@page.get("/messages")
@admin
def messages() -> tuple[str, int]:
    with reading() as db:
        waiting, answered = list_waiting(db, actor()), list_answered(db, actor())
    return render("manage/messages.html", waiting=waiting, answered=answered, grouped=grouped)


@page.route("/messages/<reference>", methods=["GET", "POST"])
@admin
def message(reference: str) -> tuple[str, int] | Response:
    form = AnswerForm(sent())
    if request.method == "POST" and form.validate():
        with transaction() as db:
            answer_visitor(db, actor(), reference, form.answer.data, parts().region)
        return redirect(own_path(), 303)
    with reading() as db:
        written = get_written(db, actor(), reference, parts().region)
    return render("manage/message.html", form.status, form=form, written=written, grouped=grouped)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
    manage_calendar.register(app)
    manage_staff.register(app)
    manage_amendments.register(app)
    manage_amounts.register(app)
    manage_units.register(app)
