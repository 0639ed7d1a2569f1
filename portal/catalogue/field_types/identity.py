"""Identity numbers and certificate numbers (rules.md 2.2 and 6, GB 11643 with ISO 7064 MOD 11-2).

``stdnum.cn.ric`` is not used: it refuses real people (young area codes, Hong Kong, Macao, Taiwan and
foreigner permits). The area is a hint here, never a reason to refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from stdnum import numdb
from stdnum.iso7064 import mod_11_2

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldType, FieldWarning, Labels
from portal.catalogue.field_types.normalise import COMMAS, FieldError, apart, compact, groups
from portal.catalogue.texts import Language

IdType = Literal["resident", "hk_macao", "taiwan", "foreigner", "foreigner_old"]

ID_TYPES: tuple[IdType, ...] = ("resident", "hk_macao", "taiwan", "foreigner", "foreigner_old")
"""居民身份证, 港澳居民居住证, 台湾居民居住证, 外国人永久居留身份证 of 2023, and the one before it."""

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FOREIGNER_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")
_CERTIFICATE = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(B[1-9][0-9]?)?")

AREA_DIGITS = 6
ID_GROUPS = (6, 8, 4)
"""An ID number for the eye; a certificate number is one with two digits more."""
_FIRST_BIRTH_YEAR = 1800  # the standard's own sample was born in 1880


def id_type_of(number: str) -> IdType:
    """Which document a number of right shape belongs to, by its first characters (rules.md 6)."""
    if _FOREIGNER_OLD.fullmatch(number):
        return "foreigner_old"
    if number.startswith(("810000", "820000")):
        return "hk_macao"
    if number.startswith("830000"):
        return "taiwan"
    return "foreigner" if number.startswith("9") else "resident"


def birth_date(number: str) -> date | None:
    """The day of birth inside an 18-character number; None for any other number or text."""
    if not _EIGHTEEN.fullmatch(number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> Literal["male", "female"] | None:
    """The sex that digit 17 says (odd is male); None for any other number. Staff may override it."""
    if not _EIGHTEEN.fullmatch(number):
        return None
    return "male" if int(number[16]) % 2 else "female"


def is_known_area(number: str) -> bool:
    """Whether the first six digits are, or once were, an area of GB/T 2260, or mark a permit."""
    if number.startswith(("810000", "820000", "830000", "9")) or not number[:AREA_DIGITS].isdigit():
        return True
    return _is_listed(number[:AREA_DIGITS])


@lru_cache(maxsize=4096)  # there are some three thousand counties; it takes long to look one up
def _is_listed(area: str) -> bool:
    return all(found for _, found in numdb.get("cn/loc").info(area))


class IdNumberType(FieldType[str]):
    """An identity number, kept as 18 (or, for the old foreigner's card, 15) characters without grouping."""

    shape_code = "id_shape"
    required_code = "required_id"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        number = compact(text)
        if _FOREIGNER_OLD.fullmatch(number):
            return number
        if len(number) == 15 and number.isascii() and number.isdigit():
            raise FieldError("id_old_15")
        if not _EIGHTEEN.fullmatch(number):
            raise _shape_error(number)
        if not mod_11_2.is_valid(number):
            raise FieldError("id_mismatch")
        born = birth_date(number)
        if born is None or born.year < _FIRST_BIRTH_YEAR:
            raise FieldError("id_birth")
        return number

    def check(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldError]:
        born = birth_date(value)
        if born is not None and born > context.today:
            return [FieldError("id_birth")]
        wanted = options.id_type
        if options.id_type_field is not None:
            wanted = context.answers.get(options.id_type_field) or wanted
        if wanted in ID_TYPES and not _is_of(value, str(wanted)):
            return [FieldError("id_wrong_type")]
        return []

    def warnings(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldWarning]:
        return [] if is_known_area(value) else [FieldWarning("id_area_unknown")]

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        parts = groups(value, ID_GROUPS if len(value) == 18 else (3, 4, 4))
        return apart(parts, COMMAS[language]) if aloud else " ".join(parts)


@dataclass(frozen=True)
class CertificateParts:
    """What a certificate number says: whose, category (1 visual to 7 multiple), grade, re-issue."""

    id_number: str
    category: int
    grade: int
    reissue: int


def certificate_parts(number: str) -> CertificateParts | None:
    """The parts of a certificate number (rules.md 2.2, 残疾人证管理办法 art. 5); None for any other text."""
    found = _CERTIFICATE.fullmatch(number)
    if found is None:
        return None
    return CertificateParts(found[1], int(found[2]), int(found[3]), int((found[4] or "B0")[1:]))


class CertificateNumberType(FieldType[str]):
    """A disability certificate number: ID number, category, grade, and B1, B2... after a loss."""

    shape_code = "certificate_shape"
    required_code = "required_certificate"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        number = compact(text)
        if certificate_parts(number) is None:
            raise FieldError(self.shape_code)
        return number

    def warnings(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldWarning]:
        """An ID number may have been corrected since, so a difference is worth a look and no more."""
        own = context.answers.get(options.own_id_field or "")
        differs = isinstance(own, str) and bool(own) and not value.startswith(own)
        return [FieldWarning("certificate_other_id")] if differs else []

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        parts = groups(value, (*ID_GROUPS, 2))
        return apart(parts, COMMAS[language]) if aloud else " ".join(parts)


def _is_of(number: str, wanted: str) -> bool:
    found = id_type_of(number)
    return found == wanted or (wanted == "foreigner" and found == "foreigner_old")


def _shape_error(number: str) -> FieldError:
    if len(number) != 18 and re.fullmatch(r"[0-9X]*", number):
        return FieldError("id_length", count=len(number))
    return FieldError("id_shape")
