"""The form of an outcome that is decided for several at once: its questions, asked once for all of them."""

from __future__ import annotations

from portal.catalogue.model import Outcome, Step
from portal.catalogue.wording import Voice
from portal.web.decision_form import StepForm
from portal.web.forms import QUESTIONS
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.questions import AnswerQuestion, Typed


class BulkForm(StepForm):
    """The questions of one outcome of one step."""

    step: Step
    outcome: Outcome

    @property
    def key(self) -> str:
        """What its button sends."""
        return f"decide-{self.step.id}-{self.outcome.id}"


def bulk_form(step: Step, outcome: Outcome, typed: Typed | None) -> BulkForm:
    """The questions of an outcome; it is about nobody in particular, so nobody is named."""
    voice = Voice(language(), is_proxy=True)
    questions = {
        field.id: QUESTIONS.get(field.kind, AnswerQuestion)(field, parts().region, voice)
        for field in outcome.fields_of(step)
    }
    form: BulkForm = type("OneBulkForm", (BulkForm,), dict(questions))(typed)
    form.step, form.outcome, form.known = step, outcome, {}
    return form
