"""Rating what was done (好差评): one page where one choice is enough, reached from status and letter."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.rules.errors import Conflict
from portal.rules.ratings import ASPECTS, GRADES
from portal.usecases.progress import get_progress
from portal.usecases.ratings import Given, find_offer, limits, rate, ratings_of
from portal.usecases.units import get_unit
from portal.web.access import actor, applicant
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

LONGEST = 1000


class RatingForm(PlainForm):
    grade = Question(_l("您满意吗？"), "choice")
    aspects = Question(_l("哪里不满意？"), "multi", is_required=False, hint=_l("不满意才选，可以选几个。"))
    words = Question(_l("还想说什么？"), "longtext", is_required=False, max_length=LONGEST)
    consent = Question(
        _l("可以让这个单位知道是谁评的吗？"),
        "choice",
        choices=[
            ("unnamed", _l("不让他们知道")),
            ("named", _l("可以知道，不用联系")),
            ("contact", _l("可以知道，请联系我")),
        ],
    )


def _label(table: labels.Labels, value: str) -> str:
    return labels.label(table, value, language())


@applicant
def rating_page(reference: str) -> tuple[str, int] | Response:
    form = RatingForm(sent(), consent="unnamed")
    form.grade.offer([(str(grade), _label(labels.RATING_GRADES, str(grade))) for grade in GRADES])
    form.aspects.offer([(aspect, _label(labels.RATING_ASPECTS, aspect)) for aspect in ASPECTS])
    if request.method == "POST" and form.validate():
        given = Given(int(form.grade.data), form.consent.data, form.aspects.data, form.words.data or "")
        try:
            with transaction() as db:
                rate(db, actor(), reference, parts().region, request.form.get("stage", ""), given)
        except Conflict as conflict:
            kept = [(str(form.words.label_text), form.words.raw)]
            return render("errors/conflict.html", 409, error=conflict, kept=kept)
        return redirect(f"/account/applications/{reference}/rating", 303)
    with reading() as db:
        found = get_progress(db, actor(), reference)
        offer = find_offer(db, found.application)
        given_before = list(ratings_of(db, found.application))
        unit = get_unit(db, offer.unit_code).names if offer else {}
        days = limits(db, parts().region)
    return render(
        "applications/rating.html",
        form.status,
        form=form,
        found=found,
        offer=offer,
        given_before=given_before,
        unit=unit.get(language()) or unit.get("zh", ""),
        service_name=say(found.definition.service.name),
        limits=days,
    )


def register(app: Flask) -> None:
    address = "/account/applications/<reference>/rating"
    app.add_url_rule(address, view_func=rating_page, methods=["GET", "POST"])
