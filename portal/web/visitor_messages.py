"""Write to us without an account: report a barrier, ask a question; the receipt says when we answer."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.rules.references import grouped
from portal.usecases.visitor_messages import EVERYONE, LEFT, Kind, get_receipt, leave_message
from portal.web.access import actor, public
from portal.web.limits import count_or_refuse
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render
from portal.web.settings_pages import own_path, path_before

LONGEST_MESSAGE = 2000


class ReportForm(PlainForm):
    what = Question(
        _l("哪里不方便？"),
        "longtext",
        hint=_l("写您想做什么，遇到了什么。用了读屏软件、放大软件，也可以写上。"),
        max_length=LONGEST_MESSAGE,
    )
    page = Question(_l("在哪一页？"), is_required=False, hint=_l("写这一页的标题或者地址。"), width="full")
    contact = Question(
        _l("怎样回复您？"),
        is_required=False,
        hint=_l("写手机号码、邮箱或者通信地址。不写，也会处理。"),
        width="full",
    )


class QuestionForm(PlainForm):
    what = Question(
        _l("您想问什么？"),
        "longtext",
        hint=_l("不用写身份证号码和银行卡号。"),
        max_length=LONGEST_MESSAGE,
    )
    contact = Question(
        _l("怎样回复您？"),
        is_required=False,
        hint=_l("写手机号码、邮箱或者通信地址。可以写“只发短信，不要打电话”。"),
        width="full",
    )


@public
def report_barrier() -> tuple[str, int] | Response:
    form = ReportForm(sent(), page=own_path(request.args.get("page", "")) or path_before())
    if request.method == "POST" and form.validate():
        path = own_path(form.page.data)
        # words about a page may say more than an address: they belong with the message, encrypted
        body = form.what.data if path or not form.page.data else f"{form.what.data}\n\n{form.page.data}"
        return _left("barrier", body, form.contact.data, path)
    return render("public/report.html", form.status, form=form)


@public
def ask_question() -> tuple[str, int] | Response:
    form = QuestionForm(sent())
    if request.method == "POST" and form.validate():
        return _left("question", form.what.data, form.contact.data)
    return render("public/question.html", form.status, form=form)


def _left(kind: Kind, body: str, contact: str, path: str | None = None) -> Response:
    count_or_refuse(LEFT, EVERYONE)
    with transaction() as db:
        reference = leave_message(db, actor(), kind, body, path=path, contact=contact)
    return redirect(f"{request.path}/{reference}", 303)


@public
def barrier_receipt(reference: str) -> tuple[str, int]:
    return _receipt("barrier", reference)


@public
def question_receipt(reference: str) -> tuple[str, int]:
    return _receipt("question", reference)


def _receipt(kind: Kind, reference: str) -> tuple[str, int]:
    with reading() as db:
        receipt = get_receipt(db, kind, reference)
    return render("public/message_left.html", receipt=receipt, groups=grouped(receipt.reference).split())


def register(app: Flask) -> None:
    report, ask = "/accessibility/report", "/questions"
    app.add_url_rule(report, "public.report", report_barrier, methods=["GET", "POST"])
    app.add_url_rule(f"{report}/<reference>", "public.report_left", barrier_receipt)
    app.add_url_rule(ask, "public.question", ask_question, methods=["GET", "POST"])
    app.add_url_rule(f"{ask}/<reference>", "public.question_left", question_receipt)
