"""What is read back to who stands at the counter before they say yes: every answer, as it is said aloud."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from portal.catalogue.model import Definition, Field
from portal.catalogue.wording import answer_text
from portal.i18n import LOCALES
from portal.rules.places import full_name
from portal.usecases.confirmation_scans import find_scan
from portal.usecases.confirmations import find_confirmation, is_whole
from portal.usecases.documents import Document
from portal.usecases.submission import seen_hash_of
from portal.web import uploads
from portal.web.going import Going, is_open, is_read_back, label_of, load
from portal.web.parts import parts, reading
from portal.web.public_notices import NoticeAhead, notice_ahead
from portal.web.visit_block import pages_in


@dataclass(frozen=True)
class ReadBack:
    """Everything as it is said back, and where the confirmation of exactly this stands."""

    seen: str
    parts: list[tuple[str, str, list[tuple[str, str]]]]
    """Title of the part, where it is changed, question and answer as they are said."""
    confirmed: Any
    is_whole: bool
    scan: Document | None
    ahead: NoticeAhead | None

    @property
    def text(self) -> str:
        """What is kept of it: the sentences, in order."""
        return "\n".join(
            line
            for title, _href, rows in self.parts
            for line in (title, *(_("%(question)s：%(answer)s。", question=q, answer=a) for q, a in rows))
        )


def load_read_back(code: str, reference: str) -> tuple[Going, ReadBack]:
    with reading() as db:
        going = load(db, code, reference)
        if files := uploads.files_in_answers(db, going):
            going = replace(going, files=files)
        seen = seen_hash_of(db, going.application, going.answers)
        confirmed = find_confirmation(db, going.application.id, seen)
        return going, ReadBack(
            seen=seen,
            parts=_parts(going),
            confirmed=confirmed,
            is_whole=confirmed is not None and is_whole(confirmed),
            scan=find_scan(db, going.application.id),
            ahead=notice_ahead(db, going) if is_open(going) else None,
        )


def _parts(going: Going) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The answers as they are said: numbers apart, places by their whole name."""
    found = []
    for section in going.definition.service.sections:
        rows = [
            (label_of(going, field).rstrip("？?"), _said(going, field))
            for page in pages_in(going, section.id)
            for field in page.fields
            if is_read_back(field)
        ]
        if rows:
            found.append((going.voice.say(section.title), going.href(f"part/{section.id}"), rows))
    return found


def _said(going: Going, field: Field) -> str:
    region, value, names = parts().region, going.answers.get(field.id), None
    if isinstance(value, dict) and value.get("code"):
        names = {value["code"]: full_name(region, value["code"], going.voice.language)}
    said = answer_text(field, value, region, going.voice, place_names=names, aloud=True) if value else ""
    return said.rstrip("。.") or _("没有填")


TERM_ENDS = ("：", ": ")
"""After the question of a line, in Chinese and in English."""


def parts_of_text(text: str, definition: Definition) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was read back, as it was kept, again part by part: its title, each question with its answer. The
    further lines of an answer stay with it; what stands before the first part has no title."""
    titles = {
        section.title.say(language, is_proxy=is_proxy)
        for section in definition.service.sections
        for language in LOCALES
        for is_proxy in (False, True)
    }
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if line in titles:
            found.append((line, []))
            continue
        rows = found[-1][1] if found else []
        if not found:
            found.append(("", rows))
        ends = [(line.index(one), one) for one in TERM_ENDS if one in line]
        if ends:
            at, mark = min(ends)
            rows.append((line[:at], line[at + len(mark) :]))
        elif rows:
            question, answer = rows[-1]
            rows[-1] = (question, f"{answer}\n{line}")
        else:
            rows.append((line, ""))
    return found


def whole_text(going: Going, back: ReadBack, declared: list[str]) -> str:
    """What was read back, and each declaration to which the person said yes."""
    agreed = [
        _("来人同意：%(words)s", words=going.voice.say(one.label))
        for one in going.definition.service.declarations
        if one.id in declared
    ]
    return "\n".join([back.text, *agreed])
