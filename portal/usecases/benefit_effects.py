"""Effects on benefits: one is granted, goes on, changes, ends, or is given again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FEN, FieldError, yuan
from portal.catalogue.model import Benefit, BenefitGroup, ChangeBenefit, GrantBenefit
from portal.catalogue.texts import LANGUAGES, Language, Text
from portal.rules.benefits import first_month_changed, first_month_without, month_of, year_given
from portal.rules.errors import Conflict, Invalid
from portal.store.benefits import BenefitRow
from portal.usecases import benefits
from portal.usecases.advice import known_facts, on_record, verdict_on
from portal.usecases.benefits import Paid
from portal.usecases.deeds import Deed
from portal.usecases.fading import fade_benefit, go_on_fading, stages_of

EACH: Final[Mapping[str, Text]] = {
    "month": Text(zh="每月{yuan}元", en="CNY {yuan} a month"),
    "year": Text(zh="每年{yuan}元", en="CNY {yuan} a year"),
    "once": Text(zh="一次性{yuan}元", easy="一次给{yuan}元", en="CNY {yuan}, once"),
    "sum": Text(zh="{yuan}元", en="CNY {yuan}"),
}
"""An amount with how often it is given; the sum of one payment."""


STAGE: Final = Text(zh="{first}到{last}：{amount}", en="{first} to {last}: {amount}")
"""One stage of a benefit that fades."""


def grant(db: Session, deed: Deed, effect: GrantBenefit) -> dict[str, Any]:
    """Give it, with the amount in the deciding form or that of the group that the facts belong to."""
    benefit = _benefit(deed, effect.benefit)
    group, amount = _group_of(db, deed, benefit)
    if effect.amount_field is not None:
        amount = _number(deed, effect.amount_field)
    elif group is None:
        raise Conflict("no_group")
    paid = benefits.grant_benefit(
        db,
        deed.actor,
        deed.application,
        benefit,
        deed.region,
        amount=amount,
        group=group.id if group is not None else None,
        year=_year(deed, effect, benefit),
    )
    return _told(benefit, paid)


def change(db: Session, deed: Deed, effect: ChangeBenefit) -> dict[str, Any]:
    """What became of each benefit that the form names; of several, what they have in common is told."""
    named = deed.answers.get(effect.benefit_field) or ""
    codes = named if isinstance(named, list) else [str(named)]
    told = [_change_one(db, deed, effect, code) for code in codes]
    return told[0] if len(told) == 1 else _in_common(told)


def _in_common(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What letters say of several benefits at once: their names, and what is the same for each."""
    facts = {name: fact for name, fact in told[0].items() if all(one.get(name) == fact for one in told)}
    names = {
        language: (", " if language == "en" else "、").join(one["benefit"][language] for one in told)
        for language in LANGUAGES
    }
    return {**facts, "benefit": names}


def _change_one(db: Session, deed: Deed, effect: ChangeBenefit, code: str) -> dict[str, Any]:
    benefit = _benefit(deed, code)
    given = (db, deed.actor, deed.application, benefit, deed.region)
    month = _month(deed, effect.month_field)
    reported_on = deed.application.submitted_on or clock.today()
    try:
        if effect.to == "continue":
            return _told(benefit, benefits.continue_benefit(*given))
        if effect.to == "stopped":
            without = month or first_month_without(clock.today())
            return _told(benefit, benefits.stop_benefit(*given, without=without))
        amount = _number(deed, effect.amount_field)
        if effect.to == "faded":
            begins = month or first_month_without(reported_on)
            return _faded(benefit, fade_benefit(*given, from_month=begins, amount=amount))
        if effect.to == "restored":
            restored = benefits.restore_benefit(*given, from_month=month, amount=amount)
            go_on_fading(db, restored.row)
            return _told(benefit, restored)
        running = benefits.find_running(db, deed.application.person, benefit.code)
        amount = _group_of(db, deed, benefit)[1] if amount is None else amount
        if amount is None:
            raise Conflict("no_group")
        begins = month or first_month_changed(running.amount if running else None, amount, reported_on)
        return _told(benefit, benefits.change_benefit(*given, amount=amount, from_month=begins))
    except Conflict as refusal:
        if refusal.key == "no_amount" and effect.amount_field is not None:
            raise Invalid({effect.amount_field: [FieldError("required_text")]}) from refusal
        if refusal.key in ("no_benefit", "has_benefit") and effect.benefit_field in _own_form(deed):
            raise Invalid({effect.benefit_field: [FieldError(refusal.key)]}) from refusal
        raise


