"""The form of an outcome that is decided for several at once: its questions, asked once for all of them."""

from __future__ import annotations

from typing import Any

from portal import clock
from portal.catalogue.field_types import FieldContext
from portal.catalogue.model import Outcome, Step
from portal.catalogue.wording import Voice
from portal.web.forms import QUESTIONS
from portal.web.parts import parts
from portal.web.plain_form import PlainForm
from portal.web.preferences import language
from portal.web.questions import AnswerQuestion, Typed


class BulkForm(PlainForm):
    """The questions of one outcome of one step."""

    step: Step
    outcome: Outcome

    @property
    def key(self) -> str:
        """What its button sends."""
        return f"decide-{self.step.id}-{self.outcome.id}"

    def context(self) -> FieldContext:
        return FieldContext(today=clock.today(), answers=self.step_answers())

    def step_answers(self) -> dict[str, Any]:
        return {one.field.id: one.data for one in self if isinstance(one, AnswerQuestion) and one.is_read}


def bulk_form(step: Step, outcome: Outcome, typed: Typed | None) -> BulkForm:
    """The questions of an outcome; it is about nobody in particular, so nobody is named."""
    voice = Voice(language(), is_proxy=True)
    questions = {
        field.id: QUESTIONS.get(field.kind, AnswerQuestion)(field, parts().region, voice)
        for field in outcome.fields_of(step)
    }
    form: BulkForm = type("OneBulkForm", (BulkForm,), dict(questions))(typed)
    form.step, form.outcome = step, outcome
    return form
