"""Documents to look at: a page with the image of each of their pages, each image, and the file to keep.

What strangers sent is never shown as a page of ours: images are made by us, a PDF is only handed over to be
kept, and neither may run or load anything.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, request
from werkzeug.wrappers import Response

from portal.catalogue.field_types import document_name
from portal.rules.errors import NotFound
from portal.usecases import document_bytes, documents
from portal.usecases.documents import Document
from portal.web.access import signed_in
from portal.web.document_question import ShownDocument, shown_document
from portal.web.document_words import with_words
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language
from portal.web.rendering import page_title, render, say
from portal.web.visit_door import acting_side

SANDBOX = "sandbox; default-src 'none'"
JPEG = "image/jpeg"


def _get(key: str, what: str) -> tuple[Document, ShownDocument]:
    """The document and how it is shown. A look by staff is recorded, so it changes something."""
    with (transaction if acting_side().kind == "staff" else reading)() as db:
        document = documents.get_document(db, acting_side(), key, what=what)
        number, name = documents.place_of(db, document)
        shown = shown_document(document_name(say(name), number, language()), document, language())
        return document, with_words(db, document, shown) if what == "page" else shown


@signed_in
def document_page(key: str) -> tuple[str, int]:
    """Every page of one document, one below the other, with the words for it where somebody wrote some."""
    _document, shown = _get(key, "page")
    return render("documents/document.html", document=shown, title=page_title(shown.name))


@signed_in
def document_image(key: str, page: int) -> Response:
    document, _shown = _get(key, f"image {page}")
    try:
        image = document_bytes.page_of_document(parts().gateways.files, document, page, turned_by=_turn())
    except FileNotFoundError as gone:
        raise NotFound("document") from gone
    return _sealed(image, JPEG, "inline", f"{page}.jpg")


def _turn() -> int:
    """How far this look at it is turned to the right, besides how the document is."""
    wanted = request.args.get("turn", "")
    return int(wanted) if wanted in ("90", "180", "270") else 0


@signed_in
def document_file(key: str) -> Response:
    """The file itself, to be kept: what a browser would do with a PDF of a stranger is not ours to try."""
    document, shown = _get(key, "file")
    try:
        whole = document_bytes.whole_of(parts().gateways.files, document)
    except FileNotFoundError as gone:
        raise NotFound("document") from gone
    ending = "pdf" if document.is_pdf else "jpg"
    return _sealed(whole, document.media_type, "attachment", f"{shown.name}.{ending}")


def _sealed(content: bytes, media_type: str, how: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    # A header holds no Chinese, and the server refuses one: the name as RFC 8187 writes it, and a plain one.
    plain = f"document.{name.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = (
        f"{how}; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    one = "/documents/<key>"
    app.add_url_rule(one, view_func=document_page)
    app.add_url_rule(one + "/<int:page>", view_func=document_image)
    app.add_url_rule(one + "/file", view_func=document_file)
