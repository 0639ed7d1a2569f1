"""The pre-check: one question a page, answers carried signed in the page itself, nothing stored anywhere.

Every page answers a POST and says no-store, so neither an address nor a cache tells what someone answered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, request
from itsdangerous import BadData, URLSafeSerializer

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Definition, Question
from portal.rules import precheck
from portal.rules.errors import NotFound
from portal.web.access import public
from portal.web.parts import parts
from portal.web.plain_form import PlainForm
from portal.web.plain_form import Question as Asked
from portal.web.questions import said_choices
from portal.web.rendering import render, say
from portal.web.services import apply_href, get_definition, open_services

NO_STORE = {"Cache-Control": "no-store"}
Page = tuple[str, int, dict[str, str]]


@dataclass(frozen=True)
class Visit:
    """Where someone stands: answers so far, the question shown, whether the result page sent them there."""

    answers: dict[str, Any]
    at: str
    is_change: bool = False


@public
def check_list() -> tuple[str, int]:
    """The way in: the pre-check of every open service of the region."""
    return render("public/check.html", services=open_services())


@public
def ask_first(code: str) -> Page:
    definition = _get_checkable(code)
    return _question_page(definition, _start(definition))


@public
def take_answer(code: str) -> Page:
    definition = _get_checkable(code)
    visit = _opened(definition, request.form.get("state", ""))
    if visit is None:
        return _question_page(definition, _start(definition), is_restart=True)
    if (wanted := request.form.get("change")) is not None:
        return _change(definition, visit, wanted)
    form = _form_for(_question(definition, visit.at), request.form)
    is_good = form.validate()
    if is_good:
        visit = replace(visit, answers=visit.answers | {visit.at: form.answer.data})
    if "back" in request.form:
        return _go_to(definition, visit, _before(definition, visit))
    if not is_good:
        return _question_page(definition, visit, form)
    return _go_to(definition, visit, _after(definition, visit))


def _get_checkable(code: str) -> Definition:
    definition = get_definition(code)
    if not definition.service.precheck:
        raise NotFound("precheck")
    return definition


def _start(definition: Definition) -> Visit:
    return Visit({}, definition.service.precheck[0].id)


def _change(definition: Definition, visit: Visit, wanted: str) -> Page:
    """One answer is changed from the result; the others stay."""
    on_path = {question.id for question in precheck.questions(definition, visit.answers)}
    at = wanted if wanted in on_path else visit.at
    return _question_page(definition, replace(visit, at=at, is_change=True))


def _before(definition: Definition, visit: Visit) -> Question:
    path = precheck.questions(definition, visit.answers)
    place = [question.id for question in path].index(visit.at)
    return path[max(0, place - 1)]


def _after(definition: Definition, visit: Visit) -> Question | None:
    """The question to show now; None for the result."""
    following = precheck.next_question(definition, visit.answers)
    result = precheck.check(definition, visit.answers)
    is_decided = result.kind is not None and result.kind != "may_apply"
    if visit.is_change or is_decided:
        return following
    path = precheck.questions(definition, visit.answers)
    place = [question.id for question in path].index(visit.at)
    return path[place + 1] if place + 1 < len(path) else following


def _go_to(definition: Definition, visit: Visit, question: Question | None) -> Page:
    if question is None:
        return _result_page(definition, visit)
    return _question_page(definition, replace(visit, at=question.id))


def _question_page(
    definition: Definition, visit: Visit, form: PlainForm | None = None, *, is_restart: bool = False
) -> Page:
    question = _question(definition, visit.at)
    form = form or _form_for(question, None, visit.answers.get(question.id))
    path = [one.id for one in precheck.questions(definition, visit.answers)]
    html, status = render(
        "public/check_question.html",
        422 if is_restart else form.status,
        service=definition.service,
        form=form,
        title=say(question.label),
        number=path.index(question.id) + 1,
        most=len(definition.service.precheck),
        state=_sealed(definition, visit),
        is_restart=is_restart,
    )
    return html, status, NO_STORE


def _result_page(definition: Definition, visit: Visit) -> Page:
    result = precheck.check(definition, visit.answers)
    path = precheck.questions(definition, visit.answers)
    answered = [question for question in path if question.id in visit.answers]
    html, status = render(
        "public/check_result.html",
        service=definition.service,
        result=result,
        answered=[(question, _labels(question, visit.answers[question.id])) for question in answered],
        apply_href=apply_href(definition.service.code),
        has_unknown=any(UNKNOWN in visit.answers[question.id] for question in answered),
        state=_sealed(definition, visit),
    )
    return html, status, NO_STORE


def _labels(question: Question, answer: str | list[str]) -> list[str]:
    picked = [answer] if isinstance(answer, str) else answer
    return [say(choice.label) for choice in question.choices if choice.value in picked]


def _question(definition: Definition, question_id: str) -> Question:
    return next(question for question in definition.service.precheck if question.id == question_id)


class AnswerForm(PlainForm):
    answer: Asked


def _form_for(question: Question, sent: Any, known: Any = None) -> AnswerForm:
    class OneQuestion(AnswerForm):
        answer = Asked(
            say(question.label),
            question.kind,
            hint=say(question.hint),
            heading_level=1,
            choices=said_choices(question.choices, say),
        )

    return OneQuestion(sent, answer=known)


def _serializer(definition: Definition) -> URLSafeSerializer:
    return URLSafeSerializer(parts().settings.keys.signing_key, salt=f"precheck:{definition.service.code}")


def _sealed(definition: Definition, visit: Visit) -> str:
    words = _serializer(definition).dumps([visit.answers, visit.at, visit.is_change])
    return words if isinstance(words, str) else words.decode()


def _opened(definition: Definition, sealed: str) -> Visit | None:
    """What the page carried; None where it was changed, or where the questions are no longer the same."""
    try:
        answers, at, is_change = _serializer(definition).loads(sealed)
    except (BadData, ValueError):
        return None
    offered = {
        question.id: {one.value for one in question.choices} for question in definition.service.precheck
    }
    kept = {
        name: answer
        for name, answer in answers.items()
        if name in offered and offered[name].issuperset([answer] if isinstance(answer, str) else answer)
    }
    on_path = {question.id for question in precheck.questions(definition, kept)}
    return Visit(kept, at, bool(is_change)) if at in on_path else None


def register(app: Flask) -> None:
    app.add_url_rule("/check", "public.check_list", check_list)
    app.add_url_rule("/services/<code>/check", "public.precheck", ask_first, methods=["GET"])
    app.add_url_rule("/services/<code>/check", "public.precheck_answer", take_answer, methods=["POST"])
