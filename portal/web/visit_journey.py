"""The journey at the counter: the questions of a service asked aloud, one page for each of its parts.

The same definitions, forms and acts as online, done by a clerk beside who stands there; every address lies
below the visit and ends with it.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.catalogue.model import Definition
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases import applications
from portal.usecases.drafts import list_drafts
from portal.usecases.represented import list_reaching
from portal.web import document_pages, uploads, visit_confirming, visit_originals, visit_still_so
from portal.web.access import desk
from portal.web.bodies import takes_files
from portal.web.going import Going, Part, is_open, load
from portal.web.parts import reading, transaction
from portal.web.plain_form import sent
from portal.web.proof_words import LEVELS
from portal.web.rendering import page_title, render, say
from portal.web.services import get_applied_for
from portal.web.starting import WITH, chosen_side
from portal.web.still_so import STILL_SO
from portal.web.uploads import NOTHING, Acted
from portal.web.visit_block import (
    CARD,
    AskedPage,
    asked_in,
    pages_in,
    save_part,
    section_after,
    section_of,
    sent_form,
)
from portal.web.visit_door import acting_side, visit_href

Answered = str | Response | tuple[str, int]


@desk
def start_page(token: str, code: str) -> Answered:
    """For whom: who stands there, somebody for whom they act already, or somebody else."""
    return _show_start(get_applied_for(code))


def _show_start(definition: Definition, error: str | None = None, status: int = 200) -> Answered:
    code = definition.service.code
    with reading() as db:
        people = list_reaching(db, acting_side(), code)
        drafts = [row.reference for row in list_drafts(db, acting_side(), code)]
    service = say(definition.service.name)
    return render(
        "desk/journey_start.html",
        status,
        service_name=service,
        action=visit_href("apply", code),
        people=[(f"{WITH}{one.id}", one.name) for one in people],
        drafts=[(reference, visit_href("apply", code, reference)) for reference in drafts],
        error=error,
        start_key=request.form.get("start_key") or secrets.token_urlsafe(24),
        title=page_title(_("替谁办？"), service, has_errors=bool(error)),
    )


@desk
def start(token: str, code: str) -> Answered:
    definition = get_applied_for(code)
    side = chosen_side(request.form.get("acting", ""))
    if side is None:
        return _show_start(definition, _("请选择替谁办。"), 422)
    acting, kept = side
    try:
        with transaction() as db:
            begun = applications.start_application(
                db,
                acting_side(),
                definition,
                acting,
                request.form.get("start_key", ""),
                representation_id=kept,
            )
            going = load(db, code, begun.reference)
    except Conflict as conflict:
        if conflict.key != "too_many_drafts":
            raise
        return _show_start(definition, _("来人没交的草稿太多了。请先接着办一份，或者删掉一份。"), 409)
    return redirect(_first_open(going), 303)


def _first_open(going: Going) -> str:
    """The part where something is still to be asked, or to be mended; else the page on which all is read
    back."""
    first = going.pages()[0] if going.is_correction and going.pages() else going.journey.first_incomplete()
    return going.href(f"part/{first.section}") if first else going.href("check")


@desk
def overview(token: str, code: str, reference: str) -> Answered:
    """The parts, what is done and what is not; for a correction, what was asked."""
    with reading() as db:
        going = load(db, code, reference)
    if not is_open(going):
        return redirect(visit_href("applications", going.reference), 303)
    return render(
        "desk/journey.html",
        going=going,
        acting_for=going.banner,
        sections=[one for one in going.journey.sections() if pages_in(going, one.section.id)],
        go_on=_first_open(going),
        is_sheet_taken=request.args.get("sheet") == "taken",
        number=grouped(going.reference),
        visitor_href=visit_href(),
        title=page_title(_("申请的各个部分"), going.service_name),
    )


@desk
def part_page(token: str, code: str, reference: str, section_id: str) -> Answered:
    kept = sent()
    with reading() as db:
        going = load(db, code, reference)
        if not is_open(going):
            return redirect(visit_href("applications", going.reference), 303)
        section_of(going, section_id)
        if kept is None and visit_still_so.is_said_before(db, going, section_id):
            return redirect(going.href(STILL_SO), 303)
        asked = asked_in(db, going, section_id, kept)
    if not asked:
        return redirect(going.base, 303)
    return _show_part(going, section_id, asked)


@desk
@takes_files
def save(token: str, code: str, reference: str, section_id: str) -> Answered:
    """Keep what was typed, whatever it is; go on when it is good, show what to mend when it is not."""
    pressed = request.form.keys()
    if pressed & {"find", "add", "remove", "card"}:
        return _rework(code, reference, section_id)
    saved = save_part(code, reference, section_id)
    here = saved.going.href(f"part/{section_id}")
    if request.form.get("then") == "leave" and not saved.acted.refusal:
        return redirect(visit_href(), 303)
    if saved.acted.did and not saved.acted.refusal:
        return redirect(saved.acted.address(here), 303)
    if saved.has_errors:
        return _show_part(saved.going, section_id, saved.asked, saved.acted)
    if saved.uncovered:
        return redirect(f"{here}?new=1#{saved.uncovered.replace('_', '-')}", 303)
    following = section_after(saved.going, section_id)
    return redirect(saved.going.href(f"part/{following.id}" if following else "check"), 303)


def _rework(code: str, reference: str, section_id: str) -> Answered:
    """Search a place, add a row or take one away, read a card: the page again with all that was typed."""
    with reading() as db:
        going = load(db, code, reference)
        asked = asked_in(db, going, section_id, sent_form(going))
    return _show_part(going, section_id, asked)


def _show_part(going: Going, section_id: str, asked: list[AskedPage], acted: Acted = NOTHING) -> Answered:
    """``acted``: what was done with files, where the page does not come anew."""
    section = section_of(going, section_id)
    number = [one.id for one in going.definition.service.sections].index(section_id) + 1
    part = Part(number, len(going.definition.service.sections), going.voice.say(section.title))
    errors = [line for one in asked for line in one.form.errors_for_summary()]
    service = going.definition.service
    fields = {field.id for one in asked for field in one.page.fields}
    return render(
        "desk/journey_part.html",
        422 if errors and request.method == "POST" else 200,
        going=going,
        acting_for=going.banner,
        asked=asked,
        part=part,
        errors=errors,
        action=going.href(f"part/{section_id}"),
        levels=LEVELS,
        read_href=going.href(f"read/{section_id}"),
        card=CARD if service.subject_id_field in fields else None,
        is_upload=any(one.form.files for one in asked),
        has_new=request.args.get("new") == "1" and request.method == "GET",
        what_happened=uploads.said_of(acted.did or request.args.get("did", "")),
        reasons={one.code: one for one in going.definition.reasons},
        title=page_title(str(part), going.service_name, has_errors=bool(errors)),
    )


@desk
def read_aloud(token: str, code: str, reference: str, section_id: str) -> Answered:
    """The questions of a part as they are said aloud, beside the page on which the answers are typed."""
    with reading() as db:
        going = load(db, code, reference)
        section = section_of(going, section_id)
        asked = asked_in(db, going, section_id)
    return render(
        "desk/journey_read.html",
        going=going,
        acting_for=going.banner,
        section=section,
        asked=asked,
        part_href=going.href(f"part/{section_id}"),
        title=page_title(_("照着念的问题"), going.voice.say(section.title), going.service_name),
    )


@desk
def document_page(token: str, key: str) -> Answered:
    return document_pages.document_page(key)


@desk
def document_image(token: str, key: str, page: int) -> Response:
    return document_pages.document_image(key, page)


@desk
def document_file(token: str, key: str) -> Response:
    return document_pages.document_file(key)


def register(app: Flask) -> None:
    """Add the addresses of the journey below a visit."""
    visit = "/desk/visits/<token>"
    base = visit + "/apply/<code>"
    one = base + "/<reference>"
    document = visit + "/documents/<key>"
    routes: tuple[tuple[str, str, Any], ...] = (
        ("GET", base, start_page),
        ("POST", base, start),
        ("GET", one, overview),
        ("GET", one + "/part/<section_id>", part_page),
        ("POST", one + "/part/<section_id>", save),
        ("GET", one + "/read/<section_id>", read_aloud),
        ("GET", document, document_page),
        ("GET", document + "/<int:page>", document_image),
        ("GET", document + "/file", document_file),
    )
    for method, rule, view in routes:
        app.add_url_rule(rule, f"visit_journey_{view.__name__}", view, methods=[method])
    visit_confirming.register(app)
    visit_originals.register(app)
    visit_still_so.register(app)
