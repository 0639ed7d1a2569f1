"""The page of a visitor: what they have under way, what can be begun, and the button that ends the visit."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, make_response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock, labels
from portal.i18n import date_text
from portal.rules.search import SearchIndex, normal
from portal.usecases.identity import get_account_at_desk
from portal.usecases.notices import list_notices
from portal.usecases.represented import list_people
from portal.usecases.visitor_applications import UnderWay, list_under_way, visitor_needs
from portal.usecases.visits import end_visit
from portal.web import visit_identity, visit_papers, visit_receiving, visit_waiting
from portal.web.access import actor, desk
from portal.web.parts import reading, transaction
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.services import INDEX, get_definition, services_by_category
from portal.web.session_cookie import forget_pages
from portal.web.visit_door import current_visit, visit_href, visiting_actor
from portal.web.visit_words import needs_lines

Answered = tuple[str, int] | Response

TONES = {"info": "plain", "caution": "caution", "success": "good", "error": "bad"}
IDENTITY_SEEN = {
    "document": _l("看了证件原件"),
    "slip": _l("凭回执或者本人联系单"),
    "code": _l("凭发到手机或者邮箱的验证码"),
}
AUTHORITY_WORDS = {
    "authority_over": _l("代办的期限已经过了。可以重新请人代办，或者本人自己办。"),
    "authority_ended": _l("代办已经结束。"),
    "authority_suspended": _l("代办暂停了。"),
    "authority_hidden": _l("这一件由本人自己管。"),
    "authority_not_yet": _l("代办的期限还没有开始。"),
    "authority_asked": _l("本人还没有同意代办。"),
}


@dataclass(frozen=True)
class Line:
    """One application of the visitor, as the page shows it."""

    name: str
    person: str
    reference: str
    href: str | None
    state: str
    tone: str
    waits: str


@desk
def home(token: str) -> Answered:
    """Who is there and what they have under way. Access needs stand at the top."""
    visit, who = current_visit(), visiting_actor()
    with reading() as db:
        lines = [_line(one) for one in list_under_way(db, who)]
        needs = visitor_needs(db, visit.account_id)
        letters = len(list_notices(db, who))
        people = [one for one in list_people(db, who) if one.is_live and one.name]
        account = get_account_at_desk(db, actor(), visit.account_id)
    return render(
        "desk/visit.html",
        visit=visit,
        lines=lines,
        needs=needs_lines(needs),
        letters=letters,
        people=[one.name for one in people],
        account=account,
        seen=str(IDENTITY_SEEN[visit.identity_seen]) if visit.identity_seen else None,
    )


@desk
def services(token: str) -> Answered:
    """What can be begun, with the search; several in one visit."""
    typed = normal(request.args.get("q", ""))
    index = current_app.extensions[INDEX]
    assert isinstance(index, SearchIndex)
    found = [service for code in index.find(typed) if not (service := get_definition(code).service).bundle]
    grouped = {
        category: [one for one in offered if not one.bundle]
        for category, offered in services_by_category().items()
    }
    return render(
        "desk/visit_services.html",
        typed=typed,
        found=found,
        grouped={category: offered for category, offered in grouped.items() if offered},
    )


@desk
def next_visitor(token: str) -> Answered:
    """下一位: the visit is over, for good; the browser throws away what it kept of its pages."""
    with transaction() as db:
        end_visit(db, actor(), g.signed_in.session_id)
    return forget_pages(make_response(redirect("/desk/visits?ended=1", 303)))


def _line(one: UnderWay) -> Line:
    application = one.application
    return Line(
        name=say(one.definition.service.name),
        person=application.subject_name or "",
        reference=application.reference,
        href=None if one.refused else _href(one),
        state=labels.label(labels.STATES, application.state, language()),
        tone=TONES[labels.STATE_TONES[application.state]],
        waits=_waits(one),
    )


def _href(one: UnderWay) -> str:
    application = one.application
    if application.state == "draft" and one.side != "person":
        return visit_href("apply", application.service_code, application.reference)
    return visit_href("applications", application.reference)


def _waits(one: UnderWay) -> str:
    """For what it waits, in one sentence."""
    application = one.application
    if one.refused:
        return str(AUTHORITY_WORDS.get(one.refused, _("代办人现在不能办这一件。")))
    if application.state == "draft":
        day = date_text(application.draft_until_on, language())
        return _("还没有提交，保留到%(day)s。", day=day)
    if one.correction is not None and one.is_held:
        return _("本人不同意这样办，补的时间先停下来。本人收回意见以后，剩下的天数接着算。")
    if one.correction is not None:
        return _("等来人补，最晚%(day)s。", day=date_text(one.correction.due_on, language()))
    return _turn(one)


def _turn(one: UnderWay) -> str:
    """Which step has it, and until when; empty where none has."""
    entry = one.entry
    step = one.definition.step(entry.step) if entry is not None else None
    if entry is None or step is None:
        return ""
    name, day = say(step.name), date_text(entry.due_on, language())
    if entry.is_paused:
        return _("现在是“%(step)s”，先停下来了。", step=name)
    if entry.due_on < clock.today():
        return _("现在是“%(step)s”，应该%(day)s办完，晚了。", step=name, day=day)
    return _("现在是“%(step)s”，最晚%(day)s。", step=name, day=day)


def register(app: Flask) -> None:
    """Add the addresses of receiving and of the visitor's page."""
    for room in (visit_receiving, visit_waiting, visit_identity, visit_papers):
        room.register(app)
    one = "/desk/visits/<token>"
    app.add_url_rule(one, "visits.home", home)
    app.add_url_rule(one + "/services", "visits.services", services)
    app.add_url_rule(one + "/next", "visits.next_visitor", next_visitor, methods=["POST"])
