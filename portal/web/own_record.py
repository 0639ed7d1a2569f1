"""谁替我办过，谁看过我的材料: the record of a person as they read it, on the screen and on paper.

A clerk beside a visitor prints the same in the visitor's words (``record_words``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.i18n import date_text, moment_text
from portal.usecases.own_record import (
    ActedFor,
    OwnRecord,
    RecordDay,
    RecordLine,
    VisitSeen,
    read_own_record,
    read_record_of_ward,
)
from portal.usecases.represented import get_represented
from portal.web.access import actor, applicant
from portal.web.acting_for import PEOPLE, banner_for
from portal.web.going import ActingFor
from portal.web.identity_words import identity_words
from portal.web.parts import parts, transaction
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.whole_numbers import whole_number

OWN: Final = "/account/record"

DONE: Final[Mapping[str, Any]] = {
    "application:read": _l("打开申请"),
    "application:read_history": _l("看办理记录"),
    "certificate:read": _l("看残疾人证"),
    "confirmation:read": _l("看念给本人听的内容"),
    "consultation:read": _l("看别的单位问的问题"),
    "document:read": _l("看交来的文件"),
    "identity:prove": _l("看证件原件，核实身份"),
    "identity:see": _l("再看证件原件"),
    "inspection:read": _l("监督员抽查"),
    "inspection:read_answers": _l("监督员看填写的内容"),
    "inspection:open_answers": _l("监督员写明原因，打开填写的内容"),
    "message:read": _l("看留言"),
    "notice:print": _l("打印通知"),
    "objection:read": _l("看对公示的意见"),
    "person_slip:open": _l("用本人联系单打开"),
    "person_slip:print": _l("打印本人联系单"),
    "rating:read": _l("看评价"),
    "record:read": _l("看这份记录"),
    "register:ask": _l("问登记系统"),
    "voice:read_answers": _l("念填写的内容给本人听"),
    "application:start": _l("开始填申请"),
    "application:submit": _l("交申请"),
    "application:resubmit": _l("补好，再交申请"),
    "application:withdraw": _l("撤回申请"),
    "application:correct": _l("在窗口改答案"),
    "confirmation:hear": _l("听本人确认"),
    "confirmation:witness": _l("见证本人的确认"),
    "needs:save": _l("改联系和沟通的要求"),
    "notice:read": _l("看通知"),
    "message:send": _l("写留言"),
    "paper:enter": _l("录入纸质申请表"),
    "person:report_death": _l("登记去世"),
    "person:undo_death": _l("改回登记错的去世"),
    "rating:make": _l("评价"),
    "visit:begin": _l("在窗口开始办事"),
}
"""What was done, in the words of the person whom it concerns."""

STANDING: Final[Mapping[str, Any]] = {
    "asked": _l("想替您办，还没有同意"),
    "claimed": _l("自己说替您办，还没有核实"),
    "active": _l("现在替您办"),
    "suspended": _l("暂停了"),
    "ended": _l("结束了"),
    "not_yet": _l("还没有开始"),
    "over": _l("过期了"),
}


@dataclass(frozen=True)
class ShownDay:
    day: str
    lines: list[tuple[str, str]]
    """Who, and what."""


@applicant
def own_record() -> tuple[str, int]:
    with transaction() as db:
        found = read_own_record(db, actor(), before_asked())
    return show_record(found, OWN)


@applicant
def record_of_ward(representation_id: int) -> tuple[str, int]:
    with transaction() as db:
        found = read_record_of_ward(db, actor(), representation_id, before_asked())
        banner = banner_for(get_represented(db, actor(), representation_id))
    return show_record(found, f"{PEOPLE}/{representation_id}/record", of_whom=banner)


def show_record(found: OwnRecord | None, base: str, *, of_whom: ActingFor | None = None) -> tuple[str, int]:
    """The page of what was found at ``base``; None is somebody who has not proven who they are. ``of_whom`` a
    guardian reads; without it, it is the reader's own."""
    return render(
        "account/record.html",
        is_proven=found is not None,
        acting_for=of_whom,
        base=base,
        next_href=older_href(found, base),
        has_platform=parts().gateways.identity.is_on,
        **(record_words(found, is_own=of_whom is None) if found else {"is_own": of_whom is None}),
    )


def record_words(found: OwnRecord, *, is_own: bool = True) -> dict[str, Any]:
    """What ``account/_record.html`` says, in the language that is spoken now."""
    return {
        "is_own": is_own,
        "is_first": request.args.get("before") is None,
        "identity": identity_words(found.identity) if found.identity else None,
        "acting": [_acted(one) for one in found.acting],
        "visits": [_visit(one) for one in found.visits],
        "days": [_day(one, is_own) for one in found.days],
        "made": moment_text(found.made_at, language()),
    }


def older_href(found: OwnRecord | None, base: str) -> str | None:
    """Where what was done before goes on; None on the last page."""
    return f"{base}?before={found.before}" if found and found.before else None


def before_asked() -> int | None:
    """A cursor that means nothing is the start."""
    return whole_number(request.args.get("before", ""))


def _acted(one: ActedFor) -> list[str]:
    known = one.relation in labels.RELATIONS
    return [
        labels.label(labels.RELATIONS, one.relation, language()) if known else _("没有说是什么关系"),
        labels.label(labels.BASES, one.basis, language()),
        str(STANDING[one.standing]),
        date_text(one.from_on, language()),
        date_text(one.to_on, language()) if one.to_on else _("没有写"),
    ]


def _visit(one: VisitSeen) -> list[str]:
    return [
        date_text(one.on, language()),
        _named(one.unit),
        labels.label(labels.CHANNELS, one.channel, language()),
        labels.label(labels.VISITOR_STANDINGS, one.standing, language()),
    ]


def _day(one: RecordDay, is_own: bool) -> ShownDay:
    return ShownDay(date_text(one.on, language()), [(_who(line, is_own), _what(line)) for line in one.lines])


def _who(line: RecordLine, is_own: bool) -> str:
    if line.kind == "other":
        return _("替您办事的人") if is_own else _("替这个人办事的人")
    role = labels.label(labels.ROLES, line.role, language()) if line.role else _("工作人员")
    unit = _named(line.unit)
    return _("%(unit)s，%(role)s", unit=unit, role=role) if unit else role


def _what(line: RecordLine) -> str:
    said = [
        str(DONE[tag]) if count == 1 else _("%(what)s（%(count)s次）", what=str(DONE[tag]), count=count)
        for tag, count in line.tags
    ]
    return _("；").join(said)


def _named(unit: Mapping[str, str]) -> str:
    return unit.get(language()) or unit.get("zh", "")


def register(app: Flask) -> None:
    """Add these addresses."""
    app.add_url_rule(OWN, "account.record", own_record)
    app.add_url_rule("/account/people/<int:representation_id>/record", "account.ward_record", record_of_ward)
