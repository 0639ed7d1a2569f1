"""Internal notes on an application: read on its page, written on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.i18n import moment_text
from portal.rules.references import grouped
from portal.usecases.notes import LONGEST_NOTE, add_note
from portal.usecases.review import Review
from portal.usecases.whole_view import get_whole
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

Page = tuple[str, int] | Response


class NoteForm(PlainForm):
    note = Question(
        _l("内部便条"),
        "longtext",
        hint=_l("只给看整件申请的同事看。申请人看不到；依法查阅案卷的时候，也会看到。"),
        max_length=LONGEST_NOTE,
    )


@dataclass(frozen=True)
class ShownNote:
    """One note as colleagues read it."""

    heading: str
    when: str
    words: str


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/notes", methods=["GET", "POST"])
    @mark
    def notes(reference: str) -> Page:
        return write(base, reference)


def page_parts(_db: Session, review: Review) -> dict[str, Any]:
    """The notes, oldest first."""
    return {
        "notes": [
            ShownNote(review.names.get(one.by_id, ""), moment_text(one.at, language()), one.words)
            for one in review.beside.notes
        ]
    }


def write(base: str, reference: str) -> Page:
    """Leave a note."""
    form = NoteForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        with at_application(reference) as db:
            add_note(db, actor(), reference, form.note.data)
        return redirect(f"{address}?done=noted#notes", 303)
    with at_application(reference) as db:
        number = grouped(get_whole(db, actor(), reference).application.reference)
    return render("office/note.html", form.status, form=form, address=address, number=number)
