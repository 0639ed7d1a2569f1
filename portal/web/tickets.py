"""Signed tickets that a chain of posts carries: what was shown once need not be shown again, for as long as a
visit lasts. They stand in no address, and say nothing that their bearer has not typed.
"""

from __future__ import annotations

from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from portal.usecases.sessions import SHARED
from portal.web.parts import parts


def sealed_ticket(purpose: str, *about: object) -> str:
    """What is carried, signed for one purpose alone."""
    return _tickets(purpose).dumps(list(about))


def opened_ticket(purpose: str, sealed: str) -> list[Any] | None:
    """What it carries; None where it is forged, for another purpose, or older than a visit."""
    try:
        found = _tickets(purpose).loads(sealed, max_age=int(SHARED.total_seconds()))
    except (BadData, ValueError):
        return None
    return found if isinstance(found, list) else None


def _tickets(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts().settings.keys.signing_key, salt=purpose)
