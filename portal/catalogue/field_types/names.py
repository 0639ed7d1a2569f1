"""Names of people: taken as they are, compared kindly, masked for others (words.md 7, experience.md 4)."""

from __future__ import annotations

import re
import unicodedata

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldWarning
from portal.catalogue.field_types.normalise import FieldError, trimmed
from portal.catalogue.field_types.text import TextType

# The dots that keyboards and registers put inside one name: ‧ • ・ · and their kin all mean ·.
_DOTS = dict.fromkeys(map(ord, "‧•・･·⋅∙･・᛫．"), "·")

# Blocks of pictures, not of writing. Kept as blocks because the Unicode tables of a Python release do not
# know the newest Han extensions: a block list refuses pictures and never a rare character.
_EMOJI = re.compile(
    "[\u20e3\u231a-\u23ff\u2600-\u27bf\u2b05-\u2bff\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


class NameType(TextType):
    """A person's name: 1 to 50 characters of any script. Never Unicode-normalised; emoji are refused."""

    default_max = 50
    line_end = None
    required_code = "required_name"

    def read(self, text: str, options: FieldOptions) -> str:
        if _EMOJI.search(text):
            raise FieldError("emoji_in_name")
        return super().read(text, options)

    def warnings(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldWarning]:
        """A character of the private-use area shows correctly only on the computer that made it."""
        return [FieldWarning("name_private_use")] if _PRIVATE_USE.search(value) else []


def same_name(one: str, other: str) -> bool:
    """Whether two writings are one name, whatever dot, Latin capitals or spaces it is written with."""
    return comparable_name(one) == comparable_name(other)


def mask_name(name: str) -> str:
    """A name for others' eyes: 王某明 of 王小明, 李某 of 李四, 阿某 of a long one; no asterisk.

    Long, dotted and Latin names keep only their first character, because their end would name the family.
    """
    characters = _characters(trimmed(name))
    if not characters:
        return "某"
    first, last = characters[0], characters[-1]
    is_short_han = len(characters) in (3, 4) and all(_is_han(character) for character in characters)
    return f"{first}某{last}" if is_short_han else f"{first}某"


def comparable_name(name: str) -> str:
    """A name as it is compared and searched for: one dot, single spaces, no capitals."""
    text = trimmed(name).translate(_DOTS)
    return re.sub(r"\s*·\s*", "·", " ".join(text.split())).casefold()


def _characters(name: str) -> list[str]:
    """What a reader counts as characters: a variation selector or accent stays with what it changes."""
    characters: list[str] = []
    for character in name:
        if (characters and unicodedata.combining(character)) or _is_variation_selector(character):
            characters[-1:] = ["".join(characters[-1:]) + character]
        else:
            characters.append(character)
    return characters


def _is_variation_selector(character: str) -> bool:
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF


def _is_han(character: str) -> bool:
    code = ord(character[0])
    return (
        code == 0x3007
        or 0x2E80 <= code <= 0x2FD5
        or 0x3400 <= code <= 0x9FFF
        or (0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF)
    )
