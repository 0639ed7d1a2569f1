"""本人联系单 at the counter and by telephone: staff type the numbers that the person reads out, read aloud
what is done in their name, and write down what they say. And the slips that people of the unit bring.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.rules.errors import NotFound
from portal.rules.references import grouped
from portal.usecases.person_slips import (
    address_of,
    list_waiting_slips,
    note_slip_given,
    read_waiting_slip,
    way_of_writing_slip,
)
from portal.usecases.voices import Voice, Way
from portal.web.access import actor, desk
from portal.web.desk_today import TODAY
from portal.web.on_paper import on_paper
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import Question
from portal.web.preferences import speaking
from portal.web.qr import draw_qr
from portal.web.rendering import render, say
from portal.web.voice_doors import Door
from portal.web.voice_pages import serve
from portal.web.voices import ADDRESS as ON_THE_WEB
from portal.web.voices import OpenForm, opened_ticket, sealed_ticket, try_numbers

ADDRESS = "/desk/voice"
FROM_WORK = (_l("今天"), TODAY)
Answered = tuple[str, int] | Response
WAYS = {"counter": _l("本人在窗口"), "phone": _l("本人打电话"), "home_visit": _l("在本人家里")}
BROUGHT = {"post": _l("寄到本人那里"), "liaison": _l("请专职委员送去")}


class StaffOpenForm(OpenForm):
    way = Question(_l("本人在哪里？"), "choice", choices=list(WAYS.items()))


@desk
def voice_page() -> Answered:
    return _ask(StaffOpenForm())


@desk
def voice() -> Answered:
    who = actor().signed_in_id
    way = request.form.get("way", "")
    if "ticket" in request.form:
        slip_id = opened_ticket(request.form["ticket"], who, way)
        return redirect(ADDRESS, 303) if slip_id is None else _serve(slip_id, way)
    form = StaffOpenForm(request.form)
    slip_id = try_numbers(form)
    return _ask(form) if slip_id is None else _serve(slip_id, str(form.way.data))


@desk
def waiting_slip(slip_id: int) -> Answered:
    """One slip to be printed and brought."""
    with transaction() as db:
        slip = read_waiting_slip(db, actor(), slip_id)
        address = address_of(db, slip)
        written = way_of_writing_slip(db, slip)
    base = parts().settings.base_url.rstrip("/")
    with speaking(written.language):
        phone = next((say(one.text) for one in parts().region.help_ways if one.kind == "phone"), "")
    sheet = on_paper(
        written,
        "voices/_slip.html",
        slip=slip,
        address=address,
        where=base + ON_THE_WEB,
        phone=phone,
        drawing=draw_qr(base + ON_THE_WEB),
    )
    return render("voices/slip.html", 200, slip=slip, sheet=sheet, way=str(BROUGHT.get(slip.given_way, "")))


@desk
def slip_given(slip_id: int) -> Response:
    with transaction() as db:
        note_slip_given(db, actor(), slip_id)
    return redirect(ADDRESS, 303)


def _serve(slip_id: int, way: str) -> Answered:
    who = actor()
    door = Door(
        ADDRESS,
        {"ticket": sealed_ticket(slip_id, who.signed_in_id, way), "way": way},
        (_("换一张联系单"), ADDRESS),
        (FROM_WORK, (_("本人联系单"), ADDRESS)),
        is_staff=True,
    )
    try:
        return serve(door, Voice(who, cast(Way, way), slip_id))
    except NotFound as gone:
        if gone.key == "slip":
            return _ask(StaffOpenForm(), is_off=True)
        raise


def _ask(form: StaffOpenForm, *, is_off: bool = False) -> Answered:
    with reading() as db:
        waiting = [
            {"id": one.id, "number": grouped(one.number), "way": str(BROUGHT.get(one.given_way, ""))}
            for one in list_waiting_slips(db, actor())
        ]
    return render(
        "voices/open.html",
        410 if is_off else form.status,
        form=form,
        is_off=is_off,
        action=ADDRESS,
        is_staff=True,
        waiting=waiting,
        trail_before=[FROM_WORK],
    )


def register(app: Flask) -> None:
    app.add_url_rule(ADDRESS, "desk.voice_page", voice_page)
    app.add_url_rule(ADDRESS, "desk.voice", voice, methods=["POST"])
    app.add_url_rule(f"{ADDRESS}/slips/<int:slip_id>", "desk.waiting_slip", waiting_slip)
    app.add_url_rule(f"{ADDRESS}/slips/<int:slip_id>", "desk.slip_given", slip_given, methods=["POST"])
