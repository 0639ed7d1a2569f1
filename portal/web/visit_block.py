"""The pages of one part of a service on one page, as a clerk goes through them with who stands there.

Each page keeps its own form, so that what is typed passes the same gate as online and is kept page by page:
what can be read as answers, what cannot as typed. An answer that uncovers a question shows it after saving.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.catalogue.evidence_pages import page_of
from portal.catalogue.model import Answers, Choice, Field, Page, Section
from portal.i18n import moment_text
from portal.rules.card_readers import read_card
from portal.rules.errors import Conflict, NotFound
from portal.rules.journey import Journey
from portal.usecases import applications
from portal.usecases.card_seen import count_seen_card, is_from_reception
from portal.usecases.evidence import EvidenceState, list_evidence
from portal.usecases.staff_names import name_of
from portal.web import uploads
from portal.web.forms import PageForm, heading_field, page_form
from portal.web.going import Going, is_open, load
from portal.web.known_pages import known_on, with_known
from portal.web.open_questions import look_over, stored_form
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language
from portal.web.questions import Typed
from portal.web.uploads import Acted
from portal.web.visit_door import acting_side

CARD = "card_text"
"""What a reader of identity cards typed."""


@dataclass
class AskedPage:
    """One page among the others of its part."""

    page: Page
    form: PageForm
    is_known: bool = False
    original: EvidenceState | None = None
    """How well the thing that the page asks for is proved so far; only where one is asked for."""
    seen_before: str = ""
    """Who looked at it when the visitor was received, and when: nobody has to look again."""

    @property
    def anchor(self) -> str:
        return anchor_of(self.page)

    @property
    def is_headed_by_question(self) -> bool:
        """Whether a question says just what the page is called: nobody hears it twice."""
        return any(one.heading_level for one in self.form)


@dataclass(frozen=True)
class Saved:
    """What came of a post: the part as it is asked now, and what was done with files."""

    going: Going
    asked: list[AskedPage]
    acted: Acted
    uncovered: str | None
    """The first question that the answers have uncovered."""

    @property
    def has_errors(self) -> bool:
        return any(one.form.has_errors for one in self.asked)


def anchor_of(page: Page) -> str:
    """The name of a page's place on the page of its part."""
    return f"page-{page.id}"


def section_of(going: Going, section_id: str) -> Section:
    """Raises NotFound."""
    found = next((one for one in going.definition.service.sections if one.id == section_id), None)
    if found is None:
        raise NotFound("section")
    return found


def pages_in(going: Going, section_id: str) -> tuple[Page, ...]:
    """The pages of a part that may be opened now, in order."""
    return tuple(page for page in going.pages() if page.section == section_id)


def section_after(going: Going, section_id: str) -> Section | None:
    """The next part that has questions."""
    order = [one.id for one in going.definition.service.sections]
    later = going.definition.service.sections[order.index(section_id) + 1 :]
    return next((one for one in later if pages_in(going, one.id)), None)


def asked_in(db: Session, going: Going, section_id: str, kept: Typed | None = None) -> list[AskedPage]:
    """The pages of a part with what is stored of them, or with what was sent or ``kept``."""
    known = known_on(db, going, pages_in(going, section_id))
    pages = pages_in(with_known(going, known), section_id)
    return _with_originals(db, going, [_asked(db, going, page, kept, known) for page in pages])


def _with_originals(db: Session, going: Going, asked: list[AskedPage]) -> list[AskedPage]:
    pages = {page_of(one.id) for one in going.definition.service.evidence}
    if any(one.page.id in pages for one in asked):
        states = list_evidence(db, going.application, going.definition, going.answers)
        by_page = {page_of(state.evidence.id): state for state in states}
        for one in asked:
            one.original = by_page.get(one.page.id)
            one.seen_before = _seen_before(db, one.original)
    return asked


def _seen_before(db: Session, state: EvidenceState | None) -> str:
    check = state.check if state is not None else None
    if check is None or not is_from_reception(check):
        return ""
    when = moment_text(check.seen_at, language())
    return _(
        "接待时已经看过原件，不用再看：%(who)s，%(when)s。", who=name_of(db, check.seen_by_id), when=when
    )


def _asked(db: Session, going: Going, page: Page, kept: Typed | None, told: Answers) -> AskedPage:
    """``told``: what is known of the questions of the part from earlier."""
    here = uploads.documents_here(db, going, page)
    if kept is not None:
        known: Answers = {}
        form = page_form(page.fields, parts().region, going.voice, kept)
        uploads.lay_out(form, here)
    else:
        known = {field.id: told[field.id] for field in page.fields if field.id in told}
        form = stored_form(going, page, known)
        uploads.lay_out(form, here)
        look_over(going, page, form)
    for one in form.files:
        one.what_happened = ""  # said once, over all of them
    _lower_heading(page, form)
    return AskedPage(page, form, bool(known))


def _lower_heading(page: Page, form: PageForm) -> None:
    """Among others a question is the heading of its page only where it says the same as the title does."""
    heading = heading_field(page.fields, page.title)
    title = heading.id if heading is not None and heading.label == page.title else None
    for one in form:
        one.heading_level = 2 if one.field.id == title else None


