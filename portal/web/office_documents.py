"""Documents of an application at the office: beside the answers, with words for who cannot see them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.catalogue.field_types import document_name
from portal.catalogue.wording import Voice
from portal.rules.references import grouped
from portal.usecases import descriptions, documents
from portal.usecases.review import Review
from portal.usecases.review_answers import AnswerRow
from portal.web.access import Mark, actor
from portal.web.document_question import ShownDocument, shown_document, shown_documents
from portal.web.document_words import with_words
from portal.web.office_door import at_application
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

Page = tuple[str, int] | Response


class DescriptionForm(PlainForm):
    words = Question(
        _l("文字说明"),
        "longtext",
        hint=_l("写文件上有什么：名称、号码、日期、印章，字清楚不清楚。看不见的同事靠这段话办事。"),
        max_length=descriptions.LONGEST_DESCRIPTION,
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/documents/<key>", methods=["GET", "POST"], endpoint="describe")
    @mark
    def one(reference: str, key: str) -> Page:
        return describe(base, reference, key)

    @page.post("/applications/<reference>/documents/<key>/ask")
    @mark
    def ask_description(reference: str, key: str) -> Response:
        return ask(base, reference, key)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """The files beside the answers, and for which of them words were just asked for."""
    return {"files": files_of(db, review), "asked_for_words": request.args.get("asked")}


def files_of(db: Session, review: Review) -> list[tuple[str, list[ShownDocument]]]:
    """By the name of what they prove, the files of an application in reading order."""
    rows = [row for section in review.sections for row in section.rows if row.field.kind == "documents"]
    shown = [(say(row.field.thing), _shown(db, review, row)) for row in rows]
    return [(thing, found) for thing, found in shown if found]


def _shown(db: Session, review: Review, row: AnswerRow) -> list[ShownDocument]:
    """The files of one answer with the words that stand for each."""
    here = [review.documents[key] for key in row.value or () if key in review.documents]
    named = shown_documents(row.field, here, Voice(language()))
    return [with_words(db, document, one) for document, one in zip(here, named, strict=True)]


def describe(base: str, reference: str, key: str) -> Page:
    """Write what a document shows."""
    typed = sent()
    form = DescriptionForm(typed)
    if request.method == "POST" and form.validate():
        with at_application(reference) as db:
            descriptions.describe_document(db, actor(), reference, key, form.words.data)
        return _back(base, reference, key)
    with at_application(reference) as db:
        document = documents.get_document(db, actor(), key, reference=reference, what="page")
        number, name = documents.place_of(db, document)
        shown = shown_document(document_name(say(name), number, language()), document, language())
        shown = with_words(db, document, shown)
    if typed is None and document.description:
        form = DescriptionForm(MultiDict({"words": document.description}))
    return render(
        "office/document.html",
        form.status,
        base=base,
        reference=reference,
        number=grouped(reference),
        document=shown,
        form=form,
    )


def ask(base: str, reference: str, key: str) -> Response:
    """Ask the colleagues of one's unit for words."""
    with at_application(reference) as db:
        descriptions.ask_description(db, actor(), reference, key)
    return _back(base, reference, key, f"?asked={quote(key)}")


def _back(base: str, reference: str, key: str, query: str = "") -> Response:
    return redirect(f"{base}/applications/{quote(reference)}{query}#document-{quote(key)}", 303)
