"""The laying-out process from our side: whether this machine can, one letter in, one PDF out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from typing import Literal

from portal.letters.letter import Letter
from portal.letters.paper import as_paper, style_of_paper

WALL_SECONDS = 90.0
"""Longer than the process may compute, so that a busy machine is not a failure."""

LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz")
"""What WeasyPrint loads when it starts; Debian: libpango-1.0-0 and libpangoft2-1.0-0."""

NO_GLYPH = 3

Why = Literal["no_layout", "no_glyph", "too_slow", "broken"]
"""No library here; a character that is in no font; not ready in time; anything else."""

PASSED_ON = ("HOME", "XDG_CACHE_HOME", "PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
"""Where the machine keeps its fonts and what it knows about them."""


class TypesettingFailed(Exception):
    """No PDF of this letter. ``why`` never holds a word of it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@cache
def has_layout() -> bool:
    """Whether letters can be laid out on this machine; where not, PDF is simply not offered."""
    return find_spec("weasyprint") is not None and all(find_library(name) for name in LIBRARIES)


def as_pdf(letter: Letter, *, is_large: bool = False) -> bytes:
    """The letter as PDF/UA-1, in seconds. Raises TypesettingFailed."""
    if not has_layout():
        raise TypesettingFailed("no_layout")
    asked = json.dumps({"html": as_paper(letter, is_large=is_large), "css": style_of_paper()})
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-m", "portal.letters.pdf"],
            input=asked.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={
                "LANG": "C.UTF-8",
                **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            },
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TypesettingFailed("too_slow") from None
    if ended.returncode == NO_GLYPH:
        raise TypesettingFailed("no_glyph")
    if ended.returncode != 0 or not ended.stdout.startswith(b"%PDF-"):
        raise TypesettingFailed("broken")
    return ended.stdout
