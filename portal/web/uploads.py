"""The files on a page of the journey: sent, taken back, turned or named before the page itself is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from portal.catalogue.evidence_pages import UPLOAD, thing_of
from portal.catalogue.field_types import FieldError, message
from portal.catalogue.model import Field, Page
from portal.catalogue.remembering import remembered
from portal.rules.errors import Invalid
from portal.usecases import document_bytes, documents, own_documents
from portal.usecases.actor import Actor
from portal.usecases.document_bytes import Paper, Verdict
from portal.usecases.rates import Limit
from portal.web.bodies import cut_off_at
from portal.web.document_question import ShownDocument, shown_documents
from portal.web.forms import PageForm
from portal.web.going import Going, is_open, load
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent, showable
from portal.web.preferences import language
from portal.web.visit_door import acting_side

UPLOADS = Limit("upload", 200, timedelta(hours=1))
"""Files that one account may send in an hour; twenty are kept."""
LONGEST_NAME = 60

Begin = Callable[[Session, str, int], documents.Document]
"""Makes the row of a file with this sha256 and size."""
Finish = Callable[[Session, Actor, str, Paper, Verdict], None]
"""Says that the bytes are here."""
Here = Mapping[str, Sequence[documents.Document]]
"""By field, the files that are here."""


@dataclass(frozen=True)
class Acted:
    """What came of the files that a form brought, and of the button that was pressed."""

    field: str = ""
    did: str = ""
    refusal: str | None = None

    def stays_at(self, page: Page | None) -> bool:
        """Whether the person comes back to the page to see what was done."""
        is_asked = page is not None and any(field.id == self.field for field in page.fields)
        return bool(self.did) and not self.refusal and is_asked

    def address(self, href: str) -> str:
        """The page again, at its files, and on to where it would have led."""
        query = {"did": self.did}
        if request.args.get("back") == "check":
            query["back"] = "check"
        return f"{href}?{urlencode(query)}#{self.field.replace('_', '-')}-here"


NOTHING = Acted()


def act(code: str, reference: str, page_id: str) -> Acted:
    """Do what the form says about files. Each act stands alone: what was sent stays, whatever else fails."""
    typed = request.form
    if not (request.files or cut_off_at() or typed.keys() & {"upload", "drop", "turn"} or _names(typed)):
        return NOTHING
    with reading() as db:
        going = load(db, code, reference)
    field = _files_field(going, page_id) if is_open(going) else None
    if field is None:
        return NOTHING
    _rename(going, field)
    sent = _sent(going, field)
    if sent.refusal:
        return sent
    for button, change in (("drop", own_documents.remove_document), ("turn", own_documents.rotate_document)):
        if (key := typed.get(button)) and _is_in(going, field, key):
            with transaction() as db:
                change(db, acting_side(), reference, key)
            return Acted(field.id, button)
    return sent


def are_left(asked: Iterable[str], now: Iterable[Page]) -> bool:
    """Whether the form brought a file for a question that its own answers uncovered: it was not ``asked``
    before they were saved, and the file can only be taken in after it."""
    new = {field.id for page in now for field in page.fields if field.kind == "documents"} - set(asked)
    return any(((file := request.files.get(one)) and file.filename) or cut_off_at() == one for one in new)


def _files_field(going: Going, page_id: str) -> Field | None:
    return next((field for field in going.page(page_id).fields if field.kind == "documents"), None)


def _is_in(going: Going, field: Field, key: str) -> bool:
    """Whether a file is one of this question, or of none, which is then said: a page of the counter has
    several questions for files."""
    with reading() as db:
        found = documents.list_by_keys(db, going.application, [key])
    return not found or found[0].evidence == thing_of(field.id)


def _names(typed: Mapping[str, str]) -> list[str]:
    return [name for name in typed if name.startswith("called-")]


def _rename(going: Going, field: Field) -> None:
    """What people call their files, where it is not what it was."""
    names = {name.removeprefix("called-"): showable(request.form[name]) for name in _names(request.form)}
    if not names:
        return
    with transaction() as db:
        for one in documents.list_documents(db, going.application, thing_of(field.id)):
            if one.key in names:
                own_documents.name_document(
                    db, acting_side(), going.reference, one.key, names[one.key][:LONGEST_NAME]
                )


def _sent(going: Going, field: Field) -> Acted:
    """Take in the file that was chosen; also when another button than 上传 was pressed."""
    if cut := refusal_of_cut(field):
        return Acted(field.id, refusal=cut)
    file = request.files.get(field.id)
    is_pressed = request.form.get("upload") == field.id
    if file is None or not file.filename:
        return Acted(field.id, refusal=refusal_words("file_missing")) if is_pressed else NOTHING
    if not is_pressed and request.form.get(f"evidence_{thing_of(field.id)}") != UPLOAD:
        return NOTHING
    thing = thing_of(field.id)

    def begin(db: Session, sha256: str, size: int) -> documents.Document:
        return own_documents.begin_document(db, acting_side(), going.reference, thing, sha256, size)

    has_remarks, refusal = receive(field, file, begin, own_documents.finish_document)
    if refusal:
        return Acted(field.id, refusal=refusal)
    return Acted(field.id, "upload" if is_pressed or has_remarks else "")


def receive(field: Field, file: FileStorage, begin: Begin, finish: Finish) -> tuple[bool, str | None]:
    """Take in one file: whether there are remarks about it, and why it was not taken. Raises TooMany."""
    count_or_refuse(UPLOADS, f"account:{acting_side().signed_in_id}")
    if sum(bool(one.filename) for one in request.files.getlist(field.id)) > 1:
        return False, refusal_words("file_one_at_a_time")
    try:
        return _take_in(field, file, begin, finish), None
    except document_bytes.Fault as fault:
        return False, refusal_words(fault.code, **fault.params)
    except Invalid as invalid:
        return False, message(invalid.errors[field.id][0], language())


def _take_in(field: Field, file: FileStorage, begin: Begin, finish: Finish) -> bool:
    """The three acts of a file that arrives (``usecases/documents``); whether there are remarks."""
    sha256, size = document_bytes.measure(file.stream)
    with transaction() as db:
        document = begin(db, sha256, size)
        key, is_here = document.key, document.is_here
    if is_here:
        return False
    gateways = parts().gateways
    try:
        paper, verdict = document_bytes.take_in(
            gateways.files, gateways.scanner, key, file.stream, field.accepts
        )
    except BaseException:
        with transaction() as db:
            own_documents.abandon_document(db, key)
        raise
    with transaction() as db:
        finish(db, acting_side(), key, paper, verdict)
    return bool(paper.notes or any(paper.quality))


def refusal_of_cut(field: Field) -> str | None:
    """What to say of a file that was too large to come in at all; None where nothing was cut off."""
    if cut_off_at() != field.id:
        return None
    return refusal_words("file_too_large", max=document_bytes.LARGEST_BYTES // 1024**2)


def refusal_words(code: str, **params: int) -> str:
    """Why a file was not taken, and what to do."""
    return message(FieldError(code, **params), language())


def documents_here(db: Session, going: Going, page: Page) -> Here:
    """The files of a page's questions."""
    return {
        field.id: documents.list_documents(db, going.application, thing_of(field.id))
        for field in page.fields
        if field.kind == "documents"
    }


