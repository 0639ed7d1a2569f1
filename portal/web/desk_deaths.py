"""The counter undoes a wrong report of a death, whichever office made it."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.catalogue.field_types import FieldError, message
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import grouped, parse_reference
from portal.usecases.undone_deaths import undo_death
from portal.web.access import actor, counter
from portal.web.parts import parts, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render


class UndoForm(PlainForm):
    reference = Question(_l("收件号"), hint=_l("12位数字。这个人的任何一件申请都可以。"), inputmode="numeric")
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


def register(app: Flask) -> None:
    """Add this page's address."""
    app.add_url_rule("/desk/deaths", "desk.deaths", undo, methods=["GET", "POST"])
