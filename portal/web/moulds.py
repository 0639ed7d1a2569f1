"""Moulds: what is the same for everybody is rendered once, with holes for what is one person's own.

Most of a page is alike for all who open it; to render it anew takes ten times as long as to fill it in. A
mould is kept under everything that its template was told. What a person has said, a reference, a token or an
address is never told to it: there it is given a ``hole``, and the page of each answer is filled in anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape

MOST_MOULDS = 1_000
"""In one process; then it begins anew."""

MOULDS = "portal.moulds"
"""Where the app keeps them."""

_HOLE = re.compile("\ue010([a-z0-9_-]+)\ue011")


def hole(name: str) -> str:
    """What a template is given in place of a text that is filled in later. It prints the hole, and must not
    look at it: a hole has no length, no lines, and is never empty."""
    return f"\ue010{name}\ue011"


class Mould:
    """A rendered template, taken apart at its holes."""

    def __init__(self, html: str) -> None:
        self._pieces: list[str] = _HOLE.split(html)
        self._places = self._pieces[1::2]
        self.holes = tuple(dict.fromkeys(self._places))

    def fill(self, words: Mapping[str, str]) -> Markup:
        """The page with ``words`` in its holes, escaped unless they are Markup; a hole may come twice."""
        escaped = {
            name: word if (word := words[name]).isalnum() else escape(word)  # nothing to escape in 示例
            for name in self.holes
        }
        filled = self._pieces.copy()
        filled[1::2] = [escaped[name] for name in self._places]
        return Markup("".join(filled))  # noqa: S704 - escaped here or by the template

    def with_holes(self) -> Markup:
        """The mould as it was rendered, to become part of a larger one."""
        return self.fill({name: Markup(hole(name)) for name in self.holes})  # noqa: S704 - no text at all


def moulded(codes: Hashable, parts: tuple[object, ...], render: Callable[[], str]) -> Mould:
    """The mould for these ``codes`` and ``parts``, rendered where it is not there yet.

    ``codes`` are compared by what they say, ``parts`` of the catalogue by identity (they are held, so that no
    other takes it). Together they are all that ``render`` may look at.
    """
    moulds: dict[Any, tuple[Mould, tuple[object, ...]]] = current_app.extensions[MOULDS]
    key = (codes, *map(id, parts))
    if (found := moulds.get(key)) is None:
        if len(moulds) >= MOST_MOULDS:
            moulds.clear()
        found = moulds[key] = Mould(render()), parts
    return found[0]


def register(app: Flask) -> None:
    app.extensions[MOULDS] = {}
