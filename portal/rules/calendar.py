"""Which days the offices work: the published calendar, a region's own days, else the days of the law.

The State Council publishes a year's holidays and make-up days in the autumn before. Until then a year is
Monday to Friday minus the days off of 全国年节及纪念日放假办法 (fourth revision, 2024-11-10, art. 2), and
every date counted through it is provisional (暂按): it is counted again when the year is published.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

import chinese_calendar
from chinese_calendar.constants import holidays as published_holidays

HolidayKey = Literal[
    "new_year",
    "spring_festival",
    "qingming",
    "labour_day",
    "dragon_boat",
    "mid_autumn",
    "national_day",
    "other",
]

HOLIDAY_NAMES: Mapping[HolidayKey, Mapping[Literal["zh", "easy", "en"], str]] = MappingProxyType({
    "new_year": {"zh": "元旦", "easy": "元旦", "en": "New Year’s Day"},
    "spring_festival": {"zh": "春节", "easy": "春节", "en": "Spring Festival"},
    "qingming": {"zh": "清明节", "easy": "清明节", "en": "Qingming Festival"},
    "labour_day": {"zh": "劳动节", "easy": "劳动节", "en": "Labour Day"},
    "dragon_boat": {"zh": "端午节", "easy": "端午节", "en": "Dragon Boat Festival"},
    "mid_autumn": {"zh": "中秋节", "easy": "中秋节", "en": "Mid-Autumn Festival"},
    "national_day": {"zh": "国庆节", "easy": "国庆节", "en": "National Day"},
    "other": {"zh": "放假", "easy": "放假", "en": "public holiday"},
})  # fmt: skip

_PUBLISHED_NAMES: Mapping[str, HolidayKey] = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-autumn Festival": "mid_autumn",
    "National Day": "national_day",
}

_PUBLISHED_YEARS = frozenset(day.year for day in published_holidays)

# Days with a fixed date, art. 2 (1), (4), (7).
_FIXED: Mapping[tuple[int, int], HolidayKey] = {
    (1, 1): "new_year",
    (5, 1): "labour_day", (5, 2): "labour_day",
    (10, 1): "national_day", (10, 2): "national_day", (10, 3): "national_day",
}  # fmt: skip

# Days that follow moon and sun, art. 2 (2), (3), (5), (6): 农历除夕 to 正月初三, 清明, 五月初五, 八月十五.
# Dates by the Chinese calendar of GB/T 33661-2017; 初一 is 2027-02-06 and 2028-01-26. In 2028 中秋 is 10-03,
# inside National Day; where days off fall together or on weekends, the law gives others in their place
# (art. 6), and only the published calendar says which.
_MOVING: Mapping[date, HolidayKey] = {
    date(2027, 2, 5): "spring_festival", date(2027, 2, 6): "spring_festival",
    date(2027, 2, 7): "spring_festival", date(2027, 2, 8): "spring_festival",
    date(2027, 4, 5): "qingming", date(2027, 6, 9): "dragon_boat", date(2027, 9, 15): "mid_autumn",
    date(2028, 1, 25): "spring_festival", date(2028, 1, 26): "spring_festival",
    date(2028, 1, 27): "spring_festival", date(2028, 1, 28): "spring_festival",
    date(2028, 4, 4): "qingming", date(2028, 5, 28): "dragon_boat", date(2028, 10, 3): "mid_autumn",
}  # fmt: skip


@dataclass(frozen=True)
class DayOverride:
    """What a region or a newly published calendar says of one day; ``holiday`` names a day off."""

    is_working: bool
    holiday: HolidayKey = "other"


@dataclass(frozen=True)
class HolidayRange:
    """Days off in a row, both ends included, and the holidays they are for, in order."""

    first_on: date
    last_on: date
    keys: tuple[HolidayKey, ...]


@dataclass(frozen=True)
class Calendar:
    """The working days of one region.

    ``overrides`` speak first: a local holiday (art. 4), or a whole year entered by an official before the
    library knows it, named in ``published_years``. The law's own days off are off in such a year too.
    """

    overrides: Mapping[date, DayOverride] = field(default_factory=dict)
    published_years: frozenset[int] = frozenset()

    def is_published(self, year: int) -> bool:
        """Whether the year's holidays and make-up days are known; otherwise its dates are provisional."""
        return year in self.published_years or year in _PUBLISHED_YEARS

    def is_working(self, day: date) -> bool:
        """Whether the offices work on this day."""
        if (override := self.overrides.get(day)) is not None:
            return override.is_working
        if day.year in _PUBLISHED_YEARS:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5 and self.holiday_on(day) is None

    def holiday_on(self, day: date) -> HolidayKey | None:
        """Which holiday a day off belongs to; None for working days and plain weekends."""
        if (override := self.overrides.get(day)) is not None:
            return None if override.is_working else override.holiday
        if day.year in _PUBLISHED_YEARS:
            name = published_holidays.get(day)
            return None if name is None else _PUBLISHED_NAMES.get(name, "other")
        return _MOVING.get(day) or _FIXED.get((day.month, day.day))

    def holiday_range(self, day: date) -> HolidayRange | None:
        """The whole row of holiday days that this day stands in; None where it stands in none."""
        if self.holiday_on(day) is None:
            return None
        first_on = last_on = day
        while self.holiday_on(first_on - _ONE_DAY) is not None:
            first_on -= _ONE_DAY
        while self.holiday_on(last_on + _ONE_DAY) is not None:
            last_on += _ONE_DAY
        length = (last_on - first_on).days + 1
        keys = [key for n in range(length) if (key := self.holiday_on(first_on + n * _ONE_DAY)) is not None]
        return HolidayRange(first_on, last_on, tuple(dict.fromkeys(keys)))


_ONE_DAY = timedelta(days=1)


def months_on(day: date, months: int) -> date:
    """The same day of another month, earlier where ``months`` is negative; that month's last day where it is
    shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_years(born_on: date, today: date) -> int:
    """How old somebody is: the years whose birthday has come."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
