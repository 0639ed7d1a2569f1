"""Visits at home as the counter has them by day: propose an hour, note a yes, call off, begin at the door."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import groupby
from typing import Any, Final

from flask import Flask, g, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock, labels
from portal.i18n import date_text
from portal.rules.appointments import HOURS
from portal.rules.errors import Conflict, Invalid
from portal.usecases import appointments
from portal.usecases.appointment_people import (
    list_of_the_dead,
    may_phone,
    needs_of_application,
    needs_of_appointment,
)
from portal.usecases.appointments import AppointmentRow, Hour, Wish
from portal.web.access import actor, counter, desk
from portal.web.appointment_words import STATES, appointment_line
from portal.web.office_door import at_application
from portal.web.own_appointments import LONGEST, done_or_changed
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.visit_receiving import into_visit
from portal.web.visit_words import needs_lines
from portal.web.whole_numbers import whole_number

Answered = Response | tuple[str, int]

DESK: Final = "/desk/appointments"
WAYS: Final = {
    "phone": _l("打电话问的"),
    "counter": _l("当面问的"),
    "message": _l("本人发消息说的"),
}
DONE: Final = {
    "proposed": _l("提出了时间，请本人同意。本人同意了，才算约好。"),
    "confirmed": _l("记下了：本人同意这个时间。"),
    "cancelled": _l("这次上门取消了。"),
}
FAULTS: Final = {
    "past": _l("这个时间已经过了。"),
    "too_far": _l("最多约到90天以后。"),
    "hour": _l("请选上午8点到下午6点的整点。"),
    "not_their_time": _l("这不是本人说方便的时间。和本人商量过的，请勾选“和本人商量过这个时间”。"),
}


class HourForm(PlainForm):
    day = Question(_l("哪一天？"), "date")
    hour = Question(_l("几点？"), "choice", choices=[(str(one), _l("%(hour)s点", hour=one)) for one in HOURS])
    officer = Question(_l("谁去？"), "choice")
    is_agreed = Question(_l("和本人商量过这个时间"), "confirm", is_required=False)

    def to_hour(self) -> Hour:
        """What was chosen; only after ``validate``."""
        on = date.fromisoformat(self.day.data)
        starts_at = datetime.combine(on, time(int(self.hour.data)), tzinfo=clock.SHANGHAI)
        return Hour(starts_at, int(self.officer.data), bool(self.is_agreed.data))


class OfferForm(HourForm):
    purpose = Question(_l("上门办什么？"), "longtext", max_length=LONGEST)
    address = Question(_l("到哪里？"), is_required=False, max_length=LONGEST, width="full")


class YesForm(PlainForm):
    way = Question(_l("本人是怎么同意的？"), "choice")


class CancelForm(PlainForm):
    words = Question(_l("为什么去不了？"), "longtext", max_length=LONGEST)


@desk
def by_day() -> Answered:
    """Where nobody is to go any more; then the open ones by day, what has no hour yet first."""
    after = whole_number(request.args.get("after", "")) or 0
    with reading() as db:
        rows, following = appointments.list_appointments(db, actor(), after)
        names = {one: name for one, name, _role in appointments.list_officers(db, actor())}
        dead = list_of_the_dead(db, rows)
        off = appointments.list_called_off(db, actor()) if not after else []
    called_off = [appointment_line(one, names.get(one.officer_id or 0, "")) for one in off]
    days = [(str(STATES["cancelled"]), called_off)] if called_off else []
    days += [
        (_day_words(day), [appointment_line(one, names.get(one.officer_id or 0, "")) for one in some])
        for day, some in groupby(rows, _day_of)
    ]
    return render(
        "desk/appointments.html",
        days=days,
        dead=dead,
        next_href=f"{DESK}?after={following}" if following else None,
        is_first=not after,
        done=DONE.get(request.args.get("done", "")),
    )


@desk
def one(appointment_id: int) -> Answered:
    """One visit: how the person is met, the hour, their yes, the way to the door."""
    act = request.form.get("do", "") if request.method == "POST" else ""
    hour = HourForm(request.form if act == "propose" else None)
    yes = YesForm(request.form if act == "confirm" else None)
    no = CancelForm(request.form if act == "cancel" else None)
    with reading() as db:
        _offer(db, hour)
        found = appointments.get_appointment(db, actor(), appointment_id)
        needs, dead = needs_of_appointment(db, found), list_of_the_dead(db, [found])
    may_call = may_phone(needs)
    yes.way.offer([(way, words) for way, words in WAYS.items() if way != "phone" or may_call])
    done = _act(act, appointment_id, hour, yes, no)
    if done is not None:
        return done
    return render(
        "desk/appointment.html",
        max(hour.status, yes.status, no.status),
        line=appointment_line(found),
        appointment=found,
        needs=needs_lines(needs, reach=True),
        is_dead=bool(dead),
        may_phone=may_call,
        hour=hour,
        yes=yes,
        no=no,
        faults=hour.errors_for_summary() + yes.errors_for_summary() + no.errors_for_summary(),
        action=request.path,
        done=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        is_changed="changed" in request.args,
    )


@counter
def offer(reference: str) -> Answered:
    """Propose a visit for an application at this post."""
    form = OfferForm(sent())
    with reading() as db:
        _offer(db, form)
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                wish = Wish(form.purpose.data, form.address.data, ())
                made = appointments.offer_appointment(db, actor(), reference, wish, form.to_hour()).id
            return redirect(f"{DESK}/{made}?done=proposed", 303)
        except Invalid as invalid:
            _add_faults(form, invalid)
    with at_application(reference) as db:
        needs = needs_of_application(db, actor(), reference)
    return render(
        "desk/appointment_offer.html",
        form.status,
        form=form,
        needs=needs_lines(needs, reach=True),
        action=request.path,
        back=f"/desk/applications/{reference}",
    )


def _act(act: str, appointment_id: int, hour: HourForm, yes: YesForm, no: CancelForm) -> Answered | None:
    """What a button of the page does; None where the page is shown (again)."""
    here = f"{DESK}/{appointment_id}"
    if act == "begin":
        return _begin(appointment_id)
    if act == "confirm" and yes.validate():
        done = f"{here}?done=confirmed"
        return done_or_changed(done, here, appointments.note_confirmation, appointment_id, yes.way.data)
    if act == "cancel" and no.validate():
        done = f"{DESK}?done=cancelled"
        return done_or_changed(done, here, appointments.cancel_appointment, appointment_id, no.words.data)
    if act == "propose" and hour.validate():
        try:
            done = f"{DESK}?done=proposed"  # the page itself may be another's now
            return done_or_changed(done, here, appointments.propose_hour, appointment_id, hour.to_hour())
        except Invalid as invalid:
            _add_faults(hour, invalid)
    return None


def _begin(appointment_id: int) -> Answered:
    try:
        with transaction() as db:
            begun = appointments.begin_home_visit(db, actor(), g.signed_in.session_id, appointment_id)
    except Conflict:
        return redirect(f"{DESK}/{appointment_id}?changed=1", 303)
    return into_visit(begun)


def _add_faults(form: HourForm, invalid: Invalid) -> None:
    for fault in invalid.errors.get("starts_at", ()):
        form.add_error("day" if fault.code in ("past", "too_far") else "hour", str(FAULTS[fault.code]))
    if "officer" in invalid.errors:
        form.add_error("officer", _("请从名单里选一个人。"))


def _offer(db: Session, form: HourForm) -> None:
    """Who may come from this counter."""
    people = appointments.list_officers(db, actor())
    role = {code: labels.label(labels.ROLES, code, language()) for _one, _name, code in people}
    named: dict[int, tuple[Any, ...]] = {}
    for officer, name, code in people:
        named.setdefault(officer, (officer, name, role[code]))
    form.officer.offer(named.values())


def _day_of(row: AppointmentRow) -> date | None:
    return clock.shanghai(row.starts_at).date() if row.starts_at else None


def _day_words(day: date | None) -> str:
    if day is None:
        return _("还没有约时间")
    return _("今天") if day == clock.today() else date_text(day, language())


def register(app: Flask) -> None:
    """Add the pages of the counter."""
    both = ["GET", "POST"]
    app.add_url_rule(DESK, "desk.appointments", by_day)
    app.add_url_rule(f"{DESK}/<int:appointment_id>", "desk.appointment", one, methods=both)
    app.add_url_rule(
        "/desk/applications/<reference>/appointment", "desk.appointment_offer", offer, methods=both
    )
