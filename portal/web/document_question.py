"""The files of one thing as a question: what is here already, and the control for one more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Form
from wtforms.validators import StopValidation

from portal.catalogue.evidence_pages import name_of_document, name_of_files
from portal.catalogue.field_types import FieldError, document_name, message
from portal.catalogue.model import Definition, Evidence, Field
from portal.catalogue.texts import Language
from portal.catalogue.wording import Voice
from portal.usecases.documents import Document
from portal.web.preferences import language
from portal.web.questions import AnswerQuestion, Typed
from portal.web.rendering import say
from portal.web.visit_door import front_of_documents

ACCEPT = {
    "image": "image/jpeg,image/png,image/heic,image/heif,.heic",
    "pdf": "application/pdf",
}
"""What a browser offers first; whatever is sent is read for what it is."""
KILOBYTE = 1024


@dataclass(frozen=True)
class ShownDocument:
    """One file as people are told of it."""

    key: str
    name: str
    own_name: str
    kind: str
    size: str
    pages: int
    pictures: tuple[tuple[int, int], ...]  # as they are looked at: a picture takes its place before it comes
    remarks: tuple[str, ...]
    advice: str  # to whoever handed it in
    is_viewable: bool
    has_virus: bool
    why_not: str
    description: str
    recorded: tuple[tuple[str, str], ...] = ()
    """What was written down of it, name and words: for whoever cannot see it."""
    made_by: str = ""
    """Who of the staff made it and when; nothing where the applicant handed it in."""
    is_removable: bool = True
    front: str = "/documents"
    """Before the key in its addresses: at the counter they lie below the visit and end with it."""

    @property
    def has_words(self) -> bool:
        """Whether anything says what can be seen on it."""
        return bool(self.description or self.recorded)

    @property
    def href(self) -> str:
        return f"{self.front}/{self.key}"

    @property
    def called(self) -> str:
        """The name of the system, and the person's own where there is one."""
        return _("%(name)s（%(own)s）", name=self.name, own=self.own_name) if self.own_name else self.name

    def image_href(self, page: int) -> str:
        return f"{self.href}/{page}"

    def page_name(self, page: int) -> str:
        """户口簿第2份，第3页: for whoever cannot see it."""
        if self.pages == 1:
            return self.name
        return _("%(name)s，第%(page)s页", name=self.name, page=page)


def shown_documents(field: Field, documents: Sequence[Document], voice: Voice) -> list[ShownDocument]:
    """The files of one answer in order, each with its name."""
    thing = voice.say(field.thing)
    return [
        shown_document(document_name(thing, number, voice.language), document, voice.language)
        for number, document in enumerate(documents, start=1)
    ]


def shown_by_thing(handed_in: Sequence[tuple[Evidence, Sequence[Document]]]) -> list[ShownDocument]:
    """Files in the order of the things that they prove, each with its name; they cannot be changed here."""
    shown = [
        shown_document(document_name(say(name_of_files(thing)), number, language()), document, language())
        for thing, documents in handed_in
        for number, document in enumerate(documents, start=1)
    ]
    virus = _("查到病毒，不能看。请带原件到窗口，或者请工作人员上门看。")
    return [replace(one, why_not=virus) if one.has_virus else one for one in shown]


def shown_copies(definition: Definition, copies: Sequence[Document]) -> list[ShownDocument]:
    """Copies that staff made, each with its name."""
    count: Counter[str] = Counter()
    shown = []
    for one in copies:
        count[one.evidence] += 1
        name = say(name_of_document(definition, one.evidence, is_copy=True))
        called = document_name(name, count[one.evidence], language())
        shown.append(shown_document(called, one, language()))
    return shown


def shown_document(name: str, document: Document, spoken: Language) -> ShownDocument:
    return ShownDocument(
        key=document.key,
        name=name,
        own_name=document.own_name or "",
        kind=_kind(document),
        size=size_words(document.size),
        pages=document.pages,
        pictures=_pictures(document),
        remarks=_remarks(document, spoken),
        advice=_("看得清就不用换。看不清，请重新拍一份。") if any(document.quality) else "",
        is_viewable=document.is_viewable,
        has_virus=document.scan == "infected",
        why_not=_why_not(document),
        description=document.description or "",
        front=front_of_documents(),
    )


def size_words(size: int) -> str:
    """350KB, 1.2MB."""
    kilobytes = max(1, round(size / KILOBYTE))
    return f"{kilobytes}KB" if kilobytes < KILOBYTE else f"{kilobytes / KILOBYTE:.1f}MB"


def _pictures(document: Document) -> tuple[tuple[int, int], ...]:
    is_on_its_side = document.rotation in (90, 270)
    return tuple((high, wide) if is_on_its_side else (wide, high) for wide, high in document.pictures)


def _kind(document: Document) -> str:
    if document.is_pdf:
        return ngettext("PDF，共%(num)s页", "PDF，共%(num)s页", document.pages)
    return _("照片")


def _why_not(document: Document) -> str:
    if document.scan == "waiting":
        return _("正在查病毒，查完才能看。")
    return _("查到病毒，不能看。请删掉，换一份。") if document.scan == "infected" else ""


def _remarks(document: Document, spoken: Language) -> tuple[str, ...]:
    """What was left out, and what may be hard to read, page by page; advice, never a refusal."""
    said = [message(FieldError(code), spoken) for code in document.notes]
    for page, codes in enumerate(document.quality, start=1):
        words = "".join(message(FieldError(code), spoken).replace("\n", "") for code in codes)
        if words and document.pages > 1:
            words = _("第%(page)s页：%(words)s", page=page, words=words)
        if words:
            said.append(words)
    return tuple(said)


class DocumentsQuestion(AnswerQuestion):
    """Files, one at a time. The answer is what the portal holds, whatever a form says."""

    documents: list[ShownDocument]
    keys: list[str]
    refusal: str | None
    what_happened: str
    was_lost: bool
    may_name = True
    is_open = True

    def process(self, formdata: Typed | None, *more: Any, **extra: Any) -> None:
        super().process(None, *more, **extra)
        self.documents, self.keys, self.refusal = [], [], None
        self.what_happened, self.was_lost = "", False

    def lay_out(self, documents: Sequence[Document], refusal: str | None = None) -> None:
        """What is here now, and why the last file was not taken."""
        self.documents = shown_documents(self.field, documents, self.voice)
        self.keys = [one.key for one in documents]
        self.refusal = refusal

    @property
    def accept(self) -> str:
        """The kinds of file that the control offers."""
        return ",".join(ACCEPT[kind] for kind in self.field.accepts)

    def pre_validate(self, form: Form) -> None:
        if self.refusal:
            self.data, self.is_read, self.errors = self.keys, True, [self.refusal]
            raise StopValidation
        super().pre_validate(form)

    def read(self) -> list[str]:
        return self.keys

    def show_value(self, value: Any) -> None:
        """What is here is laid out; the answer says nothing that is not known."""

    def show_typed(self, typed: Typed) -> None:
        """A file cannot be typed."""
