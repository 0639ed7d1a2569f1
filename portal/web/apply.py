"""The journey: start, questions one page at a time, check, submit, receipt."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.model import Page
from portal.rules.errors import Conflict
from portal.usecases import applications
from portal.usecases.drafts import delete_draft
from portal.web import uploads
from portal.web.access import actor, applicant
from portal.web.bodies import takes_files
from portal.web.forms import PageForm, page_form
from portal.web.going import Going, is_open, load, status_href
from portal.web.handing_in import check_page, receipt_page, submit
from portal.web.jinja_words import said as _
from portal.web.known_pages import has_hidden_questions, known_on, with_known
from portal.web.open_questions import look_over, stored_form
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.question_page import is_plain, show_answered, show_question
from portal.web.questions import PlaceQuestion
from portal.web.rendering import page_title, render
from portal.web.starting import start, start_page
from portal.web.still_so import STILL_SO, is_said_before, still_so, still_so_page

Answered = str | Response | tuple[str, int]

MORE = "more"
"""In the address of a page that comes again: the questions of it that an answer uncovered."""


@applicant
def tasks_page(code: str, reference: str) -> Answered:
    """The parts of the application, what is done and what is not; for a correction, what was asked."""
    with reading() as db:
        going = load(db, code, reference)
    if not is_open(going):
        return redirect(status_href(going.reference), 303)
    heading = _("需要您补的") if going.is_correction else _("申请的各个部分")
    return render(
        "apply/tasks.html",
        going=going,
        heading=heading,
        acting_for=going.banner,
        reasons={one.code: one for one in going.definition.reasons},
        is_ready=going.journey.first_incomplete() is None,
        title=page_title(heading, going.service_name),
    )


@applicant
def question_page(code: str, reference: str, page_id: str) -> Answered:
    with reading() as db:
        going = load(db, code, reference)
        if not is_open(going):
            return redirect(status_href(going.reference), 303)
        page = going.page(page_id)
        if is_said_before(db, going, page):
            return redirect(going.href(STILL_SO), 303)
        known = known_on(db, going, [page])
        if has_hidden_questions(going, [page]):
            going = with_known(going, known)
            page = going.page(page_id)
        known = {field.id: known[field.id] for field in page.fields if field.id in known}
        here = uploads.documents_here(db, going, page)
    uncovered = request.args.getlist(MORE)
    if (kept := sent()) is None and is_plain(going, page) and not uncovered:
        return show_answered(going, page, {**known, **going.answers}, is_known=bool(known))
    if kept is not None:
        form = page_form(page.fields, parts().region, going.voice, kept, title=page.title)
        uploads.lay_out(form, here)
        return show_question(going, page, form)
    form = stored_form(going, page, known)
    uploads.lay_out(form, here)
    look_over(going, page, form)
    more = form.unanswered(uncovered, going.answers)
    return show_question(going, page, form, is_known=bool(known), more=more)


def _page_sent(db: Session, going: Going, page_id: str) -> Page:
    """The page as it was asked when the form was made: with what known answers had uncovered, where that is
    in the form."""
    page = going.page(page_id)
    if not has_hidden_questions(going, [page]):
        return page
    asked = with_known(going, known_on(db, going, [page])).page(page_id)
    more = {field.id for field in asked.fields} - {field.id for field in page.fields}
    return asked if more & request.form.keys() else page


@applicant
@takes_files
def answer(code: str, reference: str, page_id: str) -> Answered:
    """Save what was typed, whatever it is; go on when it is good, show what to mend when it is not."""
    if "find" in request.form or "add" in request.form or "remove" in request.form:
        return _rework(code, reference, page_id)
    going, page, form, acted = _save(code, reference, page_id)
    still_asked = going.journey.page(page_id)
    if still_asked and uploads.are_left((field.id for field in page.fields), [still_asked]):
        going, page, form, acted = _save(code, reference, page_id)
        still_asked = going.journey.page(page_id)
    form.forgive({field.id for field in still_asked.fields} if still_asked else set())
    if request.form.get("then") == "leave" and not acted.refusal:
        return redirect("/account?" + urlencode({"saved": going.reference}), 303)
    if acted.stays_at(still_asked):
        return redirect(acted.address(going.href(page_id)), 303)
    if form.has_errors:
        return show_question(going, page, form)
    asked = {field.id for field in page.fields}
    new = [one.id for one in still_asked.fields if one.id not in asked] if still_asked else []
    return redirect(_onward(going, page_id, new), 303)


def _save(code: str, reference: str, page_id: str) -> tuple[Going, Page, PageForm, uploads.Acted]:
    """Keep what was typed and sent: how things stand after it, the page as it was asked, what came of it."""
    acted = uploads.act(code, reference, page_id)
    with transaction() as db:
        going = load(db, code, reference)
        if not is_open(going):
            raise Conflict("page_is_closed", what=going.state)
        page = _page_sent(db, going, page_id)
        form = page_form(page.fields, parts().region, going.voice, request.form, title=page.title)
        uploads.lay_out(form, uploads.documents_here(db, going, page), acted)
        own = {field.id for field in page.fields}
        form.validate_page({name: value for name, value in going.answers.items() if name not in own})
        unreadable = form.unreadable(request.form)
        applications.save_page(db, actor(), reference, page_id, form.values(), unreadable)
        return load(db, code, reference), page, form, acted


def _onward(going: Going, page_id: str, new: list[str]) -> str:
    """Where a page that is good leads: to itself where an answer uncovered ``new`` questions of it."""
    following = going.following(page_id)
    comes_back = request.args.get("back") == "check"
    if following == going.href(page_id):
        wishes = [*((MORE, name) for name in new), *([("back", "check")] if comes_back else [])]
        return f"{following}?{urlencode(wishes)}" if wishes else following
    if comes_back:
        first = going.journey.first_incomplete()
        return going.href(first.id if first and not going.is_correction else "check")
    return following


def _rework(code: str, reference: str, page_id: str) -> Answered:
    """Search a place, add a row or take one away: the same page again with everything that was typed."""
    with reading() as db:
        going = load(db, code, reference)
        page = _page_sent(db, going, page_id)
    form = page_form(page.fields, parts().region, going.voice, request.form, title=page.title)
    for one in form:
        if isinstance(one, PlaceQuestion) and request.form.get("find") == one.name:
            one.ask_for_a_name()
    return show_question(going, page, form)


@applicant
def delete_page(code: str, reference: str) -> Answered:
    with reading() as db:
        going = load(db, code, reference)
    if going.state != "draft":
        return redirect(status_href(going.reference), 303)
    return render(
        "apply/delete.html",
        going=going,
        acting_for=going.banner,
        title=page_title(_("删除这份草稿？"), going.service_name),
    )


@applicant
def delete(code: str, reference: str) -> Answered:
    with transaction() as db:
        delete_draft(db, actor(), reference)
    return redirect("/account?deleted=1", 303)


def register(app: Flask) -> None:
    base = "/apply/<code>"
    one = base + "/<reference>"
    routes: tuple[tuple[str, str, Any], ...] = (
        ("GET", base, start_page),
        ("POST", base, start),
        ("GET", one, tasks_page),
        ("GET", one + "/check", check_page),
        ("POST", one + "/check", submit),
        ("GET", one + "/receipt", receipt_page),
        ("GET", one + "/delete", delete_page),
        ("POST", one + "/delete", delete),
        ("GET", f"{one}/{STILL_SO}", still_so_page),
        ("POST", f"{one}/{STILL_SO}", still_so),
        ("GET", one + "/<page_id>", question_page),
        ("POST", one + "/<page_id>", answer),
    )
    for method, rule, view in routes:
        app.add_url_rule(rule, f"apply_{view.__name__}", view, methods=[method])
