"""What the tests of the public pages share."""

import gzip

from flask import Flask

from portal.usecases.units import load_region
from tests.support.client import Answer

LANGUAGES = ("zh", "easy", "en")
BUDGET = 14_336
"""Bytes: HTML and the style sheets of the screen, compressed, of any public page together."""


def open_region(app: Flask) -> None:
    """Bring the region's units into the database, as ``portal init`` does."""
    parts = app.extensions["portal"]
    with parts.store.transaction() as db:
        load_region(db, parts.region)


def weight(app: Flask, answer: Answer) -> int:
    """Bytes of a page with its style sheets, compressed as they are sent."""
    files = app.extensions["portal"].static_files
    sheets = [found for name, found in files.files.items() if name.startswith("css/main.")]
    assert sheets, "the style sheet has another name now"
    assert all(sheet.packed for sheet in sheets)
    page = gzip.compress(answer.response.get_data(), 6, mtime=0)
    return len(page) + sum(len(sheet.packed or b"") for sheet in sheets)
