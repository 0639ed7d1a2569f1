"""The form of a decision: only what the chosen outcome needs, and more as answers uncover it.

A reviewer picks pages to be corrected, or a conclusion that asks for details: the questions that this
uncovers appear at the next press, with everything typed kept. No script is needed for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError, message
from portal.catalogue.field_types.normalise import trimmed
from portal.catalogue.model import Field, Outcome, OutcomeKind, Reason
from portal.catalogue.wording import Voice, region_options
from portal.rules.errors import Invalid
from portal.usecases.decision_checks import SUMMARY_LENGTH, WORDS_LENGTH, Deciding, PointAsked
from portal.usecases.review import Review
from portal.web.forms import QUESTIONS
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.questions import AnswerQuestion, Typed
from portal.web.rendering import say

UNITS = ("institutions", "units")
"""Lists of the region whose choices are codes of units: one that was never offered is not found."""
WITH_SUMMARY = (OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)


class StepForm(PlainForm):
    """Questions of the form of a step. ``known`` is what was answered and found before it."""

    known: Mapping[str, Any]

    @property
    def names(self) -> str:
        """The questions shown, as the form carries them to its next press."""
        return " ".join(self._fields)

    def has_grown(self, typed: Typed) -> bool:
        """Whether what was typed uncovers questions that were not on the page yet."""
        return not set(self._fields) <= set(typed.get("shown", "").split())

    def context(self) -> FieldContext:
        return FieldContext(today=clock.today(), answers={**self.known, **self.step_answers()})

    def step_answers(self) -> dict[str, Any]:
        return {one.field.id: one.data for one in self if isinstance(one, AnswerQuestion) and one.is_read}


class DecisionForm(StepForm):
    """The questions of one outcome. ``outcome`` and ``review`` say what is decided."""

    outcome: Outcome
    review: Review

    def check(self) -> bool:
        """Validate; own words are followed by one simple sentence (words.md 2)."""
        is_good = bool(self.validate())
        if self._own_words() and not self["summary"].data and not self["summary"].errors:
            self.add_error("summary", _("您写了自己的话，请再用一句话告诉申请人。"))
            is_good = False
        return is_good

    def deciding(self) -> Deciding:
        """What was filled in, after ``check``."""
        return Deciding(
            outcome_id=self.outcome.id,
            reasons=tuple(self._value("reasons", ())),
            summary=self._value("summary", ""),
            words=self._value("words", ""),
            form=self.step_answers(),
            points=tuple(
                PointAsked(page, self[f"reason--{page}"].data, self[f"words--{page}"].data)
                for page in self._value("points", ())
            ),
        )

    def take_errors(self, refusal: Invalid) -> None:
        """Put what only the use case could know at the questions. Raises the refusal where none fits."""
        for name, faults in refusal.errors.items():
            own = "reason--" + name.removeprefix("points-") if name.startswith("points-") else name
            if own not in self:
                raise refusal
            for fault in faults:
                self.add_error(own, message(fault, language()))

    def written(self) -> list[tuple[str, str]]:
        """(question, text) of everything in own words: a decision that comes too late must not lose it."""
        names = [name for name in self._fields if name in ("words", "summary") or name.startswith("words--")]
        return [(str(self[name].label_text), self[name].raw) for name in names if self[name].raw]

    def _own_words(self) -> list[str]:
        return [one.data for one in self if one.name == "words" or one.name.startswith("words--") if one.data]

    def _value(self, name: str, otherwise: Any) -> Any:
        return self[name].data if name in self else otherwise


def outcome_form(review: Review, typed: Typed | None, chosen: str | None) -> PlainForm:
    """Which outcome: the first question of every decision."""
    question = Question(
        _l("怎么处理？"),
        "choice",
        choices=[(one.id, say(one.label)) for one in review.outcomes],
        default=chosen,
    )
    form: PlainForm = type("OutcomeForm", (PlainForm,), {"outcome": question})(typed)
    return form


def refused_choice(review: Review, typed: Typed, refusal: Invalid) -> PlainForm:
    """The first question again, with the reason why this outcome cannot be chosen (yet)."""
    form = outcome_form(review, typed, None)
    form.validate()
    for fault in refusal.errors["outcome"]:
        form.add_error("outcome", message(fault, language()))
    return form


def decision_form(review: Review, outcome: Outcome, typed: Typed | None) -> DecisionForm:
    """The questions of an outcome, with those that ``typed`` uncovers."""
    questions: dict[str, Question] = {}
    if outcome.kind == OutcomeKind.RETURN:
        picked = {trimmed(one) for one in typed.getlist("points")} if typed else set()
        questions |= _points(review, outcome, picked)
    elif outcome.reasons:
        questions["reasons"] = Question(_l("原因"), "multi", choices=_reasons(review, outcome))
    recorded = recorded_for(review)
    known = {field.id: value for found in review.findings for field, value in found.rows} | recorded
    voice = Voice(language(), review.application.subject_name, is_proxy=True)
    fields = [field for field in outcome.fields_of(review.step) if field.id not in recorded]
    questions |= step_questions(fields, typed, known, voice)
    if outcome.notice is not None:
        if outcome.kind != OutcomeKind.RETURN:
            questions["words"] = _words(_l("要对申请人说的话"))
        questions["summary"] = Question(
            _l("用一句话告诉申请人"),
            hint=_l("用简单的话。写了自己的话，就要填这一句。"),
            is_required=outcome.kind in WITH_SUMMARY,
            max_length=SUMMARY_LENGTH,
            width="full",
        )
    form: DecisionForm = type("OneDecisionForm", (DecisionForm,), dict(questions))(typed)
    form.outcome, form.review, form.known = outcome, review, known
    return form


def recorded_for(review: Review) -> dict[str, Any]:
    """What the portal knows itself of the questions of the step, by field: nobody is asked for it."""
    on_record = review.earlier.on_record if review.earlier else None
    return on_record.values_for(review.step) if on_record else {}


def _points(review: Review, outcome: Outcome, picked: set[str]) -> dict[str, Question]:
    """All pages on the applicant's path, then a reason and words for each picked one."""
    sections = {section.id: say(section.title) for section in review.definition.service.sections}
    voice = Voice(language(), review.application.subject_name, is_proxy=True)
    titles = {page.id: voice.say(page.title) for page in review.pages}
    questions = {
        "points": Question(
            _l("要补哪几页？"),
            "multi",
            hint=_l("一次说全。申请人只能改这里选的页。选好以后，下面会出现每一页的原因。"),
            choices=[(page.id, titles[page.id], sections.get(page.section, "")) for page in review.pages],
        )
    }
    for page in review.pages:
        if page.id in picked:
            title = titles[page.id]
            questions[f"reason--{page.id}"] = Question(
                _("“%(page)s”这一页，为什么要补？", page=title), "choice", choices=_reasons(review, outcome)
            )
            questions[f"words--{page.id}"] = _words(_("“%(page)s”这一页，具体要补什么？", page=title))
    return questions


