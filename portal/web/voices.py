"""本人联系单 (the person's slip) on the web: its two numbers open what others do in their name, without an
account.

The code stands in no address and no log: a chain of posts with a signed ticket that opens as long as a visit.
"""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldError
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import parse_reference
from portal.usecases.person_slips import OPENED, open_slip
from portal.usecases.voices import Voice
from portal.web import tickets
from portal.web.access import actor, public
from portal.web.limits import count_or_refuse
from portal.web.parts import transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.rendering import render
from portal.web.voice_doors import Door
from portal.web.voice_pages import serve

ADDRESS = "/voice"
PURPOSE = "person-slip"
Answered = tuple[str, int] | Response


class OpenForm(PlainForm):
    number = Question(_l("号码"), hint=_l("12个数字，本人联系单上有。"), width="medium", inputmode="numeric")
    code = Question(_l("查询码"), hint=_l("8个字母和数字，本人联系单上有。"), width="medium")


@public
def voice_page() -> Answered:
    return _ask(OpenForm())


@public
def voice() -> Answered:
    if "ticket" in request.form:
        slip_id = opened_ticket(request.form["ticket"])
        if slip_id is None:
            return redirect(ADDRESS, 303)
        return _serve(slip_id)
    form = OpenForm(request.form)
    slip_id = try_numbers(form)
    return _ask(form) if slip_id is None else _serve(slip_id)


def try_numbers(form: OpenForm) -> int | None:
    """The slip that the two numbers open, counted; None with the fault in the form."""
    if not form.validate():
        return None
    count_or_refuse(OPENED, plain(form.number.data))
    try:
        with transaction() as db:
            return open_slip(db, actor(), form.number.data, form.code.data).id
    except NotFound:
        form.add_error("number", _("号码和查询码对不上。请对照联系单，一段一段核对。"))
    except Conflict:
        form.add_error("number", _("这张联系单已经作废，后来做了新的。请用新的那张，或者到窗口再要一张。"))
    return None


def plain(number: str) -> str:
    """One number is one, however it is written: else every way to write it had tries of its own."""
    try:
        return parse_reference(number)
    except FieldError:
        return number


def sealed_ticket(slip_id: int, *more: object) -> str:
    """That its bearer has shown both numbers of a slip; for staff, also who typed them and how."""
    return tickets.sealed_ticket(PURPOSE, slip_id, *more)


def opened_ticket(sealed: str, *more: object) -> int | None:
    """The slip; None where the ticket is forged, somebody else's, or older than a visit."""
    found = tickets.opened_ticket(PURPOSE, sealed)
    return int(found[0]) if found and found[1:] == list(more) else None


def _serve(slip_id: int) -> Answered:
    who = actor()
    if who.kind == "staff":
        return redirect("/desk/voice", 303)  # staff read for a person at the counter's door
    door = Door(
        ADDRESS,
        {"ticket": sealed_ticket(slip_id)},
        (_("打开另一张联系单"), ADDRESS),
        ((_("首页"), "/"), (_("本人联系单"), ADDRESS)),
        may_keep=who.kind == "resident",
    )
    try:
        return serve(door, Voice(who, "slip", slip_id))
    except NotFound as gone:
        if gone.key == "slip":
            return _ask(OpenForm(), is_off=True)
        raise


def _ask(form: OpenForm, *, is_off: bool = False) -> Answered:
    return render(
        "voices/open.html",
        410 if is_off else form.status,
        form=form,
        is_off=is_off,
        action=ADDRESS,
        is_staff=False,
        trail_before=[(_("首页"), "/")],
    )


def register(app: Flask) -> None:
    app.add_url_rule(ADDRESS, view_func=voice_page)
    app.add_url_rule(ADDRESS, view_func=voice, methods=["POST"])
