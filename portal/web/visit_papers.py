"""What the visitor is told and takes along: where an application stands, its letters, its receipt on paper.

Nothing is offered as a download: a file in the browser's folder would stay when the visitor has gone.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.letters import has_layout, render_notice
from portal.usecases import applications, letter_files
from portal.usecases.definitions import get_definition
from portal.usecases.notices import list_notices
from portal.usecases.own_record import read_own_record
from portal.usecases.progress import get_progress
from portal.usecases.visitor_letters import (
    RECEIPT,
    find_visitor_slip,
    list_handed_in_now,
    make_visitor_slip,
    read_at_counter,
    way_of_writing,
    way_of_writing_own_slip,
    way_of_writing_to_visitor,
)
from portal.web.access import desk
from portal.web.applications import state_words, status_context
from portal.web.handing_in import about_receipt
from portal.web.letters import pdf_answer
from portal.web.on_paper import on_paper
from portal.web.own_record import before_asked, older_href, record_words
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language, preferences, speaking
from portal.web.rendering import page_title, render, say
from portal.web.visit_door import current_visit, visit_href, visiting_actor

Answered = tuple[str, int] | Response

OPENS_THE_RECORD = ("document", "code")
"""How the visitor was seen. A slip may be in other hands; it opens what it names, not the record."""
LARGE = "28"
"""The size of text of whoever reads large print (experience.md 2)."""


class WithdrawForm(PlainForm):
    is_sure = Question(_l("来人说要撤回"), "confirm")


@desk
def application(token: str, reference: str) -> Answered:
    """Where it stands, what is to be mended, its letters."""
    return _show_application(reference, WithdrawForm())


def _show_application(reference: str, form: WithdrawForm) -> Answered:
    with reading() as db:
        found = get_progress(db, visiting_actor(), reference)
        if found.application.state == "draft":
            code = found.application.service_code
            return redirect(visit_href("apply", code, found.application.reference), 303)
        receipt = next((row for row in found.notices if row.key == RECEIPT), None)
        points = tuple(found.correction.points) if found.correction is not None else ()
    return render(
        "desk/visit_application.html",
        form.status,
        form=form,
        receipt_href=visit_href("letters", receipt.id) if receipt is not None else None,
        is_theirs=found.application.account_id == current_visit().account_id,
        mend_href=visit_href("apply", found.application.service_code, found.application.reference),
        points=points,
        reasons={one.code: one for one in found.definition.reasons},
        title=page_title(state_words(found), say(found.definition.service.name), has_errors=form.has_errors),
        **status_context(found, is_own=False),
    )


@desk
def withdraw(token: str, reference: str) -> Answered:
    """The visitor takes it back, and says so in so many words: the box is ticked for them."""
    form = WithdrawForm(request.form)
    if not form.validate():
        return _show_application(reference, form)
    with transaction() as db:
        gone = applications.withdraw(db, visiting_actor(), reference)
    return redirect(visit_href("applications", gone.reference), 303)


@desk
def letters(token: str) -> Answered:
    """Every letter of the visitor's, newest first."""
    with reading() as db:
        rows = list_notices(db, visiting_actor())
        lines = [
            (
                visit_href("letters", row.id),
                render_notice(get_definition(db, row.definition_hash), row, language()).title,
                row.facts.get("reference", ""),
                row.created_at,
            )
            for row in rows
        ]
    return render("desk/visit_letters.html", lines=lines)


@desk
def letter(token: str, notice_id: int) -> Answered:
    """One letter, in the language and size of whoever it is for: to read out, to print, to hand over."""
    who = visiting_actor()
    with transaction() as db:
        found = read_at_counter(db, who, notice_id)
        spoken = found.written.language
        said = render_notice(
            found.definition, found.notice, spoken, has_digits_apart=found.written.has_digits_apart
        )
        files = letter_files.list_letter_files(db, who, notice_id, spoken)
    form = "pdf_large" if found.written.is_large else "pdf"
    prefs, is_large = preferences(), found.written.is_large
    sheet = on_paper(
        replace(found.written, is_large=False),  # the whole page is
        "desk/_visit_letter.html",
        letter=said,
        slip_code=found.slip_code,
    )
    return render(
        "desk/visit_letter.html",
        letter=said,
        sheet=sheet,
        prefs=replace(prefs, size=LARGE) if is_large and int(prefs.size) < int(LARGE) else prefs,
        file=files.get(form),
        file_href=visit_href("letters", notice_id, "file") if has_layout() else None,
        application_href=visit_href("applications", found.reference),
    )


