"""What only the household answers: it reads what was found (a plan, its cost), chooses, and confirms.

Two presses, without script: the first says which answer, the second what belongs to it, and that it is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import message
from portal.catalogue.model import Field, Outcome
from portal.catalogue.wording import Voice, answer_text
from portal.rules.errors import Invalid
from portal.usecases.decision_checks import Deciding
from portal.usecases.household import Asking, answer_household_step, get_asking
from portal.web.access import actor, applicant
from portal.web.acting_for import banner_of, voice_of
from portal.web.decision_form import StepForm, step_questions
from portal.web.going import ActingFor
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.questions import Typed
from portal.web.rendering import render, say

Answered = tuple[str, int] | Response


@dataclass(frozen=True)
class Line:
    """One fact that was found (components/summary_list.html)."""

    label: str
    value: list[str]


@dataclass(frozen=True)
class Rows:
    """A list that was found, as a table: the first cell of each row names it."""

    caption: str
    head: list[str]
    rows: list[list[str]]


class AnswerForm(StepForm):
    """What belongs to one answer."""

    outcome: Outcome


@applicant
def answer_page(reference: str) -> Answered:
    with reading() as db:
        asking = get_asking(db, actor(), reference)
        banner = banner_of(asking.application)
    typed = sent()
    outcome = asking.step.outcome(typed.get("outcome", "")) if typed is not None else None
    choice = _choice(asking, typed)
    if outcome is None:
        if request.method == "POST":
            choice.validate()
        return _page(asking, choice, None, banner)
    is_confirmed = typed is not None and typed.get("do") == "confirm"
    form = _form(asking, outcome, typed if is_confirmed else None)
    is_given = request.method == "POST" and is_confirmed and not form.has_grown(request.form)
    if is_given and form.validate() and _is_taken(asking, form):
        return redirect(f"/account/applications/{asking.application.reference}", 303)
    return _page(asking, choice, form, banner)


def _is_taken(asking: Asking, form: AnswerForm) -> bool:
    """Let the answer take effect; what only the use case knows is put at the questions."""
    mark = request.form.get("mark", "")
    answer = Deciding(form.outcome.id, form=form.step_answers())
    try:
        with transaction() as db:
            answer_household_step(
                db, actor(), asking.application.reference, parts().region, mark=mark, deciding=answer
            )
    except Invalid as refusal:
        for name, faults in refusal.errors.items():
            if name not in form:
                raise
            for fault in faults:
                form.add_error(name, message(fault, language()))
        return False
    return True


def _choice(asking: Asking, typed: Typed | None) -> PlainForm:
    """Which answer: the household's words for each, with what follows from it."""
    voice = voice_of(asking.application)
    choices = [(one.id, voice.say(one.label), voice.say(one.hint)) for one in asking.step.outcomes]
    question = Question(_l("怎么定？"), "choice", choices=choices)
    form: PlainForm = type("ChoiceForm", (PlainForm,), {"outcome": question})(typed)
    return form


def _form(asking: Asking, outcome: Outcome, typed: Typed | None) -> AnswerForm:
    fields = outcome.household_fields_of(asking.step)
    questions = step_questions(fields, typed, asking.facts, voice_of(asking.application))
    form: AnswerForm = type("OneAnswerForm", (AnswerForm,), dict(questions))(typed)
    form.outcome, form.known = outcome, asking.facts
    return form


def _page(
    asking: Asking, choice: PlainForm, form: AnswerForm | None, banner: ActingFor | None
) -> tuple[str, int]:
    voice, shown = voice_of(asking.application), form if form is not None else choice
    application = asking.application
    return render(
        "applications/answer.html",
        shown.status,
        acting_for=banner,
        form=shown,
        chosen=form.outcome if form is not None else None,
        asking=asking,
        voice=voice,
        heading=Voice(voice.language, None, voice.is_proxy).say(asking.step.name),
        service_name=say(asking.definition.service.name),
        found=found_words(asking, voice),
        address=f"/account/applications/{application.reference}",
        address_here=f"/account/applications/{application.reference}/answer",
    )


def found_words(asking: Asking, voice: Voice) -> list[list[Line] | Rows]:
    """What was found, in the order of its form: lists as tables, what stands between them as lines."""
    region = parts().region
    found: list[list[Line] | Rows] = []
    for is_list, several in groupby(asking.rows, key=lambda row: row[0].kind == "group"):
        if is_list:
            found += [_rows(field, value, voice) for field, value in several]
        else:
            texts = [(field, answer_text(field, value, region, voice)) for field, value in several]
            found.append([Line(_label(field, voice), text.splitlines()) for field, text in texts])
    return found


def _rows(field: Field, rows: Any, voice: Voice) -> Rows:
    region = parts().region
    return Rows(
        caption=_label(field, voice),
        head=[_label(member, voice) for member in field.fields],
        rows=[
            [answer_text(member, row.get(member.id), region, voice) for member in field.fields]
            for row in rows
        ],
    )


def _label(field: Field, voice: Voice) -> str:
    return voice.say(field.short or field.label)


def register(app: Flask) -> None:
    one = "/account/applications/<reference>/answer"
    app.add_url_rule(one, view_func=answer_page, methods=["GET", "POST"])
