"""Dates, typed in every way that people type them; kept as ISO 8601."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldType, Labels
from portal.catalogue.field_types.bounds import day_of
from portal.catalogue.field_types.normalise import FieldError, half_width
from portal.catalogue.texts import Language

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | {
    name[:3].lower(): number for number, name in enumerate(MONTHS, 1)
}
_PARTED = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ENGLISH = re.compile(r"([0-9]{1,2}) ?([A-Za-z]{3,9}) ?([0-9]{4})")
_OTHER_PARTING = dict.fromkeys(map(ord, "‐‑‒–—―−、。"), "-")

FIRST_YEAR, LAST_YEAR = 1850, 2150
"""Outside these years a date is a slip of the finger."""


class DateType(FieldType[str]):
    """A day: one text, or three boxes (year, month, day). The value is an ISO date."""

    shape_code = "date_shape"
    required_code = "required_date"

    @property
    def empty(self) -> str:
        return ""

    def parse(self, raw: Sequence[str], options: FieldOptions) -> str:
        if len(raw) == 3:  # three boxes
            texts = self.texts(raw, options)
            if len(texts) == 3:
                raw = ["-".join(text.rstrip("年月日号") for text in texts)]
            elif texts and not options.has_unknown:
                raise FieldError("date_incomplete")
        return super().parse(raw, options)

    def read(self, text: str, options: FieldOptions) -> str:
        year, month, day = _parts(text)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise FieldError("date_year", min=FIRST_YEAR, max=LAST_YEAR)
        if not 1 <= month <= 12:
            raise FieldError("date_month", month=month)
        if not 1 <= day <= monthrange(year, month)[1]:
            raise FieldError("date_day", year=year, month=month, day=day)
        return date(year, month, day).isoformat()

    def is_held(self, value: object) -> bool:
        return isinstance(value, str) and _is_iso(value)

    def check(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldError]:
        day = date.fromisoformat(value)
        if options.not_future and day > context.today:
            return [FieldError("date_future")]
        if options.not_past and day < context.today:
            return [FieldError("date_past")]
        earliest = date.fromisoformat(options.earliest) if options.earliest else None
        if earliest and day < earliest:
            return [_edge("date_min", earliest)]
        latest = date.fromisoformat(options.latest) if options.latest else None
        if latest and day > latest:
            return [_edge("date_max", latest)]
        if options.not_before_field is not None:
            other = day_of(context.answers.get(options.not_before_field))
            if other is not None and day < other:
                return [_edge("date_before_other", other)]
        return []

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        return say_date(date.fromisoformat(value), language)


def say_date(day: date, language: Language) -> str:
    """2026年11月22日, 22 November 2026."""
    if language == "en":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _parts(text: str) -> tuple[int, int, int]:
    plain = half_width(text).translate(_OTHER_PARTING)
    plain = re.sub(r"\s*([-/.年月日号])\s*", r"\1", " ".join(plain.split())).strip()
    plain = plain.replace(" ", "-") if re.fullmatch(r"[0-9]{4} [0-9]{1,2} [0-9]{1,2}", plain) else plain
    if found := _PARTED.fullmatch(plain) or _EIGHT.fullmatch(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _ENGLISH.fullmatch(plain)) and (month := _MONTH_NUMBERS.get(found[2].lower())):
        return int(found[3]), month, int(found[1])
    raise FieldError("date_shape")


def _is_iso(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _edge(code: str, day: date) -> FieldError:
    """The edge travels as an ISO date; ``messages`` words it in the reader's language."""
    return FieldError(code, day=day.isoformat())
