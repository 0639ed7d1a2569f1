"""The page of a queue, for every front that has one: the office and the counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import after_this_request, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.rules.errors import Conflict
from portal.usecases.actor import Actor
from portal.usecases.assigning import list_colleagues
from portal.usecases.claims import take_next
from portal.usecases.queue_lists import DECIDING_ROLES, Which
from portal.usecases.review_queue import list_queue
from portal.usecases.saved_views import View, list_views
from portal.web.access import actor
from portal.web.parts import parts, reading, transaction
from portal.web.queue_filters import ALWAYS_SHOWN, NAMES, filters_of, kept_of, picks_of
from portal.web.queue_words import shown_row
from portal.web.rendering import render
from portal.web.whole_numbers import whole_number

TITLES: Final = {
    "mine": _l("我的待办"),
    "returned": _l("申请人补好的"),
    "unit": _l("本单位"),
    "late": _l("超期的"),
    "waiting": _l("等申请人补正"),
    "paused": _l("暂停的"),
    "stand_in": _l("替别的单位办"),
    "coming": _l("将要转来的"),
    "done": _l("已办"),
}
ADDRESSES: Final[Mapping[Which, str]] = {
    "mine": "",
    "returned": "/returned",
    "unit": "/unit",
    "late": "/unit/late",
    "waiting": "/unit/waiting",
    "paused": "/unit/paused",
    "stand_in": "/unit/stand-in",
    "coming": "/coming",
    "done": "/done",
}
"""Where each list is, below its front; what belongs to the unit lies below the unit's."""
FAMILIES: Final[tuple[tuple[Which, ...], ...]] = (
    ("mine", "returned"),
    ("unit", "late", "waiting", "paused", "stand_in"),
)
"""Lists that lead to each other."""
TAKING_FROM: Final = ("mine", "unit", "late")
LIST_COOKIE: Final = "list"
DONE: Final[Mapping[str, Any]] = {
    "given_back": _l("这件申请放回去了，岗位上的人都可以领取。"),
    "left": _l("您看完了，离开了这件申请。同事不会再看到您打开着它。"),
}
"""What was done on the page from which somebody comes to a list."""


def show_queue(base: str, which: Which) -> tuple[str, int]:
    """The queue ``which`` of the front at ``base`` (``/office``, ``/desk``)."""
    who = actor()
    with reading() as db:
        colleagues = list_colleagues(db, who)
        picks = picks_of(who, which, colleagues)
        page = list_queue(db, who, which, filters_of(picks), request.args.get("after"))
        views = list_views(db, who, base.strip("/"))
    count = _("超过%(count)s件", count=page.count) if page.is_more else _("%(count)s件", count=page.count)
    kept = kept_of(picks)
    has_more = "more" in request.args or any(name not in ALWAYS_SHOWN for name in kept)
    onward = {**kept, "after": request.args["after"]} if "after" in request.args else kept
    return render(
        "office/queue.html",
        base=base,
        which=which,
        heading=_("%(title)s（%(count)s）", title=str(TITLES[which]), count=count),
        rows=[shown_row(base, row) for row in page.rows],
        lists=_lists(base, which, who),
        picks=[pick for pick in picks if has_more or pick.name in ALWAYS_SHOWN],
        more_href=None if has_more else _address(request.path, {**kept, "more": "1"}),
        kept=kept,
        views=[(view.name, view_address(base, view)) for view in views if view.which in ADDRESSES],
        may_take=which in TAKING_FROM and who.role is not Role.LEAD,
        is_lead=who.role is Role.LEAD,
        is_all_ticked="all" in request.args,
        all_href=_address(request.path, {**onward, "all": "1"}),
        none_href=_address(request.path, onward),
        is_first=not request.args.get("after"),
        next_href=_address(request.path, {**kept, "after": page.after}) if page.after else None,
        first_href=_address(request.path, kept),
        said=_said_of_taking(),
        is_done=request.args.get("done") in DONE,
        own_address=_address(request.path, onward),
    )


