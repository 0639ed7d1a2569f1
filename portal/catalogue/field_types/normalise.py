"""Making what people type safe to store: trimming, full-width digits, grouping, control characters.

Nothing here touches the letters of a name: Unicode normalisation changes some Han characters (words.md 7).
"""

from __future__ import annotations

from collections.abc import Sequence


class FieldError(Exception):
    """What was typed cannot be taken; ``code`` names the sentence in ``messages`` that says what to do.

    ``params`` fill its placeholders and never hold what was typed (it would reach logs).
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __repr__(self) -> str:
        return f"FieldError({self.code!r})"


# Characters that show nothing and change how others look or where they stand: soft hyphen, direction marks
# and overrides, zero-width space, word joiner, byte order mark, interlinear annotation. ZWJ and ZWNJ are not
# among them: emoji and some scripts need them inside a word.
_INVISIBLE = "".join(
    chr(code)
    for first, last in (
        (0x00AD, 0x00AD), (0x061C, 0x061C), (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
    )
    for code in range(first, last + 1)
)  # fmt: skip
_DROP_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))

# Blank to the eye although Unicode calls them no spaces: joiners at an end, braille blank, Hangul fillers.
_BLANKS = "\u200c\u200d\u2800\u115f\u1160\u3164\uffa0"

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_HYPHENS = "-‐‑‒–—―−－﹣－_"
_DROP_GROUPING = dict.fromkeys(map(ord, _HYPHENS))


def trimmed(text: str) -> str:
    """Without anything blank at either end, and without invisible characters anywhere."""
    text = text.translate(_DROP_INVISIBLE)
    while (shorter := text.strip().strip(_BLANKS)) != text:
        text = shorter
    return text


def readable(text: str, line_end: str | None = None) -> str:
    """A text that every engine can store, trimmed. Raises FieldError: unreadable, control_characters.

    ``line_end`` is what every line end becomes; None refuses them. NUL and the other control characters are
    always refused (PostgreSQL does not store NUL).
    """
    if line_end is not None:
        text = line_end.join(text.replace("\t", " ").splitlines())
    text = trimmed(text)
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        code = ord(character)
        if 0xD800 <= code <= 0xDFFF or _is_no_character(code):  # half of a pair: cannot be written as UTF-8
            raise FieldError("unreadable")
        is_control = code < 0x20 or 0x7F <= code <= 0x9F or code in (0x2028, 0x2029)
        if is_control and character != line_end:
            raise FieldError("control_characters")
    return text


def _is_no_character(code: int) -> bool:
    """What Unicode keeps for no character, and what stands for bytes that were none (U+FFFD)."""
    return code == 0xFFFD or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def half_width(text: str) -> str:
    """Full-width digits, Latin letters and signs as their ordinary ones."""
    return text.translate(_HALF_WIDTH)


def compact(text: str) -> str:
    """A number as the register writes it: half-width, capitals, no spaces or hyphens."""
    return "".join(half_width(trimmed(text)).translate(_DROP_GROUPING).split()).upper()


def grouped(text: str, sizes: Sequence[int], separator: str = " ") -> str:
    """Cut into groups for the eye; what is left over makes the last group."""
    return separator.join(groups(text, sizes))


def groups(text: str, sizes: Sequence[int]) -> list[str]:
    """The groups of a number: the sizes in turn, then the rest."""
    parts: list[str] = []
    start = 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    parts.append(text[start:])
    return [part for part in parts if part]


def apart(parts: Sequence[str], comma: str) -> str:
    """Groups for the ear: each character on its own, a comma between groups."""
    return comma.join(" ".join(part) for part in parts)


COMMAS = {"zh": "，", "easy": "，", "en": ", "}
"""What parts the groups of a spoken number."""
