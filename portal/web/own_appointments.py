"""Visits at home as the person arranges them on their own page: ask, agree, call off, read who comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict
from portal.usecases.actor import Actor
from portal.usecases.appointments import Wish, ask_appointment
from portal.usecases.own_appointments import cancel_own_appointment, confirm_own_appointment
from portal.usecases.voices import Voice
from portal.web.access import actor, applicant
from portal.web.appointment_words import TIMES
from portal.web.chosen_place import chosen_place
from portal.web.parts import parts, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render
from portal.web.voice_doors import Door
from portal.web.voice_visits import list_visits, visit_page
from portal.web.whole_numbers import whole_number

Answered = Response | tuple[str, int]
OWN: Final = "/account/appointments"
LONGEST: Final = 200


class WishForm(PlainForm):
    purpose = Question(_l("想请人上门办什么？"), "longtext", max_length=LONGEST)
    address = Question(
        _l("到哪里？"),
        hint=_l("村、社区和门牌。进门要注意什么，也可以写。"),
        max_length=LONGEST,
        width="full",
    )
    good_times = Question(_l("什么时间方便？"), "multi", is_required=False, choices=TIMES)


@applicant
def own() -> Answered:
    """What is arranged, and the form to ask for a visit."""
    form = WishForm(sent())
    if request.method == "POST" and form.validate():
        wish = Wish(form.purpose.data, form.address.data, form.good_times.data)
        try:
            with transaction() as db:
                ask_appointment(db, actor(), parts().region, chosen_place(), wish)
            return redirect(f"{OWN}?done=asked", 303)
        except Conflict as refusal:
            if refusal.key != "too_many_appointments":
                raise
            form.add_error("purpose", _("已经约了5次还没有上门。请先取消一次，或者等上门以后再约。"))
    lines = list_visits(Voice(actor(), "web"))
    return render(
        "account/appointments.html",
        form.status,
        form=form,
        lines=lines,
        done=_own_done(lines),
        is_changed="changed" in request.args,
    )


@applicant
def own_one(appointment_id: int) -> Answered:
    """One of them, to agree, to name other times, to call it off: the page that the slip opens too."""
    trail = ((_("首页"), "/"), (_("我的事"), "/account"))
    back = (_("回到请人上门"), OWN)
    door = Door(f"{OWN}/{appointment_id}", {}, back, trail, may_list=False)
    return visit_page(door, Voice(actor(), "web"), str(appointment_id))


def _own_done(lines: list[dict[str, Any]]) -> str | None:
    """What was just done, said where its button leads: of which visit, as it stands now."""
    done, number = request.args.get("done", ""), whole_number(request.args.get("visit", ""))
    line = next((one for one in lines if one["id"] == number), None)
    if done == "asked":
        return _("收到了。工作人员定好时间，会请您同意。")
    if line is not None and (done, line["state"]) == ("yes", "confirmed"):
        return _("您同意了：%(when)s上门。来的是%(who)s。", when=line["when"], who=line["who"])
    if line is not None and (done, line["state"]) == ("no", "cancelled"):
        return _("这次不上门了：%(purpose)s。", purpose=line["purpose"])
    return None


@applicant
def confirm(appointment_id: int) -> Answered:
    done = f"{OWN}?done=yes&visit={appointment_id}"
    return done_or_changed(done, OWN, _as_person(confirm_own_appointment), appointment_id)


@applicant
def cancel(appointment_id: int) -> Answered:
    done = f"{OWN}?done=no&visit={appointment_id}"
    return done_or_changed(done, OWN, _as_person(cancel_own_appointment), appointment_id)


def _as_person(do: Callable[[Session, Voice, int], None]) -> Callable[[Session, Actor, int], None]:
    """The same said by who is signed in."""
    return lambda db, who, appointment_id: do(db, Voice(who, "web"), appointment_id)


def done_or_changed(done: str, page: str, do: Callable[..., None], *about: Any) -> Response:
    """Do it and go on; where somebody was quicker, the page shows how it stands now and says so."""
    try:
        with transaction() as db:
            do(db, actor(), *about)
    except Conflict:
        return redirect(f"{page}?changed=1", 303)
    return redirect(done, 303)


def register(app: Flask) -> None:
    """Add the pages of the account."""
    both = ["GET", "POST"]
    app.add_url_rule(OWN, "account.appointments", own, methods=both)
    app.add_url_rule(f"{OWN}/<int:appointment_id>", "account.appointment", own_one, methods=both)
    app.add_url_rule(
        f"{OWN}/<int:appointment_id>/confirm", "account.appointment_yes", confirm, methods=["POST"]
    )
    app.add_url_rule(f"{OWN}/<int:appointment_id>/cancel", "account.appointment_no", cancel, methods=["POST"])
