"""Answers of pure functions about the catalogue, remembered: its parts never change once they are read.

Parts are told apart by identity. To compare two fields by what they say takes longer than most questions
about them; and a part that is remembered is held, so that no other can take its identity.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

MOST_REMEMBERED = 5_000
"""Answers of one function; then it begins anew. A region with all its services asks for some hundreds."""

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def remembered(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """``function`` asked once for the same parts, given by place.

    It may look at nothing but what it is given: parts of the catalogue, never what a person has typed.
    """
    make: Callable[..., Answer] = function
    known: dict[int | tuple[int, ...], tuple[tuple[Any, ...], Answer]] = {}

    @wraps(function)
    def answer(*parts: Any) -> Answer:
        key = id(parts[0]) if len(parts) == 1 else tuple(map(id, parts))
        found = known.get(key)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[key] = parts, make(*parts)
        return found[1]

    return cast(Callable[Asked, Answer], answer)
