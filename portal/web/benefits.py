"""我的待遇: what a proven holder gets, how much, since when and until when, and who decides on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flask import Flask
from flask_babel import gettext as _

from portal import labels
from portal.i18n import date_text
from portal.usecases.benefit_effects import amount_by_language, month_text, stage_lines
from portal.usecases.benefit_lists import BenefitSeen, list_own_benefits
from portal.usecases.payments import PaymentRow, paid_for_words
from portal.web.access import actor, applicant
from portal.web.parts import parts, reading
from portal.web.preferences import language
from portal.web.rendering import render

Answered: TypeAlias = str | tuple[str, int]


MOST_PAYMENTS = 3
"""How many payments, the newest first, stand beside a benefit."""


@dataclass(frozen=True)
class ShownBenefit:
    """One benefit in words."""

    name: str
    state_text: str
    tone: str
    rows: list[tuple[str, str]]


@applicant
def list_page() -> Answered:
    with reading() as db:
        found = list_own_benefits(db, actor(), parts().region)
    return render(
        "benefits/list.html",
        running=[shown(one) for one in found if not one.is_over],
        past=[shown(one) for one in found if one.is_over],
        is_proven=actor().is_proven,
        has_platform=parts().gateways.identity.is_on,
    )


def shown(seen: BenefitSeen) -> ShownBenefit:
    """A benefit as its holder reads it."""
    return ShownBenefit(
        name=name_of(seen),
        state_text=labels.label(labels.BENEFIT_STATES, seen.row.state, language()),
        tone=labels.BENEFIT_TONES[seen.row.state],
        rows=_rows(seen),
    )


def name_of(seen: BenefitSeen) -> str:
    return seen.name.get(language()) or seen.name["zh"]


def amount_of(seen: BenefitSeen) -> str:
    """How much, for each month or year or once; that nobody wrote it down here where nobody did."""
    if seen.row.amount is None:
        return _("这里没有记录")
    return amount_by_language(seen.row.amount, seen.row.period)[language()]


def time_of(seen: BenefitSeen) -> list[tuple[str, str]]:
    """From when until when, or for which year."""
    row = seen.row
    if row.year is not None:
        return [(_("哪一年的"), str(row.year))]
    if row.period != "month":
        return [(_("哪天决定的"), date_text(row.decided_on, language()))]
    if row.from_on and row.to_on and row.to_on < row.from_on:
        return [(_("到哪个月"), _("没有发过"))]
    begun = month_text(row.from_on, language()) if row.from_on else _("这个网站开办以前")
    times = [(_("从哪个月开始"), begun)]
    if row.to_on is not None:
        times.append((_("到哪个月"), month_text(row.to_on, language())))
    return times


def _rows(seen: BenefitSeen) -> list[tuple[str, str]]:
    rows = [(_("多少钱"), amount_of(seen)), *time_of(seen)]
    rows.append((_("谁决定"), seen.unit.get(language()) or seen.unit["zh"]))
    if seen.row.state == "granted" and seen.row.to_on is not None:
        rows += [(_("接下来"), line) for line in stage_lines(seen.row, language(), seen.row.to_on)]
    if seen.row.review_on is not None:
        rows.append((_("下次复核"), date_text(seen.row.review_on, language())))
    return [*rows, *[(_("发放结果"), _payment(seen, one)) for one in seen.payments[:MOST_PAYMENTS]]]


def _payment(seen: BenefitSeen, one: PaymentRow) -> str:
    when = paid_for_words(seen.row, one.paid_for_on)[language()]
    state = labels.label(labels.PAYMENT_OUTCOMES, one.outcome, language())
    amount = amount_by_language(one.amount, "sum")[language()]
    return _(
        "%(when)s：%(state)s，%(amount)s，账户尾号%(end)s",
        when=when,
        state=state,
        amount=amount,
        end=one.account_end,
    )


def register(app: Flask) -> None:
    """Add this front's address."""
    app.add_url_rule("/account/benefits", "benefits.list", list_page)
