"""Following an application: status in plain words, notices, withdrawing, the look-up without an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Flask, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock, labels
from portal.catalogue.model import Step, StepKind
from portal.catalogue.wording import Voice
from portal.i18n import date_text, holiday_text
from portal.rules.errors import NotFound
from portal.rules.places import full_name
from portal.usecases import applications, progress, slips
from portal.usecases.copies import list_made_copies
from portal.usecases.documents import list_handed_in
from portal.usecases.evidence_checks import list_seen_originals
from portal.usecases.identity_known import identity_of_account
from portal.usecases.ratings import find_offer
from portal.usecases.thread import count_unread
from portal.web.access import actor, applicant, public
from portal.web.account_questions import ReceiptForm
from portal.web.acting_for import banner_of, voice_of
from portal.web.card_status import find_card_status
from portal.web.document_question import shown_by_thing, shown_copies
from portal.web.document_words import made_by_words
from portal.web.identity_words import identity_words
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.preferences import language
from portal.web.public_notices import posted_of
from portal.web.queue_words import due_words
from portal.web.ratings import sealed_slip
from portal.web.rendering import page_title, render, say
from portal.web.seen_originals import seen_sentences
from portal.web.still_to_show import find_still_to_show

Answered = str | Response | tuple[str, int]

DECISIONS = ("N04", "N09", "N10")
"""Letters that say how it was decided."""


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    when: str
    what: str
    text: str
    state: str  # done, now, next, over


def state_words(found: progress.Progress) -> str:
    return labels.label(labels.STATES, found.application.state, language())


def status_context(found: progress.Progress, *, is_own: bool) -> dict[str, Any]:
    """What a status page says; the look-up without an account gets the same without names and letters."""
    application = found.application
    return {
        "found": found,
        "is_own": is_own,
        "reference": found.application.reference,
        "state": state_words(found),
        "tone": labels.STATE_TONES[found.application.state],
        "service_name": say(found.definition.service.name),
        "current": found.current,
        "holidays": [holiday_text(one, language()) for one in found.current.holidays]
        if found.current
        else [],
        "events": timeline_of(found),
        "posted_notice": posted_of(found) if is_own else None,
        "voice": voice_of(application) if is_own else Voice(language(), None, application.acting == "proxy"),
        "pause_words": pause_words,
        "due": _due_tag(found.current),
        "elsewhere": _elsewhere(found),
        "is_asked": _is_asked(found.current),
        "remedies": remedies_of(found) if is_own else [],
    }


def _points_asked(found: progress.Progress) -> list[tuple[str, str, str]]:
    """What has to be put right: the page, why, and the officer's own words."""
    if found.correction is None:
        return []
    voice = voice_of(found.application)
    titles = {page.id: page.title for page in found.definition.pages}
    reasons = {one.code: one.text for one in found.definition.reasons}
    return [
        (voice.say(titles[one.page]), say(reasons[one.reason]), one.words) for one in found.correction.points
    ]


def remedies_of(found: progress.Progress) -> list[tuple[str, str]]:
    """What can be applied for here against the decision, in the order of its letter: words and address."""
    told = next((row.key for row in found.notices if row.key in DECISIONS), None)
    if found.decision is None or found.current is not None or told is None:
        return []
    offered = parts().region.services
    return [
        (say(remedy.title), f"/services/{remedy.service}")
        for remedy in found.definition.service.remedies
        if remedy.service in offered and told not in remedy.not_in
    ]


def _is_asked(current: progress.StepSeen | None) -> bool:
    """Whether it waits for what only the household can answer."""
    return current is not None and current.step.kind is StepKind.HOUSEHOLD and not current.is_paused


def _elsewhere(found: progress.Progress) -> tuple[str, str] | None:
    """Where it was handed in and which county decides, when these are two (跨省通办)."""
    here, home = found.application.acceptance_county, found.application.county
    if here is None or home is None:
        return None
    region = parts().region
    return full_name(region, here, language()), full_name(region, home, language())


def timeline_of(found: progress.Progress) -> list[Event]:
    events = [Event(_day(found.application.submitted_on), _("收到申请"), "", "done")]
    for seen in found.steps:
        unit = seen.unit.names.get(language()) or seen.unit.names["zh"]
        events += [Event(_day(on), _("收到补的材料"), unit, "done") for on in seen.mended_on]
        if seen.closed_at is not None:
            closed = _day(clock.shanghai(seen.closed_at).date())
            state = "over" if seen.is_cut_short else "done"
            events.append(Event(closed, say(seen.step.name), unit, state))
        elif seen.is_paused:
            events.append(Event("", say(seen.step.name), pause_words(seen), "now"))
        else:
            until = _("最晚%(day)s", day=_day(seen.due_on))
            events.append(Event(until, say(seen.step.name), unit, "now"))
    events += [Event("", say(step.name), _not_counted(step), "next") for step in found.upcoming]
    return events


def _due_tag(seen: progress.StepSeen | None) -> tuple[str, str] | None:
    """What is left of the time, in the words of the office; None where no clock runs."""
    if seen is None or seen.is_paused:
        return None
    return due_words(seen.days_left, seen.step.clock.unit, is_half=seen.is_half)


