"""What the applicant is told of originals: where, how and on which day each was seen."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.catalogue.model import Definition
from portal.i18n import date_text
from portal.usecases.evidence_checks import SeenOriginal
from portal.web.preferences import language
from portal.web.rendering import say


def seen_sentences(definition: Definition, seen: Iterable[SeenOriginal]) -> list[str]:
    """东风乡窗口已核对户口簿原件，2026年11月22日。"""
    titles = {one.id: say(one.title) for one in definition.service.evidence}
    return [_sentence(one, titles[one.evidence]) for one in seen if one.evidence in titles]


def _sentence(one: SeenOriginal, what: str) -> str:
    day = date_text(one.seen_on, language())
    if one.unit is None:
        return _("登记系统已经确认：%(what)s，%(day)s。", what=what, day=day)
    unit = one.unit.names.get(language()) or one.unit.names["zh"]
    if one.how == "register":
        return _("%(unit)s已在登记系统里查到：%(what)s，%(day)s。", unit=unit, what=what, day=day)
    if one.how == "home":
        return _("%(unit)s已上门核对原件：%(what)s，%(day)s。", unit=unit, what=what, day=day)
    return _("%(unit)s已核对原件：%(what)s，%(day)s。", unit=unit, what=what, day=day)
