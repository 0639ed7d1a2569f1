"""One page of questions: as it is when something has to be said about it, and as it mostly is.

Mostly a page shows what was answered and nothing else. Then all but the answers is the same for everybody and
comes from moulds. A test holds that both ways give the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, request
from markupsafe import Markup

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Answers, Field, Page
from portal.catalogue.wording import Voice, region_options
from portal.web.forms import QUESTIONS, PageForm, heading_field, page_form
from portal.web.going import Going, banner_with_holes, voice_codes, with_holes, words_for_holes
from portal.web.moulds import Mould, hole, moulded
from portal.web.open_questions import has_slips
from portal.web.parts import parts
from portal.web.plain_form import SHOWN_AS, shown_again
from portal.web.questions import LONGEST_SHOWN, AnswerQuestion, as_typed
from portal.web.rendering import page_title, render, render_mould

CHOSEN = ("choice", "multi", "yes_no", "confirm")
"""Kinds whose answers are codes of the catalogue that tick boxes: told to the mould."""


def show_question(
    going: Going, page: Page, form: PageForm, *, is_known: bool = False, more: Sequence[tuple[str, str]] = ()
) -> tuple[str, int]:
    """The page with this form, what is wrong with it, what the office asked for, and the questions that an
    answer uncovered: (question, link to its control)."""
    return render(
        "apply/question.html",
        422 if form.has_errors and request.method == "POST" else 200,
        **_about(going, page, is_known, has_errors=form.has_errors),
        acting_for=going.banner,
        errors=form.errors_for_summary(),
        more=more,
        questions=_render_questions(form),
        back_href=_back_href(going, page),
        action=_action(),
    )


def is_plain(going: Going, page: Page) -> bool:
    """Whether a page shows questions and answers, and nothing that was asked for, mistyped or handed in."""
    return not (page.id in going.words_asked or _is_upload(page) or has_slips(going, page))


def _is_upload(page: Page) -> bool:
    return any(field.kind == "documents" for field in page.fields)


def show_answered(going: Going, page: Page, answers: Answers, *, is_known: bool = False) -> tuple[str, int]:
    """A plain page with these answers."""
    fill = render_mould(
        "apply/question.html",
        (voice_codes(going), is_known),
        (going.definition, page),
        lambda: {
            **_about(with_holes(going), page, is_known),
            "acting_for": banner_with_holes(going),
            "errors": [],
            "more": [],
            "questions": hole("questions"),
            "back_href": hole("back"),
            "action": hole("action"),
        },
    )
    words = words_for_holes(going)
    questions = _answered_questions(going, page, answers, words)
    return fill(words | {"questions": questions, "back": _back_href(going, page), "action": _action()}), 200


def _about(going: Going, page: Page, is_known: bool, *, has_errors: bool = False) -> dict[str, Any]:
    """What both ways tell the template."""
    part = going.part_of(page)
    return {
        "going": going,
        "page": page,
        "has_heading": heading_field(page.fields, page.title) is None,
        "part": part,
        "is_upload": _is_upload(page),
        "is_known": is_known,
        "reasons": {one.code: one for one in going.definition.reasons},
        "title": page_title(_title(going, page), str(part), going.service_name, has_errors=has_errors),
    }


def _title(going: Going, page: Page) -> str:
    """The question without the person's name: titles stay in histories."""
    voice = Voice(going.voice.language, None, going.voice.is_proxy)
    only = heading_field(page.fields, page.title)
    return voice.say(only.label if only else page.title)


def _back_href(going: Going, page: Page) -> str:
    wishes = request.args
    return going.href("check") if wishes and wishes.get("back") == "check" else going.before(page.id)


def _action() -> str:
    return request.full_path.rstrip("?")


def _form_with(going: Going, page: Page, answers: Answers) -> PageForm:
    form = page_form(page.fields, parts().region, going.voice, title=page.title)
    form.show(answers)
    return form


def _render_questions(questions: Iterable[AnswerQuestion]) -> Markup:
    html = current_app.jinja_env.get_template("apply/questions.html").render(questions=list(questions))
    return Markup(html)  # noqa: S704 - escaped there


def _answered_questions(going: Going, page: Page, answers: Answers, words: dict[str, str]) -> Markup:
    """The questions with their answers, each from its own mould. Some kinds look at their answer: a place, a
    group of rows. Pages with these are rendered."""
    if any(field.kind in QUESTIONS for field in page.fields):
        return _render_questions(_form_with(going, page, answers))
    filled = []
    for field in page.fields:
        typed = as_typed(field, answers.get(field.id), region_options(field, parts().region))
        if field.kind in CHOSEN or (field.has_unknown and typed == [UNKNOWN]):
            filled.append(_mould_of(going, page, field, tuple(typed)).fill(words))
        else:
            kind = SHOWN_AS.get(field.kind, field.kind)
            shown = shown_again(typed[0], kind)[:LONGEST_SHOWN] if typed else ""
            filled.append(_mould_of(going, page, field, (hole("typed"),)).fill(words | {"typed": shown}))
    return Markup().join(filled)


def _mould_of(going: Going, page: Page, field: Field, typed: tuple[str, ...]) -> Mould:
    """One question with the codes that were chosen, or with a hole for what was typed."""

    def make() -> str:
        form = page_form(page.fields, parts().region, with_holes(going).voice, title=page.title)
        form[field.id].raw_data = list(typed)
        return _render_questions([form[field.id]])

    codes = (going.voice.language, voice_codes(going), heading_field(page.fields, page.title) is field, typed)
    return moulded(("question", *codes), (field, parts().region), make)
