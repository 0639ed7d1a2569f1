"""发放结果: what came back of paying a benefit, written down by the unit that decides on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, cast
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.validators import Regexp

from portal import labels
from portal.i18n import moment_text
from portal.rules.errors import Conflict
from portal.usecases.benefit_effects import amount_by_language
from portal.usecases.payments import (
    Payable,
    PaymentOutcome,
    get_payable,
    list_payable_of,
    paid_for_words,
    record_payment,
)
from portal.usecases.review import Review
from portal.web import review_words
from portal.web.access import Mark, actor
from portal.web.office_door import at_application, open_review
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

Page: TypeAlias = tuple[str, int] | Response


class PaymentForm(PlainForm):
    paid_for = Question(_l("哪一笔？"), "choice")
    outcome = Question(
        _l("结果是什么？"), "choice", choices=[("paid", _l("发放成功")), ("failed", _l("没有发成功"))]
    )
    amount = Question(_l("多少钱？"), "money", hint=_l("单位是元。"))
    account_end = Question(
        _l("账户的最后4位"),
        hint=_l("只填最后4位，不要填整个账号。"),
        max_length=4,
        inputmode="numeric",
        validators=[Regexp(r"^[0-9Xx]{4}$", message=_l("请填写账户的最后4位数字。"))],
    )


@dataclass(frozen=True)
class PayableLines:
    """A benefit with what came back of it, in words: a row for each payment."""

    name: str
    href: str | None
    """Where the next one is written down; None where every month was paid."""
    lines: list[list[str]]


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """The benefits that this application brought about, for the unit that decides on them."""
    if review.earlier is None:  # a post that reads only a part
        return {"payables": []}
    found = list_payable_of(db, actor(), review.application)
    return {"payables": [_lines(one) for one in found]}


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The address below ``base``."""

    @page.route("/applications/<reference>/payments/<int:benefit_id>", methods=["GET", "POST"])
    @mark
    def payment(reference: str, benefit_id: int) -> Page:
        return show_payment(base, reference, benefit_id)


def show_payment(base: str, reference: str, benefit_id: int) -> Page:
    """One benefit: which month, how it went, how much, to which account."""
    address = f"{base}/applications/{quote(reference)}"
    with at_application(reference) as db:
        payable = get_payable(db, actor(), reference, benefit_id)
    form = PaymentForm(sent())
    form.paid_for.offer([(day.isoformat(), _said(payable, day)) for day in payable.open_for])
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                record_payment(
                    db,
                    actor(),
                    reference,
                    benefit_id,
                    parts().region,
                    paid_for_on=date.fromisoformat(form.paid_for.data),
                    outcome=cast(PaymentOutcome, form.outcome.data),
                    amount=int(form.amount.data),
                    account_end=form.account_end.data,
                )
            return redirect(f"{address}#payments", 303)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[])
    review = open_review(reference)
    return render(
        "office/payment.html",
        form.status,
        form=form,
        address=address,
        title=review_words.title_of(review),
        what=_name(payable),
        is_over=not payable.open_for,
    )


def _lines(payable: Payable) -> PayableLines:
    """For each payment: for when, how it went, how much, to which account, when it was written down."""
    lines = [
        [
            _said(payable, one.paid_for_on),
            labels.label(labels.PAYMENT_OUTCOMES, one.outcome, language()),
            amount_by_language(one.amount, "sum")[language()],
            one.account_end,
            moment_text(one.recorded_at, language()),
        ]
        for one in payable.payments
    ]
    href = f"payments/{payable.row.id}" if payable.open_for else None
    return PayableLines(_name(payable), href, lines)


def _name(payable: Payable) -> str:
    known = parts().region.benefit(payable.row.code)
    return known.name.say(language()) if known is not None else payable.row.code


def _said(payable: Payable, day: date) -> str:
    return paid_for_words(payable.row, day)[language()]
