"""A visit at home by the person's own word: the same page with an account, with the slip, and before staff
who read it aloud. Agree to day and hour, name other times, call it off.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from portal.rules.errors import Conflict
from portal.usecases.appointment_people import list_who_comes
from portal.usecases.own_appointments import (
    cancel_own_appointment,
    confirm_own_appointment,
    get_own_appointment,
    list_own_appointments,
    wish_other_times,
)
from portal.usecases.voices import Voice
from portal.web.appointment_words import TIMES, appointment_line
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.rendering import render
from portal.web.voice_doors import Door
from portal.web.whole_numbers import whole_number

STEPS = ("visit", "visit_yes", "visit_times", "visit_no")
DONE = {
    "visit_yes": _l("您同意了这个时间。"),
    "visit_times": _l("记下了。工作人员再定时间，再请您同意。"),
    "visit_no": _l("这次不上门了。"),
}


class TimesForm(PlainForm):
    good_times = Question(_l("什么时间方便？"), "multi", choices=TIMES)


def list_visits(voice: Voice) -> list[dict[str, Any]]:
    """What the list of the slip says of each."""
    with reading() as db:
        rows = list_own_appointments(db, voice)
        who = list_who_comes(db, rows)
        return [appointment_line(one, who=who.get(one.id)) for one in rows]


def visit_page(door: Door, voice: Voice, given: str) -> tuple[str, int]:
    """One visit, after what the button did. Raises NotFound for what is not this person's."""
    number = whole_number(given) or 0
    step = request.form.get("step", "")
    form = TimesForm(request.form if step == "visit_times" else None)
    is_changed = False
    if step in DONE and (step != "visit_times" or form.validate()):
        try:
            with transaction() as db:
                if step == "visit_yes":
                    confirm_own_appointment(db, voice, number)
                elif step == "visit_times":
                    wish_other_times(db, voice, number, form.good_times.data)
                else:
                    cancel_own_appointment(db, voice, number)
        except Conflict:
            is_changed = True  # somebody was quicker: the page says how it stands
    with reading() as db:
        found = get_own_appointment(db, voice, number)
        line = appointment_line(found, who=list_who_comes(db, [found]).get(number))
    return render(
        "voices/visit.html",
        form.status,
        door=door,
        line=line,
        form=form,
        done=DONE.get(step) if not is_changed and form.status == 200 else None,
        is_changed=is_changed,
    )
