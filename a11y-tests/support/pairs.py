"""Few combinations that still meet every pair: most faults of a page need two settings at once, not five."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

# Every setting a page must survive. `theme` and `size` as in the display settings, width in CSS pixels.
SETTINGS: Mapping[str, Sequence[Any]] = {
    "language": ("zh", "easy", "en"),
    "theme": ("light", "dark", "yellow"),
    "size": (18, 22, 28, 36),
    "width": (1280, 640, 320),
}


def pairwise(settings: Mapping[str, Sequence[Any]] = SETTINGS) -> list[dict[str, Any]]:
    """Rows of settings in which every value of one meets every value of every other at least once."""
    names = list(settings)
    rows = [dict(zip(names, values, strict=True)) for values in product(*settings.values())]
    missing = {pair for row in rows for pair in _pairs(row)}
    chosen: list[dict[str, Any]] = []
    while missing:
        best = max(rows, key=lambda row: len(missing & _pairs(row)))
        chosen.append(best)
        missing -= _pairs(best)
    return chosen


def _pairs(row: Mapping[str, Any]) -> set[tuple[tuple[str, Any], tuple[str, Any]]]:
    return set(combinations(row.items(), 2))
