"""The figures of a unit on a page: each said in a sentence, drawn in bars, and written out in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.labels import label
from portal.rules.figures import share
from portal.usecases.figures import Figures, ReasonFigures, Tally, get_figures
from portal.web.access import actor, office
from portal.web.parts import parts, reading
from portal.web.preferences import language
from portal.web.rendering import render, say

ADDRESS: Final = "/office/figures"
PERIODS: Final = {"7": _l("最近7天"), "30": _l("最近30天"), "90": _l("最近90天"), "365": _l("最近365天")}
USUAL: Final = "30"
MOST_BARS: Final = 10
"""More are in the table only."""


@dataclass(frozen=True)
class Bar:
    """``percent`` is its length: of the longest in the figure, or of a hundred."""

    label: str
    percent: int
    words: str


@dataclass(frozen=True)
class Chart:
    """One figure: what it shows in a sentence, its bars, and all of it in a table, whose ``caption`` says in
    which order: the title was heard above."""

    id: str
    title: str
    sentence: str
    bars: Sequence[Bar]
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def register(app: Flask) -> None:
    """Add the address of the figures."""
    page = Blueprint("figures", __name__)

    @page.get(ADDRESS)
    @office
    def figures() -> tuple[str, int]:
        return show_figures()

    app.register_blueprint(page)


def show_figures() -> tuple[str, int]:
    """The figures of the unit over a period; an unknown one is the usual one."""
    asked = request.args.get("days", USUAL)
    days = asked if asked in PERIODS else USUAL
    with reading() as db:
        found = get_figures(db, actor(), int(days))
    made = (_due, _load, _on_time, _steps, _corrections, _refusals, _grades)
    return render(
        "office/figures.html",
        found=found,
        periods=[(value, str(words)) for value, words in PERIODS.items()],
        days=days,
        charts=[make(found) for make in made],
    )


def _due(found: Figures) -> Chart:
    """What is late and what soon will be, as it is now."""
    pairs = [(_("已超期"), found.late), (_("快到期"), found.due_soon)]
    return Chart(
        "due",
        _("现在的时限"),
        _(
            "现在超期的有%(late)s，快到期的有%(soon)s。",
            late=_counted(found.late),
            soon=_counted(found.due_soon),
        ),
        _bars([(words, tally.count, _counted(tally)) for words, tally in pairs]),
        _("超期的在前"),
        [_("时限"), _("件数")],
        [(words, _counted(tally)) for words, tally in pairs],
    )


def _load(found: Figures) -> Chart:
    """Who has how much in hand now."""
    loads = sorted(found.loads, key=lambda one: -one.running)
    names = [
        _(
            "%(name)s，%(role)s",
            name=one.colleague.name,
            role=label(labels.ROLES, one.colleague.role, language()),
        )
        for one in loads
    ]
    total, standing = sum(one.running for one in loads), sum(one.standing for one in loads)
    sentence = _("现在没有人手里有申请。")
    if standing:
        sentence = _("现在没有人手里有在办的申请。等补正和暂停的有%(count)s件。", count=standing)
    if total:
        sentence = _(
            "%(people)s个人手里一共有%(total)s件，最多的是%(name)s，有%(most)s件。",
            people=sum(1 for one in loads if one.running),
            total=total,
            name=loads[0].colleague.name,
            most=loads[0].running,
        )
    return Chart(
        "load",
        _("每个人手里的申请"),
        sentence,
        _bars([(name, one.running, _pieces(one.running)) for name, one in zip(names, loads, strict=True)]),
        _("手里最多的在前"),
        [_("姓名和岗位"), _("手里在办"), _("其中超期"), _("等补正和暂停")],
        [
            (name, _pieces(one.running), _pieces(one.late), _pieces(one.standing))
            for name, one in zip(names, loads, strict=True)
        ],
    )


def _on_time(found: Figures) -> Chart:
    in_time = found.ended - found.ended_late
    sentence = _("这段时间没有办完的步骤。")
    if found.ended:
        sentence = _(
            "这段时间办完%(count)s个步骤，其中%(percent)s%%按时。",
            count=found.ended,
            percent=share(in_time, found.ended),
        )
    pairs = [(_("按时"), in_time), (_("超期"), found.ended_late)]
    head = [_("办完时"), _("件数"), _("比例")]
    return _shares("on-time", _("按时办完的"), sentence, _("按时的在前"), head, pairs, found.ended)


def _steps(found: Figures) -> Chart:
    lines = [(_step_name(one.service, one.step), one) for one in found.steps]
    sentence = _("这段时间没有办完的步骤。")
    if lines:
        name, slowest = lines[0]
        sentence = _(
            "用时最长的步骤是%(step)s：一半在%(median)s个工作日内办完，九成在%(most)s个工作日内办完。",
            step=name,
            median=slowest.median,
            most=slowest.most,
        )
    return Chart(
        "steps",
        _("每个步骤用的工作日（不算时钟停住的日子）"),
        sentence,
        _bars([(name, one.most, _days(one.most)) for name, one in lines]),
        _("用时最长的在前"),
        [_("步骤"), _("办完"), _("一半在几天内"), _("九成在几天内"), _("其中超期")],
        [
            (name, _pieces(one.count), _days(one.median), _days(one.most), _pieces(one.late))
            for name, one in lines
        ],
    )


def _corrections(found: Figures) -> Chart:
    sentence = _("这段时间作出%(count)s个决定，没有要求补正。", count=found.decisions)
    if found.corrections:
        sentence = _(
            "这段时间作出%(count)s个决定，其中%(some)s个（%(percent)s%%）要求补正。",
            count=found.decisions,
            some=found.corrections,
            percent=share(found.corrections, found.decisions),
        )
    title, whole = _("要求补正的原因"), found.corrections
    return _reasons("corrections", title, sentence, found.correction_reasons, whole)


def _refusals(found: Figures) -> Chart:
    sentence = _("这段时间作出%(count)s个决定，没有不予受理或者不予批准的。", count=found.decisions)
    if found.refusals:
        sentence = _(
            "这段时间作出%(count)s个决定，其中%(some)s个（%(percent)s%%）不予受理或者不予批准。",
            count=found.decisions,
            some=found.refusals,
            percent=share(found.refusals, found.decisions),
        )
    title, whole = _("不予受理和不予批准的原因"), found.refusals
    return _reasons("refusals", title, sentence, found.refusal_reasons, whole)


def _reasons(key: str, title: str, sentence: str, reasons: Sequence[ReasonFigures], whole: int) -> Chart:
    """One decision may name several reasons, so the shares may come to more than all."""
    pairs = [(_reason_name(one), one.count) for one in reasons]
    head = [_("原因"), _("件数"), _("比例")]
    return _shares(key, title, sentence, _("最多的在前"), head, pairs, whole)


def _grades(found: Figures) -> Chart:
    count = sum(found.grades.values())
    sentence = _("这段时间收到的评价不到3个，不分开列。")
    if count:
        good = sum(some for grade, some in found.grades.items() if grade <= 3)
        sentence = _(
            "这段时间收到%(count)s个评价，%(percent)s%%是基本满意或者更好。",
            count=count,
            percent=share(good, count),
        )
    pairs = [
        (label(labels.RATING_GRADES, str(grade), language()), found.grades.get(grade, 0))
        for grade in range(1, 6)
        if count
    ]
    head = [_("评价"), _("个数"), _("比例")]
    return _shares("grades", _("收到的评价"), sentence, _("最满意的在前"), head, pairs, count, str)


def _shares(
    key: str,
    title: str,
    sentence: str,
    caption: str,
    head: Sequence[str],
    pairs: Sequence[tuple[str, int]],
    whole: int,
    written: Callable[[int], str] | None = None,
) -> Chart:
    """Parts of a whole: how many of each, and of a hundred how many."""
    shown: list[tuple[str, int]] = list(pairs) if whole else []
    say_count = written or _pieces
    percents = [_("%(percent)s%%", percent=share(count, whole)) for _words, count in shown]
    return Chart(
        key,
        title,
        sentence,
        [
            Bar(words, share(count, whole), percent)
            for (words, count), percent in zip(shown[:MOST_BARS], percents, strict=False)
        ],
        caption,
        head,
        [(words, say_count(count), percent) for (words, count), percent in zip(shown, percents, strict=True)],
    )


def _bars(lines: Sequence[tuple[str, int, str]]) -> list[Bar]:
    longest = max((count for _words, count, _said in lines), default=0)
    return [Bar(words, share(count, longest), said) for words, count, said in lines[:MOST_BARS] if longest]


def _counted(tally: Tally) -> str:
    return _("超过%(count)s件", count=tally.count) if tally.is_more else _pieces(tally.count)


def _pieces(count: int) -> str:
    return str(_("%(count)s件", count=count))


def _days(count: int) -> str:
    return str(_("%(count)s天", count=count))


def _step_name(service_code: str, step_id: str) -> str:
    """A step as its service is now; one that it no longer has, by its code."""
    service: Any = parts().catalogue.services.get(service_code)
    step = next((one for one in service.steps if one.id == step_id), None) if service else None
    if step is None:
        return step_id
    return str(_("%(service)s：%(step)s", service=say(service.name), step=say(step.name)))


def _reason_name(one: ReasonFigures) -> str:
    definition = parts().catalogue.find_definition(one.service, parts().region.code)
    reason = definition.reason(one.reason) if definition else None
    return say(reason.label) if reason else one.reason
