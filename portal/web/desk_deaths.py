"""The counter undoes a wrong report of a death, whichever office made it."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.catalogue.field_types import ID_TYPES, FieldError, message
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.rules.references import grouped, parse_reference
from portal.usecases.identity import LOOKED_UP
from portal.usecases.undone_deaths import undo_death, undo_death_by_number
from portal.web.access import actor, counter
from portal.web.desk_identity import ID_TYPE_LABELS
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render


class UndoForm(PlainForm):
    reference = Question(_l("收件号"), hint=_l("12位数字。这个人的任何一件申请都可以。"), inputmode="numeric")
    is_alive = Question(_l("这个人还在，去世登记错了"), "confirm")


class PersonForm(PlainForm):
    """Somebody without a number of an application, by their document."""

    id_type = Question(
        _l("看的是哪种证件原件？"), "choice", choices=[(one, ID_TYPE_LABELS[one]) for one in ID_TYPES]
    )
    name = Question(_l("证件上的姓名"), "name", spellcheck=False, autocomplete="off")
    id_number = Question(
        _l("证件号码"),
        "id_number",
        hint=_l("照着原件填，可以有空格。查找会留下记录。"),
        spellcheck=False,
        autocomplete="off",
    )
    is_alive = Question(_l("这个人还在，去世登记错了"), "confirm")


@counter
def undo() -> tuple[str, int]:
    form = UndoForm(sent(), reference=request.args.get("reference", "")[:20])
    if request.method == "POST" and form.validate():
        try:
            reference = parse_reference(form.reference.data)
            with transaction() as db:
                undo_death(db, replace(actor(), channel="counter"), reference, parts().region)
            return render("desk/death_undone.html", reference=grouped(reference))
        except FieldError as fault:
            form.add_error("reference", message(fault, language()))
        except NotFound:
            form.add_error("reference", _("没有这个收件号。请一段一段核对。"))
        except Conflict:
            form.add_error("reference", _("这个人没有登记为去世，不用改。"))
    return render("desk/deaths.html", form.status, form=form)


@counter
def undo_of_person() -> tuple[str, int]:
    form = PersonForm(sent())
    form.id_number.options = replace(form.id_number.options, id_type=form.id_type.raw or None)
    if request.method == "POST" and form.validate():
        count_or_refuse(LOOKED_UP, str(actor().signed_in_id))
        try:
            with transaction() as db:
                was_reported = undo_death_by_number(
                    db,
                    replace(actor(), channel="counter"),
                    parts().region,
                    name=form.name.data,
                    id_type=form.id_type.data,
                    id_number=form.id_number.data,
                )
            if was_reported:
                return render("desk/death_undone.html", reference="")
            form.add_error("id_number", _("没有登记为去世的人是这个姓名和号码。请再核对。"))
        except Invalid as invalid:
            form.add_error("id_number", message(invalid.errors["id_number"][0], language()))
    return render("desk/deaths_of_person.html", form.status, form=form)


def register(app: Flask) -> None:
    """Add the addresses: with a number of an application, and without."""
    app.add_url_rule("/desk/deaths", "desk.deaths", undo, methods=["GET", "POST"])
    app.add_url_rule("/desk/deaths/people", "desk.deaths_of_person", undo_of_person, methods=["GET", "POST"])
