"""Whole numbers, years and money."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldType, Labels
from portal.catalogue.field_types.bounds import year_of
from portal.catalogue.field_types.normalise import FieldError, half_width
from portal.catalogue.texts import Language

FEN: Final = 100
"""So many are a yuan. What people type and are told is yuan, what is kept and counted is fen."""

_WHOLE = re.compile(r"([0-9]{1,9}) ?[人个口岁次件年天月]?")
_YEAR = re.compile(r"([0-9]{4}) ?年?")
_MONEY = re.compile(r"(?:CNY|RMB|¥|￥)? ?([0-9]{1,9})(?:\.([0-9]{1,2}))? ?(?:元|块|CNY|RMB)?")


class IntegerType(FieldType["int | str | None"]):
    """A whole number, not negative. A counting word after it (3人) is taken as meant."""

    holds = (int,)
    pattern: ClassVar[re.Pattern[str]] = _WHOLE
    shape_code = "number_shape"
    required_code = "required_number"

    @property
    def empty(self) -> int | None:
        return None

    def read(self, text: str, options: FieldOptions) -> int:
        found = self.pattern.fullmatch(_plain(text))
        if found is None:
            raise FieldError(self.shape_code)
        return int(found[1])

    def check(
        self, value: int | str | None, options: FieldOptions, context: FieldContext
    ) -> list[FieldError]:
        if not isinstance(value, int):
            return []
        return [error] if (error := self.out_of_range(value, options)) else []

    def out_of_range(self, value: int, options: FieldOptions) -> FieldError | None:
        low, high = options.min, options.max
        if low is not None and high is not None and not low <= value <= high:
            return FieldError("number_between", min=low, max=high)
        if low is not None and value < low:
            return FieldError("number_min", min=low)
        if high is not None and value > high:
            return FieldError("number_max", max=high)
        return None


class YearType(IntegerType):
    """A year of four digits, from 1900 unless the field says otherwise."""

    pattern = _YEAR
    shape_code = "year_shape"
    required_code = "required_year"

    def check(
        self, value: int | str | None, options: FieldOptions, context: FieldContext
    ) -> list[FieldError]:
        if not isinstance(value, int):
            return []
        this_year = context.today.year
        low = 1900 if options.min is None else options.min
        ahead = None if options.years_ahead is None else this_year + options.years_ahead
        high = min((one for one in (options.max, ahead) if one is not None), default=value)
        other = year_of(context.answers.get(options.not_before_field or ""))
        faults = (
            (value < low, FieldError("year_min", min=low)),
            (value > high, FieldError("year_max", max=high)),
            (options.not_future and value > this_year, FieldError("year_future")),
            (options.not_past and value < this_year, FieldError("year_past")),
            (other is not None and value < other, FieldError("year_before_other")),
        )
        return [error for is_fault, error in faults if is_fault][:1]

    def say(
        self,
        value: int | str | None,
        language: Language,
        labels: Labels,
        options: FieldOptions,
        *,
        aloud: bool,
    ) -> str:
        return str(value) if language == "en" else f"{value}年"


class MoneyType(IntegerType):
    """An amount in fen (a hundredth of a yuan), more than nothing unless the field allows 0 (rules.md 6)."""

    shape_code = "money_shape"
    required_code = "required_money"

    def read(self, text: str, options: FieldOptions) -> int:
        found = _MONEY.fullmatch(_plain(text).upper())
        if found is None:
            raise FieldError(self.shape_code)
        return int(found[1]) * FEN + int((found[2] or "").ljust(2, "0"))

    def out_of_range(self, value: int, options: FieldOptions) -> FieldError | None:
        low = 1 if options.min is None else options.min
        if value < low:
            return FieldError("money_positive") if low == 1 else FieldError("money_min", min=yuan(low))
        if options.max is not None and value > options.max:
            return FieldError("money_max", max=yuan(options.max))
        return None

    def say(
        self,
        value: int | str | None,
        language: Language,
        labels: Labels,
        options: FieldOptions,
        *,
        aloud: bool,
    ) -> str:
        if not isinstance(value, int):
            return str(value)
        return f"CNY {yuan(value, ',')}" if language == "en" else f"{yuan(value)}元"


def yuan(fen: int, thousands: str = "") -> str:
    """An amount of fen in yuan: 41000 is 410, 41050 is 410.50."""
    whole, rest = divmod(abs(fen), FEN)
    said = f"{whole:,}".replace(",", thousands) + (f".{rest:02d}" if rest else "")
    return f"-{said}" if fen < 0 else said


def _plain(text: str) -> str:
    """Half-width, without the commas of thousands."""
    return re.sub(r"(?<=[0-9])[,，](?=[0-9]{3})", "", half_width(text).replace("。", "."))
