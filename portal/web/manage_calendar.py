"""Administrators: holidays and make-up working days, and the years that are complete."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.rules.errors import NotFound
from portal.usecases.amendments import Change, Kind, propose
from portal.usecases.calendar_days import (
    list_calendar_days,
    list_published_years,
    years_to_publish,
)
from portal.web.access import actor, admin
from portal.web.manage_amendments import PROPOSED, suggest
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render

page = Blueprint("manage_calendar", __name__, url_prefix="/manage/calendar")


class DayForm(PlainForm):
    day = Question(_l("哪一天？"), "date", hint=_l("例如2026年10月8日。"))
    is_working = Question(
        _l("这一天上班吗？"),
        "choice",
        choices=[("no", _l("放假")), ("yes", _l("上班（调休）"))],
    )
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")


class YearForm(PlainForm):
    year = Question(_l("哪一年？"), "choice")
    year_source = Question(
        _l("公布全年安排的通知"), hint=_l("写通知的名称和文号。"), max_length=200, width="full"
    )


@page.route("", methods=["GET", "POST"])
@admin
def calendar() -> tuple[str, int] | Response:
    form = DayForm(sent())
    if request.method == "POST" and form.validate():
        is_working = form.is_working.data == "yes"
        change = _change("calendar_add", form.day.data, form.source.data, is_working=is_working)
        answer = suggest(change, form, {}, "day")
        if answer is not None:
            return answer
    return _show(form, YearForm())


@page.post("/years")
@admin
def add_year() -> tuple[str, int] | Response:
    form = YearForm(sent())
    with reading() as db:
        form.year.offer([(str(year), _year(year)) for year in years_to_publish(db, actor())])
    if form.validate():
        answer = suggest(_change("year_add", form.year.data, form.year_source.data), form, {}, "year")
        if answer is not None:
            return answer
    return _show(DayForm(), form)


@page.post("/years/<int:year>/remove")
@admin
def remove_year(year: int) -> Response:
    with transaction() as db:
        propose(db, actor(), _change("year_remove", str(year), ""))
    return redirect(PROPOSED, 303)


@page.post("/<day>/remove")
@admin
def remove_day(day: str) -> Response:
    try:
        wanted = date.fromisoformat(day)
    except ValueError as odd:
        raise NotFound("calendar_day") from odd
    with transaction() as db:
        propose(db, actor(), _change("calendar_remove", wanted.isoformat(), ""))
    return redirect(PROPOSED, 303)


def _change(kind: Kind, subject: str, source: str, **proposed: bool) -> Change:
    """What another administrator has to grant; it holds at once then."""
    return Change(kind, subject, proposed, source, clock.today())


def _show(form: DayForm, year_form: YearForm) -> tuple[str, int]:
    """Both forms of the page; one of them may have come back with mistakes."""
    with reading() as db:
        days, years = list_calendar_days(db, actor()), list_published_years(db, actor())
        open_years = years_to_publish(db, actor())
    year_form.year.offer([(str(year), _year(year)) for year in open_years])
    return render(
        "manage/calendar.html",
        max(form.status, year_form.status),
        form=form,
        year_form=year_form,
        errors=[*form.errors_for_summary(), *year_form.errors_for_summary()],
        days=days,
        years=years,
        has_open_years=bool(open_years),
        today=clock.today(),
    )


def _year(year: int) -> str:
    return str(_("%(year)s年", year=year))


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