def _benefit(deed: Deed, code: str) -> Benefit:
    """Raises Conflict where the region does not give it (any more)."""
    found = deed.region.benefit(code)
    if found is None:
        raise Conflict("no_benefit")
    return found


def _group_of(db: Session, deed: Deed, benefit: Benefit) -> tuple[BenefitGroup | None, int | None]:
    """The group of the region's list that the facts belong to, with its amount in fen; what is on record of
    the certificate counts before what was said of it."""
    facts = known_facts(deed.definition, deed.region, deed.answers)
    facts |= on_record(db, deed.application.person, deed.region)
    verdict = verdict_on(db, deed.definition, deed.region, benefit, facts)
    return verdict.group, verdict.amount * FEN if verdict.amount is not None else None


def _year(deed: Deed, effect: GrantBenefit, benefit: Benefit) -> int | None:
    if benefit.period != "year":
        return None
    said = deed.answers.get(effect.year_field) if effect.year_field is not None else None
    is_school_year = deed.definition.service.once_per == "school_year"
    return year_given(said, is_school_year, deed.application.submitted_on or clock.today())


def _month(deed: Deed, field: str | None) -> date | None:
    """The month of a day that a form names."""
    said = deed.answers.get(field) if field is not None else None
    return month_of(date.fromisoformat(str(said))) if said else None


def _number(deed: Deed, field: str | None) -> int | None:
    said = deed.answers.get(field) if field is not None else None
    return said if isinstance(said, int) else None


def _own_form(deed: Deed) -> Mapping[str, Any]:
    return deed.forms.get(deed.step, {})


def _told(benefit: Benefit, paid: Paid) -> dict[str, Any]:
    """What a letter says of it, as far as it is known."""
    row = paid.row
    told: dict[str, Any] = {
        "benefit": benefit.name.by_language(),
        "review_on": row.review_on,
        "from_month": month_words(row.from_on) if row.state == "granted" else None,
        "until_month": month_words(row.to_on),
        "amount": amount_by_language(row.amount, row.period) if row.amount is not None else None,
        "back_pay": _money(paid.owed) if paid.owed else None,
    }
    return {name: fact for name, fact in told.items() if fact is not None}


def _faded(benefit: Benefit, paid: Paid) -> dict[str, Any]:
    """What a letter says of a benefit that fades: each amount with its months, and no single amount."""
    stages = {language: "\n".join(stage_lines(paid.row, language)) for language in LANGUAGES}
    return {"benefit": benefit.name.by_language(), "stages": stages}


def stage_lines(row: BenefitRow, language: Language, after: date | None = None) -> list[str]:
    """2026年12月到2027年5月：每月100元, for each stage, or each that begins after a month."""
    return [
        STAGE.say(language).format(
            first=month_text(one.from_month, language),
            last=month_text(one.to_month, language),
            amount=amount_by_language(one.amount, row.period)[language],
        )
        for one in stages_of(row)
        if after is None or one.from_month > after
    ]


def amount_by_language(fen: int, period: str) -> dict[Language, str]:
    """每月100元, by language."""
    return {
        language: EACH[period].say(language).format(yuan=yuan(fen, "," if language == "en" else ""))
        for language in LANGUAGES
    }


def month_words(month: date | None) -> dict[str, str] | None:
    """2026年11月, by language."""
    if month is None:
        return None
    return {language: month_text(month, language) for language in LANGUAGES}


def month_text(month: date, language: Language) -> str:
    """A month as people say it."""
    return f"{month:%B} {month.year}" if language == "en" else f"{month.year}年{month.month}月"


def _money(fen: int) -> dict[str, str]:
    return {
        language: f"CNY {yuan(fen, ',')}" if language == "en" else f"{yuan(fen)}元" for language in LANGUAGES
    }
