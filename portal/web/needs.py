"""How to reach me and how never to: the questions of the block ``contact``, kept beside the person.

The same pages and kinds of question as in an application, so that there is one definition of them. Whoever
acts for somebody may answer them for that one; what the person says counts before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.model import Answers, Definition, Page
from portal.catalogue.remembering import remembered
from portal.catalogue.wording import Voice, answer_text
from portal.rules.checks import run_check
from portal.rules.errors import NotFound
from portal.rules.journey import Journey
from portal.usecases.access_needs import (
    MEANINGS,
    PersonFile,
    answers_with,
    contact_pages,
    find_own_file,
    get_person_acted_for,
    make_own_file,
    needs_said,
    said_on,
    save_needs,
)
from portal.usecases.represented import get_represented
from portal.usecases.submission import open_questions
from portal.web.access import actor, applicant
from portal.web.acting_for import banner_for
from portal.web.forms import PageForm, heading_field, page_form
from portal.web.going import ActingFor, Row
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.preferences import language
from portal.web.rendering import page_title, render

Answered = Response | tuple[str, int]
OWN = "/account/needs"


@dataclass(frozen=True)
class Asking:
    """The questions as they stand for one person, said by one account."""

    base: str
    journey: Journey
    said: Answers
    """As it was said; the journey leaves out what is not offered (any more)."""
    voice: Voice
    banner: ActingFor | None = None

    @property
    def is_begun(self) -> bool:
        return bool(self.journey.answers)

    def page(self, page_id: str) -> Page:
        found = self.journey.page(page_id)
        if found is None:
            raise NotFound("page")
        return found

    def after(self, page_id: str) -> str:
        """The same page while an answer uncovers a question, the next one that is open, or all of them."""
        following = self.journey.next_page(page_id)
        if following is not None and following.id == page_id:
            return f"{self.base}/{page_id}"
        left = self.open_page()
        return f"{self.base}/{left.id}" if left is not None else f"{self.base}?done=saved"

    def open_page(self) -> Page | None:
        """The first page that was not answered yet, or not so that it fits the others; None at the end."""
        is_open = {page.id for page, _field in open_questions(self.journey, parts().region)}
        left = self.journey.first_incomplete()
        return next((one for one in self.journey.pages() if one.id in is_open or one is left), None)


@applicant
def own() -> Answered:
    with reading() as db:
        asking = _asking(db, find_own_file(db, actor()), OWN)
    return _show_all(asking)


@applicant
def own_page(page_id: str) -> Answered:
    with reading() as db:
        asking = _asking(db, find_own_file(db, actor()), OWN)
    form = _form(asking, page_id)
    if request.method == "POST" and not _is_reworked() and _is_kept(asking, page_id, form):
        with transaction() as db:
            return redirect(_save(db, make_own_file(db, actor()), OWN, page_id, form), 303)
    return _show_page(asking, page_id, form)


@applicant
def of_person(representation_id: int) -> Answered:
    with reading() as db:
        asking = _asking_about(db, representation_id)
    return _show_all(asking)


@applicant
def page_of_person(representation_id: int, page_id: str) -> Answered:
    base = _base(representation_id)
    with reading() as db:
        asking = _asking_about(db, representation_id)
    form = _form(asking, page_id)
    if request.method == "POST" and not _is_reworked() and _is_kept(asking, page_id, form):
        with transaction() as db:
            person = get_person_acted_for(db, actor(), representation_id)
            return redirect(_save(db, person, base, page_id, form), 303)
    return _show_page(asking, page_id, form)


def _base(representation_id: int) -> str:
    return f"/account/people/{representation_id}/needs"


def _asking_about(db: Session, representation_id: int) -> Asking:
    """Of somebody for whom the actor acts: every page says for whom."""
    person = get_person_acted_for(db, actor(), representation_id)
    banner = banner_for(get_represented(db, actor(), representation_id))
    return replace(_asking(db, person, _base(representation_id)), banner=banner)


def _asking(db: Session, person: PersonFile | None, base: str) -> Asking:
    definition = _questions()
    needs = needs_said(db, actor().side_id, person.id) if person is not None else {}
    said = {one: value for one, value in needs.items() if value is not None}
    is_own = base == OWN
    answers = answers_with(definition, {}, said)
    journey = Journey(definition, answers, "self" if is_own else "proxy", clock.today())
    name = person.name if person is not None and person.claimed_by_id == actor().side_id else None
    voice = Voice(language()) if is_own else Voice(language(), name, is_proxy=True)
    return Asking(base, journey, answers, voice)


def _questions() -> Definition:
    """Only the pages about needs, of a service that asks all of them."""
    region = parts().region
    for code in region.services:
        definition = parts().catalogue.find_definition(code, region.code)
        if definition is not None and all(definition.field_of(one) for one in MEANINGS):
            return _needs_of(definition)
    raise NotFound("needs")


@remembered
def _needs_of(definition: Definition) -> Definition:
    return definition.model_copy(update={"pages": contact_pages(definition.pages)})


def _form(asking: Asking, page_id: str) -> PageForm:
    page = asking.page(page_id)
    typed = sent()
    region = parts().region
    form = page_form(page.fields, region, asking.voice, typed, title=page.title)
    if typed is None:
        form.show(asking.journey.answers)
        for one in form:  # what does not fit another answer (any more) says so where it is mended
            faults = run_check(one.field, asking.said.get(one.field.id), asking.journey.answers, region)
            one.errors = [one.sentence(fault) for fault in faults]
    return form


def _is_kept(asking: Asking, page_id: str, form: PageForm) -> bool:
    """What is good; and what is never to be done although it is wanted elsewhere: it is obeyed at once, and
    the page asks which of the two holds."""
    others = _others(asking, page_id)
    if form.validate_page(others):
        return True
    bad = [one for one in form if one.errors]
    return bool(bad) and all(
        one.field.means == "contact_do_not"
        and one.is_read
        and run_check(one.field, one.data, others, parts().region)
        for one in bad
    )


def _is_reworked() -> bool:
    """A row is added or taken away: the same page again, with everything that was typed."""
    return "add" in request.form or "remove" in request.form


def _others(asking: Asking, page_id: str) -> Answers:
    own = {field.id for field in asking.page(page_id).fields}
    return {name: value for name, value in asking.journey.answers.items() if name not in own}


def _save(db: Session, person: PersonFile, base: str, page_id: str, form: PageForm) -> str:
    """Keep one page; a question that its answers leave out is empty from now on. Where to go on."""
    before = _asking(db, person, base)
    answers = {**before.said, **form.values()}
    journey = Journey(before.journey.definition, answers, before.journey.acting, clock.today())
    incomplete = {field.id for _page, field in journey.missing()}
    # What an answer here takes out of another stays there as it was said, until that one is asked again.
    now = {name: answers[name] if name in incomplete else said for name, said in journey.answers.items()}
    pages = [one for one in before.journey.definition.pages if one.id == page_id or _is_touched(one, now)]
    fields = [field for one in pages for field in one.fields]
    save_needs(db, actor(), person, said_on(pages, {field.id: now.get(field.id) for field in fields}))
    return _asking(db, person, base).after(page_id)


def _is_touched(page: Page, answers: Answers) -> bool:
    return any(field.id in answers for field in page.fields)


def _show_all(asking: Asking) -> Answered:
    rows = [
        Row(
            label=(label := asking.voice.say(field.short or field.label)),
            value=answer_text(field, asking.journey.answers.get(field.id), parts().region, asking.voice)
            or _("没有填"),
            change_href=f"{asking.base}/{page.id}#{field.id.replace('_', '-')}",
            change_text=_("修改%(question)s", question=label),
        )
        for page in asking.journey.pages()
        for field in page.fields
    ]
    first = asking.open_page()
    return render(
        "account/needs.html",
        asking=asking,
        acting_for=asking.banner,
        rows=rows,
        is_own=asking.base == OWN,
        next_href=f"{asking.base}/{first.id}" if first is not None else None,
        is_done="done" in request.args,
    )


def _show_page(asking: Asking, page_id: str, form: PageForm) -> Answered:
    page = asking.page(page_id)
    only = heading_field(page.fields, page.title)
    unnamed = Voice(asking.voice.language, None, asking.voice.is_proxy)
    errors = [] if _is_reworked() else form.errors_for_summary()
    return render(
        "account/needs_page.html",
        422 if errors and request.method == "POST" else 200,
        asking=asking,
        acting_for=asking.banner,
        page=page,
        has_heading=only is None,
        errors=errors,
        questions=list(form),
        title=page_title(
            unnamed.say(only.label if only else page.title), _("联系和沟通"), has_errors=bool(errors)
        ),
    )


def register(app: Flask) -> None:
    """Add these addresses."""
    of_one = "/account/people/<int:representation_id>/needs"
    app.add_url_rule(OWN, "account.needs", own)
    app.add_url_rule(f"{OWN}/<page_id>", "account.needs_page", own_page, methods=["GET", "POST"])
    app.add_url_rule(of_one, "account.person_needs", of_person)
    app.add_url_rule(
        f"{of_one}/<page_id>", "account.person_needs_page", page_of_person, methods=["GET", "POST"]
    )
