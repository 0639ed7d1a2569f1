"""Two files with one ID number beside each other: staff say that they are one person, or part them again."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.i18n import date_text
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.review import Review
from portal.usecases.same_person import Compared, FileSeen, compare_files, count_twins, join_files, part_files
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

Page = tuple[str, int] | Response
LONGEST: Final = 500


class SameForm(PlainForm):
    file = Question(_l("办哪一项？"), "choice")
    words = Question(
        _l("怎么核对的？"),
        "longtext",
        hint=_l("写明看了什么材料、问了谁。同事看得到；本人会收到通知，可以要求改回来。"),
        max_length=LONGEST,
    )


DONE: Final = {
    "join": _l("两份档案合成了一份，本人会收到通知。"),
    "part": _l("两份档案分开了，本人会收到通知。"),
}
REFUSALS: Final = {
    "merged_already": _l("刚才已经有人合并过了。请回到申请再看。"),
    "undone_already": _l("刚才已经有人分开了。请回到申请再看。"),
    "proven_as_another": _l("两份档案核实过的证件号码不一样，不能合并。"),
    "death_reported": _l("只有一份档案登记了去世，不能合并。请先查清。"),
    "both_have_one": _l("两份档案都有有效的证，或者都在领同一项补贴。请先处理多出来的一份。"),
}


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/same-person", methods=["GET", "POST"])
    @mark
    def same_person(reference: str) -> Page:
        return show_same(base, reference)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """How many other files bear the same number; for a post that reads a part, nothing."""
    return {"twins": count_twins(db, review.application) if review.is_whole else 0}


def show_same(base: str, reference: str) -> Page:
    """Compare, and say with a reason what is so."""
    with at_application(reference) as db:
        compared = compare_files(db, actor(), reference)
    form = SameForm(sent())
    form.file.offer(_choices(compared))
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                what, number = form.file.data.split("-")
                act = join_files if what == "join" else part_files
                act(db, actor(), reference, int(number), parts().region, words=form.words.data)
            return redirect(f"{address}/same-person?done={what}", 303)
        except Conflict as refused:
            if refused.key not in REFUSALS:
                raise
            form.add_error("file", str(REFUSALS[refused.key]))
    return render(
        "office/same_person.html",
        form.status,
        form=form,
        address=address,
        number=grouped(reference),
        done=DONE.get(request.args.get("done", "")) if request.method == "GET" else None,
        head=_head(compared),
        rows=_rows(compared),
        has_choice=bool(_choices(compared)),
    )


def _choices(compared: Compared) -> list[tuple[str, str]]:
    names = _names(compared)
    joins = [
        (
            f"join-{twin.id}",
            _("%(one)s和%(other)s是同一个人，合成一份", one=names[compared.file.id], other=names[twin.id]),
        )
        for twin in compared.twins
    ]
    parting = [
        (
            f"part-{merge_id}",
            _(
                "%(day)s合进来的%(other)s，是另一个人，分开",
                day=date_text(day, language()),
                other=names[other.id],
            ),
        )
        for merge_id, other, day in compared.joined
    ]
    return [*joins, *parting]


def _names(compared: Compared) -> dict[int, str]:
    """What each file is called on this page: letters, as names of two people may be alike."""
    others = [*compared.twins, *(other for _merge, other, _day in compared.joined)]
    return {
        compared.file.id: _("这件申请的档案"),
        **{one.id: _("档案%(letter)s", letter=chr(ord("B") + at)) for at, one in enumerate(others)},
    }


def _head(compared: Compared) -> list[str]:
    return [_("比什么"), *_names(compared).values()]


def _rows(compared: Compared) -> list[list[str]]:
    """One row a thing that is compared, one column a file."""
    files = [compared.file, *compared.twins, *(other for _merge, other, _day in compared.joined)]
    joined = {other.id for _merge, other, _day in compared.joined}
    yes, no = _("是"), _("否")

    def row(title: str, value: Any) -> list[str]:
        return [title, *(str(value(one)) for one in files)]

    def state(one: FileSeen) -> str:
        if one.id in joined:
            return _("已经合在一起")
        kept = compared.kept_ids.get(one.id)
        if kept is None:
            return _("这件申请的档案")
        return _("合并以后留这一份") if kept == one.id else _("合并以后归到这件申请的档案")

    return [
        row(_("姓名"), lambda one: one.masked_name or _("没有写")),
        row(_("本人自己开的"), lambda one: yes if one.is_own else no),
        row(_("身份核实过"), lambda one: yes if one.is_proven else no),
        row(_("从哪天起"), lambda one: date_text(one.begun_on, language())),
        row(_("申请"), lambda one: _("%(count)s件", count=one.applications)),
        row(_("代办关系"), lambda one: _("%(count)s个", count=one.representatives)),
        row(_("残疾人证"), lambda one: _("%(count)s本", count=one.certificates)),
        row(_("补贴"), lambda one: _("%(count)s项", count=one.benefits)),
        row(_("现在"), state),
    ]
