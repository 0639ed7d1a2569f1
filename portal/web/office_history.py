"""The full history of an application: who did, read and wrote what, when."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, request
from flask_babel import gettext as _

from portal import labels
from portal.i18n import moment_text
from portal.rules.references import grouped
from portal.usecases.event_history import PastEvent, get_history
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.office_events import event_words
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.whole_numbers import whole_number


@dataclass(frozen=True)
class ShownEvent:
    when: str
    what: str
    who: str
    post: str


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.get("/applications/<reference>/history")
    @mark
    def history(reference: str) -> tuple[str, int]:
        return show_history(base, reference)


def show_history(base: str, reference: str) -> tuple[str, int]:
    """One page, newest first. A cursor that means nothing is the start."""
    before = whole_number(request.args.get("before", ""))
    with at_application(reference) as db:
        found = get_history(db, actor(), reference, before)
        number = grouped(found.seen.application.reference)
    address = f"{base}/applications/{quote(reference)}"
    return render(
        "office/history.html",
        number=number,
        address=address,
        events=[shown_event(one) for one in found.events],
        is_first=before is None,
        next_href=f"{address}/history?before={found.before}" if found.before else None,
    )


def shown_event(event: PastEvent) -> ShownEvent:
    """One entry in words."""
    role = labels.label(labels.ROLES, event.role, language()) if event.role else ""
    unit = event.unit.get(language()) or event.unit.get("zh", "")
    return ShownEvent(
        when=moment_text(event.at, language()),
        what=event_words(event.tag),
        who=_who(event),
        post=_("%(unit)s，%(role)s", unit=unit, role=role) if unit and role else unit or role,
    )


def _who(event: PastEvent) -> str:
    if event.actor_kind == "staff":
        return event.name or _("工作人员")
    if event.actor_kind == "resident":
        return _("申请人") if event.authority == "self" else _("代办人")
    return _("系统") if event.actor_kind == "system" else _("没有登录的人")