def sent_form(going: Going) -> Typed:
    """What was sent, with what a card reader typed in the boxes for name and number."""
    sent = request.form
    if not sent.get(CARD, "").strip():
        return sent
    found = read_card(sent[CARD])
    service = going.definition.service
    read = {service.subject_name_field: found.name, service.subject_id_field: found.id_number}
    filled = MultiDict(sent)
    for name, text in read.items():
        if text:
            filled.setlist(name, [text])
    return filled


def save_part(code: str, reference: str, section_id: str) -> Saved:
    """Keep everything that was typed, page by page, in one transaction; then ask again what is open.

    Raises NotFound, and Conflict where the application is not open (any more).
    """
    with reading() as db:
        before = load(db, code, reference)
    if not is_open(before):
        raise Conflict("page_is_closed", what=before.state)
    section_of(before, section_id)
    pages = pages_in(before, section_id)
    saved = _save(code, reference, section_id, pages)
    now = [one.page for one in saved.asked]
    if uploads.are_left((field.id for page in pages for field in page.fields), now):
        saved = _save(code, reference, section_id, now)
    return saved


def _save(code: str, reference: str, section_id: str, pages: Iterable[Page]) -> Saved:
    """``pages``: those of the part whose files may come in."""
    acted = _act_on_files(code, reference, pages)
    with transaction() as db:
        going = load(db, code, reference)
        typed = sent_form(going)
        shown = _shown_when_sent(db, going, section_id, typed, acted)
        for one in shown:
            fresh = one.form.values()
            unreadable = one.form.unreadable(typed)
            applications.save_page(db, acting_side(), reference, one.page.id, fresh, unreadable)
        going = load(db, code, reference)
        if count_seen_card(db, acting_side(), going.application, going.journey):
            going = load(db, code, reference)
        return _asked_now(db, going, section_id, typed, shown, acted)


def _act_on_files(code: str, reference: str, pages: Iterable[Page]) -> Acted:
    """What was done with files on any page of the part; of several acts the one that has to be told."""
    told = uploads.NOTHING
    for page in pages:
        if any(field.kind == "documents" for field in page.fields):
            acted = uploads.act(code, reference, page.id)
            told = acted if acted.refusal or not (told.refusal or told.did) else told
    return told


def _shown_when_sent(
    db: Session, going: Going, section_id: str, typed: Typed, acted: Acted
) -> list[AskedPage]:
    """The pages as they were asked when the form was made, each with its own part of what was sent."""
    shown = []
    known = known_on(db, going, pages_in(going, section_id))
    pages = pages_in(with_known(going, known), section_id)
    here = {field.id for page in pages for field in page.fields}
    others = {name: value for name, value in going.answers.items() if name not in here}
    for page in pages:
        fields = _with_choices_now(going, page, others)
        form = page_form(fields, parts().region, going.voice, typed)
        uploads.lay_out(form, uploads.documents_here(db, going, page), acted)
        form.validate_page(others)
        others |= form.values()
        _lower_heading(page, form)
        shown.append(AskedPage(page, form))
    return shown


def _with_choices_now(going: Going, page: Page, others: Answers) -> tuple[Field, ...]:
    """The questions of a page as they were asked, beside their choices those that the answers before them, in
    the same post, open. What does not fit these answers is an error or is asked again, and never lost."""
    whole = going.definition.page(page.id)
    if whole is None or not any(one.when for field in whole.fields for one in field.choices):
        return page.fields
    journey = going.journey
    now = Journey(going.definition, {**going.answers, **others}, journey.acting, journey.today).page(page.id)
    opened = {field.id: field.choices for field in now.fields} if now is not None else {}
    return tuple(_with_choices(field, whole, opened.get(field.id, ())) for field in page.fields)


def _with_choices(field: Field, whole: Page, opened: Sequence[Choice]) -> Field:
    """The question with the choices that it has and those that are opened, in the order of the catalogue."""
    either = {one.value for one in (*field.choices, *opened)}
    if len(either) == len(field.choices):
        return field
    written = next(one for one in whole.fields if one.id == field.id).choices
    return field.model_copy(update={"choices": tuple(one for one in written if one.value in either)})


def _asked_now(
    db: Session, going: Going, section_id: str, typed: Typed, shown: Sequence[AskedPage], acted: Acted
) -> Saved:
    """The part after saving: errors stay with the questions that still stand, new questions come in."""
    forms: Mapping[str, PageForm] = {one.page.id: one.form for one in shown}
    now = [_again(db, going, page, typed, forms.get(page.id)) for page in pages_in(going, section_id)]
    seen = {field.id for one in shown for field in one.page.fields}
    new = [field.id for one in now for field in one.page.fields if field.id not in seen]
    return Saved(going, _with_originals(db, going, now), acted, new[0] if new else None)


def _again(db: Session, going: Going, page: Page, typed: Typed, sent: PageForm | None) -> AskedPage:
    names = [field.id for field in page.fields]
    if sent is not None:
        sent.forgive(names)
        if [one.field.id for one in sent] == names:
            return AskedPage(page, sent)
    form = page_form(page.fields, parts().region, going.voice, typed if sent is not None else None)
    uploads.lay_out(form, uploads.documents_here(db, going, page))
    form.validate_page({name: value for name, value in going.answers.items() if name not in names})
    before = {one.field.id: one for one in sent} if sent is not None else {}
    for one in form:
        one.errors = before[one.field.id].errors if one.field.id in before else []
        if one.field.id not in before and one.field.id in going.answers:
            one.show_value(going.answers[one.field.id])
    _lower_heading(page, form)
    return AskedPage(page, form)
