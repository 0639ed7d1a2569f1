"""A person without any device says at the counter, or at home, whether somebody may act for them.

A chain of posts: nothing of anybody stands in an address.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import ID_TYPES, FieldError, message
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.rules.references import parse_invitation_code
from portal.usecases.asked_at_desk import answer_at_desk, find_ask_at_desk
from portal.usecases.identity import LOOKED_UP
from portal.usecases.invitation_answers import read_offer
from portal.usecases.invitations import Offer
from portal.web import tickets
from portal.web.access import actor, desk
from portal.web.desk_identity import ID_TYPE_LABELS
from portal.web.invitations import what_it_gives
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.rendering import render

Page = tuple[str, int] | Response
HERE = "/desk/asks"
PURPOSE = "asked at the counter"
page = Blueprint("desk_asks", __name__, url_prefix=HERE)


class CodeForm(PlainForm):
    code = Question(
        _l("请求码"), hint=_l("12位，四位一组，在代办人打印的那一页上。"), spellcheck=False, width="short"
    )


class WordForm(PlainForm):
    """What the person says, and who they are."""

    way = Question(
        _l("在哪里？"),
        "choice",
        choices=[("counter", _l("本人到窗口来了")), ("home_visit", _l("我在本人家里"))],
    )
    id_type = Question(
        _l("看的是哪种证件原件？"), "choice", choices=[(one, ID_TYPE_LABELS[one]) for one in ID_TYPES]
    )
    name = Question(_l("证件上的姓名"), "name", spellcheck=False)
    id_number = Question(_l("证件号码"), "id_number", hint=_l("照着原件填，可以有空格。"), spellcheck=False)
    answer = Question(
        _l("本人怎么说？"),
        "choice",
        choices=[("yes", _l("同意")), ("no", _l("不同意"))],
        hint=_l("请把上面的内容读给本人听，或者请本人看。用本人听得懂的办法问，只问本人。"),
    )
    is_heard = Question(_l("这是本人自己的意思，代办人没有替他回答"), "confirm")


@page.get("")
@desk
def begin() -> Page:
    return render("desk/asks.html", form=CodeForm(None), action=HERE, done=request.args.get("done"))


@page.post("")
@desk
def go_on() -> Page:
    """First the code, then the person's word."""
    if "ticket" in request.form:
        return _hear(request.form["ticket"])
    form = CodeForm(request.form)
    if form.validate():
        try:
            code = parse_invitation_code(form.code.data)
        except FieldError as fault:
            form.add_error("code", message(fault, language()))
            return render("desk/asks.html", form.status, form=form, action=HERE, done=None)
        count_or_refuse(LOOKED_UP, str(actor().signed_in_id))
        with transaction() as db:
            found = find_ask_at_desk(db, actor(), code)
        if found is not None:
            return _show(found, WordForm(None))
        form.add_error("code", _("没有这个请求，或者已经答复、已经失效。请再核对。"))
    return render("desk/asks.html", form.status, form=form, action=HERE, done=None)


def _hear(ticket: str) -> Page:
    found = tickets.opened_ticket(PURPOSE, ticket)
    if not found or found[1:] != [actor().signed_in_id]:
        return redirect(HERE, 303)
    invitation_id = int(found[0])
    form = WordForm(request.form)
    form.id_number.options = replace(form.id_number.options, id_type=form.id_type.raw or None)
    if form.validate():
        try:
            return _keep(invitation_id, form)
        except Invalid as invalid:
            for name, faults in invalid.errors.items():
                form.add_error(name, _fault_words(name, faults[0]))
        except NotAllowed:
            form.add_error("name", _("这是您自己或者您亲属的事，要请同事来办。"))
        except Conflict as refused:
            if refused.key != "invitation_answered":
                raise
            return redirect(f"{HERE}?done=over", 303)
    with reading() as db:
        offer = read_offer(db, invitation_id)
    return _show(offer, form)


def _keep(invitation_id: int, form: WordForm) -> Page:
    is_yes = form.answer.data == "yes"
    with transaction() as db:
        answer_at_desk(
            db,
            actor(),
            invitation_id,
            parts().region,
            accepts=is_yes,
            way=form.way.data,
            name=form.name.data,
            id_type=form.id_type.data,
            id_number=form.id_number.data,
        )
    return redirect(f"{HERE}?done={'yes' if is_yes else 'no'}", 303)


def _fault_words(name: str, fault: FieldError) -> str:
    if fault.code != "not_as_applied":
        return message(fault, language())
    different: str = (
        _("证件上的姓名和请求里写的不一样。") if name == "name" else _("证件号码和请求的档案不一样。")
    )
    return different


def _show(offer: Offer, form: WordForm) -> Page:
    named = [(_("替谁办"), offer.person_name)] if offer.person_name else []
    return render(
        "desk/ask.html",
        form.status,
        form=form,
        action=HERE,
        facts=[*named, *what_it_gives(offer)],
        ticket=tickets.sealed_ticket(PURPOSE, offer.id, actor().signed_in_id),
    )


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)
