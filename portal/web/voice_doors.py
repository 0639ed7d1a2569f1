"""Doors to the pages of the person's own voice: with the slip, with an account, with staff who read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """Through which door somebody came."""

    action: str
    hidden: Mapping[str, str]
    """What every form carries."""
    back: tuple[str, str]
    trail: tuple[tuple[str, str], ...]
    is_staff: bool = False
    may_keep: bool = False
    """Whether who is signed in may have it in their account."""
    may_renew: bool = False
    """Whether they may make themselves a new slip."""
    may_list: bool = True
    """Whether there is a list behind the page, to go back to."""
