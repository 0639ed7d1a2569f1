"""Languages, and how dates are written in each.

Source text of every interface string is standard Chinese; easy-read Chinese is a locale of its own that falls
back to it, English is complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.catalogue.field_types import say_date
from portal.catalogue.texts import Language
from portal.rules.calendar import HOLIDAY_NAMES, HolidayRange


@dataclass(frozen=True)
class LocaleChoice:
    code: Language
    babel: str  # the name gettext catalogues are found by
    html_lang: str
    name: str  # in its own language


LOCALES: dict[Language, LocaleChoice] = {
    "zh": LocaleChoice("zh", "zh_Hans", "zh-CN", "中文"),
    "easy": LocaleChoice("easy", "zh_Hans@easy", "zh-CN", "易读版"),
    "en": LocaleChoice("en", "en", "en", "English"),
}
SOURCE: Language = "zh"
TRANSLATED = [choice.babel for choice in LOCALES.values() if choice.code != SOURCE]

WEEKDAYS = "一二三四五六日"


def date_text(day: date, language: Language) -> str:
    """2026年12月5日; in easy-read with the weekday; in English 5 December 2026."""
    plain = say_date(day, language)
    return f"{plain}（星期{WEEKDAYS[day.weekday()]}）" if language == "easy" else plain


def holiday_text(days: HolidayRange, language: Language) -> str:
    """10月1日至7日国庆节放假，不算在内 (words.md 4)."""
    names = (" and " if language == "en" else "、").join(HOLIDAY_NAMES[key][language] for key in days.keys)
    first, last = days.first_on, days.last_on
    if language == "en":
        return f"{names}: {first.day} {first:%B} to {last.day} {last:%B} are not counted."
    if first == last:
        return f"{first.month}月{first.day}日{names}放假，不算在内。"
    until = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日至{until}{names}放假，不算在内。"


def moment_text(moment: datetime, language: Language) -> str:
    """The Shanghai date and time of a moment, in words."""
    day = date_text(clock.shanghai(moment).date(), language)
    return f"{day}{', ' if language == 'en' else ''}{time_text(moment, language)}"


def time_text(moment: datetime, language: Language) -> str:
    """The Shanghai time of a moment, in words, where its day is said already."""
    local = clock.shanghai(moment)
    if language == "en":
        return f"{local:%H:%M}"
    if language == "easy":
        half = "上午" if local.hour < 12 else "下午"
        hour = local.hour if local.hour <= 12 else local.hour - 12
        minutes = f"{local.minute}分" if local.minute else ""
        return f"{half}{hour}点{minutes}"
    return f"{local.hour}时{local.minute:02d}分"
