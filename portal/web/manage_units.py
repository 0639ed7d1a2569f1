"""Administrators: the units that act. A new one, a changed one, one that closes: each is granted by another
administrator before it holds. Nothing of the applications that lie there is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.model import UnitKind
from portal.catalogue.texts import Text
from portal.i18n import date_text
from portal.rules.errors import NotFound
from portal.rules.places import full_name
from portal.usecases.amendments import Change, Kind, list_amendments_of
from portal.usecases.overview import list_units
from portal.usecases.unit_changes import new_unit_code
from portal.web.access import actor, admin
from portal.web.manage_amendments import KINDS, suggest
from portal.web.manage_unit_form import difference, typed_unit, unit_form
from portal.web.manage_unit_words import Line, facts_of, unit_lines
from portal.web.parts import parts, reading
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.services import UNIT_WORDS

page = Blueprint("manage_units", __name__, url_prefix="/manage/units")
Page = tuple[str, int] | Response

QUESTIONS: Final[Mapping[str, str]] = {
    "starts_in_past": "from_on",
    "unit_has_work": "kind",
    "unit_has_posts": "kind",
    "heir_is_other": "to",
    "heir_assesses_less": "to",
}
"""Which question a refusal belongs to."""


class ClosingForm(PlainForm):
    to = Question(_l("没有办完的申请转到哪里？"), "choice", names="unit")
    from_on = Question(_l("从哪一天起？"), "date", hint=_l("例如2026年10月8日。"))
    source = Question(_l("依据是什么？"), hint=_l("写通知的名称和文号。"), max_length=200, width="full")


@page.get("")
@admin
def units() -> Page:
    region = parts().region
    with reading() as db:
        lines = [
            (
                unit.code,
                _name(unit),
                UNIT_WORDS[UnitKind(unit.kind)],
                full_name(region, unit.place, language()) or unit.place,
                unit.contact.get("phone") or _("没有"),
                _state(unit),
            )
            for unit in list_units(db, actor())
        ]
    return render("manage/units.html", lines=lines)


@page.route("/new", methods=["GET", "POST"])
@admin
def new() -> Page:
    form = unit_form({})
    if request.method == "POST" and form.validate() and (typed := typed_unit(form)) is not None:
        with reading() as db:
            code = new_unit_code(db, UnitKind(typed["kind"]), typed["place"])
        change = _change("unit_add", code, {**typed, "region": parts().region.code}, form)
        answer = suggest(change, form, QUESTIONS, "name_zh")
        if answer is not None:
            return answer
    return render(
        "manage/unit_form.html",
        form.status,
        form=form,
        heading=_("新建单位"),
        path="/manage/units/new",
        back="/manage/units",
    )


@page.get("/<unit_code>")
@admin
def unit(unit_code: str) -> Page:
    with reading() as db:
        known = _unit(list_units(db, actor()), unit_code)
        coming = list_amendments_of(db, actor(), unit_code)
    facts = [Line(_("状态"), _state(known)), *unit_lines(facts_of(known))]
    return render(
        "manage/unit.html",
        name=_name(known),
        facts=facts,
        path=f"/manage/units/{unit_code}",
        is_open=known.closed_on is None,
        coming=[(one, str(KINDS[one.kind])) for one in coming],
    )


@page.route("/<unit_code>/change", methods=["GET", "POST"])
@admin
def change(unit_code: str) -> Page:
    with reading() as db:
        known = _open_unit(list_units(db, actor()), unit_code)
    now = facts_of(known)
    form = unit_form(now)
    if request.method == "POST" and form.validate() and (typed := typed_unit(form)) is not None:
        different = difference(now, typed)
        if different:
            answer = suggest(_change("unit_change", unit_code, different, form), form, QUESTIONS, "name_zh")
            if answer is not None:
                return answer
        else:
            form.add_error("name_zh", _("还没有改任何内容。"))
    return render(
        "manage/unit_form.html",
        form.status,
        form=form,
        heading=_("改单位的资料"),
        name=_name(known),
        path=f"/manage/units/{unit_code}/change",
        back=f"/manage/units/{unit_code}",
    )


@page.route("/<unit_code>/close", methods=["GET", "POST"])
@admin
def close(unit_code: str) -> Page:
    with reading() as db:
        every = list_units(db, actor())
    known = _open_unit(every, unit_code)
    heirs = [one for one in every if one.kind == known.kind and one.closed_on is None and one is not known]
    form = ClosingForm(sent())
    form.to.offer([(one.code, _name(one)) for one in heirs])
    if request.method == "POST" and heirs and form.validate():
        wanted = _change("unit_close", unit_code, {"to": form.to.data}, form)
        answer = suggest(wanted, form, QUESTIONS, "to")
        if answer is not None:
            return answer
    return render(
        "manage/unit_close.html",
        form.status,
        form=form,
        name=_name(known),
        has_heirs=bool(heirs),
        path=f"/manage/units/{unit_code}",
    )


def _change(kind: Kind, code: str, proposed: Mapping[str, Any], form: PlainForm) -> Change:
    from_on = date.fromisoformat(form["from_on"].data)
    return Change(kind, code, proposed, form["source"].data, from_on)


def _unit(every: Sequence[Any], code: str) -> Any:
    """Raises NotFound."""
    known = next((one for one in every if one.code == code), None)
    if known is None:
        raise NotFound("unit")
    return known


def _open_unit(every: Sequence[Any], code: str) -> Any:
    """Raises NotFound, for a closed one too: there is nothing to change any more."""
    known = _unit(every, code)
    if known.closed_on is not None:
        raise NotFound("unit")
    return known


def _name(one: Any) -> str:
    return say(Text.model_validate(one.names))


def _state(one: Any) -> str:
    if one.closed_on is None:
        return _("在用")
    return _("%(day)s起停用", day=date_text(one.closed_on, language()))


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