def take(base: str) -> Response:
    """Take the next one and open it; with nothing left, or full hands, the queue says so."""
    try:
        with transaction() as db:
            reference = take_next(db, actor())
    except Conflict as refusal:
        if refusal.key != "hands_full":
            raise
        return redirect(f"{base}?full={refusal.what}", 303)
    return redirect(f"{base}/applications/{reference}?done=taken" if reference else f"{base}?none=1", 303)


def list_address(base: str, which: Which, kept: Mapping[str, str]) -> str:
    """Where a list is, narrowed by what an address carries on."""
    return _address(base + ADDRESSES[which], kept)


def view_address(base: str, view: View) -> str:
    """Where a saved view is: its list, narrowed as it was."""
    chosen = {name: str(value) for name, value in view.filters.items() if name in NAMES}
    rule = next(address for which, address in ADDRESSES.items() if which == view.which)
    return _address(base + rule, chosen)


def lists_for(who: Actor, base: str) -> list[Which]:
    """The lists that somebody at this post has."""
    hidden: set[Which] = set()
    if who.role is Role.LEAD:
        hidden |= {"mine", "returned"}
    if base != "/office" or who.role not in DECIDING_ROLES:
        hidden |= {"coming", "stand_in"}
    return [which for which in ADDRESSES if which not in hidden]


def way_back(base: str, came_from: str = "") -> tuple[str, str]:
    """(words, address) of the list that somebody came from, as it was narrowed; where they came from none of
    theirs, of the first that they have: heads of units have no work of their own."""
    lists = _lists_by_address(base)
    path, _mark, query = came_from.partition("?")
    if path not in lists:
        path, query = next(iter(lists)), ""
    chosen = {name: value for name, value in parse_qsl(query) if name in (*NAMES, "after")}
    return _("回到%(list)s", list=lists[path]), _address(path, chosen)


def back_to_list(base: str, done: str) -> Response:
    """To the list that the page of an application names as the way back, which says what was done."""
    address = way_back(base, request.form.get("list", ""))[1]
    return redirect(f"{address}{'&' if '?' in address else '?'}done={done}", 303)


def way_back_from(base: str, reference: str) -> tuple[str, str]:
    """``way_back`` from the page of an application. The browser keeps the list from which it was opened, for
    the addresses of this application alone: what is posted there does not lose it, and a second tab has its
    own."""
    came_from = _page_before()
    if came_from.partition("?")[0] not in _lists_by_address(base):
        return way_back(base, request.cookies.get(LIST_COOKIE, ""))
    back = way_back(base, came_from)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            LIST_COOKIE,
            back[1],
            httponly=True,
            samesite="Lax",
            secure=parts().settings.is_https,
            path=f"{base}/applications/{reference}",
        )
        return response

    return back


def _lists_by_address(base: str) -> dict[str, str]:
    return {base + ADDRESSES[one]: str(TITLES[one]) for one in lists_for(actor(), base)}


def _page_before() -> str:
    """The address from which the browser says it comes; any other site's path is none of our lists."""
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:  # what is no address at all
        return ""
    return f"{before.path}?{before.query}"


def _lists(base: str, which: Which, who: Actor) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is this one) of the lists that belong together."""
    own = lists_for(who, base)
    family = next((one for one in FAMILIES if which in one), ())
    return [(str(TITLES[one]), base + ADDRESSES[one], one == which) for one in family if one in own]


def _said_of_taking() -> str | None:
    """What came of asking for the next, or of what was done with the last."""
    done = DONE.get(request.args.get("done", ""))
    if done is not None:
        return str(done)
    if "none" in request.args:
        return _("现在没有可以领取的申请。")
    if (limit := whole_number(request.args.get("full", ""))) is not None:
        return _("您手里已经有%(limit)s件，到了上限。请先办完一些，再领取下一件。", limit=limit)
    return None


def _address(path: str, chosen: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(chosen)}" if chosen else path
