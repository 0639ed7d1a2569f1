"""Finding one application: a question that is posted, so that nothing private stands in an address."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.usecases.searching import MOST_FOUND, search_applications
from portal.web.access import Mark, actor
from portal.web.parts import transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.queue_words import shown_row
from portal.web.rendering import render


class SearchForm(PlainForm):
    words = Question(
        _l("收件号、姓名、电话、身份证号或者残疾人证号"),
        "search",
        hint=_l("请写完整。姓名和号码要一字不差，空格没有关系。查找会留下记录，写的内容不会保存。"),
        autocomplete="off",
        spellcheck=False,
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """Add the search of the front at ``base``."""

    @page.route("/search", methods=["GET", "POST"])
    @mark
    def search() -> tuple[str, int]:
        return _show(base)


def _show(base: str) -> tuple[str, int]:
    form, found = SearchForm(sent()), None
    if request.method == "POST" and form.validate():
        with transaction() as db:
            found = search_applications(db, actor(), form.words.data)
    return render(
        "office/search.html",
        form.status,
        base=base,
        form=form,
        rows=[shown_row(base, row) for row in found.rows] if found else None,
        count=_count(len(found.rows), found.is_more) if found else "",
        most=MOST_FOUND,
        is_more=found is not None and found.is_more,
    )


def _count(count: int, is_more: bool) -> str:
    return _("超过%(count)s件", count=count) if is_more else _("%(count)s件", count=count)
