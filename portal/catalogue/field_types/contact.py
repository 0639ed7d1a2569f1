"""How to reach and pay someone: telephone, e-mail, account."""

from __future__ import annotations

import re

from stdnum import luhn

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldType, FieldWarning, Labels
from portal.catalogue.field_types.normalise import COMMAS, FieldError, apart, compact, groups, half_width
from portal.catalogue.texts import Language

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_COUNTRY = re.compile(r"(?:\+|00)86")
# Area codes 010 and 02x have three digits, all others four; the number itself does not begin with 0 or 1.
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})")
_EMAIL = re.compile(
    r"[^@\s<>()\[\]\\,;:\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)


class TelType(FieldType[str]):
    """A mobile number (11 digits) or a landline with its area code (kept as ``0571-87654321``)."""

    shape_code = "tel_shape"
    required_code = "required_tel"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        number = re.sub(r"[()]", "", compact(text))
        if _COUNTRY.match(number) or re.fullmatch(r"861[3-9][0-9]{9}", number):
            rest = _COUNTRY.sub("", number, count=1) if _COUNTRY.match(number) else number[2:]
            number = rest if rest.startswith(("0", "1")) and not rest.startswith("10") else f"0{rest}"
        if _MOBILE.fullmatch(number):
            return number
        if found := _LANDLINE.fullmatch(number):
            return f"{found[1]}-{found[2]}"
        if number.startswith("1") and number.isascii() and number.isdigit():
            raise FieldError("mobile_length", count=len(number))
        raise FieldError(self.shape_code)

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        if "-" not in value:
            parts = groups(value, (3, 4, 4))
            return apart(parts, COMMAS[language]) if aloud else " ".join(parts)
        area, number = value.split("-", 1)
        return apart([area, *groups(number, (4,))], COMMAS[language]) if aloud else value


class EmailType(FieldType[str]):
    """An e-mail address, in any script. Only its shape is looked at; a message proves the rest."""

    raw_limit = 600
    shape_code = "email_shape"
    required_code = "required_email"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        address = "".join(half_width(text).replace("。", ".").split())
        local, _, domain = address.rpartition("@")
        is_dotted_well = not local.startswith(".") and not local.endswith(".") and ".." not in local
        if len(address) > 254 or not is_dotted_well or _EMAIL.fullmatch(address) is None:
            raise FieldError(self.shape_code)
        return f"{local}@{domain.lower()}"


class AccountType(FieldType[str]):
    """A bank or social-security-card account: 8 to 30 digits (rules.md 10b.2)."""

    shape_code = "account_shape"
    required_code = "required_account"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        number = compact(text)
        if re.fullmatch(r"[0-9]{8,30}", number) is None:
            raise FieldError(self.shape_code)
        return number

    def warnings(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldWarning]:
        """Luhn is only a hint: passbooks and some rural cards do not follow it (rules.md 6)."""
        if luhn.is_valid(value):
            return []
        return [FieldWarning("account_odd", {"number": " ".join(_fours(value))})]

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        return apart(_fours(value), COMMAS[language]) if aloud else " ".join(_fours(value))


def _fours(number: str) -> list[str]:
    return groups(number, (4,) * (len(number) // 4))
