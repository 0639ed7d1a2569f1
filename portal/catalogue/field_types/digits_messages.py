"""What to say when a number that was copied from a document, a card or a slip does not fit."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.catalogue.field_types.blank import sentence
from portal.catalogue.texts import Text

DIGITS_MESSAGES: Mapping[str, Text] = MappingProxyType(
    {
        # numbers of documents
        "id_shape": sentence(
            "请填写证件上的号码。号码只有数字，最后一位可能是X。",
            "请照着证件写号码。只写数字，最后可能是X。",
            "Enter the number on the document: digits only, the last may be X.",
        ),
        "id_length": sentence(
            "号码应有18位，现在有{count}位。请对照证件，一段一段核对。",
            "号码要有18位。现在有{count}位。请看着证件再写。",
            "The number has 18 characters, now {count}. Check it against the document, part by part.",
        ),
        "id_old_15": sentence(
            "这是15位的旧号码，现在不用了。请填写现在身份证上的18位号码。不知道号码，可以请窗口帮忙查。",
            "这是旧号码。请写身份证上的18位号码。不知道号码，请找窗口。",
            "This is an old number. Enter the 18 characters on the ID card, or ask the counter.",
        ),
        "id_mismatch": sentence(
            "号码对不上。请对照身份证，一段一段核对。",
            "号码不对。请看着身份证，一段一段查。",
            "The number does not fit. Check it against the ID card, part by part.",
        ),
        "id_birth": sentence(
            "号码里的出生日期不对。请对照身份证，核对第7到14位。",
            "号码中间的生日不对。请看着身份证再查。",
            "The date of birth inside the number is wrong. Check characters 7 to 14 against the ID card.",
        ),
        "id_wrong_type": sentence(
            "这个号码和所选的证件类型不一致。请看看证件类型和号码。",
            "证件和号码不是一种。请看看选的是什么证件。",
            "The number does not belong to the chosen document. Check the type and the number.",
        ),
        "id_area_unknown": sentence(
            "号码前六位不是常见的地区。请再对照一遍；没有写错就不用改。",
            "请再看号码前6位。没有写错，就不用改。",
            "The first six digits are no common area. Check once more; if they are right, leave them.",
        ),
        "certificate_shape": sentence(
            "请填写残疾人证上的号码：20位，补办过的后面有B和数字。",
            "请照着残疾人证写号码。号码有20位。补办的证，后面有B。",
            "Enter the number on the certificate: 20 characters, then B and a number if re-issued.",
        ),
        "certificate_other_id": sentence(
            "残疾人证号和身份证号码不一致。请再对照一遍；没有写错就不用改。",
            "两个号码不一样。请再看一看。没有写错，就不用改。",
            "The certificate number differs from the ID number. Check once more; if it is right, leave it.",
        ),
        "account_shape": sentence(
            "账号是8到30位数字。请对照存折或银行卡填写。",
            "请照着银行卡写账号。只写数字。",
            "An account has 8 to 30 digits. Copy it from the card or passbook.",
        ),
        "account_odd": sentence(
            "账号可能有误，请再读一遍：{number}。",
            "请再看一遍账号：{number}。",
            "The account may be wrong. Read it once more: {number}.",
        ),
        "credit_code_shape": sentence(
            "请照着营业执照填写代码：18位，没有字母I、O、S、V、Z。",
            "请照着执照写代码。代码有18位。没有字母I、O、S、V、Z。",
            "Copy the code from the licence: 18 characters, never the letters I, O, S, V or Z.",
        ),
        "credit_code_mismatch": sentence(
            "统一社会信用代码有误。请对照营业执照，一段一段核对。",
            "代码不对。请看着执照，一段一段查。",
            "The code does not fit. Check it against the licence, part by part.",
        ),
        # numbers that the portal gave
        "reference_shape": sentence(
            "收件号是12位数字。请对照回执，四位四位核对。",
            "收件号有12个数字。请看着回执再写。",
            "A reference has 12 digits. Check it against the receipt, four by four.",
        ),
        "reference_mismatch": sentence(
            "收件号对不上。请对照回执，四位四位核对。",
            "收件号不对。请看着回执再查。",
            "The reference does not fit. Check it against the receipt, four by four.",
        ),
        "slip_shape": sentence(
            "联系单上的码有8位，由字母和数字组成。请对照联系单核对。",
            "码有8位，有字母和数字。请看着联系单再写。",
            "The code on the slip has 8 letters and digits. Check it against the slip.",
        ),
        "invitation_shape": sentence(
            "邀请码有12位，由字母和数字组成。请四位四位核对。",
            "邀请码有12位，有字母和数字。请再看一遍。",
            "The code has 12 letters and digits. Check it four by four.",
        ),
    }
)
