"""The banner of every page on which somebody acts for another: for whom, as what, and the way to change."""

from __future__ import annotations

from portal import labels
from portal.catalogue.wording import Voice
from portal.usecases.applications import Application
from portal.usecases.represented import Represented
from portal.usecases.standing import side_of
from portal.web.going import ActingFor
from portal.web.jinja_words import said as _
from portal.web.preferences import language
from portal.web.visit_door import acting_side

PEOPLE = "/account/people"
"""Where all stand for whom one acts."""


def banner_of(application: Application) -> ActingFor | None:
    """Above an application that was handed in; none for the person themselves, whoever began it."""
    if application.acting != "proxy" or side_of(acting_side(), application) != "representative":
        return None
    kept = application.representation
    return _banner(application.subject_name, kept.relation if kept is not None else "")


def banner_for(one: Represented) -> ActingFor:
    """Above the pages about one person for whom the reader acts."""
    return _banner(one.name, one.relation)


def _banner(name: str | None, relation: str) -> ActingFor:
    sentence = _("您正在替%(name)s办事。", name=name) if name else _("您正在替别人办事。")
    if name and (words := relation_words(relation)):
        sentence += _("您是%(name)s的%(relation)s。", name=name, relation=words)
    return ActingFor(name, sentence, PEOPLE)


def relation_words(relation: str) -> str:
    """What who acts is to the person; empty where that was not said, or is nothing that has a name."""
    if relation in ("", "other") or relation not in labels.RELATIONS:
        return ""
    return labels.label(labels.RELATIONS, relation, language())


def voice_of(application: Application, *, has_name: bool = True) -> Voice:
    """In which voice an application speaks to its reader: to who acts of the person, to the person of 您."""
    is_proxy = application.acting == "proxy" and side_of(acting_side(), application) == "representative"
    return Voice(language(), application.subject_name if has_name else None, is_proxy)
