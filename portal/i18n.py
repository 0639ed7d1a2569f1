"""Languages, and how dates, money and numbers are written in each.

Source text of every interface string is standard Chinese; easy-read Chinese is a locale of its own that falls
back to it, English is complete. Numbers are grouped here, once for the eye and once for the ear.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.catalogue.texts import Language


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


def language_of(wanted: str | None) -> Language | None:
    """The language with that code, or None."""
    return next((code for code in LOCALES if code == wanted), None)


def date_text(day: date, language: Language) -> str:
    """2026年12月5日; in easy-read with the weekday; in English 5 December 2026."""
    if language == "en":
        return f"{day.day} {day:%B} {day.year}"
    plain = f"{day.year}年{day.month}月{day.day}日"
    return f"{plain}（星期{WEEKDAYS[day.weekday()]}）" if language == "easy" else plain


def moment_text(moment: datetime, language: Language) -> str:
    """The Shanghai date and time of a moment, in words."""
    local = clock.shanghai(moment)
    day = date_text(local.date(), language)
    if language == "en":
        return f"{day}, {local:%H:%M}"
    if language == "easy":
        half = "上午" if local.hour < 12 else "下午"
        hour = local.hour if local.hour <= 12 else local.hour - 12
        minutes = f"{local.minute}分" if local.minute else ""
        return f"{day}{half}{hour}点{minutes}"
    return f"{day}{local.hour}时{local.minute:02d}分"


def money_text(fen: int, language: Language) -> str:
    """Yuan from fen: 410元, 410.50元, CNY 410."""
    yuan = f"{fen // 100:,}" if fen % 100 == 0 else f"{fen // 100:,}.{fen % 100:02d}"
    return f"CNY {yuan}" if language == "en" else f"{yuan.replace(',', '')}元"


def apart(grouped: str) -> str:
    """A grouped number digit by digit, a comma between groups, for people who listen (数字逐位读)."""
    return "，".join(" ".join(group) for group in grouped.split())
