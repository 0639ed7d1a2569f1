"""Templates at speed: words are looked up once in each language, components are read once.

A page asks for some thirty texts and a dozen components. Asked for anew each time, as the libraries do, they
take longer than the rest of the page (``make bench``).
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from portal.catalogue.texts import Language
from portal.web.preferences import language


class Component(Template):
    """A template whose imported macros see only what every template sees, so that they are made once.

    Jinja compares all names of both templates at each import to find out; with one environment for all of
    them the answer is always the same. What needs the page's own names is imported ``with context``.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


_known: dict[tuple[Language, str], tuple[Markup, Markup]] = {}
"""Language and source text to its words: as a pattern for placeholders, and said without any.

Catalogues are read once in a process and templates hold a finite number of texts, so this ends growing.
"""


def spoken(text: str, /, **about: Any) -> Markup:
    """``_()`` of templates: the text in the language of this request, placeholders filled in and escaped."""
    key = (language(), text)
    found = _known.get(key)
    if found is None:
        pattern = Markup(gettext(text))  # noqa: S704 - our own translations
        found = _known[key] = pattern, pattern if "%(" in pattern else pattern % {}
    pattern, plain = found
    return pattern % about if about else plain


def register(app: Flask) -> None:
    app.jinja_env.template_class = Component
    app.jinja_env.globals["_"] = spoken
