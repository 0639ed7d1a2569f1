"""Administrators: numbers of the region, today's and those to come; each is changed from a day on, by two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import Blueprint, Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.model import Parameter
from portal.i18n import date_text
from portal.rules.errors import NotFound
from portal.usecases.amendments import Change
from portal.usecases.amounts import BOUNDS, AmountSeen, list_amounts
from portal.web.access import actor, admin
from portal.web.amount_words import name_of, status_in_words, value_in_words
from portal.web.manage_amendments import suggest
from portal.web.parts import parts, reading
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

page = Blueprint("manage_amounts", __name__, url_prefix="/manage/amounts")
Page = tuple[str, int] | Response

QUESTIONS: Final[Mapping[str, str]] = {"starts_in_past": "from_on", "number_is_known": "from_on"}


class AmountForm(PlainForm):
    value = Question(_l("改成多少？"), "integer")
    from_on = Question(_l("从哪一天起？"), "date", hint=_l("例如2026年10月8日。"))
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")
    is_verified = Question(
        _l("原文核对过吗？"), "choice", choices=[("yes", _l("核对过")), ("no", _l("没有核对"))]
    )


@page.get("")
@admin
def amounts() -> Page:
    with reading() as db:
        found = list_amounts(db, actor(), parts().region)
    return render("manage/amounts.html", lines=[_line(one) for one in found])


@page.route("/<name>", methods=["GET", "POST"])
@admin
def amount(name: str) -> Page:
    region = parts().region
    with reading() as db:
        seen = next((one for one in list_amounts(db, actor(), region) if one.known.name == name), None)
    if seen is None:
        raise NotFound("amount")
    form = AmountForm(sent())
    least, most = BOUNDS[seen.known.unit or "pieces"]
    form.value.hint = _(
        "从%(least)s到%(most)s。",
        least=value_in_words(seen.known, least),
        most=value_in_words(seen.known, most),
    )
    if request.method == "POST" and form.validate():
        proposed = {
            "region": region.code,
            "value": int(form.value.data),
            "is_verified": form.is_verified.data == "yes",
        }
        from_on = date.fromisoformat(form.from_on.data)
        answer = suggest(
            Change("amount", name, proposed, form.source.data, from_on), form, QUESTIONS, "value"
        )
        if answer is not None:
            return answer
    return render(
        "manage/amount.html",
        form.status,
        form=form,
        name=name_of(seen.known),
        rows=[_row(one) for one in ((seen.now,) if seen.now else ()) + seen.later],
        path=f"/manage/amounts/{name}",
    )


def _line(one: AmountSeen) -> tuple[str, str, str, str, str, str]:
    """Name and address, how much now, how much later, where it stands, whether that was compared."""
    later = _("；").join(
        _(
            "%(day)s起%(value)s",
            day=date_text(row.effective_from, language()),
            value=value_in_words(row, row.value),
        )
        for row in one.later
    )
    now = one.now
    return (
        one.known.name,
        name_of(one.known),
        value_in_words(now, now.value) if now else _("没有规定"),
        later or _("不变"),
        now.source if now else "",
        status_in_words(now) if now else "",
    )


def _row(one: Parameter) -> tuple[str, str, str, str]:
    return (
        date_text(one.effective_from, language()),
        value_in_words(one, one.value),
        one.source,
        status_in_words(one),
    )


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
