"""The applicant's side of the thread with the office: everything that was written about an application."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.rules.references import grouped
from portal.usecases.thread import LONGEST_MESSAGE, WRITTEN, get_own_thread, write_to_office
from portal.usecases.units import list_names_of_units
from portal.usecases.visitor_messages import ANSWER_DAYS
from portal.web.access import actor, applicant
from portal.web.acting_for import banner_of
from portal.web.limits import count_or_refuse
from portal.web.parts import transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render
from portal.web.thread_words import shown_to_applicant


class OwnMessageForm(PlainForm):
    message = Question(
        _l("您要说什么？"),
        "longtext",
        hint=_l("写给办这件事的工作人员。不用写身份证号码。"),
        max_length=LONGEST_MESSAGE,
    )


@applicant
def messages(reference: str) -> tuple[str, int] | Response:
    """Read what was written, and write."""
    form = OwnMessageForm(sent())
    if request.method == "POST" and form.validate():
        count_or_refuse(WRITTEN, f"{actor().account_id}")
        with transaction() as db:
            write_to_office(db, actor(), reference, form.message.data)
        return redirect(f"{request.path}?sent=1", 303)
    with transaction() as db:
        application, thread = get_own_thread(db, actor(), reference)
        units = list_names_of_units(db, {one.unit_code for one in thread if one.unit_code})
        shown = shown_to_applicant(thread, units)
        number = grouped(application.reference)
        acting_for = banner_of(application)
    return render(
        "applications/messages.html",
        form.status,
        acting_for=acting_for,
        form=form,
        thread=shown,
        reference=application.reference,
        number=number,
        is_sent="sent" in request.args,
        answer_days=ANSWER_DAYS,
    )


def register(app: Flask) -> None:
    """Add this address to the account."""
    app.add_url_rule(
        "/account/applications/<reference>/messages", view_func=messages, methods=["GET", "POST"]
    )