@desk
def letter_file(token: str, notice_id: int) -> Answered:
    """The letter as PDF/UA, shown in the browser for printing; asked for with a post."""
    who = visiting_actor()
    with transaction() as db:
        found = read_at_counter(db, who, notice_id)
        form: letter_files.Form = "pdf_large" if found.written.is_large else "pdf"
        spoken = found.written.language
        if request.method == "POST":
            letter_files.ask_letter_file(db, who, notice_id, form, spoken)
            return redirect(visit_href("letters", notice_id) + "#print", 303)
        file = letter_files.get_letter_file(db, who, notice_id, form, spoken)
    return pdf_answer(file, is_download=False)


@desk
def receipts(token: str) -> Answered:
    """Everything that was handed in in this visit, on one page to be printed: in the language of whoever
    takes it along, large for who reads large. What is around it is the clerk's."""
    who, shown, sheet = visiting_actor(), [], None
    with reading() as db:
        if handed_in := list_handed_in_now(db, who, current_visit()):
            written = way_of_writing(db, who, handed_in[-1][1])
            with speaking(written.language):
                found = [about_receipt(db, who, code, reference) for code, reference in handed_in]
            shown = [about for about in found if about is not None]
            sheet = on_paper(written, "desk/_visit_receipts.html", receipts=shown)
    return render(
        "desk/visit_receipts.html",
        sheet=sheet,
        links=[
            (visit_href("applications", about["receipt"].application.reference), about["definition"].service)
            for about in shown
        ],
    )


@desk
def slip(token: str) -> Answered:
    """本人联系单: the visitor comes back with it, to any counter, even with nothing handed in."""
    if request.method == "POST":
        with transaction() as db:
            make_visitor_slip(db, visiting_actor(), current_visit())
        return redirect(visit_href("slip"), 303)
    where = parts().settings.base_url.rstrip("/") + "/voice"
    with reading() as db:
        found, sheet = find_visitor_slip(db, current_visit()), None
        if found is not None:
            written = way_of_writing_own_slip(db, current_visit(), found)
            sheet = on_paper(written, "desk/_visit_own_slip.html", slip=found, where=where)
    return render("desk/visit_own_slip.html", sheet=sheet)


@desk
def record(token: str) -> Answered:
    """Who acted for the visitor and who looked; of somebody proven, who was seen in this visit with their
    document, or with the code that opens the same page at home."""
    visit, found, sheet = current_visit(), None, None
    if visit.identity_seen in OPENS_THE_RECORD:
        with transaction() as db:
            found = read_own_record(db, visiting_actor(), before_asked())
            written = way_of_writing_to_visitor(db, visit) if found is not None else None
        if found is not None and written is not None:
            with speaking(written.language):
                said = record_words(found)
            sheet = on_paper(written, "desk/_visit_record.html", **said)
    base = visit_href("record")
    return render(
        "desk/visit_record.html",
        sheet=sheet,
        base=base,
        is_first=request.args.get("before") is None,
        next_href=older_href(found, base),
        see_href=_see_href(),
    )


def _see_href() -> str | None:
    """Where the visitor's document is looked at, which opens the record; on the telephone nothing is seen."""
    return visit_href("identity") if current_visit().channel != "phone" else None


def register(app: Flask) -> None:
    one, both = "/desk/visits/<token>", ["GET", "POST"]
    app.add_url_rule(one + "/applications/<reference>", "visits.application", application)
    app.add_url_rule(
        one + "/applications/<reference>/withdraw", "visits.withdraw", withdraw, methods=["POST"]
    )
    app.add_url_rule(one + "/slip", "visits.slip", slip, methods=both)
    app.add_url_rule(one + "/receipts", "visits.receipts", receipts)
    app.add_url_rule(one + "/record", "visits.record", record)
    app.add_url_rule(one + "/letters", "visits.letters", letters)
    app.add_url_rule(one + "/letters/<int:notice_id>", "visits.letter", letter)
    app.add_url_rule(one + "/letters/<int:notice_id>/file", "visits.letter_file", letter_file, methods=both)
