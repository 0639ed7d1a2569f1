"""What the reading process answers: a paper made anew with an image of each page, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

LARGEST_BYTES: Final = 10 * 1024 * 1024
"""Of one file (rules.md 10.0.3)."""
MOST_PAGES: Final = 30
"""Of one PDF: what is longer is read at the counter."""
LONGEST_SIDE: Final = 3000
"""Pixels of a photo as it is kept: A4 at about 250 dots an inch."""
LONGEST_PAGE_SIDE: Final = 2000
"""Pixels of the image of a page of a PDF."""
JPEG_QUALITY: Final = 85

Params = dict[str, int]


class Fault(Exception):
    """Why a file cannot be taken: a code of the catalogue's messages, and the numbers in its words."""

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Params = params


@dataclass(frozen=True)
class Made:
    """A file made anew. ``parts`` are the whole and, of a PDF, the image of each page after it."""

    media_type: str
    pages: int
    parts: list[bytes]
    pictures: list[tuple[int, int]]
    """Width and height of the image of each page, in points."""
    quality: list[list[str]]
    """Codes for each page: what may make it hard to read; never a refusal."""
    notes: list[str] = field(default_factory=list)
    """Codes: what was left out on the way."""

    def header(self) -> dict[str, Any]:
        """Everything but the bytes."""
        return {
            "media_type": self.media_type,
            "pages": self.pages,
            "sizes": [len(part) for part in self.parts],
            "pictures": self.pictures,
            "quality": self.quality,
            "notes": self.notes,
        }
