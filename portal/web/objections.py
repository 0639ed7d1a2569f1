"""Objections to a public notice: anyone makes one and keeps a number, the unit that posts answers it."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldOptions
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import grouped
from portal.usecases.objections import (
    OBJECTED,
    answer_objection,
    get_objection,
    get_objection_receipt,
    object_to,
)
from portal.usecases.public_notices import get_public_notice
from portal.web.access import actor, public
from portal.web.limits import count_or_refuse
from portal.web.office import office
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import own_path
from portal.web.public_notices import BASE, gone, unlisted
from portal.web.rendering import render

LONGEST = 2000
SHORTEST = 5

Page = tuple[str, int] | Response


class ObjectionForm(PlainForm):
    what = Question(
        _l("您有什么意见？"),
        "longtext",
        hint=_l("写哪里不对，您是怎么知道的。不用写身份证号码，不要写别人的病情。"),
        max_length=LONGEST,
        options=FieldOptions(min_length=SHORTEST),
    )
    contact = Question(
        _l("怎样回复您？"),
        is_required=False,
        hint=_l("写手机号码、邮箱或者通信地址。不写，也会处理。"),
        width="full",
    )


class AnswerForm(PlainForm):
    finding = Question(
        _l("核实的结果"),
        "choice",
        choices=[("upheld", _l("意见成立")), ("not_upheld", _l("意见不成立"))],
    )
    answer = Question(
        _l("答复"),
        "longtext",
        hint=_l("写怎样核实的，结果是什么。不要写申请人的病情和证件号码。"),
        max_length=LONGEST,
    )


@public
def make_objection(slug: str) -> Response:
    form = ObjectionForm(sent())
    try:
        with reading() as db:
            posted = get_public_notice(db, slug)
        if request.method == "POST" and form.validate():
            count_or_refuse(OBJECTED, slug)
            with transaction() as db:
                reference = object_to(db, actor(), slug, form.what.data, form.contact.data)
            return redirect(f"{BASE}/{slug}/objection/{reference}", 303)
    except NotFound:
        return gone()
    return unlisted(render("public/objection.html", form.status, form=form, posted=posted))


@public
def objection_left(slug: str, reference: str) -> Response:
    with reading() as db:
        receipt = get_objection_receipt(db, slug, reference)
    groups = grouped(receipt.reference).split()
    return unlisted(render("public/objection_left.html", receipt=receipt, groups=groups))


@office
def objection(reference: str, objection_id: int) -> Page:
    """Read one objection, and say what was found out."""
    form = AnswerForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                is_upheld = form.finding.data == "upheld"
                words = form.answer.data
                answer_objection(db, actor(), reference, objection_id, words, is_upheld=is_upheld)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[(_("答复"), words)])
        return redirect(own_path(), 303)
    with transaction() as db:
        found = get_objection(db, actor(), reference, objection_id)
    number = grouped(found.reference)
    return render(
        "office/objection.html", form.status, objection=found, number=number, reference=reference, form=form
    )


def register(app: Flask) -> None:
    making = f"{BASE}/<slug>/objection"
    app.add_url_rule(making, "public.objection", make_objection, methods=["GET", "POST"])
    app.add_url_rule(f"{making}/<reference>", "public.objection_left", objection_left)
    app.add_url_rule(
        "/office/applications/<reference>/objections/<int:objection_id>",
        "office.objection",
        objection,
        methods=["GET", "POST"],
    )
