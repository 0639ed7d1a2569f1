"""What an application has been through, in words for staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from portal.i18n import date_text, moment_text
from portal.usecases.review import Review
from portal.web.preferences import language
from portal.web.queue_words import OUTCOMES_WITHOUT_DECISION
from portal.web.rendering import say
from portal.web.review_words import voice_of


@dataclass(frozen=True)
class Event:
    """One entry of the timeline (components/timeline.html)."""

    at: datetime
    what: str
    when: str
    text: str = ""
    state: str = "done"


def timeline_of(review: Review) -> list[Event]:
    """What the application has been through, oldest first; where it stands is the last entry."""
    events = [*_submitted(review), *_decided(review), *_corrected(review), *_ended(review)]
    events.sort(key=lambda event: event.at)
    if review.clock is not None:
        name, when = say(review.clock.step.name), moment_text(review.clock.entry.opened_at, language())
        events.append(Event(review.clock.entry.opened_at, name, when, state="now"))
    return events


def _submitted(review: Review) -> Iterable[Event]:
    for one in review.submissions:
        what = _("申请人提交") if one.round == 1 else _("申请人补好，再次提交")
        if one.round > 1 and one.submitted_by_id != review.application.account_id:
            what = _("窗口当场改了一个答案，本人确认过")
        yield _event(one.submitted_at, what)


def _decided(review: Review) -> Iterable[Event]:
    entries = {entry.id: entry for entry in review.application.entries}
    for one in review.decisions:
        if one.kind == "return":
            continue
        step = review.definition.step(entries[one.entry_id].step)
        outcomes = {outcome.id: say(outcome.label) for outcome in step.outcomes} if step else {}
        reasons = [review.definition.reason(code) for code in one.reasons]
        said = [say(reason.label) for reason in reasons if reason] + [one.summary or "", one.words or ""]
        what = _(
            "%(step)s：%(name)s，%(outcome)s",
            step=say(step.name) if step else "",
            name=_who(review, one.decided_by_id),
            outcome=outcomes.get(one.outcome, one.outcome),
        )
        yield _event(one.decided_at, what, "\n".join(line for line in said if line))


def _who(review: Review, account_id: int) -> str:
    """Whoever decided: mostly one of the staff; the household answers what only it can answer."""
    if account_id == review.application.account_id:
        return _("申请人在网上")
    return review.names.get(account_id, "")


def _corrected(review: Review) -> Iterable[Event]:
    voice = voice_of(review)
    for one in review.corrections:
        said = [_("最晚%(day)s补好。", day=date_text(one.due_on, language()))]
        for point in one.points:
            page, reason = review.definition.page(point.page), review.definition.reason(point.reason)
            said.append(
                _(
                    "%(page)s：%(reason)s。%(words)s",
                    page=voice.say(page.title) if page else point.page,
                    reason=say(reason.label) if reason else point.reason,
                    words=point.words,
                )
            )
        name = review.names.get(one.asked_by_id, "")
        yield _event(one.asked_at, _("%(name)s请申请人补正", name=name), "\n".join(said))


def _ended(review: Review) -> Iterable[Event]:
    decided = {one.entry_id for one in review.decisions if one.kind not in ("return", "suspend")}
    for entry in review.application.entries:
        words = OUTCOMES_WITHOUT_DECISION.get(entry.outcome or "")
        if words is not None and entry.closed_at is not None and entry.id not in decided:
            yield _event(entry.closed_at, str(words))


def _event(at: datetime, what: str, text: str = "") -> Event:
    return Event(at, what, moment_text(at, language()), text)
