"""An answer put right at the counter, with the person there: which one, the new answer, their word."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.field_types import FieldContext, message
from portal.catalogue.model import Answers
from portal.catalogue.wording import Voice, answer_text
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.rules.references import grouped
from portal.usecases.review import Review
from portal.usecases.spot_corrections import (
    CONFIRMED_HOW,
    AtCounter,
    Correctable,
    correct_on_the_spot,
    get_at_counter,
    list_spot_corrections,
)
from portal.web.access import actor, counter
from portal.web.forms import QUESTIONS
from portal.web.office_door import at_application
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent, showable
from portal.web.preferences import language
from portal.web.questions import AnswerQuestion, Typed
from portal.web.rendering import render
from portal.web.whole_numbers import whole_number

Page = tuple[str, int] | Response

CONFIRMED_WORDS: Final = {
    "spoken": _l("当面说的"),
    "written": _l("写下来的"),
    "signed": _l("打手语说的"),
    "companion": _l("由陪同的人转达的"),
}


class CorrectionForm(PlainForm):
    """One question of the catalogue beside the ``answers`` that stand, and the person's word."""

    answers: Answers
    confirmed = Question(
        _l("本人在场，看过或者听过改动，说这样是对的。怎么说的？"),
        "choice",
        choices=[(one, CONFIRMED_WORDS[one]) for one in CONFIRMED_HOW],
    )

    def context(self) -> FieldContext:
        return FieldContext(today=clock.today(), answers=self.answers)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Which rounds came about so, for the history; whether an answer may be put right now."""
    return {
        "spot_corrections": list_spot_corrections(db, review.application),
        "may_correct": review.is_mine and bool(review.step.corrects) and actor().role == "desk_clerk",
    }


@counter
def choose(reference: str) -> Page:
    """Which answer is to be put right."""
    address = f"/desk/applications/{quote(reference)}"
    try:
        here = _here(reference)
    except (NotAllowed, Conflict):
        return redirect(address, 303)  # the page of the application says why not
    rows = [(f"{address}/correct/{one.field.id}", *_words(here, one)) for one in here.correctable]
    number = grouped(here.application.reference)
    return render("desk/correct_choose.html", rows=rows, number=number, address=address)


@counter
def correct(reference: str, field_id: str) -> Page:
    """The new answer, and how the person said that it is right."""
    address = f"/desk/applications/{quote(reference)}"
    try:
        here = _here(reference)
    except (NotAllowed, Conflict) as refusal:
        if request.method == "POST" and isinstance(refusal, Conflict):
            return _too_late(refusal, request.form.get(field_id, ""))
        return redirect(address, 303)
    asked = here.get(field_id)
    form = _form(here, asked, sent())
    if request.method == "POST" and form.validate():
        try:
            _correct(reference, field_id, form)
            return redirect(f"{address}#answers", 303)
        except Invalid as refusal:
            for name, faults in refusal.errors.items():
                form.add_error(name, message(faults[0], language()))
        except Conflict as conflict:
            return _too_late(conflict, form[field_id].raw)
    label, value = _words(here, asked)
    return render(
        "desk/correct.html",
        form.status,
        form=form,
        address=address,
        back=f"{address}/correct",
        label=label,
        value=value,
        version=here.application.version,
        number=grouped(here.application.reference),
    )


def _here(reference: str) -> AtCounter:
    with at_application(reference) as db:
        return get_at_counter(db, actor(), reference)


def _correct(reference: str, field_id: str, form: CorrectionForm) -> None:
    with at_application(reference) as db:
        correct_on_the_spot(
            db,
            actor(),
            reference,
            parts().region,
            version=_version(request.form),
            field_id=field_id,
            value=form[field_id].data,
            confirmed_how=form.confirmed.data,
        )


def _too_late(conflict: Conflict, typed: str) -> Page:
    """409: who did what and when, and what was typed, to be copied."""
    kept = [(_("您刚才写的"), showable(typed))] if typed else []
    return render("errors/conflict.html", 409, error=conflict, kept=kept)


def _form(here: AtCounter, asked: Correctable, typed: Typed | None) -> CorrectionForm:
    """The question as it is asked, filled with what stands there, and how it was confirmed."""
    voice = Voice(language(), here.application.subject_name, is_proxy=True)
    kind = QUESTIONS.get(asked.field.kind, AnswerQuestion)
    own = {asked.field.id: kind(asked.field, parts().region, voice)}
    made: type[CorrectionForm] = type("OneCorrectionForm", (CorrectionForm,), own)
    form = made(typed)
    form.answers = here.journey.answers
    if typed is None:
        form[asked.field.id].show_value(asked.value)
    return form


def _words(here: AtCounter, one: Correctable) -> tuple[str, str]:
    """The question and its answer, in words."""
    voice = Voice(language(), here.application.subject_name, is_proxy=True)
    label = voice.say(one.field.short or one.field.label)
    return label, answer_text(one.field, one.value, parts().region, voice) or _("没有填")


def _version(typed: Typed) -> int:
    return whole_number(typed.get("version", "")) or 0


def register(app: Flask) -> None:
    """Add these addresses to the counter."""
    base = "/desk/applications/<reference>/correct"
    app.add_url_rule(base, "desk.correct_choose", choose)
    app.add_url_rule(f"{base}/<field_id>", "desk.correct", correct, methods=["GET", "POST"])
