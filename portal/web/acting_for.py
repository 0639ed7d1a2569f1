"""The banner of every page on which somebody acts for another: for whom, as what, and the way to change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import labels
from portal.catalogue.wording import Voice
from portal.usecases.represented import (
    ActingNow,
    ApplicationSeen,
    Represented,
    acting_now,
    acting_now_by_letter,
)
from portal.web.going import ActingFor
from portal.web.jinja_words import said as _
from portal.web.preferences import language
from portal.web.visit_door import acting_side, visit_href

PEOPLE = "/account/people"
"""Where all stand for whom one acts."""


def banner_of(application: ApplicationSeen) -> ActingFor | None:
    """Above an application that was handed in; none for the person themselves, whoever began it."""
    return _banner(acting_now(acting_side(), application))


def banner_of_letter(db: Session, notice_id: int) -> ActingFor | None:
    """Above a letter about an application."""
    return _banner(acting_now_by_letter(db, acting_side(), notice_id))


def banner_for(one: Represented) -> ActingFor | None:
    """Above the pages about one person for whom the reader acts."""
    return _banner(ActingNow(one.name, one.relation))


def _banner(now: ActingNow | None) -> ActingFor | None:
    if now is None:
        return None
    sentence = _("您正在替%(name)s办事。", name=now.name) if now.name else _("您正在替别人办事。")
    if now.name and (words := relation_words(now.relation)):
        sentence += _("您是%(name)s的%(relation)s。", name=now.name, relation=words)
    return ActingFor(now.name, sentence, visit_href() if acting_side().is_beside else PEOPLE)


def relation_words(relation: str) -> str:
    """What who acts is to the person; empty where that was not said, or is nothing that has a name."""
    if relation in ("", "other") or relation not in labels.RELATIONS:
        return ""
    return labels.label(labels.RELATIONS, relation, language())


def voice_of(application: ApplicationSeen) -> Voice:
    """In which voice an application speaks to its reader: to who acts of the person, to the person of 您."""
    is_proxy = acting_now(acting_side(), application) is not None
    return Voice(language(), application.subject_name, is_proxy)
