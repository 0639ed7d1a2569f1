"""Taking a public notice down for safety, and posting it again, at the unit that posts it."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict
from portal.usecases.takedowns import (
    REASONS,
    get_own_notice,
    post_again,
    standing_takedown,
    take_down,
    words_to_post,
)
from portal.web.access import actor, staff
from portal.web.office_door import at_application
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render, say

Page = tuple[str, int] | Response
LONGEST = 500
reviewer = staff(Role.COUNTY_REVIEWER)


class TakeDownForm(PlainForm):
    reason = Question(_l("为什么要撤下？"), "choice")
    words = Question(
        _l("说明"),
        "longtext",
        is_required=False,
        hint=_l("只有本单位和审核的人看得到。不要写病情和证件号码。"),
        max_length=LONGEST,
    )


class PostAgainForm(PlainForm):
    is_safe = Question(_l("我看过了：这样公示没有危险，也没有写错"), "confirm")


@reviewer
def take_down_page(reference: str, notice_id: int) -> Page:
    """Ask why, and take it down at once."""
    form = TakeDownForm(sent())
    form.reason.offer([(code, say(words)) for code, words in REASONS.items()])
    address = f"/office/applications/{reference}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                words = form.words.data or ""
                take_down(db, actor(), reference, notice_id, reason=form.reason.data, words=words)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[(_("说明"), form.words.raw)])
        return redirect(address, 303)
    with at_application(reference) as db:
        notice = get_own_notice(db, actor(), reference, notice_id)
        if notice.ended_at is not None:
            return redirect(address, 303)
    return render(
        "office/take_down.html", form.status, form=form, address=address, slug=notice.slug, to_on=notice.to_on
    )


@reviewer
def post_again_page(reference: str, notice_id: int) -> Page:
    """Show what would be posted today, and post it once somebody says that it is safe."""
    form = PostAgainForm(sent())
    address = f"/office/applications/{reference}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                post_again(db, actor(), reference, notice_id, parts().region)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[])
        return redirect(address, 303)
    with at_application(reference) as db:
        notice = get_own_notice(db, actor(), reference, notice_id)
        standing = standing_takedown(notice)
        if standing is None:
            return redirect(address, 303)
        words = words_to_post(db, notice, parts().region)
    return render(
        "office/post_again.html",
        form.status,
        form=form,
        address=address,
        words=words,
        reason=say(REASONS[standing.reason]),
        taken_down_on=clock.shanghai(standing.taken_down_at).date(),
    )


def register(app: Flask) -> None:
    """Add these addresses to the office."""
    one = "/office/applications/<reference>/public-notices/<int:notice_id>"
    app.add_url_rule(f"{one}/take-down", "office.take_down", take_down_page, methods=["GET", "POST"])
    app.add_url_rule(f"{one}/post-again", "office.post_again", post_again_page, methods=["GET", "POST"])
