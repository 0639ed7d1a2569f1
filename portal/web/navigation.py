"""Which side of the house an address belongs to, and the main navigation of each."""

from __future__ import annotations

from flask import g, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.catalogue.model import Role


def front() -> str:
    """Which side of the house an address belongs to."""
    first = request.path.split("/", 2)[1]
    return first if first in ("desk", "office", "inspect", "manage") else "public"


Entries = tuple[tuple[LazyString, str], ...]


def navigation(side: str) -> Entries:
    """The first entries of a front; at the counter a liaison has only what they do themselves, and while
    somebody stands there the rest of the day's work is out of the way."""
    return NAVIGATION[_kind(side)]


def groups(side: str) -> tuple[tuple[LazyString, Entries], ...]:
    """Further entries of a front, under headings; most fronts have none."""
    return GROUPS.get(_kind(side), ())


def _kind(side: str) -> str:
    if g.get("visit"):
        return "visit"
    found = g.get("signed_in")
    is_liaison = side == "desk" and found is not None and found.role is Role.LIAISON
    return "liaison" if is_liaison else side


def current_entry(side: str) -> str | None:
    """The address of the entry of a front that fits the current address best."""
    here = request.path
    every = (*navigation(side), *(entry for _, entries in groups(side) for entry in entries))
    fitting = [href for _, href in every if here == href or (href != "/" and here.startswith(href + "/"))]
    return max(fitting, key=len, default=None)


NAVIGATION: dict[str, Entries] = {
    "public": (
        (_l("首页"), "/"),
        (_l("我要办事"), "/services"),
        (_l("查进度"), "/status"),
        (_l("服务点"), "/service-points"),
    ),
    "desk": (
        (_l("今天"), "/desk/today"),
        (_l("接待"), "/desk/visits"),
        (_l("我的待办"), "/desk"),
        (_l("要做的事"), "/desk/tasks"),
        (_l("找一件申请"), "/desk/search"),
    ),
    "visit": (
        (_l("接待"), "/desk/visits"),
        (_l("请我见证的确认"), "/desk/confirmations"),
        (_l("办事手册"), "/desk/handbook"),
    ),
    "liaison": (
        (_l("今天"), "/desk/today"),
        (_l("接待"), "/desk/visits"),
        (_l("约好的上门"), "/desk/appointments"),
        (_l("等本人补材料的"), "/desk/visits/waiting"),
        (_l("请我见证的确认"), "/desk/confirmations"),
        (_l("核对身份"), "/desk/identity"),
        (_l("本人答复代办"), "/desk/asks"),
        (_l("办事手册"), "/desk/handbook"),
    ),
    "office": (
        (_l("我的待办"), "/office"),
        (_l("本单位"), "/office/unit"),
        (_l("要做的事"), "/office/tasks"),
        (_l("等我看的事"), "/office/approvals"),
        (_l("找一件申请"), "/office/search"),
    ),
    "inspect": (
        (_l("抽查"), "/inspect"),
        (_l("抽一批申请"), "/inspect/new"),
    ),
    "manage": (
        (_l("管理"), "/manage"),
        (_l("人员和岗位"), "/manage/staff"),
        (_l("办事的单位"), "/manage/units"),
        (_l("日历"), "/manage/calendar"),
        (_l("反映的问题"), "/manage/messages"),
    ),
}

GROUPS: dict[str, tuple[tuple[LazyString, Entries], ...]] = {
    "desk": (
        (
            _l("来人的事"),
            (
                (_l("约好的上门"), "/desk/appointments"),
                (_l("等本人补材料的"), "/desk/visits/waiting"),
                (_l("请我见证的确认"), "/desk/confirmations"),
                (_l("核对身份"), "/desk/identity"),
                (_l("本人答复代办"), "/desk/asks"),
                (_l("本人联系单"), "/desk/voice"),
            ),
        ),
        (
            _l("单位的事"),
            (
                (_l("本单位"), "/desk/unit"),
                (_l("等我看的事"), "/desk/approvals"),
                (_l("别的单位问的"), "/desk/consultations"),
                (_l("要给的信"), "/desk/letters"),
            ),
        ),
        (
            _l("办过的，查规定"),
            (
                (_l("已办"), "/desk/done"),
                (_l("收到的评价"), "/desk/ratings"),
                (_l("办事手册"), "/desk/handbook"),
            ),
        ),
    ),
    "office": (
        (
            _l("单位的事"),
            (
                (_l("将要转来的"), "/office/coming"),
                (_l("别的单位问的"), "/office/consultations"),
                (_l("本单位的数字"), "/office/figures"),
                (_l("要给的信"), "/office/letters"),
            ),
        ),
        (
            _l("办过的，查规定"),
            (
                (_l("已办"), "/office/done"),
                (_l("收到的评价"), "/office/ratings"),
                (_l("办事手册"), "/office/handbook"),
            ),
        ),
    ),
}
"""What is needed now and then, under a heading each, behind the few that are needed all day."""

NO_LETTERS = frozenset({"/office/letters"})
NOT_OF_THE_POST: dict[Role, frozenset[str]] = {
    Role.LEAD: NO_LETTERS | {"/office"},
    Role.TOWNSHIP_CLERK: NO_LETTERS,
    Role.HOSPITAL: NO_LETTERS,
    Role.UPPER_REVIEWER: NO_LETTERS,
    Role.DEPARTMENT_OFFICER: NO_LETTERS,
    Role.CONTRACTOR: NO_LETTERS,
}
"""What a post is not offered: heads hand work out and have none in hand, so their list would always be empty;
letters to be given are for the counter and the county's federation."""
