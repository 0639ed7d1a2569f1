"""Somebody asks the person to let them act: read what a yes gives and answer, with nothing but the slip."""

from __future__ import annotations

from flask import request

from portal.rules.errors import Conflict, NotFound
from portal.usecases.in_my_name import answer_ask_by_slip, list_asks_by_slip
from portal.usecases.voices import Voice
from portal.web.invitation_forms import AnswerForm
from portal.web.invitations import what_it_gives
from portal.web.parts import parts, reading, transaction
from portal.web.rendering import render
from portal.web.voice_doors import Door


def answer_page(door: Door, voice: Voice) -> tuple[str, int] | str:
    """What is asked, and the answer; once it was given, what was answered, or nothing where that was done
    before. Raises NotFound for what is not asked of this person."""
    given = request.form.get("invitation", "")
    with reading() as db:
        offer = next((one for one in list_asks_by_slip(db, voice) if str(one.id) == given), None)
    is_answer = request.form.get("step") == "answer"
    if offer is None:
        if is_answer:
            return ""  # pressed twice
        raise NotFound("invitation")
    form = AnswerForm(request.form if is_answer else None)
    if is_answer and form.validate():
        try:
            with transaction() as db:
                answer_ask_by_slip(db, voice, offer.id, parts().region, accepts=form.is_yes)
        except Conflict:
            return ""  # answered elsewhere meanwhile: the list says how it stands
        return "accepted" if form.is_yes else "declined"
    return render(
        "voices/ask.html",
        form.status,
        door=door,
        form=form,
        offer=offer,
        facts=what_it_gives(offer, to_person=True),
    )
