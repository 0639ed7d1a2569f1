"""Questions one a page, before anything is applied for: answers travel signed in the page itself, and
nothing is stored anywhere.

Every page answers a POST and says no-store, so neither an address nor a cache tells what someone answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from itsdangerous import BadData, URLSafeSerializer

from portal.catalogue.conditions import BLANK, UNKNOWN
from portal.catalogue.model import Question
from portal.rules.precheck import path_of
from portal.web.parts import parts
from portal.web.plain_form import PlainForm
from portal.web.plain_form import Question as Asked
from portal.web.questions import said_choices
from portal.web.rendering import say

NO_STORE = {"Cache-Control": "no-store"}
Page = tuple[str, int, dict[str, str]]


@dataclass(frozen=True)
class Visit:
    """Where someone stands: answers so far, the question shown, whether the result page sent them there."""

    answers: dict[str, Any]
    at: str
    is_change: bool = False


class AnswerForm(PlainForm):
    answer: Asked


@dataclass(frozen=True)
class Asking:
    """One question as it is put to somebody: ``form`` holds what was typed, and what is wrong with it."""

    visit: Visit
    question: Question
    form: AnswerForm
    is_restart: bool = False


@dataclass(frozen=True)
class QuestionChain:
    """``name`` keeps the answers of one chain out of another."""

    name: str
    questions: Sequence[Question]
    _offered: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        offered = {one.id: {choice.value for choice in one.choices} for one in self.questions}
        object.__setattr__(self, "_offered", offered)

    def path(self, answers: dict[str, Any]) -> tuple[Question, ...]:
        return path_of(self.questions, answers)

    def start(self, *, is_restart: bool = False) -> Asking:
        return self.ask(Visit({}, self.questions[0].id), is_restart=is_restart)

    def ask(self, visit: Visit, form: AnswerForm | None = None, *, is_restart: bool = False) -> Asking:
        question = self._question(visit.at)
        return Asking(
            visit, question, form or _form_for(question, None, visit.answers.get(visit.at)), is_restart
        )

    def take(self) -> Asking | Visit:
        """What was posted: the question to show (again, before, or to change), or the visit that goes on."""
        visit = self._opened(request.form.get("state", ""))
        if visit is None:
            return self.start(is_restart=True)
        if (wanted := request.form.get("change")) is not None:
            on_path = {question.id for question in self.path(visit.answers)}
            return self.ask(replace(visit, at=wanted if wanted in on_path else visit.at, is_change=True))
        form = _form_for(self._question(visit.at), request.form)
        is_good = form.validate()
        if is_good:
            visit = replace(visit, answers=visit.answers | {visit.at: form.answer.data})
        if "back" in request.form:
            return self.ask(replace(visit, at=self._before(visit).id))
        return visit if is_good else self.ask(visit, form)

    def after(self, visit: Visit) -> Question | None:
        """The next question on the path, else the first open one; None where all is said."""
        path = self.path(visit.answers)
        unanswered = next((one for one in path if visit.answers.get(one.id) in BLANK), None)
        if visit.is_change:
            return unanswered
        place = [question.id for question in path].index(visit.at)
        return path[place + 1] if place + 1 < len(path) else unanswered

    def shown(self, asking: Asking) -> dict[str, Any]:
        """What the page of a question says."""
        path = [one.id for one in self.path(asking.visit.answers)]
        return {
            "form": asking.form,
            "title": say(asking.question.label),
            "number": path.index(asking.question.id) + 1,
            "most": len(self.questions),
            "state": self.sealed(asking.visit),
            "is_restart": asking.is_restart,
        }

    def read_back(self, visit: Visit) -> dict[str, Any]:
        """What the page of a result says of the answers."""
        answered = [one for one in self.path(visit.answers) if one.id in visit.answers]
        return {
            "answered": [(one, _labels(one, visit.answers[one.id])) for one in answered],
            "has_unknown": any(UNKNOWN in visit.answers[one.id] for one in answered),
            "state": self.sealed(visit),
        }

    def sealed(self, visit: Visit) -> str:
        words = self._serializer().dumps([visit.answers, visit.at, visit.is_change])
        return words if isinstance(words, str) else words.decode()

    def _opened(self, sealed: str) -> Visit | None:
        """What the page carried; None where it was changed, or where the questions are no longer the same."""
        try:
            answers, at, is_change = self._serializer().loads(sealed)
        except (BadData, ValueError):
            return None
        kept = {
            name: answer
            for name, answer in answers.items()
            if name in self._offered
            and self._offered[name].issuperset([answer] if isinstance(answer, str) else answer)
        }
        on_path = {question.id for question in self.path(kept)}
        return Visit(kept, at, bool(is_change)) if at in on_path else None

    def _before(self, visit: Visit) -> Question:
        path = self.path(visit.answers)
        place = [question.id for question in path].index(visit.at)
        return path[max(0, place - 1)]

    def _question(self, question_id: str) -> Question:
        return next(question for question in self.questions if question.id == question_id)

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(parts().settings.keys.signing_key, salt=f"precheck:{self.name}")


def _labels(question: Question, answer: str | list[str]) -> list[str]:
    picked = [answer] if isinstance(answer, str) else answer
    return [say(choice.label) for choice in question.choices if choice.value in picked]


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
