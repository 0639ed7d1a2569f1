"""What keeps an application from being handed in, in the words of its questions.

It is said where the answers are read back and on the page of the question, so that nobody has to guess why
something that they answered counts as open.
"""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.catalogue.model import Answers, Field, Page
from portal.rules.checks import run_check
from portal.web.forms import PageForm, page_form
from portal.web.going import Going, label_of
from portal.web.parts import parts


def has_slips(going: Going, page: Page) -> bool:
    """Whether something that was answered or typed on a page cannot stand (any more)."""
    if page.id in going.typed:
        return True
    answers, region = going.answers, parts().region
    given = [field for field in page.fields if answers.get(field.id) not in (None, "", [])]
    return bool(given) and (
        not going.journey.is_complete(page)
        or any(run_check(field, answers[field.id], answers, region) for field in given)
    )


def stored_form(going: Going, page: Page, known: Answers) -> PageForm:
    """The form of a page with its answers, else with what is ``known``, and with what was typed there and
    could not be read."""
    form = page_form(page.fields, parts().region, going.voice, title=page.title)
    form.show({**known, **going.answers})
    if typed := going.typed.get(page.id):
        form.show_typed(MultiDict(typed))
    return form


def look_over(going: Going, page: Page, form: PageForm) -> None:
    """Say in a ``stored_form`` what is wrong with it; what was not answered yet is no mistake."""
    if has_slips(going, page):
        own = {field.id for field in page.fields}
        form.validate_page({name: value for name, value in going.answers.items() if name not in own})
        form.forgive_blank()


def said_open(going: Going) -> list[tuple[Page, Field, str]]:
    """What stops a submission, in order: each question with what is wrong with its answer, or that there is
    none."""
    slips: dict[str, dict[str, str]] = {}
    found = []
    for page, field in going.missing:
        if page.id not in slips:
            slips[page.id] = _slips_on(going, page)
        absent = _("%(question)s：还没有填好", question=label_of(going, field).rstrip("？?"))
        found.append((page, field, slips[page.id].get(field.id, absent)))
    return found


def _slips_on(going: Going, page: Page) -> dict[str, str]:
    """What is wrong with the answers of a page, by question; a page without slips needs no form for that."""
    if not has_slips(going, page):
        return {}
    form = stored_form(going, page, {})
    look_over(going, page, form)
    return {one.field.id: lines[0][0] for one in form if (lines := one.summary())}
