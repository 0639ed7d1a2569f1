"""What colleagues heard at the counter and the second of the staff heard too: each says so in their own
session, before it can be handed in (rules.md 5.7: who cannot sign)."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.i18n import moment_text
from portal.rules.references import grouped
from portal.usecases.confirming import (
    WaitingWord,
    list_waiting_words,
    read_waiting_word,
    witness_confirmation,
)
from portal.web.access import actor, desk
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import page_title, render, say
from portal.web.visit_confirming import CONFIRMED_BY
from portal.web.visit_read_back import parts_of_text

page = Blueprint("desk_confirmations", __name__, url_prefix="/desk/confirmations")


class WitnessForm(PlainForm):
    was_there = Question(_l("我在场。上面的内容念给来人听了，来人这样表示了同意"), "confirm")


@page.get("")
@desk
def waiting() -> tuple[str, int]:
    """Those of one's unit that one has not heard first oneself."""
    with reading() as db:
        rows = [(f"/desk/confirmations/{one.id}", _facts(one)) for one in list_waiting_words(db, actor())]
    return render(
        "desk/confirmations.html",
        rows=rows,
        is_said=request.args.get("said") == "1",
        title=page_title(_("请我见证的确认")),
    )


@page.route("/<int:confirmation_id>", methods=["GET", "POST"])
@desk
def one(confirmation_id: int) -> tuple[str, int] | Response:
    form = WitnessForm(sent())
    if request.method == "POST" and form.validate():
        with transaction() as db:
            witness_confirmation(db, actor(), confirmation_id)
        return redirect("/desk/confirmations?said=1", 303)
    with transaction() as db:
        word = read_waiting_word(db, actor(), confirmation_id)
    return render(
        "desk/confirmation.html",
        form.status,
        form=form,
        facts=_facts(word.waiting),
        read_back=parts_of_text(word.text, word.waiting.definition),
        words=word.words,
        title=page_title(_("见证来人的确认"), has_errors=form.has_errors),
    )


def _facts(one: WaitingWord) -> tuple[str, str, str, str, str]:
    """Number, service, how, who heard it first, when."""
    return (
        grouped(one.reference),
        say(one.definition.service.name),
        str(CONFIRMED_BY[one.way]),
        one.first,
        moment_text(one.made_at, language()),
    )


def register(app: Flask) -> None:
    """Add the list and its pages."""
    app.register_blueprint(page)
