"""Ratings at the unit that was rated: the list, and each with what was done about a bad one."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.rules.errors import Conflict
from portal.usecases.rating_work import (
    RatingRow,
    get_rating,
    list_ratings,
    note_contact,
    note_mended,
)
from portal.usecases.ratings import limits
from portal.web.access import Mark, actor
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render
from portal.web.whole_numbers import whole_number

Page = tuple[str, int] | Response
LONGEST = 1000

CONSENTS = {
    "unnamed": _l("没有同意写名字"),
    "named": _l("可以知道是谁，不用联系"),
    "contact": _l("请联系"),
}


DEEDS = ("contact", "mend")
"""What a post may say: anything else is said of nobody."""


class ContactForm(PlainForm):
    contact_words = Question(
        _l("怎样联系的，对方说了什么？"), "longtext", is_required=False, max_length=LONGEST
    )


class MendForm(PlainForm):
    mended_words = Question(
        _l("怎样改的？"), "longtext", hint=_l("写做了什么。只有本单位看得到。"), max_length=LONGEST
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.get("/ratings")
    @mark
    def ratings() -> Page:
        return show_ratings(base)

    @page.route("/ratings/<int:rating_id>", methods=["GET", "POST"])
    @mark
    def rating(rating_id: int) -> Page:
        return show_rating(base, rating_id)


def show_ratings(base: str) -> Page:
    after = whole_number(request.args.get("after", ""))
    with reading() as db:
        found = list_ratings(db, actor(), after)
    return render(
        "office/ratings.html",
        base=base,
        rows=found.ratings,
        state_of=_state_of,
        is_first=after is None,
        next_href=f"{base}/ratings?after={found.after}" if found.after else None,
        day_of=_day_of,
    )


def show_rating(base: str, rating_id: int) -> Page:
    """One rating; a post says that somebody got in touch, or that it was put right."""
    what = request.form.get("do", "")
    contact = ContactForm(sent() if what == "contact" else None)
    mend = MendForm(sent() if what == "mend" else None)
    form = mend if what == "mend" else contact
    try:
        if request.method == "POST" and what in DEEDS and form.validate():
            with transaction() as db:
                if what == "mend":
                    note_mended(db, actor(), rating_id, mend.mended_words.data)
                else:
                    note_contact(db, actor(), rating_id, contact.contact_words.data or "")
            return redirect(f"{base}/ratings/{rating_id}", 303)
        with transaction() as db:
            seen = get_rating(db, actor(), rating_id)
            days = limits(db, parts().region)
    except Conflict as conflict:
        kept = [(str(one.label_text), one.raw) for one in form if one.raw]
        return render("errors/conflict.html", 409, error=conflict, kept=kept)
    return render(
        "office/rating.html",
        form.status,
        base=base,
        seen=seen,
        row=seen.row,
        form=form,
        contact=contact,
        mend=mend,
        limits=days,
        consent=str(CONSENTS[seen.row.consent]),
        day_of=_day_of,
    )


def _state_of(row: RatingRow) -> str:
    """How far the mending of a bad rating has come."""
    if row.mend_due_on is None:
        return _("不用改")
    return _("已经改好") if row.mended_at is not None else _("还要改")


def _day_of(moment: datetime) -> date:
    return clock.shanghai(moment).date()
