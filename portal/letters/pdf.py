"""The process that lays out one letter as PDF/UA-1, started anew for each one, never inside the web.

``python -I -m portal.letters.pdf`` reads ``{"html", "css"}`` as JSON and writes the PDF. Laying out takes a
quarter of a gigabyte, which ends with the process; the limits keep a letter that goes wrong from taking more.
Nothing is fetched: a letter has no pictures and its fonts are those of the machine.
"""

from __future__ import annotations

import io
import json
import resource
import sys

import pikepdf
import weasyprint  # type: ignore[import-untyped]

from portal.letters.pdf_marks import GlyphMissing, finish

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 60

NO_GLYPH = 3
"""Exit code: a character of the letter is in no font of this machine."""


def make(html: str, css: str) -> bytes:
    """The letter as PDF/UA-1. Raises GlyphMissing."""
    laid_out = weasyprint.HTML(string=html, url_fetcher=_refuse).write_pdf(
        stylesheets=[weasyprint.CSS(string=css, url_fetcher=_refuse)], pdf_variant="pdf/ua-1"
    )
    done = io.BytesIO()
    with pikepdf.open(io.BytesIO(laid_out)) as pdf:
        finish(pdf)
        pdf.save(done, deterministic_id=True)
    return done.getvalue()


def _refuse(address: str, *_rest: object, **_more: object) -> dict[str, object]:
    raise ValueError(f"a letter refers to {address[:40]}")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    _limit()
    asked = json.load(sys.stdin)
    try:
        pdf = make(asked["html"], asked["css"])
    except GlyphMissing:
        return NO_GLYPH
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
