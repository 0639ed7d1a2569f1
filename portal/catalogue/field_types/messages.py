"""What to say when an answer cannot be taken: every error and warning code in every language.

A sentence says what to do, never what was typed and never what a check digit should be (experience.md 4).
None of them says 您, so that they are the same for someone who acts for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from portal.catalogue.field_types.base import FieldWarning
from portal.catalogue.field_types.blank import BLANK_MESSAGES, sentence
from portal.catalogue.field_types.contact_messages import CONTACT_MESSAGES
from portal.catalogue.field_types.dates import MONTHS, say_date
from portal.catalogue.field_types.decision_messages import DECISION_MESSAGES
from portal.catalogue.field_types.digits_messages import DIGITS_MESSAGES
from portal.catalogue.field_types.file_messages import FILE_MESSAGES
from portal.catalogue.field_types.normalise import FieldError
from portal.catalogue.texts import Language, Text

MESSAGES: Mapping[str, Text] = MappingProxyType(
    {
        **BLANK_MESSAGES,
        **CONTACT_MESSAGES,
        **DECISION_MESSAGES,
        **DIGITS_MESSAGES,
        **FILE_MESSAGES,
        # words
        "too_long": sentence(
            "请不超过{max}个字。现在有{count}个字。",
            "字太多了。最多写{max}个字。",
            "Use at most {max} characters. There are {count} now.",
        ),
        "too_short": sentence(
            "请写详细一些，至少{min}个字。",
            "请多写一点。最少写{min}个字。",
            "Write at least {min} characters.",
        ),
        "unreadable": sentence(
            "这里有打不开的字符。请删掉后重新填写。",
            "有的字看不清。请删掉，再写一次。",
            "Part of this cannot be read. Delete it and type it again.",
        ),
        "control_characters": sentence(
            "这里有看不见的字符或换行。请删掉后重新填写。",
            "这里有看不见的字。请全部删掉，再写一次。",
            "This holds invisible characters or a line break. Delete it and type it again.",
        ),
        "emoji_in_name": sentence(
            "姓名里不能有表情符号。请删掉表情符号。",
            "姓名里不能有小图。请删掉小图。",
            "A name cannot hold emoji. Delete the emoji.",
        ),
        "name_private_use": sentence(
            "姓名里有的字在别的电脑上可能显示不出来。可以写拼音，由窗口录入。",
            "姓名里有的字，别人可能看不到。可以写拼音，窗口帮忙写。",
            "Part of this name may not show on other computers. Pinyin is fine; the counter can help.",
        ),
        "answer_again": sentence(
            "这个问题有变化，请重新回答。",
            "问题变了。请再答一次。",
            "This question has changed. Answer it again.",
        ),
        "unknown_and_answer": sentence(
            "已经填了答案，又选了“我不知道”。请只留一个。",
            "有答案，又选了“我不知道”。请只留一个。",
            "There is an answer and “I don’t know”. Keep only one.",
        ),
        # numbers
        "number_shape": sentence(
            "请只填数字，例如3。", "请只写数字。比如3。", "Enter a number only, such as 3."
        ),
        "number_between": sentence(
            "请填写{min}到{max}之间的数字。",
            "请写数字。最小{min}，最大{max}。",
            "Enter a number from {min} to {max}.",
        ),
        "number_min": sentence(
            "请填写不小于{min}的数字。", "数字太小。最小是{min}。", "Enter {min} or more."
        ),
        "number_max": sentence(
            "请填写不大于{max}的数字。", "数字太大。最大是{max}。", "Enter {max} or less."
        ),
        "year_shape": sentence(
            "请填写四位数的年份，例如2019。",
            "请写4个数字。比如2019。",
            "Enter a year of four digits, such as 2019.",
        ),
        "year_min": sentence(
            "请填写{min}年或以后的年份。", "年份太早。最早是{min}年。", "Enter {min} or a later year."
        ),
        "year_max": sentence(
            "请填写{max}年或以前的年份。", "年份太晚。最晚是{max}年。", "Enter {max} or an earlier year."
        ),
        "year_future": sentence(
            "年份不能晚于今年。请重新填写。",
            "这一年还没有到。请再写一次。",
            "The year cannot be after this year. Enter it again.",
        ),
        "year_past": sentence(
            "年份不能早于今年。请重新填写。",
            "这一年已经过了。请再写一次。",
            "The year cannot be before this year. Enter it again.",
        ),
        "year_before_other": sentence(
            "年份不能早于出生年份。请重新填写。",
            "这一年，人还没有出生。请再写一次。",
            "The year cannot be before the year of birth. Enter it again.",
        ),
        "money_shape": sentence(
            "请填写数字，例如850或850.50。",
            "请只写数字。比如850。",
            "Enter an amount, such as 850 or 850.50.",
        ),
        "money_positive": sentence("请填写大于0的金额。", "钱数要比0大。", "Enter an amount above 0."),
        "money_min": sentence(
            "请填写不少于{min}元的金额。", "钱数太少。最少是{min}元。", "Enter CNY {min} or more."
        ),
        "money_max": sentence(
            "请填写不超过{max}元的金额。", "钱数太多。最多是{max}元。", "Enter CNY {max} or less."
        ),
        # dates
        "date_shape": sentence(
            "请写明年、月、日，例如2026年11月22日。",
            "请写年、月、日。比如2026年11月22日。",
            "Enter day, month and year, such as 22 November 2026.",
        ),
        "date_incomplete": sentence(
            "请把年、月、日都填上。", "年、月、日都要写。", "Fill in the year, the month and the day."
        ),
        "date_year": sentence(
            "请查看年份。年份要在{min}到{max}之间。",
            "请看看年份。年份好像写错了。",
            "Check the year. It must be from {min} to {max}.",
        ),
        "date_month": sentence(
            "没有{month}月。请填写1到12月。",
            "没有{month}月。一年有12个月。",
            "There is no month {month}. Enter 1 to 12.",
        ),
        "date_day": sentence(
            "{year}年{month}月没有{day}日。请查看后重新填写。",
            "{month}月没有{day}日。请再看一看。",
            "{month} {year} has no day {day}. Check the date.",
        ),
        "date_future": sentence(
            "日期不能晚于今天。请重新填写。",
            "这一天还没有到。请再写一次。",
            "The date cannot be after today. Enter it again.",
        ),
        "date_past": sentence(
            "日期不能早于今天。请重新填写。",
            "这一天已经过了。请再写一次。",
            "The date cannot be before today. Enter it again.",
        ),
        "date_min": sentence(
            "请填写{day}或以后的日期。", "日期太早。最早是{day}。", "Enter {day} or a later date."
        ),
        "date_max": sentence(
            "请填写{day}或以前的日期。", "日期太晚。最晚是{day}。", "Enter {day} or an earlier date."
        ),
        "term_left": sentence(
            "还剩{count}个工作日，最后一天是{day}。",
            "还有{count}个工作日。最后一天：{day}。",
            "Working days left: {count}. The last is {day}.",
        ),
        "term_last_day": sentence(
            "今天（{day}）是最后一天。", "今天是最后一天：{day}。", "Today, {day}, is the last day."
        ),
        "term_over": sentence(
            "最后一天是{day}，已经过了。来不及有原因的，请写明，也可以申请。",
            "最后一天是{day}，已经过了。有原因，请写下来。也能申请。",
            "The last day was {day}. If there was a reason for the delay, say so; you can still apply.",
        ),
        "invoice_used": sentence(
            "这张发票用过了吗？这个号码已经交过一次。请再看一遍号码。没有写错，可以照样交，工作人员来核对。",
            "这张发票用过了吗？这个号码交过一次了。请再看一看号码。没写错，也能交。我们来查。",
            "Was this invoice used before? Its number was handed in once already. Look at it again. "
            "If it is right, hand it in all the same; staff will look into it.",
        ),
        "invoice_why": sentence(
            "这个发票号码在别的申请里也交过。请核对；没有写错，请写明原因。",
            "这个号码交过一次了。请再看一看。没写错，请写原因。",
            "An invoice of this number was handed in with another application. "
            "Check it; if it is right, say why.",
        ),
        "date_before_other": sentence(
            "日期不能早于{day}。请重新填写。",
            "日期太早。不能早过{day}。",
            "The date cannot be before {day}. Enter it again.",
        ),
        # reaching someone
        "tel_shape": sentence(
            "请填写11位手机号，或带区号的座机号，例如0571-87654321。",
            "请写11位手机号。座机要写区号。",
            "Enter a mobile number of 11 digits, or a landline with its area code, such as 0571-87654321.",
        ),
        "mobile_length": sentence(
            "手机号应有11位，现在有{count}位。请核对。",
            "手机号有11位。现在是{count}位。请再看一看。",
            "A mobile number has 11 digits; there are {count} now. Check it.",
        ),
        "email_shape": sentence(
            "请填写完整的邮箱地址，例如name@example.com。",
            "邮箱地址不全。中间要有@。比如name@example.com。",
            "Enter a full email address, such as name@example.com.",
        ),
        # lists and rows
        "choice_unknown": sentence(
            "请从列出的选项里选。", "请从下面选一个。", "Choose from the answers listed."
        ),
        "given_twice": sentence(
            "这里有两行是同一类。请每一类只写一行。",
            "同一类写了两次。请删去一行。",
            "Two lines are of the same kind. Give each kind once.",
        ),
        "institution_covers": sentence(
            "这家医院不能评定选的困难。请另选一家，或者选“我不知道”。",
            "这家医院评不了。请选别的医院。",
            "This hospital cannot assess what was chosen. Choose another one, or “I don’t know”.",
        ),
        "exclusive_and_others": sentence(
            "有一项只能单独选。请只留那一项，或者去掉那一项。",
            "有一个要单独选。请留那一个，或者去掉那一个。",
            "One of these answers stands alone. Keep only that one, or clear it.",
        ),
        "choose_more": sentence("请至少选择{min}项。", "选得太少。最少选{min}个。", "Choose at least {min}."),
        "choose_fewer": sentence("请最多选择{max}项。", "选得太多。最多选{max}个。", "Choose at most {max}."),
        "group_rows": sentence(
            "有{count}处要改。请看每一条的提示。",
            "有{count}处要改。请看下面。",
            "{count} answers need a change. See each entry.",
        ),
        "group_more": sentence(
            "请至少添加{min}条。", "太少了。最少加{min}条。", "Add at least {min} entries."
        ),
        "group_fewer": sentence(
            "请最多添加{max}条。", "太多了。最多加{max}条。", "Add at most {max} entries."
        ),
        "lines_missing": sentence(
            "还差{count}条。请给每个人添加一条。",
            "还少{count}条。每个人加一条。",
            "{count} more needed. Add an entry for each.",
        ),
    }
)
"""Code to sentence. ``{placeholders}`` are the names of the error's params."""


def message(
    problem: FieldError | FieldWarning, language: Language, own: Mapping[str, Text] | None = None
) -> str:
    """The sentence for an error or warning; ``own`` are a field's own words for some codes."""
    text = (own or {}).get(problem.code) or MESSAGES[problem.code]
    words = text.say(language)
    for name, value in problem.params.items():
        words = words.replace(f"{{{name}}}", _said(name, value, language))
    return words


def _said(name: str, value: str | int, language: Language) -> str:
    if name == "day" and isinstance(value, str):
        return say_date(date.fromisoformat(value), language)
    if name == "month" and language == "en" and value in range(1, 13):
        return MONTHS[int(value) - 1]
    return str(value)