def pause_words(seen: progress.StepSeen) -> str:
    """Why the clock of a step stands, and until when where that is known."""
    if seen.pause_reason == "correction":
        return _("时限暂停，等您补材料。")
    if seen.pause_reason == "taken_down":
        return _("公示先撤下来了，这一步先停下来。再公示以前，我们告诉您。停下来的时间不算。")
    if seen.paused_until is not None:
        return _("先停下来，%(day)s再接着办。停下来的时间不算。", day=_day(seen.paused_until))
    return _("时限暂停。")


def _not_counted(step: Step) -> str:
    return "" if step.clock.counts else _("这一步的时间另外算。")


def _day(day: date | None) -> str:
    return date_text(day, language()) if day else ""


@applicant
def status_page(reference: str) -> Answered:
    with reading() as db:
        found = progress.get_progress(db, actor(), reference)
        if found.application.state == "draft":
            return redirect(f"/apply/{found.application.service_code}/{found.application.reference}", 303)
        slip = applications.get_slip(db, found.application)
        seen = list_seen_originals(db, found.application)
        files = list_handed_in(db, found.application)
        made = list_made_copies(db, found.application)
        unread = count_unread(db, found.application)
        may_rate = find_offer(db, found.application) is not None
        identity = identity_of_account(db, found.application.account_id)
        still_to_show = find_still_to_show(db, found.application, found.definition)
        card = find_card_status(db, found.application, found.definition, found.current)
        acting_for = banner_of(found.application)
        points_asked = _points_asked(found)
    return render(
        "applications/status.html",
        points_asked=points_asked,
        card=card,
        identity=identity_words(identity),
        still_to_show=still_to_show,
        acting_for=acting_for,
        slip=slip,
        seen=seen_sentences(found.definition, seen),
        files=shown_by_thing(files),
        copies=[
            replace(shown, made_by=made_by_words(one))
            for one, shown in zip(
                made, shown_copies(found.definition, [one.document for one in made]), strict=True
            )
        ],
        unread=unread,
        may_rate=may_rate,
        title=page_title(state_words(found), say(found.definition.service.name)),
        **status_context(found, is_own=True),
    )


@applicant
def withdraw_page(reference: str) -> Answered:
    with reading() as db:
        found = progress.get_progress(db, actor(), reference)
        acting_for = banner_of(found.application)
    if not found.may_withdraw:
        return redirect(f"/account/applications/{found.application.reference}", 303)
    return render(
        "applications/withdraw.html",
        acting_for=acting_for,
        reference=found.application.reference,
        service_name=say(found.definition.service.name),
        title=page_title(_("撤回申请？"), say(found.definition.service.name)),
    )


@applicant
def withdraw(reference: str) -> Answered:
    with transaction() as db:
        gone = applications.withdraw(db, actor(), reference)
    return redirect(f"/account/applications/{gone.reference}", 303)


@applicant
def switch_slip(reference: str) -> Answered:
    with transaction() as db:
        switched = progress.switch_slip(db, actor(), reference, is_off=request.form.get("is_off") == "1")
    return redirect(f"/account/applications/{switched.reference}", 303)


@public
def look_up_page() -> Answered:
    """Reference and code: never an ID number, a birthday or a name (experience.md 5)."""
    form = ReceiptForm(sent())
    if request.method != "POST" or not form.validate():
        return render(
            "applications/look_up.html",
            form.status,
            form=form,
            title=page_title(_("查进度"), has_errors=form.has_errors),
        )
    count_or_refuse(slips.TRIED, slips.one_way_to_write(form.reference.data))
    try:
        with reading() as db:
            found = progress.look_up(db, form.reference.data, form.code.data)
            may_rate = actor().kind != "staff" and find_offer(db, found.application) is not None
    except NotFound:
        form.add_error("reference", _("收件号和查询码对不上。请对照收件凭证，一段一段核对。"))
        return render(
            "applications/look_up.html",
            422,
            form=form,
            title=page_title(_("查进度"), has_errors=True),
        )
    return render(
        "applications/status.html",
        slip=None,
        sealed_slip=sealed_slip(found.application.reference) if may_rate else None,
        title=page_title(state_words(found), say(found.definition.service.name)),
        **status_context(found, is_own=False),
    )


@applicant
def own_page() -> Answered:
    """Old addresses and typed ones: everything of one's own stands on the account page."""
    return redirect("/account", 303)


def register(app: Flask) -> None:
    one = "/account/applications/<reference>"
    app.add_url_rule("/account/applications", view_func=own_page)
    app.add_url_rule(one, view_func=status_page)
    app.add_url_rule(one + "/withdraw", view_func=withdraw_page)
    app.add_url_rule(one + "/withdraw", view_func=withdraw, methods=["POST"])
    app.add_url_rule(one + "/slip", view_func=switch_slip, methods=["POST"])
    app.add_url_rule("/status", view_func=look_up_page, methods=["GET", "POST"])
