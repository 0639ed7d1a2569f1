"""What is checked and mended in a laid-out letter: characters without a picture, page numbers, languages.

WeasyPrint 70 marks the words in page margins like any others, but leaves them out of the structure: a reader
of the tags would find words that belong nowhere. They become artifacts here, as PDF/UA-1 (ISO 14289-1, 7.1)
wants. It also forgets in which language a part is; Chinese in an English letter gets its language back (7.2).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pikepdf import Array, ContentStreamInlineImage, Dictionary, Name, Object, Operator, Page, Pdf, String

SHOWING = ("Tj", "TJ", "'", '"')
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_LISTED = re.compile(r"beginbfchar(.*?)endbfchar", re.S)
_HEX = re.compile(r"<([0-9a-fA-F]+)>")

Place = tuple[int, int]
"""The number of the page's object, and the number of a piece of marked words on it."""


class GlyphMissing(ValueError):
    """A character would be printed as an empty box."""


@dataclass(frozen=True)
class Font:
    """What must be known of an embedded font: how many pictures it has, and which character each shows."""

    glyphs: int
    characters: dict[int, str]


def finish(pdf: Pdf) -> None:
    """Mend the marks. Raises GlyphMissing where a font has no picture for a character."""
    owners = dict(_owners(pdf.Root.StructTreeRoot))
    is_foreign = not str(pdf.Root.get("/Lang", "")).startswith("zh")
    for page in pdf.pages:
        for place, words in _mend(pdf, page, owners):
            owner = owners.get(place)
            if owner is not None and is_foreign and HAN.search(words):
                owner["/Lang"] = String("zh-CN")


def _owners(element: Object) -> Iterator[tuple[Place, Object]]:
    """Every piece of marked content with the structure element that it belongs to."""
    kids = element.get("/K")
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary):
            yield from _owners(kid)
        elif kid is not None:
            yield (_number_of(element.Pg), int(kid)), element


def _number_of(page: Object) -> int:
    return int(page.objgen[0])


def _mend(pdf: Pdf, page: Page, owners: dict[Place, Object]) -> list[tuple[Place, str]]:
    """Rewrite the marks of a page; the words of each piece of marked content."""
    fonts = {name: _font(font) for name, font in page.resources.get("/Font", Dictionary()).items()}
    written: list[tuple[list[Object], Operator]] = []
    place, name, words = (0, -1), "", ""
    found: list[tuple[Place, str]] = []
    for one in pikepdf.parse_content_stream(page):
        if isinstance(one, ContentStreamInlineImage):
            raise ValueError("a letter has no pictures")
        operands, operator = list(one.operands), one.operator
        if str(operator) == "BDC":
            place, words = (_number_of(page.obj), int(operands[1].get("/MCID", -1))), ""
            if place not in owners:
                operands, operator = [Name.Artifact], Operator("BMC")
        elif str(operator) == "EMC":
            found.append((place, words))
        elif str(operator) == "Tf":
            name = str(operands[0])
        elif str(operator) in SHOWING:
            words += "".join(_shown(operands[-1], fonts[name]))
        written.append((operands, operator))
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(written))
    return found


def _shown(text: Object, font: Font) -> Iterator[str]:
    """The characters of a text, two bytes each (Identity-H)."""
    for part in text if isinstance(text, Array) else [text]:
        raw = bytes(part) if isinstance(part, String) else b""
        for start in range(0, len(raw), 2):
            glyph = int.from_bytes(raw[start : start + 2], "big")
            if not 0 < glyph < font.glyphs:
                raise GlyphMissing
            yield font.characters.get(glyph, "")


def _font(font: Object) -> Font:
    descriptor = font.DescendantFonts[0].FontDescriptor
    embedded = descriptor.get("/FontFile2") or descriptor.FontFile3
    with TTFont(io.BytesIO(embedded.read_bytes()), lazy=True) as opened:
        glyphs = int(opened["maxp"].numGlyphs)
    table = font.ToUnicode.read_bytes().decode("ascii")  # ISO 32000-1, 9.10.3
    codes = _HEX.findall("".join(_LISTED.findall(table)))
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return Font(glyphs, {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs})
