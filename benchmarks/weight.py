"""How heavy public pages are: the HTML as sent (gzip 6) and every style sheet for the screen, in bytes.

Script is extra and optional; the style sheets count once each, packed as they are sent (experience.md 2).
"""

from __future__ import annotations

import re
from http.client import HTTPConnection

from benchmarks.rows import Row

MOST_BYTES = 14_336
"""What a new connection carries in its first flight: ten packets."""

PAGES = {
    "home": "/",
    "home_elder": "/?elder=1",
    "services": "/services",
    "guide": "/services/zj-01",
    "precheck": "/services/zj-01/check",
    "check": "/check",
    "service_points": "/service-points",
    "region": "/region",
    "questions": "/questions",
    "status": "/status",
    "sign_in": "/sign-in",
    "preferences": "/preferences",
    "sitemap": "/sitemap",
    "accessibility": "/accessibility",
    "report": "/accessibility/report",
    "privacy": "/privacy",
}
STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
LANGUAGES = ("zh", "easy", "en")


def measure(port: int) -> list[Row]:
    """One row for each public page, in the language in which it is heaviest."""
    return [_row(port, name, path) for name, path in PAGES.items()]


def _row(port: int, name: str, path: str) -> Row:
    weights = {language: _weigh(port, path, language) for language in LANGUAGES}
    heaviest = max(weights, key=lambda language: sum(weights[language]))
    html, css = weights[heaviest]
    settings = {"path": path, "language": heaviest, "html": html, "css": css, "gzip": 6}
    return Row(f"weight.{name}", html + css, "bytes", MOST_BYTES, settings, "at_most")


def _weigh(port: int, path: str, language: str) -> tuple[int, int]:
    """Bytes of the page and of its style sheets."""
    address = f"{path}{'&' if '?' in path else '?'}language={language}"
    html = len(_get(port, address, "gzip"))
    sheets = STYLE_SHEET.findall(_get(port, address, "identity").decode())
    if not sheets:
        raise RuntimeError(f"{path} has no style sheet")
    return html, sum(len(_get(port, sheet, "gzip")) for sheet in sheets)


def _get(port: int, address: str, encoding: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", address, headers={"Accept-Encoding": encoding})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
        return body
    finally:
        connection.close()
