"""The unified social credit code of a business licence (GB 32100-2015; rules.md 10b.2, cy_licence)."""

from __future__ import annotations

import re

from stdnum.cn.uscc import calc_check_digit

from portal.catalogue.field_types.base import FieldOptions, FieldType, Labels
from portal.catalogue.field_types.normalise import COMMAS, FieldError, apart, compact, groups
from portal.catalogue.texts import Language

_SHAPE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
"""The letters I, O, S, V and Z are not used. Offices other than the market's begin with letters too, which
``stdnum.cn.uscc.validate`` does not know: only its check digit is taken."""
_GROUPS = (2, 6, 9, 1)


class CreditCodeType(FieldType[str]):
    """Eighteen characters: the office, the kind, the area, the body, a check character."""

    shape_code = "credit_code_shape"
    required_code = "required_credit_code"

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str, options: FieldOptions) -> str:
        code = compact(text)
        if _SHAPE.fullmatch(code) is None:
            raise FieldError(self.shape_code)
        if calc_check_digit(code[:-1]) != code[-1]:
            raise FieldError("credit_code_mismatch")
        return code

    def say(
        self, value: str, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        parts = groups(value, _GROUPS)
        return apart(parts, COMMAS[language]) if aloud else " ".join(parts)
