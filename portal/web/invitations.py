"""Asking somebody to act for one, asking to act for somebody, and the page on which a code is answered.

A code is shown once, when it is made; the page of answering is a chain of posts, so that no address tells of
anybody. Whether somebody has an account is never said.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.labels import POWERS, RELATIONS, label
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import grouped_code
from portal.usecases.contact_values import TypedContact
from portal.usecases.invitation_answers import answer_invitation, find_by_code, read_offer
from portal.usecases.invitation_messages import send_code
from portal.usecases.invitations import (
    CODE_TRIED,
    SENT,
    Made,
    Offer,
    ask_to_act,
    find_whom_to_ask,
    get_asked_of,
    invite,
    list_asked_of,
    list_made,
    withdraw_invitation,
)
from portal.usecases.person_files import find_own_name
from portal.usecases.person_slips import OPENED
from portal.usecases.represented import get_represented
from portal.web import tickets
from portal.web.access import actor, applicant
from portal.web.invitation_forms import AnswerForm, AskForm, CodeForm, InviteForm, lasting_words
from portal.web.jinja_words import lines_of_text
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.sign_in_state import voice
from portal.web.whole_numbers import whole_number

Page = tuple[str, int] | Response

INVITE, ASK, HERE = "/account/people/invite", "/account/people/ask", "/invitation"
PURPOSE = "invitation"
ONE: Final = "/account/invitations/<int:invitation_id>"


def _refusals() -> dict[str, tuple[str, str]]:
    """Which question says what, by the key of a refusal."""
    return {
        "too_many_invitations": ("agent_name", _("还没有答复的已经有10个。请先收回不用的。")),
        "under_age": (
            "agent_name",
            _("不满18岁，由监护人替您办，不能自己请别人代办。请监护人来办，或者到窗口问。"),
        ),
        "own_invitation": ("name", _("这是您自己。替自己办事，不用请求。")),
    }


@applicant
def invite_page() -> Page:
    """Ask somebody to act for oneself: who, what, which services, how long."""
    form = InviteForm(sent())
    form.offer_all()
    with reading() as db:
        own_name = find_own_name(db, actor())
    if own_name:
        del form.own_name
    if request.method == "POST" and form.validate_all():
        count_or_refuse(SENT, str(actor().signed_in_id))
        try:
            with transaction() as db:
                asked_name = "" if own_name else form.own_name.data
                made = invite(db, actor(), form.wanted(), own_name=asked_name)
                if form.typed is not None:
                    send_code(db, form.typed, made.code, voice())
                return _show_code(made, form.typed)
        except Conflict as refused:
            _say(form, refused)
    return render("invitations/invite.html", form.status, form=form, action=INVITE)


@applicant
def ask_page() -> Page:
    """Ask to act for somebody else, of whom nothing is shown but what the asker types."""
    form = AskForm(sent())
    form.offer_all()
    record = whole_number(request.values.get("record", ""))
    with reading() as db:
        known = get_represented(db, actor(), record) if record is not None else None
        is_named = known is not None and bool(known.name)
    if is_named:
        del form.name
    if request.method == "POST" and form.validate_all():
        count_or_refuse(SENT, str(actor().signed_in_id))
        if form.slip_number.data:
            count_or_refuse(OPENED, form.slip_number.data)
        try:
            with transaction() as db:
                slip = (form.slip_number.data, form.slip_code.data) if form.slip_number.data else None
                person = find_whom_to_ask(db, actor(), slip=slip, record_id=known.id if known else None)
                name = "" if is_named else form.name.data
                made = ask_to_act(db, actor(), form.wanted(), parts().region, person=person, name=name)
                return _show_code(made, None)
        except NotFound:
            form.add_error("slip_number", _("联系单上的号码或者码不对。请再核对一次，也可以两个都不填。"))
        except Conflict as refused:
            _say(form, refused)
    return render(
        "invitations/ask.html",
        form.status,
        form=form,
        action=ASK,
        record=known.id if known else "",
        known_name=known.name if known else None,
    )


def _say(form: Any, refused: Conflict) -> None:
    if refused.key not in (known := _refusals()):
        raise refused
    name, sentence = known[refused.key]
    form.add_error(name if name in form else "agent_name", sentence)


def _show_code(made: Made, typed: TypedContact | None) -> Page:
    """The code, this once, with every way in which it reaches the other side."""
    return render(
        "invitations/code.html",
        offer=made.offer,
        code=grouped_code(made.code),
        facts=what_it_gives(made.offer, to_person=made.offer.is_invite),
        is_sent=typed is not None,
    )


def what_it_gives(offer: Offer, *, to_person: bool = False) -> list[tuple[str, str]]:
    """Exactly what a yes gives: to do what, in which services, how long; said ``to_person`` or of them."""
    catalogue = parts().catalogue.services
    services = [say(catalogue[one].name) for one in offer.services or () if one in catalogue]
    relation = label(RELATIONS, offer.relation, language())
    powers = _("；").join(label(POWERS, one, language()) for one in offer.powers)
    return [
        (_("谁替您办") if to_person else _("代办人"), offer.agent_name),
        (_("是您的什么人") if to_person else _("是本人的什么人"), relation),
        (_("可以做什么"), lines_of_text(powers)),
        (_("哪些事项"), _("全部事项") if offer.services is None else _("、").join(services)),
        (_("多长时间"), lasting_words(offer.for_days)),
    ]


@applicant
def code_page() -> Page:
    """Type a code and one's own name, read what it gives, say yes or no."""
    if "ticket" in request.form:
        return _answer(request.form["ticket"])
    form = CodeForm(sent())
    if request.method == "POST" and form.validate():
        count_or_refuse(CODE_TRIED, str(actor().signed_in_id))
        with reading() as db:
            found = find_by_code(db, actor(), form.code.data, form.name.data)
        if found is not None:
            return _show_offer(found, AnswerForm(), HERE)
        form.add_error("code", _("邀请码和姓名对不上，或者已经失效。请和对方再核对一次。"))
    with reading() as db:
        waiting = list_asked_of(db, actor())
        own = list_made(db, actor())
    return render(
        "invitations/answer_code.html",
        form.status,
        form=form,
        action=HERE,
        waiting=waiting,
        own=own,
        done=request.args.get("done"),
    )


