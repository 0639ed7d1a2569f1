"""The questions that the account's pages ask: a contact, a code, a password, a shared computer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.catalogue.field_types import MESSAGES, FieldError, message
from portal.usecases.contact_values import TypedContact, read_contact
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language

CONTACT_NEEDED = _l("请填写手机号码或者邮箱。")


class ContactForm(PlainForm):
    """A form that asks for a contact. ``typed`` is it, once the form is good."""

    contact = Question(
        _l("手机号码或者邮箱"),
        hint=_l("没有手机，可以用邮箱。手机号码可以分开写，例如199 0000 0001。"),
        autocomplete="username",
        spellcheck=False,
        words={"required_text": CONTACT_NEEDED},
    )
    typed: TypedContact

    def validate_contact(self, question: Any) -> None:
        try:
            self.typed = read_contact(question.data)
        except FieldError as fault:
            known = fault.code in MESSAGES
            raise ValidationError(
                message(fault, language()) if known else _("这里要填11位手机号码，或者邮箱。")
            ) from None


class SharedForm(PlainForm):
    is_shared = Question(
        _l("这是公用电脑"),
        "confirm",
        hint=_l("4个小时以后，或者关掉浏览器，就自动退出。"),
        is_required=False,
    )


class CodeForm(PlainForm):
    code = Question(_l("验证码"), "code", hint=_l("6个数字，30分钟内有效，可以粘贴。"), width="short")


class AskForm(ContactForm, SharedForm):
    pass


class PasswordForm(ContactForm, SharedForm):
    password = Question(_l("密码"), "password", autocomplete="current-password")


class ReceiptForm(PlainForm):
    """The two numbers of a receipt: never an ID number, a birthday or a name (experience.md 5)."""

    reference = Question(
        _l("收件号"), hint=_l("12个数字，收件凭证上有。"), width="medium", inputmode="numeric"
    )
    code = Question(_l("查询码"), hint=_l("8个字母和数字，收件凭证上有。"), width="medium")


class NewContactForm(ContactForm):
    contact = Question(
        _l("新的手机号码或者邮箱"),
        hint=_l("我们先发一个验证码。填对验证码以后才会改。"),
        spellcheck=False,
        words={"required_text": CONTACT_NEEDED},
    )


class NewPasswordForm(PlainForm):
    password = Question(
        _l("新密码"),
        "password",
        hint=_l("至少8个字。可以用汉字，可以粘贴，可以让浏览器保存。"),
        autocomplete="new-password",
    )
