"""Rating what was done (好差评): one page where one choice is enough, reached from status and letter, and
without an account from the look-up with the two numbers of the slip."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import labels
from portal.rules.errors import Conflict
from portal.rules.ratings import ASPECTS, GRADES
from portal.usecases.applications import definition_of
from portal.usecases.progress import get_progress
from portal.usecases.ratings import (
    ApplicationSeen,
    Given,
    Offer,
    find_offer,
    get_offer_by_slip,
    limits,
    rate,
    rate_by_slip,
    ratings_of,
)
from portal.usecases.sessions import SHARED
from portal.usecases.units import get_unit
from portal.web.access import actor, applicant, public
from portal.web.acting_for import banner_of
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

Answered = tuple[str, int] | Response
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


def _form() -> RatingForm:
    """The form as it was sent, empty where it was only opened."""
    form = RatingForm(sent() if "stage" in request.form else None, consent="unnamed")
    form.grade.offer([(str(grade), _label(labels.RATING_GRADES, str(grade))) for grade in GRADES])
    form.aspects.offer([(aspect, _label(labels.RATING_ASPECTS, aspect)) for aspect in ASPECTS])
    return form


def _given(form: RatingForm) -> Given:
    return Given(int(form.grade.data), form.consent.data, form.aspects.data, form.words.data or "")


def _too_late(form: RatingForm, conflict: Conflict) -> tuple[str, int]:
    kept = [(str(form.words.label_text), form.words.raw)]
    return render("errors/conflict.html", 409, error=conflict, kept=kept)


def _page(db: Session, form: RatingForm, application: ApplicationSeen, offer: Offer | None) -> Any:
    """What both pages say: which stage, of which unit, and how long mending takes."""
    unit = get_unit(db, offer.unit_code).names if offer else {}
    return {
        "form": form,
        "offer": offer,
        "unit": unit.get(language()) or unit.get("zh", ""),
        "service_name": say(definition_of(db, application).service.name),
        "limits": limits(db, parts().region),
    }


@applicant
def rating_page(reference: str) -> Answered:
    form = _form()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                rate(db, actor(), reference, parts().region, request.form.get("stage", ""), _given(form))
        except Conflict as conflict:
            return _too_late(form, conflict)
        return redirect(f"/account/applications/{reference}/rating", 303)
    with reading() as db:
        found = get_progress(db, actor(), reference)
        page = _page(db, form, found.application, find_offer(db, found.application))
        given_before = list(ratings_of(db, found.application))
        acting_for = banner_of(found.application)
    address = f"/account/applications/{found.application.reference}"
    return render(
        "applications/rating.html",
        form.status,
        **page,
        acting_for=acting_for,
        given_before=given_before,
        trail_before=[(_("首页"), "/"), (_("我的事"), "/account"), (page["service_name"], address)],
        back=(_("回到这件申请"), address),
    )


@public
def rating_by_slip() -> Answered:
    """The same without an account, from the look-up: a chain of posts, so that no address tells of anybody.
    What was rated before is not shown: a slip says where an application stands, no more."""
    reference = opened_slip(request.form.get("slip", ""))
    if reference is None:
        return redirect("/status", 303)
    form = _form()
    is_done = False
    try:
        if "stage" in request.form and form.validate():
            with transaction() as db:
                rate_by_slip(db, actor(), reference, parts().region, request.form["stage"], _given(form))
            is_done = True
        with reading() as db:
            application, offer = get_offer_by_slip(db, actor(), reference)
            page = _page(db, form, application, None if is_done else offer)
    except Conflict as conflict:
        return _too_late(form, conflict)
    return render(
        "applications/rating.html",
        200 if is_done else form.status,
        **page,
        slip=sealed_slip(reference),
        is_done=is_done,
        trail_before=[(_("首页"), "/"), (_("查进度"), "/status")],
        back=(_("回到查进度"), "/status"),
    )


@public
def rating_without_slip() -> Response:
    """Somebody kept the address: it tells nothing without the two numbers."""
    return redirect("/status", 303)


def sealed_slip(reference: str) -> str:
    """For a page of the look-up: that its reader has shown reference and code."""
    return _slips().dumps(reference)


def opened_slip(sealed: str) -> str | None:
    """The reference in what a look-up sealed; None where it is forged or older than a visit."""
    try:
        return str(_slips().loads(sealed, max_age=int(SHARED.total_seconds())))
    except BadData:
        return None


def _slips() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts().settings.keys.signing_key, salt="slip")


def register(app: Flask) -> None:
    address = "/account/applications/<reference>/rating"
    app.add_url_rule(address, view_func=rating_page, methods=["GET", "POST"])
    app.add_url_rule("/status/rating", view_func=rating_without_slip)
    app.add_url_rule("/status/rating", view_func=rating_by_slip, methods=["POST"])
