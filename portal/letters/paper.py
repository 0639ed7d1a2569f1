"""A letter as the page that the PDF is made from: the same facts in the same order, laid out for paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from portal.i18n import LOCALES
from portal.letters.letter import Letter

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letters"


def as_paper(letter: Letter, *, is_large: bool = False) -> str:
    """The letter as one HTML page of its own. ``is_large`` is for people who asked for large print."""
    page = _environment().get_template("paper.html")
    return page.render(letter=letter, html_lang=LOCALES[letter.language].html_lang, is_large=is_large)


@cache
def style_of_paper() -> str:
    """How every letter is laid out."""
    return (TEMPLATES / "paper.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
