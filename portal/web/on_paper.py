"""What is printed at the counter and taken along: said in the language of whoever takes it, large for who
reads large. What stands around it on the page is for the clerk.
"""

from __future__ import annotations

from typing import Any

from flask import render_template
from markupsafe import Markup

from portal.i18n import LOCALES
from portal.usecases.access_needs import Written
from portal.web.preferences import speaking


def on_paper(written: Written, template: str, **about: Any) -> Markup:
    """The template said to whoever takes it along; what is in ``about`` was put into words before."""
    with speaking(written.language):
        sheet = render_template(template, has_digits_apart=written.has_digits_apart, **about)
    large = Markup(' class="print-large"') if written.is_large else ""
    spoken = LOCALES[written.language].html_lang
    return Markup('<div lang="{}"{}>\n{}</div>').format(spoken, large, Markup(sheet))  # noqa: S704 - ours
