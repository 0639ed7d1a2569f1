"""The words that stand for a document: what whoever saw the original wrote down, what a step concluded from
it, and who of the staff made a copy."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.wording import Voice, answer_text
from portal.i18n import date_text, moment_text
from portal.usecases.copies import MadeCopy, made_copy
from portal.usecases.documents import Document
from portal.usecases.evidence_checks import find_look_at
from portal.usecases.findings import find_finding_on
from portal.web.access import actor
from portal.web.document_question import ShownDocument
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.proof_words import content_facts


def with_words(db: Session, document: Document, shown: ShownDocument) -> ShownDocument:
    """The document as it is shown, with everything that says in words what can be seen on it."""
    made_by = made_by_words(made_copy(db, document)) if document.is_copy else ""
    return replace(shown, recorded=tuple(recorded_of(db, document)), made_by=made_by)


def recorded_of(db: Session, document: Document) -> list[tuple[str, str]]:
    """Name and words of each thing that was written down of it."""
    look = find_look_at(db, document)
    return content_facts(look) if look is not None else _findings_on(db, document)


def _findings_on(db: Session, document: Document) -> list[tuple[str, str]]:
    """The paper of a step says what was then entered in the form of that step."""
    finding = find_finding_on(db, document)
    voice, region = Voice(language()), parts().region
    return [
        (voice.say(field.short or field.label), answer_text(field, value, region, voice) or _("没有填"))
        for field, value in (finding.rows if finding is not None else ())
    ]


def made_by_words(made: MadeCopy) -> str:
    """For the applicant the unit and the day, for colleagues also who and when exactly."""
    at = made.document.uploaded_at
    unit = (made.unit.names.get(language()) or made.unit.names["zh"]) if made.unit else ""
    if actor().kind == "staff":
        return _(
            "%(unit)s的%(name)s扫描，%(when)s", unit=unit, name=made.name, when=moment_text(at, language())
        )
    return _("%(unit)s扫描，%(day)s", unit=unit, day=date_text(clock.shanghai(at).date(), language()))
