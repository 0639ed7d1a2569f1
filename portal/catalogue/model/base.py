"""What every shape of the catalogue shares: frozen, strict, and named by codes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting

Code = Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PageCode = Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]


class Frozen(BaseModel):
    """A shape that nobody changes after loading, and that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Citation(Frozen):
    """Where a rule stands. ``unverified`` texts say so to the reader (rules.md 0)."""

    title: str
    article: str = ""
    status: Literal["verified", "unverified"]
    checked_on: date | None = None
    ended_on: date | None = None  # the first day on which it no longer holds; none while it does
