"""Copies of papers that staff make themselves: an original that was brought, the sealed form of a step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.evidence_pages import files_of, name_of_document
from portal.catalogue.model import Field
from portal.catalogue.wording import Voice
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.references import grouped
from portal.usecases import copies
from portal.usecases.documents import Document
from portal.usecases.review import Review, record_refused_reading
from portal.web.access import Mark, actor
from portal.web.bodies import takes_files
from portal.web.document_question import DocumentsQuestion, ShownDocument, shown_copies
from portal.web.document_words import with_words
from portal.web.forms import PageForm, page_form
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.uploads import receive, refusal_of_cut, refusal_words, said_of

Page = tuple[str, int] | Response


@dataclass(frozen=True)
class Paper:
    """One paper with its copies, as the page of an application shows it."""

    title: str
    copies: list[ShownDocument]
    href: str | None
    """Where one more is made, for who may."""


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/copies/<thing_id>", methods=["GET", "POST"], endpoint="copies")
    @mark
    @takes_files
    def paper(reference: str, thing_id: str) -> Page:
        return show_paper(base, reference, thing_id)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """The papers of which there are copies, or may be some."""
    return {
        "papers": [
            Paper(say(one.title), _shown(db, one), f"copies/{one.thing_id}" if one.may_add else None)
            for one in copies.list_papers(db, actor(), review)
        ]
    }


def show_paper(base: str, reference: str, thing_id: str) -> Page:
    """One paper: its copies and the control for one more; a post adds, turns or takes back."""
    address = f"{base}/applications/{quote(reference)}/copies/{quote(thing_id)}"
    copying = _open(reference, thing_id)
    refusal, did = None, ""
    if request.method == "POST":
        try:
            refusal, did = _act(copying, reference)
        except NotAllowed as late:
            raise Conflict("page_is_closed", what=copying.application.state) from late
        if not refusal:
            return redirect(f"{address}?did={did}", 303)
    with reading() as db:
        copying = copies.get_copying(db, actor(), reference, thing_id)
        form = _form(db, copying, refusal)
    title = say(copying.title)
    return render(
        "office/copies.html",
        422 if refusal else 200,
        form=form,
        errors=form.errors_for_summary(),
        heading=_("扫描：%(what)s", what=title),
        service=say(copying.definition.service.name),
        reference=grouped(copying.application.reference),
        address=address,
        back=f"{base}/applications/{quote(reference)}#copies",
        evidence_href=_evidence_href(base, reference, copying),
        may_add=copying.may_add,
    )


def _open(reference: str, thing_id: str) -> copies.Copying:
    """Raises NotFound for another post's, after noting the try."""
    try:
        with reading() as db:
            return copies.get_copying(db, actor(), reference, thing_id)
    except NotFound:
        with transaction() as db:
            record_refused_reading(db, actor(), reference)
        raise


def _act(copying: copies.Copying, reference: str) -> tuple[str | None, str]:
    """Do what the form says: why the file was not taken, or what was done."""
    for button, change in (("drop", copies.remove_copy), ("turn", copies.turn_copy)):
        if key := request.form.get(button):
            with transaction() as db:
                change(db, actor(), reference, key)
            return None, button
    field = _field(copying)
    if cut := refusal_of_cut(field):
        return cut, ""
    file = request.files.get(field.id)
    if file is None or not file.filename:
        return refusal_words("file_missing"), ""

    def begin(db: Session, sha256: str, size: int) -> Document:
        return copies.begin_copy(db, actor(), reference, copying.thing_id, sha256, size)

    _has_remarks, refusal = receive(field, file, begin, copies.finish_copy)
    return refusal, "upload"


def _field(copying: copies.Copying) -> Field:
    """The copies of a paper as a question for files."""
    name = name_of_document(copying.definition, copying.thing_id, is_copy=True) or copying.title
    return Field(
        id=files_of(copying.thing_id),
        kind="documents",
        label=name,
        required=False,
        thing=name,
        accepts=copying.accepts,
    )


def _form(db: Session, copying: copies.Copying, refusal: str | None) -> PageForm:
    field = _field(copying)
    form = page_form([field], parts().region, Voice(language()))
    question: DocumentsQuestion = form[field.id]
    question.lay_out(copying.copies, refusal)
    question.documents = _shown(db, copying)
    question.may_name = False
    question.is_open = copying.may_add
    question.hint = _("照片（JPG、PNG、HEIC）或者PDF，每份最大10MB，PDF最多30页。一次一份。")
    if refusal:
        question.errors = [refusal]
    elif request.method == "GET":
        question.what_happened = said_of(request.args.get("did", ""))
    return form


def _shown(db: Session, copying: copies.Copying) -> list[ShownDocument]:
    shown = shown_copies(copying.definition, copying.copies)
    return [
        replace(with_words(db, document, one), is_removable=document.key in copying.removable)
        for document, one in zip(copying.copies, shown, strict=True)
    ]


def _evidence_href(base: str, reference: str, copying: copies.Copying) -> str | None:
    """Where it is written down that the original was seen; the paper of a step is the conclusion itself."""
    is_thing = any(one.id == copying.thing_id for one in copying.definition.service.evidence)
    return f"{base}/applications/{quote(reference)}/evidence/{copying.thing_id}" if is_thing else None
