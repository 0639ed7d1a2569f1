"""Views of one's own: a list with its filters under a name, and the one with which the work begins."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.rules.errors import Conflict
from portal.usecases.assigning import list_colleagues
from portal.usecases.saved_views import (
    MOST_VIEWS,
    choose_start,
    find_start,
    list_views,
    remove_view,
    save_view,
)
from portal.web.access import Mark, actor
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.queue_filters import Pick, kept_of, picks_of
from portal.web.queue_page import ADDRESSES, TITLES, list_address, lists_for, view_address, way_back
from portal.web.rendering import render

LONGEST_NAME = 30
Page = tuple[str, int] | Response

DONE: Final = {
    "saved": _l("视图已经保存。"),
    "removed": _l("视图已经删除。"),
    "first": _l("以后登录，先看这个视图。"),
    "usual": _l("以后登录，先看平常的清单。"),
}
"""What was just done, by the address of the list."""


class ViewForm(PlainForm):
    name = Question(_l("视图的名称"), hint=_l("不要写申请人的姓名和号码。"), max_length=LONGEST_NAME)


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """Add the views of the front at ``base``."""
    front = base.strip("/")

    @page.get("/start")
    @mark
    def start() -> Response:
        return _begin(base)

    @page.route("/views", methods=["GET", "POST"])
    @mark
    def views() -> Page:
        return _show(base)

    @page.post("/views/<int:view_id>/start")
    @mark
    def start_with(view_id: int) -> Response:
        with transaction() as db:
            choose_start(db, actor(), front, view_id)
        return _again(base, "first")

    @page.post("/views/usual")
    @mark
    def start_as_usual() -> Response:
        with transaction() as db:
            choose_start(db, actor(), front, None)
        return _again(base, "usual")

    @page.post("/views/<int:view_id>/remove")
    @mark
    def remove(view_id: int) -> Response:
        with transaction() as db:
            remove_view(db, actor(), front, view_id)
        return _again(base, "removed")


def _begin(base: str) -> Response:
    """Where the work begins: with the view that the officer chose, else with the usual list, at a counter
    with whoever stands there."""
    who = actor()
    with reading() as db:
        view = find_start(db, who.signed_in_id, base.strip("/"))
    if view is not None and view.which in lists_for(who, base):
        return redirect(view_address(base, view), 303)
    usual = {"/desk": "/desk/today"}.get(base, f"{base}/unit" if who.role is Role.LEAD else base)
    return redirect(usual, 303)


def _again(base: str, done: str, came_from: str | None = None) -> Response:
    """The page of views once more, which says what was done and still leads back to the same list."""
    back = way_back(base, request.form.get("list", "") if came_from is None else came_from)[1]
    return redirect(f"{base}/views?{urlencode({'done': done, 'list': back})}", 303)


def _show(base: str) -> Page:
    """The officer's views, the form that saves the list they came from, and the way back to it."""
    who, front = actor(), base.strip("/")
    which = next((one for one in lists_for(who, base) if one == request.args.get("which")), None)
    with reading() as db:
        picks = picks_of(who, which, list_colleagues(db, who)) if which is not None else []
    came_from = list_address(base, which, kept_of(picks)) if which else request.args.get("list", "")
    form = ViewForm(sent())
    if request.method == "POST" and which is not None and form.validate():
        try:
            with transaction() as db:
                save_view(db, who, front, form.name.data, which, kept_of(picks))
        except Conflict:
            form.add_error("name", _("最多存%(most)s个视图。请先删除一个。", most=MOST_VIEWS))
        else:
            return _again(base, "saved", came_from)
    with reading() as db:
        views = list_views(db, who, front)
    return render(
        "office/views.html",
        form.status,
        base=base,
        said=DONE.get(request.args.get("done", "")),
        form=form if which is not None else None,
        action=request.full_path,
        back=way_back(base, came_from),
        narrowed=_narrowed(TITLES[which], picks) if which is not None else "",
        views=[
            (view, view_address(base, view), str(TITLES[which]))
            for view in views
            for which in ADDRESSES
            if which == view.which
        ],
    )


def _narrowed(title: object, picks: list[Pick]) -> str:
    """A list and its filters in words."""
    chosen = [
        _("%(label)s：%(words)s", label=pick.label, words=dict(pick.choices)[pick.value])
        for pick in picks
        if pick.value
    ]
    return _("；").join([str(title), *chosen])
