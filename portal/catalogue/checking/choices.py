"""How many choices stand together: in easy-read at most five at once (words.md 2), more under headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from portal.catalogue.checking.report import Report
from portal.catalogue.model import Choice, headings_of

MOST_AT_ONCE = 5
"""Choices without a break. A way out (我不知道) stands alone after them and is not counted."""


def check_groups(choices: Sequence[Choice], file: str, path: str, report: Report) -> None:
    """Every choice of a long list stands under a heading, with few others."""
    found = [
        (one, heading)
        for one, heading in zip(choices, headings_of(choices), strict=True)
        if not one.is_way_out
    ]
    has_groups = any(heading for _one, heading in found)
    if len(found) <= MOST_AT_ONCE and not has_groups:
        return
    if not found[0][0].group:
        report.add(
            file,
            path,
            f"more than {MOST_AT_ONCE} at once are too many; give the first choice of each group a `group`",
        )
        return
    for heading, count in Counter(heading for _one, heading in found).items():
        if heading and count > MOST_AT_ONCE:
            report.add(file, path, f"too many stand under {heading.zh!r}; begin another `group`")
    if any(one.is_way_out for one in choices[: choices.index(found[-1][0])]):
        report.add(file, path, "put the way out after the groups; it belongs to the whole question")