def files_in_answers(db: Session, going: Going) -> tuple[ShownDocument, ...]:
    """Every file that the answers name, in reading order."""
    asked = [field for field in _for_files(*going.journey.pages()) if going.answers.get(field.id)]
    return tuple(
        shown
        for field in asked
        for shown in shown_documents(
            field, documents.list_by_keys(db, going.application, going.answers[field.id]), going.voice
        )
    )


@remembered
def _for_files(*pages: Page) -> tuple[Field, ...]:
    return tuple(field for page in pages for field in page.fields if field.kind == "documents")


def said_of(did: str) -> str:
    """What was just done with a file; nothing for anything else."""
    words = {
        "upload": _("文件已经收到。"),
        "drop": _("文件已经删除。"),
        "turn": _("文件已经向右转。"),
    }
    return words.get(did, "")


def lay_out(form: PageForm, here: Here, acted: Acted = NOTHING) -> None:
    """Show the files in their questions, and what was just done with them."""
    for one in form.files:
        refusal = acted.refusal if acted.field == one.field.id else None
        one.lay_out(here.get(one.field.id, ()), refusal)
        if request.method == "GET":
            one.what_happened = said_of(request.args.get("did", ""))
            one.was_lost = (kept := sent()) is not None and kept.get("upload") == one.field.id
