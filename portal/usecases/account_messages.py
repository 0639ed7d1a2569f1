"""What we write to a contact about signing in and about the account itself (words.md 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.catalogue.texts import Language, Text
from portal.usecases import outbox


@dataclass(frozen=True)
class Voice:
    """In whose name we write, in which language, and where our links lead."""

    signature: str  # the registered one, such as 【示例市一窗通办】
    site_name: str
    language: Language
    base_url: str


@dataclass(frozen=True)
class AccountMessage:
    """One message as a text message (70 characters, no link) and as a letter."""

    sms: Text
    subject: Text
    mail: Text


CODE = AccountMessage(
    sms=Text(
        zh="{signature}验证码{code}，30分钟内有效。工作人员不会向您要验证码。",
        en="{signature}Code {code}, valid 30 minutes. Staff never ask for it.",
    ),
    subject=Text(zh="{site}：您的验证码", en="{site}: your code"),
    mail=Text(
        zh="您好：\n\n验证码：{code}\n30分钟内有效，只能用一次。\n\n不想输入验证码，可以打开下面的地址，再按“登录”：\n"
        "{link}\n\n工作人员不会向您要验证码。\n如果不是您要登录，不用理会这封信。\n\n{site}\n",
        easy="您好：\n\n验证码：{code}\n30分钟内有效。\n只能用一次。\n\n也可以打开这个地址，再按“登录”：\n"
        "{link}\n\n工作人员不会向您要验证码。\n不是您要登录，就不用管这封信。\n\n{site}\n",
        en="Hello,\n\nCode: {code}\nIt is valid for 30 minutes and works once.\n\n"
        "Instead of typing the code you may open this address and press “Sign in”:\n{link}\n\n"
        "Staff never ask for your code.\nIf you did not want to sign in, ignore this letter.\n\n{site}\n",
    ),
)

CONTACT_CODE = AccountMessage(
    sms=CODE.sms,
    subject=CODE.subject,
    mail=Text(
        zh="您好：\n\n验证码：{code}\n30分钟内有效，只能用一次。填好以后，这个邮箱就可以用来登录。\n\n"
        "工作人员不会向您要验证码。\n如果不是您在添加邮箱，不用理会这封信。\n\n{site}\n",
        easy="您好：\n\n验证码：{code}\n30分钟内有效。\n只能用一次。\n填好以后，这个邮箱能用来登录。\n\n"
        "工作人员不会向您要验证码。\n不是您在加邮箱，就不用管这封信。\n\n{site}\n",
        en="Hello,\n\nCode: {code}\nIt is valid for 30 minutes and works once. "
        "After that this address opens the account.\n\nStaff never ask for your code.\n"
        "If you are not adding an address, ignore this letter.\n\n{site}\n",
    ),
)

VISIT_CODE = AccountMessage(
    sms=Text(
        zh="{signature}窗口验证码{code}，30分钟内有效。您在窗口，才给工作人员看。",
        en="{signature}Counter code {code}, 30 minutes. Show it only at a counter.",
    ),
    subject=Text(zh="{site}：窗口验证码", en="{site}: your code for the counter"),
    mail=Text(
        zh="您好：\n\n窗口验证码：{code}\n30分钟内有效，只能用一次，不能用来登录。\n\n"
        "您现在在窗口，或者工作人员在您家里，才给工作人员看。\n不是这样，不用理会这封信。\n\n{site}\n",
        easy="您好：\n\n窗口验证码：{code}\n30分钟内有效。\n只能用一次。\n不能用它登录。\n\n"
        "您在窗口，就给工作人员看。\n工作人员在您家里，也给他看。\n不是这样，就不用管这封信。\n\n{site}\n",
        en="Hello,\n\nCode for the counter: {code}\n"
        "It is valid for 30 minutes, works once and signs nobody in.\n\n"
        "Show it to staff only if you are at a counter now, or staff are at your home.\n"
        "If not, ignore this letter.\n\n{site}\n",
    ),
)

CONTACTS_CHANGED = AccountMessage(
    sms=Text(
        zh="{signature}您账户的联系方式刚才改了。如果不是您改的，请马上告诉窗口。",
        en="{signature}Account contact changed. Not you? Tell a counter now.",
    ),
    subject=Text(zh="{site}：您账户的联系方式改了", en="{site}: a contact of your account was changed"),
    mail=Text(
        zh="您好：\n\n您账户的联系方式刚才改了。\n如果是您自己改的，现在不用做什么。\n"
        "如果不是您改的，请马上告诉窗口，或者登录后看“登录记录”：\n{base}/account/sessions\n\n{site}\n",
        easy="您好：\n\n您账户的联系方式刚才改了。\n是您自己改的，现在不用做什么。\n"
        "不是您改的，请马上告诉窗口。\n也可以登录，看“登录记录”：\n{base}/account/sessions\n\n{site}\n",
        en="Hello,\n\nA contact of your account was just changed.\nIf you did this, there is nothing to do.\n"
        "If you did not, tell a counter now, or sign in and look where you are signed in:\n"
        "{base}/account/sessions\n\n{site}\n",
    ),
)

NUMBER_USED_AGAIN = AccountMessage(
    sms=Text(
        zh="{signature}您很久没用的号码，刚才又登录了账户。不是您，请马上告诉窗口。",
        en="{signature}Old number signed in again. Not you? Tell a counter now.",
    ),
    subject=Text(zh="{site}：很久没用的号码又登录了", en="{site}: an old number signed in again"),
    mail=Text(
        zh="您好：\n\n您账户里有个号码很久没有用过，刚才又用它登录了。登录的人还填对了收件凭证或者密码，"
        "或者用了邮箱。\n如果是您自己，现在不用做什么。\n"
        "如果不是您，请马上告诉窗口，或者登录后看“登录记录”：\n{base}/account/sessions\n\n{site}\n",
        easy="您好：\n\n您有个号码很久没有用。\n刚才有人用它登录了您的账户。\n"
        "登录的人还填对了收件凭证或者密码。\n没填这两样的，就是用了您的邮箱。\n\n"
        "是您自己，就不用管这封信。\n不是您，请马上告诉窗口。\n"
        "也可以登录，看“登录记录”：\n{base}/account/sessions\n\n{site}\n",
        en="Hello,\n\nA number of your account that had not been used for long has just signed in again, "
        "together with a receipt, the password or an e-mail address of yours.\n"
        "If it was you, there is nothing to do.\n"
        "If it was not, tell a counter now, or sign in and look where you are signed in:\n"
        "{base}/account/sessions\n\n{site}\n",
    ),
)

PASSWORD_CHANGED = AccountMessage(
    sms=Text(
        zh="{signature}您账户的密码刚才改了。如果不是您改的，请马上告诉窗口。",
        en="{signature}Account password changed. Not you? Tell a counter now.",
    ),
    subject=Text(zh="{site}：您账户的密码改了", en="{site}: the password of your account was changed"),
    mail=Text(
        zh="您好：\n\n您账户的密码刚才改了。\n如果是您自己改的，现在不用做什么。\n"
        "如果不是您改的，请马上告诉窗口，或者用验证码登录后再改一次：\n{base}/account/password\n\n{site}\n",
        easy="您好：\n\n您账户的密码刚才改了。\n是您自己改的，现在不用做什么。\n"
        "不是您改的，请马上告诉窗口。\n也可以用验证码登录，再改一次：\n{base}/account/password\n\n{site}\n",
        en="Hello,\n\nThe password of your account was just changed.\n"
        "If you did this, there is nothing to do.\n"
        "If you did not, tell a counter now, or sign in with a code and change it again:\n"
        "{base}/account/password\n\n{site}\n",
    ),
)


def queue_message(
    db: Session,
    voice: Voice,
    message: AccountMessage,
    *,
    kind: str,
    to: str,
    unique_key: str,
    account_id: int | None = None,
    words: Mapping[str, str] | None = None,
    is_quiet_exempt: bool = False,
) -> None:
    """Put one message to a contact of ``kind`` (phone, email) into the outbox, in this transaction."""
    filled = {"signature": voice.signature, "site": voice.site_name, "base": voice.base_url, **(words or {})}
    channel = outbox.CHANNELS[kind]
    outbox.queue_message(
        db,
        unique_key=unique_key,
        channel=channel,
        to=to,
        subject=_fill(message.subject, voice.language, filled),
        body=_fill(message.sms if channel == "sms" else message.mail, voice.language, filled),
        account_id=account_id,
        is_quiet_exempt=is_quiet_exempt,
    )


def _fill(text: Text, language: Language, words: Mapping[str, str]) -> str:
    said = text.say(language)
    for name, value in words.items():
        said = said.replace(f"{{{name}}}", value)
    return said