def _words(label: Any) -> Question:
    return Question(label, "longtext", is_required=False, max_length=WORDS_LENGTH)


def _reasons(review: Review, outcome: Outcome) -> list[tuple[str, str, str]]:
    """Code, label, and the simple words that the applicant will read."""
    found = [review.definition.reason(code) for code in outcome.reasons]
    return [(one.code, say(one.label), _simple_words(one)) for one in found if one is not None]


def _simple_words(reason: Reason) -> str:
    simple = reason.text.say("en" if language() == "en" else "easy")
    return _("申请人会读到：%(words)s", words=simple)


def step_questions(
    fields: Sequence[Field], typed: Typed | None, known: Mapping[str, Any], voice: Voice
) -> dict[str, Question]:
    """The questions that are asked after what is known and what was typed so far."""
    return {field.id: _question(field, known, voice) for field in _asked(fields, typed, known)}


def _question(field: Field, known: Mapping[str, Any], voice: Voice) -> Question:
    """One of them; what must differ from something that is known is not offered again."""
    kind, region = QUESTIONS.get(field.kind, AnswerQuestion), parts().region
    names = "unit" if field.choices_from in UNITS else None
    if field.check == "another_than" and field.choices_from is not None:
        return kind(field, region, voice, leave_out=known.get(field.check_with or ""), names=names)
    return kind(field, region, voice, names=names)


def _asked(fields: Sequence[Field], typed: Typed | None, known: Mapping[str, Any]) -> list[Field]:
    answers = dict(known)
    asked = []
    for field in fields:
        if field.when is not None and field.when.holds(answers) is not True:
            continue
        asked.append(field)
        answers |= _typed_answer(field, typed)
    return asked


def _typed_answer(field: Field, typed: Typed | None) -> Mapping[str, Any]:
    try:
        raw = typed.getlist(field.id) if typed else []
        return {field.id: FIELD_TYPES[field.kind].parse(raw, region_options(field, parts().region))}
    except FieldError:
        return {}
