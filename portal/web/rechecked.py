"""Acts with weight ask again who is there: closing an account, changing posts, deciding about a certificate.

``@rechecked(back)`` stands under the access mark of a view that posts; ``require_fresh_proof`` does the same
half way through one, where only some of what is posted has weight. What was typed is kept and shown again
after the proof (``errors.proof_too_old``); nothing is done by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from portal.rules.errors import PortalError
from portal.usecases.proving import is_proof_fresh

View = TypeVar("View", bound=Callable[..., Any])


class ProofTooOld(PortalError):
    """Password or passkey was last shown too long ago. ``back``: the page of the button that was pressed,
    where the address itself has no page."""

    def __init__(self, back: str | None = None) -> None:
        super().__init__("proof_too_old")
        self.back = back


def require_fresh_proof(back: str | None = None) -> None:
    """Raises ProofTooOld for a member of staff whose last proof is too old. ``back``: see there."""
    if not is_proof_fresh(g.signed_in):
        raise ProofTooOld(back)


def rechecked(back: str | None = None) -> Callable[[View], View]:
    """Posts to this view need a fresh proof. ``back`` may hold the view's arguments: ``/staff/{number}``."""

    def mark(view: View) -> View:
        @wraps(view)
        def checked(**arguments: Any) -> Any:
            if request.method == "POST":
                require_fresh_proof(back.format_map(arguments) if back else None)
            return view(**arguments)

        return checked  # type: ignore[return-value]

    return mark
