"""Forms on paper: printed from the definition for whoever wants one, and entered later at the counter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, cast

from flask import Flask, make_response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.elements import NOT_ASKED
from portal.catalogue.field_types import FieldError, message
from portal.catalogue.model import Definition
from portal.catalogue.paper_sheet import MOST_ROWS, sheet_of
from portal.catalogue.wording import Voice
from portal.i18n import date_text
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.rules.journey import Acting
from portal.rules.paper_forms import MOST_DAYS_BACK
from portal.rules.places import full_name
from portal.rules.references import grouped
from portal.usecases.contact_units import ContactUnit, list_contact_units
from portal.usecases.definitions import get_definition
from portal.usecases.paper_forms import (
    PrintedForm,
    enter_form,
    get_form,
    get_form_of_draft,
    print_draft,
    print_form,
)
from portal.usecases.rates import Limit
from portal.web.access import actor, applicant, desk, public
from portal.web.chosen_place import chosen_place
from portal.web.going import Going, load
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.qr import draw_qr
from portal.web.rendering import render
from portal.web.services import get_applied_for
from portal.web.visit_door import acting_side, visit_href, visiting_actor

Answered = Response | tuple[str, int]

PRINTED: Final = Limit("paper_form", 600, timedelta(hours=1))
"""Forms that everybody together may have made in an hour: each one is a row."""
EVERYONE: Final = "everyone"

RECEIPT_FAULTS: Final = {
    "date_future": _l("这一天还没到。"),
    "paper_not_printed": _l("这一天，表还没有打印出来。请看看表上写的日期。"),
    "paper_too_old": _l("交表的日子最多往前%(days)s天。再早的，请填今天，并写一条备注。"),
}


class PrintForm(PlainForm):
    acting = Question(
        _l("这张表给谁填？"),
        "choice",
        choices=[("self", _l("本人自己办")), ("proxy", _l("代办人替本人办"))],
    )
    size = Question(_l("字要多大？"), "choice", choices=[("standard", _l("普通")), ("large", _l("大字"))])


class EnterForm(PlainForm):
    serial = Question(
        _l("表上的编号"),
        hint=_l("12位数字，在表的最上面和最下面。也可以用扫码枪扫表上的二维码。"),
        spellcheck=False,
        autocomplete="off",
    )
    received_on = Question(
        _l("表是哪一天交来的？"),
        "date",
        hint=_l("填收到纸质表的那一天，不是录入的这一天。期限从那一天算起。"),
    )


@public
def choose(code: str) -> Answered:
    """Which sheet; making one gives it a number, so it is a post."""
    definition = get_applied_for(code)
    form = PrintForm(sent(), acting="self", size="standard")
    if request.method == "POST" and form.validate():
        count_or_refuse(PRINTED, EVERYONE)
        with transaction() as db:
            serial = print_form(
                db,
                actor(),
                definition,
                acting=cast(Acting, form.acting.data),
                language=language(),
                is_large=form.size.data == "large",
            )
        return redirect(f"/services/{code}/form/{serial}", 303)
    return render("public/paper_form_choose.html", form.status, form=form, service=definition.service)


class DraftForm(PlainForm):
    size = PrintForm.size


@applicant
def choose_draft(code: str, reference: str) -> Answered:
    """How large a draft is printed; printing gives a number, so it is a post."""
    return _choose_draft(code, reference)


@desk
def choose_draft_beside(token: str, code: str, reference: str) -> Answered:
    return _choose_draft(code, reference)


def _choose_draft(code: str, reference: str) -> Answered:
    with reading() as db:
        going = load(db, code, reference)
    if going.state != "draft":
        return redirect(going.base, 303)
    form = DraftForm(sent(), size="standard")
    if request.method == "POST" and form.validate():
        count_or_refuse(PRINTED, EVERYONE)
        with transaction() as db:
            is_large = form.size.data == "large"
            printed = print_draft(db, acting_side(), reference, language=language(), is_large=is_large)
            where = going.href(f"paper/{printed.serial}")
        return redirect(where, 303)
    return render("apply/print_draft.html", form.status, form=form, going=going, acting_for=going.banner)


@applicant
def draft_sheet(code: str, reference: str, serial: str) -> Answered:
    """A draft as a form to print: what was answered stands there, the rest is written by hand."""
    return _draft_sheet(code, reference, serial)


@desk
def draft_sheet_beside(token: str, code: str, reference: str, serial: str) -> Answered:
    return _draft_sheet(code, reference, serial)


def _draft_sheet(code: str, reference: str, serial: str) -> Answered:
    with reading() as db:
        going = load(db, code, reference)
        if going.state != "draft":
            return redirect(going.base, 303)
        form = get_form_of_draft(db, going.application.id, serial)
        units = _handed_to(db, going.definition)
    response = make_response(_show_sheet(form, going.definition, units, going))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@public
def sheet(code: str, serial: str) -> Answered:
    """One form to print: nothing of anybody is on it but what is written by hand."""
    with reading() as db:
        form = get_form(db, code, serial)
        definition = get_definition(db, form.definition_hash)
        units = _handed_to(db, definition)
    return _show_sheet(form, definition, units)


def _handed_to(db: Session, definition: Definition) -> list[ContactUnit]:
    """Where the form is handed in, as far as the region says."""
    kinds = [definition.service.steps[0].unit] if definition.service.steps else []
    asked = [one for one in kinds if one not in NOT_ASKED]
    return list(list_contact_units(db, parts().region, asked, chosen_place()).values())


def _show_sheet(
    form: PrintedForm, definition: Definition, units: list[ContactUnit], going: Going | None = None
) -> tuple[str, int]:
    """The sheet; with the answers of ``going``, where it was printed of a draft."""
    region = parts().region
    acting: Acting = "proxy" if form.acting == "proxy" else "self"
    voice = Voice(language(), None, acting == "proxy")
    answers = going.answers if going else {}
    codes = [one["code"] for one in answers.values() if isinstance(one, dict) and one.get("code")]
    places = {one: full_name(region, one, voice.language) for one in codes}
    address = f"{parts().settings.base_url.rstrip('/')}/services/{form.service_code}/form/{form.serial}"
    return render(
        "public/paper_form.html",
        service=definition.service,
        form=form,
        sections=sheet_of(definition, region, voice, acting, answers, places),
        declarations=[(voice.say(one.label), one.is_required) for one in definition.service.declarations],
        is_proxy=voice.is_proxy,
        units=units,
        drawing=draw_qr(address),
        rows=MOST_ROWS,
        version=form.definition_hash[:8],
        again=going.href("paper") if going else f"/services/{form.service_code}/form",
        going=going,
        acting_for=going.banner if going else None,
    )


@desk
def enter(token: str) -> Answered:
    """Begin to type in a form that somebody handed over; the rest is the journey at the counter."""
    form = EnterForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                received_on = date.fromisoformat(form.received_on.data)
                application = enter_form(db, visiting_actor(), form.serial.data, received_on)
                where = visit_href("apply", application.service_code, application.reference)
            return redirect(where, 303)
        except Invalid as invalid:
            for name, faults in invalid.errors.items():
                form.add_error(name, _sentence(faults[0]))
        except NotFound:
            form.add_error("serial", _("没有打印过这个编号的表。请一段一段核对。"))
        except Conflict as conflict:
            if conflict.key != "paper_entered":
                raise
            return _entered_before(conflict)
    return render("desk/paper_form.html", form.status, form=form, action=request.path)


def _sentence(fault: FieldError) -> str:
    words = RECEIPT_FAULTS.get(fault.code)
    return str(words) % {"days": MOST_DAYS_BACK} if words is not None else message(fault, language())


def _entered_before(conflict: Conflict) -> Answered:
    reference = conflict.what or ""
    return render(
        "desk/paper_form_entered.html",
        409,
        reference=grouped(reference),
        href=f"/desk/applications/{reference}",
        entered=date_text(clock.shanghai(conflict.when).date(), language()) if conflict.when else "",
        back=visit_href("paper"),
    )


def register(app: Flask) -> None:
    """Add the public form and its entry at the counter."""
    form = "/services/<code>/form"
    app.add_url_rule(form, "public.paper_form_choose", choose, methods=["GET", "POST"])
    app.add_url_rule(f"{form}/<serial>", "public.paper_form", sheet)
    drawn = "/apply/<code>/<reference>/paper"
    beside = f"/desk/visits/<token>{drawn}"
    app.add_url_rule(drawn, "apply_paper_choose", choose_draft, methods=["GET", "POST"])
    app.add_url_rule(f"{drawn}/<serial>", "apply_paper", draft_sheet)
    app.add_url_rule(beside, "visits.draft_paper_choose", choose_draft_beside, methods=["GET", "POST"])
    app.add_url_rule(f"{beside}/<serial>", "visits.draft_paper", draft_sheet_beside)
    app.add_url_rule("/desk/visits/<token>/paper", "visits.paper", enter, methods=["GET", "POST"])