def _show_offer(offer: Offer, form: AnswerForm, action: str) -> Page:
    named = [(_("替谁办"), offer.person_name)] if offer.person_name else []
    return render(
        "invitations/offer.html",
        form.status,
        form=form,
        action=action,
        is_invite=offer.is_invite,
        facts=[*named, *what_it_gives(offer, to_person=not offer.is_invite)],
        ticket=tickets.sealed_ticket(PURPOSE, offer.id, actor().signed_in_id) if action == HERE else None,
    )


def _answer(ticket: str) -> Page:
    found = tickets.opened_ticket(PURPOSE, ticket)
    if not found or found[1:] != [actor().signed_in_id]:
        return redirect(HERE, 303)
    return _take_answer(int(found[0]), HERE)


@applicant
def asked_page(invitation_id: int) -> Page:
    """Somebody asks to act for the reader, whose account was told."""
    with reading() as db:
        offer = get_asked_of(db, actor(), invitation_id)
    if request.method == "POST":
        return _take_answer(invitation_id, request.path)
    return _show_offer(offer, AnswerForm(), request.path)


def _take_answer(invitation_id: int, action: str) -> Page:
    form = AnswerForm(sent())
    if not form.validate():
        with reading() as db:
            offer = read_offer(db, invitation_id)
        return _show_offer(offer, form, action)
    try:
        with transaction() as db:
            row = answer_invitation(db, actor(), invitation_id, parts().region, accepts=form.is_yes)
            done = row.state if row.kind == "invite" else f"{row.state}_ask"
    except Conflict as refused:
        if refused.key == "invitation_answered":
            return redirect(f"{HERE}?done=over", 303)
        if refused.key != "other_person":
            raise
        return redirect(f"{HERE}?done=other_person", 303)
    return redirect(f"{HERE}?done={done}", 303)


@applicant
def withdraw(invitation_id: int) -> Page:
    try:
        with transaction() as db:
            withdraw_invitation(db, actor(), invitation_id, parts().region)
    except Conflict:
        return redirect(f"{HERE}?done=over", 303)
    return redirect(f"{HERE}?done=withdrawn", 303)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    both = ["GET", "POST"]
    app.add_url_rule(INVITE, "invitations.invite", invite_page, methods=both)
    app.add_url_rule(ASK, "invitations.ask", ask_page, methods=both)
    app.add_url_rule(HERE, "invitations.code", code_page, methods=both)
    app.add_url_rule(ONE, "invitations.asked", asked_page, methods=both)
    app.add_url_rule(f"{ONE}/withdraw", "invitations.withdraw", withdraw, methods=["POST"])
