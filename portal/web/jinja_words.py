"""Templates at speed: words are looked up once in each language, components are read once.

A page asks for some thirty texts and a dozen components. Asked for anew each time, as the libraries do, they
take longer than the rest of the page (``make bench``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import Domain, gettext
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape, soft_str

from portal.catalogue.texts import Language
from portal.catalogue.words import HAN
from portal.i18n import LOCALES
from portal.web.preferences import language


class Component(Template):
    """A template whose imported macros see only what every template sees, so that they are made once.

    Jinja compares all names of both templates at each import to find out; with one environment for all of
    them the answer is always the same. What needs the page's own names is imported ``with context``.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


@dataclass(frozen=True)
class Words:
    """A text in one language: as it is written, with placeholders, and as a template says it without any."""

    pattern: str
    plain: Markup


_known: dict[tuple[Language, str], Words] = {}
"""By language and source text. Catalogues are read once in a process; the number of texts is finite."""


def spoken(text: str, /, **about: Any) -> Markup:
    """``_()`` of templates: the text in the language of this request, placeholders filled in and escaped."""
    words = _words(text)
    return Markup(words.pattern) % about if about else words.plain  # noqa: S704 - our own translations


def said(text: str, /, **about: Any) -> str:
    """``_()`` of Python, for pages that say many texts: the same words as a plain string."""
    pattern = _words(text).pattern
    return pattern % about if about else pattern


def _words(text: str) -> Words:
    key = (language(), text)
    if (known := _known.get(key)) is None:
        pattern = str(gettext(text))
        plain = Markup(pattern)  # noqa: S704 - our own translations
        known = _known[key] = Words(pattern, plain if "%(" in pattern else _without_placeholders(plain))
    return known


def _without_placeholders(plain: Markup) -> Markup:
    """A doubled percent sign is said once; a single one (降低10%) is meant as it stands."""
    try:
        return plain % {}
    except (TypeError, ValueError):
        return plain


def lines_of_text(text: object = "") -> Markup:
    """A text with its lines kept apart; the macro that pages call most, so it is no macro."""
    lines = soft_str(text or "").strip("\n").splitlines()
    return escape(lines[0]) if len(lines) == 1 else BREAK.join(lines)


BREAK = Markup("<br>")


def as_written(text: str) -> Markup:
    """What somebody typed, with its lines. Chinese words on an English page say what they are, so that
    nothing reads them aloud as English (WCAG 3.1.2)."""
    lines = lines_of_text(text)
    if language() != "en" or not HAN.search(text):
        return lines
    return Markup('<span lang="{}">{}</span>').format(LOCALES["zh"].html_lang, lines)


def register(app: Flask) -> None:
    app.jinja_env.template_class = Component
    # Flask-Babel makes its catalogues anew, from the disk, in every request that is not given any.
    app.before_request(Domain().as_default)
    app.jinja_env.globals.update(_=spoken, as_written=as_written, lines_of_text=lines_of_text)
