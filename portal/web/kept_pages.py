"""Pages that are the same for every visitor with the same settings: made once, then kept for some seconds.

Only pages that tell of nobody: ``@kept`` stands under ``@public``, and whoever is signed in, or asks with
anything in the address, is answered anew. What officials change is seen by everyone within ``KEPT_SECONDS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from time import monotonic
from typing import Any

from flask import current_app, g, request

from portal.web.chosen_place import chosen_place
from portal.web.preferences import preferences

KEPT_SECONDS = 10.0
MOST_KEPT = 300
KEPT = "portal.kept_pages"
"""Where the app keeps them."""

Page = tuple[str, int]


@dataclass(frozen=True)
class KeptPage:
    page: Page
    until: float


def kept(view: Callable[..., Page]) -> Callable[..., Page]:
    """A view whose page depends on its address, the display settings, the chosen place, and nothing else."""

    @wraps(view)
    def made_or_kept(**arguments: Any) -> Page:
        if g.signed_in or request.args:
            return view(**arguments)
        pages: dict[Any, KeptPage] = current_app.extensions.setdefault(KEPT, {})
        key = (request.path, preferences(), chosen_place())
        found = pages.get(key)
        if found is None or found.until < monotonic():
            if len(pages) >= MOST_KEPT:
                pages.clear()
            found = pages[key] = KeptPage(view(**arguments), monotonic() + KEPT_SECONDS)
        return found.page

    return made_or_kept
