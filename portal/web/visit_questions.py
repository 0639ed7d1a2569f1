"""The questions of receiving a visitor: who stands there, and what shows who they are."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.catalogue.field_types import ID_TYPES
from portal.web.account_questions import ContactForm as AnyContactForm
from portal.web.desk_identity import ID_TYPE_LABELS
from portal.web.plain_form import PlainForm, Question

CHANNELS = {"counter": _l("在窗口"), "home_visit": _l("上门"), "phone": _l("打电话")}
STANDINGS = {
    "self": (_l("本人"), _l("为自己办事")),
    "representative": (_l("代办人"), _l("替别人办事：家人、监护人、受委托的人、专职委员。")),
}
WAYS = {
    "document": (_l("看证件原件"), _l("身份证、户口簿、居住证。没有来过也可以。电话里不行。")),
    "slip": (_l("有回执或者本人联系单"), _l("上面有12位数字和8位代码。")),
    "code": (_l("发验证码到来人的手机或者邮箱"), _l("在家里网上开始过的，用这个接着办。")),
    "none": (_l("都没有"), _l("照样可以填表、提交，以后再看证件。")),
}


class ReceiveForm(PlainForm):
    channel = Question(_l("来人在哪里？"), "choice", choices=list(CHANNELS.items()))
    standing = Question(
        _l("来的是谁？"), "choice", choices=[(one, *words) for one, words in STANDINGS.items()]
    )
    is_related = Question(
        _l("来人或者要办事的人，是您自己或者您的亲属吗？"),
        "yes_no",
        hint=_l("自己的事、亲属的事，请另一位同事办（回避）。"),
    )
    way = Question(_l("怎么知道来的是谁？"), "choice", choices=[(one, *words) for one, words in WAYS.items()])

    def validate_is_related(self, question: Question) -> None:
        if question.data == "yes":
            raise ValidationError(_("自己的事、亲属的事，请另一位同事接待。"))


class DocumentForm(PlainForm):
    reader = Question(
        _l("读卡器"),
        hint=_l("有读卡器的，把光标放在这里，再读卡。读出来的姓名和号码，会填到下面。"),
        is_required=False,
        max_length=2000,
        width="full",
        spellcheck=False,
    )
    id_type = Question(
        _l("看的是哪种证件原件？"),
        "choice",
        choices=[(one, ID_TYPE_LABELS[one]) for one in ID_TYPES],
    )
    name = Question(_l("证件上的姓名"), "name", spellcheck=False)
    id_number = Question(_l("证件号码"), "id_number", hint=_l("照着原件填，可以有空格。"))
    is_same = Question(_l("与原件核对无误，照片是来人本人"), "confirm")


class SlipForm(PlainForm):
    reference = Question(
        _l("收件号"),
        hint=_l("12位数字，在回执或者本人联系单上。"),
        inputmode="numeric",
        words={"required_text": _l("请填写12位数字。")},
    )
    slip_code = Question(_l("代码"), hint=_l("8个字母和数字。"), spellcheck=False)


class ContactForm(AnyContactForm):
    contact = Question(
        _l("来人自己的手机号码或者邮箱"), hint=_l("请来人自己说，不要提示。"), spellcheck=False
    )


class AddedContactForm(AnyContactForm):
    contact = Question(
        _l("来人自己的手机号码或者邮箱"),
        hint=_l("以后用它登录，在家接着办。要能马上看到验证码。"),
        spellcheck=False,
    )


class CodeForm(PlainForm):
    code = Question(
        _l("来人收到的窗口验证码"), "code", hint=_l("请来人给您看，或者读给您听。"), autocomplete="off"
    )


class NoneForm(PlainForm):
    is_sure = Question(_l("来人没有带证件，也没有回执、联系单和能收验证码的手机、邮箱"), "confirm")
