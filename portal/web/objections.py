"""Objections to a public notice: anyone makes one, without an account, and keeps a number."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldOptions
from portal.rules.errors import NotFound
from portal.rules.references import grouped
from portal.usecases.objections import (
    OBJECTED,
    get_objection_receipt,
    object_to,
)
from portal.usecases.public_notices import get_public_notice
from portal.web.access import actor, public
from portal.web.limits import count_or_refuse
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.public_notices import BASE, gone, unlisted
from portal.web.rendering import render

LONGEST = 2000
SHORTEST = 5


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
        return gone(slug)
    return unlisted(render("public/objection.html", form.status, form=form, posted=posted))


@public
def objection_left(slug: str, reference: str) -> Response:
    with reading() as db:
        receipt = get_objection_receipt(db, slug, reference)
    groups = grouped(receipt.reference).split()
    return unlisted(render("public/objection_left.html", receipt=receipt, groups=groups))


def register(app: Flask) -> None:
    making = f"{BASE}/<slug>/objection"
    app.add_url_rule(making, "public.objection", make_objection, methods=["GET", "POST"])
    app.add_url_rule(f"{making}/<reference>", "public.objection_left", objection_left)
