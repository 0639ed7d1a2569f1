"""One objection to a public notice at the unit that posts: read it, say what was found out."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.objection_letters import answer_delivery
from portal.usecases.objections import answer_objection, get_objection
from portal.web.access import actor, office
from portal.web.objections import LONGEST
from portal.web.office_door import at_application
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import own_path
from portal.web.rendering import render


class AnswerForm(PlainForm):
    finding = Question(
        _l("核实的结果"),
        "choice",
        choices=[("upheld", _l("意见成立")), ("not_upheld", _l("意见不成立"))],
    )
    answer = Question(
        _l("答复的内容"),
        "longtext",
        hint=_l("写怎样核实的，结果是什么。不要写申请人的病情和证件号码。"),
        max_length=LONGEST,
    )


@office
def objection(reference: str, objection_id: int) -> tuple[str, int] | Response:
    """Read one objection, and say what was found out."""
    form = AnswerForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                is_upheld = form.finding.data == "upheld"
                words = form.answer.data
                answer_objection(db, actor(), reference, objection_id, words, is_upheld=is_upheld)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[(_("答复"), words)])
        return redirect(own_path(), 303)
    with at_application(reference) as db:
        found = get_objection(db, actor(), reference, objection_id)
        delivery = answer_delivery(db, found)
    number = grouped(found.reference)
    return render(
        "office/objection.html",
        form.status,
        objection=found,
        number=number,
        reference=reference,
        form=form,
        delivery=delivery,
    )


def register(app: Flask) -> None:
    """Add this address to the office."""
    app.add_url_rule(
        "/office/applications/<reference>/objections/<int:objection_id>",
        "office.objection",
        objection,
        methods=["GET", "POST"],
    )
