"""The page of a queue, for every front that has one: the office and the counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.catalogue.model import Field
from portal.catalogue.wording import Voice, answer_text
from portal.rules.references import grouped
from portal.usecases.actor import Actor
from portal.usecases.claims import take_next
from portal.usecases.queue_lists import DueFilter, QueueFilters, Which
from portal.usecases.review_queue import QueueRow, list_queue
from portal.web.access import actor
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language
from portal.web.rendering import render, say

TITLES: Final = {
    "mine": _l("我的待办"),
    "unit": _l("本单位"),
    "waiting": _l("暂停和等补正"),
    "coming": _l("将要转来的"),
    "done": _l("已办"),
}
OUTCOMES_WITHOUT_DECISION: Final = {
    "withdrawn": _l("申请人已撤回"),
    "lapsed": _l("过了期限，已结束"),
    "deemed": _l("没有按时告知，视为受理"),
    "no_objection": _l("公示期满，没有异议"),
    "ended": _l("已停止办理"),
}
DUE_FILTERS: Final[dict[str, DueFilter]] = {"late": "late", "soon": "soon"}


@dataclass(frozen=True)
class Pick:
    """One filter above the queue."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    value: str


@dataclass(frozen=True)
class ShownRow:
    href: str
    reference: str
    service: str
    applicant: str
    step: str
    due_kind: str
    due: str
    claimed_by: str
    needs: str
    outcome: str
    row: QueueRow


def show_queue(base: str, which: Which) -> tuple[str, int]:
    """The queue ``which`` of the front at ``base`` (``/office``, ``/desk``)."""
    picks = _picks(actor())
    chosen = {pick.name: pick.value for pick in picks}
    filters = QueueFilters(
        service=chosen["service"] or None,
        step=chosen["step"] or None,
        due=DUE_FILTERS.get(chosen["due"]),
    )
    with reading() as db:
        page = list_queue(db, actor(), which, filters, request.args.get("after"))
        rows = [_shown(base, row) for row in page.rows]
    count = _("超过%(count)s件", count=page.count) if page.is_more else _("%(count)s件", count=page.count)
    kept = {name: value for name, value in chosen.items() if value}
    return render(
        "office/queue.html",
        base=base,
        which=which,
        heading=_("%(title)s（%(count)s）", title=str(TITLES[which]), count=count),
        rows=rows,
        picks=picks if which != "done" else [pick for pick in picks if pick.name != "due"],
        is_filtered=bool(kept),
        is_first=not request.args.get("after"),
        next_href=f"{request.path}?{urlencode({**kept, 'after': page.after})}" if page.after else None,
        first_href=f"{request.path}?{urlencode(kept)}" if kept else request.path,
        has_none_left="none" in request.args,
    )


def take(base: str) -> Response:
    """Take the next one and open it; with nothing left, the queue says so."""
    with transaction() as db:
        reference = take_next(db, actor())
    return redirect(f"{base}/applications/{reference}" if reference else f"{base}?none=1", 303)


def due_words(days_left: int) -> tuple[str, str]:
    """The kind of tag and the words for the working days that are left."""
    if days_left < 0:
        return "bad", ngettext("超期%(num)s个工作日", "超期%(num)s个工作日", -days_left)
    if days_left == 0:
        return "caution", _("今天到期")
    kind = "caution" if days_left == 1 else "good"
    return kind, ngettext("还剩%(num)s个工作日", "还剩%(num)s个工作日", days_left)


def needs_words(needs: tuple[tuple[Field, Any], ...]) -> list[tuple[str, str]]:
    """(question, answer) of what everyone must know about reaching and meeting a person."""
    voice = Voice(language(), is_proxy=True)
    return [
        (voice.say(field.short or field.label), answer_text(field, value, parts().region, voice))
        for field, value in needs
    ]


def _shown(base: str, row: QueueRow) -> ShownRow:
    due_kind, due = ("plain", _("时限暂停")) if row.is_paused else due_words(row.days_left)
    if row.is_provisional and not row.is_paused:
        due = _("预计%(due)s", due=due)
    outcomes = {one.id: say(one.label) for one in row.step.outcomes}
    outcomes |= {code: str(words) for code, words in OUTCOMES_WITHOUT_DECISION.items()}
    return ShownRow(
        href=f"{base}/applications/{row.reference}",
        reference=grouped(row.reference),
        service=say(row.service.name),
        applicant=row.masked_name,
        step=say(row.step.name),
        due_kind=due_kind,
        due=due,
        claimed_by=_("我") if row.is_mine else row.claimed_by or _("没有人领取"),
        needs=_("；").join(answer for _question, answer in needs_words(row.needs)) or _("没有特别的"),
        outcome=outcomes.get(row.outcome or "", ""),
        row=row,
    )


def _picks(who: Actor) -> list[Pick]:
    """The filters with what is on offer to this role; anything else in the address counts as everything."""
    region = parts().region
    services = [parts().catalogue.services[code] for code in region.services]
    steps = {
        step.id: say(step.name) for service in services for step in service.steps if step.role == who.role
    }
    offered = {
        "service": (_("服务"), [("", _("全部服务"))] + [(one.code, say(one.name)) for one in services]),
        "step": (_("步骤"), [("", _("全部步骤")), *steps.items()]),
        "due": (_("时限"), [("", _("全部")), ("late", _("已超期")), ("soon", _("快到期"))]),
    }
    return [
        Pick(name, label, choices, _chosen(name, [value for value, _words in choices]))
        for name, (label, choices) in offered.items()
    ]


def _chosen(name: str, offered: list[str]) -> str:
    wanted = request.args.get(name, "")
    return wanted if wanted in offered else ""
