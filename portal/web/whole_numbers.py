"""Whole numbers out of addresses and hidden fields: the id of a row, a cursor, a version."""

from __future__ import annotations

from typing import Final

MOST_DIGITS: Final = 18
"""What both databases hold in a whole number."""


def whole_number(typed: str) -> int | None:
    """The number that stands there in plain digits; None for all else, and for what no row can bear."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else None
