"""What to say of a question that was left blank, in every language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from portal.catalogue.texts import Text

SENTENCE_END = re.compile(r"(?<=[。？])(?=.)")


def sentence(zh: str, easy: str, en: str) -> Text:
    """A message in every language; in easy-read each sentence stands on a line of its own (words.md 2)."""
    return Text(zh=zh, easy=SENTENCE_END.sub("\n", easy), en=en)


BLANK_MESSAGES: Mapping[str, Text] = MappingProxyType(
    {
        "required_text": sentence("请填写这一项。", "请写这一项。", "Fill in this answer."),
        "required_name": sentence("请填写姓名。", "请写姓名。", "Enter the name."),
        "required_number": sentence("请填写数字。", "请写数字。", "Enter a number."),
        "required_year": sentence(
            "请填写年份，例如2019。", "请写年份。比如2019。", "Enter a year, such as 2019."
        ),
        "required_date": sentence(
            "请填写日期，例如2026年11月22日。",
            "请写日期。比如2026年11月22日。",
            "Enter a date, such as 22 November 2026.",
        ),
        "required_id": sentence("请填写证件号码。", "请写证件号码。", "Enter the document number."),
        "required_certificate": sentence(
            "请填写残疾人证号。", "请写残疾人证上的号码。", "Enter the disability certificate number."
        ),
        "required_tel": sentence("请填写电话号码。", "请写电话号码。", "Enter a phone number."),
        "required_email": sentence("请填写邮箱地址。", "请写邮箱地址。", "Enter an email address."),
        "required_account": sentence("请填写账号。", "请写账号。", "Enter the account number."),
        "required_credit_code": sentence(
            "请填写统一社会信用代码。", "请写执照上的代码。", "Enter the code on the business licence."
        ),
        "required_money": sentence(
            "请填写金额，例如850。", "请写多少钱。比如850。", "Enter an amount, such as 850."
        ),
        "required_choice": sentence("请选择一项。", "请选一个。", "Choose one answer."),
        "required_multi": sentence("请至少选择一项。", "请选一个或几个。", "Choose at least one answer."),
        "required_yes_no": sentence("请选择“是”或“否”。", "请选“是”或“不是”。", "Choose yes or no."),
        "required_confirm": sentence(
            "请先读完，再勾选确认。",
            "请先读完。然后在方框里打勾。",
            "Read this, then tick the box to confirm.",
        ),
        "required_place": sentence(
            "请选择地点。找不到，可以自己写。",
            "请选地方。找不到可以自己写。",
            "Choose a place. If it is not listed, write it.",
        ),
        "required_place_name": sentence(
            "请先写县、镇或者村的名字，再按“查找这个地方”。",
            "请写县、镇或者村的名字。再按“查找这个地方”。",
            "Write the name of the county, township or village, then press “Search for this place”.",
        ),
        "required_group": sentence("请至少添加一条。", "请加一条。", "Add at least one entry."),
    }
)
