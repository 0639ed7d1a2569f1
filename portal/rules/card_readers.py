"""What a reader of identity cards types, as a keyboard does: name and number, with whatever lies between.

Readers differ: tabs, commas, bars or lines between the parts, full-width or not, the number first or last,
sex, people, birthday and address beside them. Only the name and the number are taken; whether they can be is
asked of their field types, as of anything typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.catalogue.field_types.normalise import half_width

NUMBER = re.compile(r"(?<![0-9A-Z])(\d{17}[0-9X]|[A-Z]\d{14}|[A-Z]{3}\d{12})(?![0-9A-Z])")
"""A resident's card or residence permit (18), a foreigner's permit of 2023 (18 digits too) and of before."""
PARTED = re.compile(r"[\t\r\n,;|、，；]+")
"""Between the parts; where none of these is, spaces are."""
LABEL = re.compile(r"^(姓名|公民身份号码|证件号码|name|id)\s*[:：]\s*", re.IGNORECASE)
NO_NAME = re.compile(r"男|女|.{1,5}族|male|female|[mf]|.*\d.*", re.IGNORECASE)
LONGEST = 2_000
"""Characters; a card holds a tenth of that."""


@dataclass(frozen=True)
class CardRead:
    """What was found; empty where nothing was."""

    name: str
    id_number: str


def read_card(typed: str) -> CardRead:
    """Name and number in what a reader typed. Nothing is guessed: what is not there stays empty."""
    plain = half_width(typed[:LONGEST]).strip()
    found = NUMBER.search(plain.upper())
    parts = PARTED.split(plain) if PARTED.search(plain) else plain.split()
    names = (LABEL.sub("", part.strip()).strip() for part in parts)
    name = next((one for one in names if len(one) > 1 and NO_NAME.fullmatch(one) is None), "")
    return CardRead(name, found.group(1) if found else "")
